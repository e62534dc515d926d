package klip

import (
	"context"
	"errors"

	"octavo/internal/dataset"
	"octavo/internal/errs"
	"octavo/internal/formula"
	"octavo/internal/formula/syntax"
)

// wants is what formulas need of the sources.
type wants struct {
	columns map[cell]bool
	trees   map[*source]bool
}

// wanted finds out what references need. Those that lead nowhere want nothing;
// Lookup and Tree say so later.
func (d *data) wanted(refs []formula.Ref) wants {
	w := wants{map[cell]bool{}, map[*source]bool{}}
	for _, r := range refs {
		switch {
		case r.Kind != formula.KindData:
		case r.Source == "": // DATASOURCE with an id that is computed
			for _, s := range d.sources {
				w.all(s)
			}
		case r.Pointer == "": // DATASOURCE with a pointer that is computed
			if s, err := d.source(r.Source); err == nil {
				w.all(s)
			}
		default:
			d.want(r, w)
		}
	}
	return w
}

// all wants whatever a source has.
func (w wants) all(s *source) {
	if s.head == nil {
		return
	}
	for at, sheet := range s.head.Sheets {
		for col := range sheet.Columns {
			w.columns[cell{s, at, col}] = true
		}
	}
	w.trees[s] = s.payload.Tree
}

// want adds what one pointer needs.
func (d *data) want(r formula.Ref, w wants) {
	p, ok := syntax.ParsePointer(r.Pointer)
	if s, err := d.source(r.Source); err == nil && s.payload.Tree && syntax.IsPath(r.Pointer) {
		w.trees[s] = true
		return
	}
	if !ok {
		return
	}
	s, at, err := d.find(r.Source, p)
	if err != nil {
		return
	}
	sheet := s.head.Sheets[at]
	if p.Column != "" {
		if col, err := columnAt(sheet, p.Column); err == nil {
			w.columns[cell{s, at, col}] = true
		}
		return
	}
	first, last := max(p.Col1, 1), min(p.Col2, len(sheet.Columns))
	if p.Col1 == 0 {
		last = len(sheet.Columns)
	}
	for col := first; col <= last; col++ {
		w.columns[cell{s, at, col - 1}] = true
	}
}

// fetch loads what the references need, outside of any transaction.
func (d *data) fetch(ctx context.Context, from Sources, refs []formula.Ref) error {
	w := d.wanted(refs)
	for _, s := range d.sources {
		if s.head == nil {
			continue
		}
		if err := d.fetchColumns(ctx, from, s, w); err != nil {
			return err
		}
		if !w.trees[s] {
			continue
		}
		if err := d.fetchTree(ctx, from, s); err != nil {
			return err
		}
	}
	return nil
}

func (d *data) fetchColumns(ctx context.Context, from Sources, s *source, w wants) (err error) {
	sheetNo := map[string]int{} // names differ within a file
	for i, sheet := range s.head.Sheets {
		sheetNo[sheet.Name] = i
	}
	d.loaded[s], err = from.Load(ctx, s.payload, func(sheet *dataset.Sheet, col int) bool {
		return w.columns[cell{s, sheetNo[sheet.Name], col}]
	})
	return err
}

// fetchTree reads a file as a tree. One that is a table only, such as objects line
// by line, is a fault of the formula, not of ours.
func (d *data) fetchTree(ctx context.Context, from Sources, s *source) error {
	doc, err := from.Tree(ctx, s.payload)
	var e *errs.Error
	if errors.As(err, &e) && e.Code == "not_a_tree" {
		d.faults[s] = errors.New(e.Message)
		return nil
	}
	if err != nil {
		return err
	}
	d.trees[s] = doc
	return nil
}
