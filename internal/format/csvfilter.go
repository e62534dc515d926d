package format

import (
	"bytes"
	"unicode/utf8"
)

// plain says whether rows may pass as they are parsed.
func (o Options) plain() bool {
	return o.Footer == 0 && !o.Trim && isOn(o.Relax) && !o.SkipBad
}

// rowFilter stands between parser and builder where rows must be seen whole before
// they count: to leave out the last ones, or those with errors.
type rowFilter struct {
	sink   rowSink
	width  int  // cells of most rows
	lead   int  // rows up to the header, which may have any width above it
	footer int  // rows at the end that are left out
	trim   bool // spaces around cells are dropped
	strict bool // another width is an error
	skip   bool // rows with errors are left out

	held   []heldRow // at most footer, the oldest at next
	next   int
	now    heldRow
	row    int // rows that came
	ragged int // rows of another width that count
	bad    int // rows left out for an error
}

// heldRow is a row in one piece of memory.
type heldRow struct {
	text []byte
	ends []int
}

// Text implements rowSink.
func (f *rowFilter) Text(_ int, cell []byte) error {
	if f.trim {
		cell = bytes.Trim(cell, " \t\u00a0")
	}
	f.now.text = append(f.now.text, cell...)
	f.now.ends = append(f.now.ends, len(f.now.text))
	return nil
}

// EndRow implements rowSink: it lets the row go that has enough rows behind it.
func (f *rowFilter) EndRow() error {
	f.row++
	out := &f.now
	if f.footer > 0 {
		if len(f.held) < f.footer {
			f.held = append(f.held, f.now)
			f.now = heldRow{}
			return nil
		}
		f.held[f.next], f.now = f.now, f.held[f.next]
		f.next = (f.next + 1) % f.footer
	}
	err := f.pass(*out, f.row-f.footer)
	f.now = heldRow{text: f.now.text[:0], ends: f.now.ends[:0]}
	return err
}

// pass checks a row and gives it on; n counts from 1.
func (f *rowFilter) pass(r heldRow, n int) error {
	other := len(r.ends) != f.width && f.width > 0
	if f.skip && !utf8.Valid(r.text) || f.strict && other && n >= f.lead {
		if !f.skip {
			return mismatch("Row %d has %d cells and the others have %d.", n, len(r.ends), f.width).
				WithParams(map[string]any{"row": n, "cells": len(r.ends), "width": f.width})
		}
		f.bad++
		return nil
	}
	if other {
		f.ragged++
	}
	start := 0
	for col, end := range r.ends {
		if err := f.sink.Text(col, r.text[start:end]); err != nil {
			return err
		}
		start = end
	}
	return f.sink.EndRow()
}
