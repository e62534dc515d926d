package dashboard

import (
	"math"

	"octavo/internal/errs"
)

func bad(code, field, format string, args ...any) error {
	return errs.Newf(errs.Invalid, code, format, args...).WithField(field)
}

// fields reads known fields of an object and keeps the first thing that is wrong.
// Null counts as absent.
type fields struct {
	tree       map[string]any
	code, path string // of errors
	err        error
}

func (f *fields) wrong(name, want string) {
	if f.err == nil {
		f.err = bad(f.code, f.path+name, "%s is %s.", name, want)
	}
}

func (f *fields) text(name, otherwise string) string {
	switch v := f.tree[name].(type) {
	case nil:
		return otherwise
	case string:
		return v
	}
	f.wrong(name, "a text")
	return otherwise
}

func (f *fields) flag(name string, otherwise bool) bool {
	switch v := f.tree[name].(type) {
	case nil:
		return otherwise
	case bool:
		return v
	}
	f.wrong(name, "true or false")
	return otherwise
}

// whole reads a number that must be there and be whole.
func (f *fields) whole(name string) int {
	v, ok := f.tree[name].(float64)
	if !ok || v != math.Trunc(v) || math.Abs(v) > math.MaxInt32 {
		f.wrong(name, "a whole number")
		return 0
	}
	return int(v)
}

func (f *fields) list(name string) []any {
	switch v := f.tree[name].(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	f.wrong(name, "a list")
	return nil
}

// without gives a copy of an object, never nil, that lacks the known fields; null is left out as well.
func without(tree map[string]any, known []string) map[string]any {
	out := make(map[string]any, len(tree))
	for k, v := range tree {
		if v != nil {
			out[k] = v
		}
	}
	for _, k := range known {
		delete(out, k)
	}
	return out
}
