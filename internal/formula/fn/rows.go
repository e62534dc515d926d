package fn

import (
	"math"
	"unicode/utf8"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// optional is argument i, or one blank if it was left out.
func (c *Call) optional(i int) value.Vector {
	if !c.Has(i) {
		return value.Blanks(1)
	}
	return c.Vec(i)
}

// rows maps the arguments at the given places position by position, each
// distinct combination of items once; one that was left out is blank.
func (c *Call) rows(f func(row []value.Item) (value.Item, error), at ...int) (value.Vector, error) {
	lists := make([]value.Vector, len(at))
	for i, a := range at {
		lists[i] = c.optional(a)
	}
	return vec.MapRows(c.Run, lists, f)
}

// texts maps the texts of the first argument; blanks stay blank.
func (c *Call) texts(f func(string) string) (value.Vector, error) {
	return c.rows(func(row []value.Item) (value.Item, error) {
		if row[0].Kind == value.Blank {
			return value.Item{}, nil
		}
		return value.Str(f(row[0].Text())), nil
	}, 0)
}

// tests maps the texts of two arguments to booleans; a blank is the empty text.
func (c *Call) tests(f func(a, b string) bool) (value.Vector, error) {
	return c.rows(func(row []value.Item) (value.Item, error) {
		return value.Boolean(f(row[0].Text(), row[1].Text())), nil
	}, 0, 1)
}

// whole reads an item of argument i as a whole number, rounded down; def if it
// is blank. ok is false, under a warning, if it is not numeric.
func (c *Call) whole(i int, it value.Item, def int) (n int, ok bool) {
	if it.IsEmpty() {
		return def, true
	}
	f, ok := it.Number()
	if !ok && it.Kind != value.Bool {
		c.notNumeric(i)
		return 0, false
	}
	return int(math.Floor(max(-1<<53, min(f, 1<<53)))), true
}

// offset is where character n of a text begins, in bytes; characters are code
// points. Below 0 it is the beginning, beyond the text its end.
func offset(s string, n int) int {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

// part is the characters from … to-1 of a text, clipped.
func part(s string, from, to int) string {
	from, to = max(from, 0), max(to, 0)
	if from >= to {
		return ""
	}
	s = s[offset(s, from):]
	return s[:offset(s, to-from)]
}
