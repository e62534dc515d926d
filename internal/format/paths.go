package format

import (
	"cmp"
	"context"
	"io"
	"slices"
)

// RecordPath is a list in a file that could be its records.
type RecordPath struct {
	Path string // as the option records
	Rows int    // at least; 0 = not counted
}

// maxPaths is how many lists of a file are told.
const maxPaths = 100

// Paths gives the lists of a JSON or XML file that could be its records, the one that
// Read takes by itself first; nil for formats without paths. Errors are those of Read.
func Paths(ctx context.Context, format string, r io.ReaderAt, size int64, lim Limits) ([]RecordPath, error) {
	in := input{ctx: ctx, r: r, size: size, lim: lim.withDefaults()}
	var out []RecordPath
	var err error
	switch {
	case size == 0:
		return nil, emptyFile()
	case format == JSON:
		out, err = jsonPaths(in)
	case format == XML:
		out, err = xmlPaths(in)
	}
	return out[:min(len(out), maxPaths)], err
}

// jsonPaths gives the arrays of objects that are found by keys alone, the longest
// first, and the document itself.
func jsonPaths(in input) ([]RecordPath, error) {
	r, err := newRecordReader(in)
	if err != nil {
		return nil, err
	}
	document := []RecordPath{{}}
	kind, err := r.next()
	switch {
	case err != nil:
		return nil, err
	case kind == jsonEnd:
		return nil, emptyFile()
	case kind != '{':
		return document, nil
	}
	if err := r.survey("", kind); err != nil {
		return nil, err
	}
	if kind, err = r.next(); err != nil || kind != jsonEnd {
		return document, err // JSON lines: every line is a record
	}
	out := make([]RecordPath, 0, len(r.order)+1)
	for _, path := range r.order {
		out = append(out, RecordPath{path, r.lists[path]})
	}
	slices.SortStableFunc(out, func(a, b RecordPath) int { return cmp.Compare(b.Rows, a.Rows) })
	return append(out, RecordPath{Rows: 1}), nil
}

// survey counts the objects in the arrays that are found by keys alone.
func (r *recordReader) survey(path string, kind byte) error {
	switch kind {
	case '{':
		return r.members(func(key []byte, kind byte) error {
			name := string(key)
			if path != "" {
				name = path + "." + name
			}
			return r.survey(name, kind)
		})
	case '[':
		objects := 0
		err := r.elements(func(kind byte) error {
			if kind == '{' {
				objects++
			}
			return r.skip(kind)
		})
		if _, known := r.lists[path]; !known && objects > 0 {
			r.order = append(r.order, path)
			r.lists[path] = objects
		}
		return err
	}
	return r.skip(kind)
}
