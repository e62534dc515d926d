package klip

import (
	"fmt"
	"slices"

	"octavo/internal/dataset"
	"octavo/internal/formula"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/formula/xpath"
)

// data gives the formulas of one Klip the lists of its sources. It belongs to one evaluation.
type data struct {
	sources []*source
	loaded  map[*source]*dataset.Set
	trees   map[*source]*xpath.Document
	faults  map[*source]error     // why a source that should be a tree is none
	raw     map[cell]value.Vector // whole columns as the files wrote them
	sample  int                   // rows of each list, 0 = all
}

// cell names a column of a source.
type cell struct {
	source     *source
	sheet, col int
}

func newData(sources []*source, sample int) *data {
	return &data{
		sources: sources, loaded: map[*source]*dataset.Set{}, raw: map[cell]value.Vector{}, sample: sample,
		trees: map[*source]*xpath.Document{}, faults: map[*source]error{},
	}
}

// source gives a source that has data. The sentences name no source: results are
// shared between accounts that call it differently.
func (d *data) source(key string) (*source, error) {
	i := slices.IndexFunc(d.sources, func(s *source) bool { return s.key == key })
	switch {
	case i < 0 || d.sources[i].state == StateDeleted:
		return nil, syntax.Fail(syntax.CodeDeletedReference, "The data source of this reference was deleted.", "Choose another source, or take it out of the bin.")
	case d.sources[i].masked:
		return nil, syntax.Fail(syntax.CodeNoAccess, "The data source of this reference is not shared with you.", "Ask its owner to share it. What is no formula can be changed without it.")
	case d.sources[i].missing != "":
		return nil, syntax.Fail(codeMissing, d.sources[i].missing, "")
	case d.sources[i].refused != "":
		return nil, syntax.Fail(syntax.CodeNotLoaded, d.sources[i].refused, "")
	case d.sources[i].loading():
		return nil, syntax.Fail(syntax.CodeNotLoaded, "The data is being fetched.", "It appears here by itself.")
	case d.sources[i].head == nil:
		return nil, syntax.Fail(syntax.CodeNotLoaded, "The data source has no data yet.", "Upload a file, or refresh it.")
	}
	return d.sources[i], nil
}

// find gives the sheet that a pointer means.
func (d *data) find(key string, p syntax.Pointer) (*source, int, error) {
	s, err := d.source(key)
	if err != nil {
		return nil, 0, err
	}
	if sheet, ok := s.head.Sheet(p.Sheet); ok {
		return s, slices.Index(s.head.Sheets, sheet), nil
	}
	if p.Sheet == "" {
		return nil, 0, syntax.Fail(syntax.CodeNotLoaded, "The data source has no sheet.", "")
	}
	return nil, 0, syntax.Fail(syntax.CodeUnknownReference, fmt.Sprintf("The sheet %s is no longer in the data source.", p.Sheet), "Choose another sheet.")
}

func columnAt(s *dataset.Sheet, name string) (int, error) {
	col, ok := s.Column(name)
	if !ok || s.HeaderRow == 0 {
		return 0, syntax.Fail(syntax.CodeUnknownReference, fmt.Sprintf("The column %s is no longer in the data source.", name), "Choose another column.")
	}
	return col, nil
}

// Lookup implements formula.Data.
func (d *data) Lookup(key, pointer string) (value.Vector, error) {
	p, ok := syntax.ParsePointer(pointer)
	if !ok {
		return value.Vector{}, syntax.Fail(syntax.CodeUnknownReference, fmt.Sprintf("The pointer %s cannot be read.", pointer), "Choose the reference again.")
	}
	s, at, err := d.find(key, p)
	if err != nil {
		return value.Vector{}, err
	}
	sheet := d.loaded[s].Sheets[at]
	if p.Column != "" {
		col, err := columnAt(sheet, p.Column)
		if err != nil {
			return value.Vector{}, err
		}
		return firstRows(sheet.Columns[col].Values, d.sample), nil
	}
	rows := sheet.Height()
	if d.sample > 0 {
		rows = min(rows, d.sample+sheet.HeaderRow)
	}
	return formula.Cells(grid{d, s, at, rows}, p)
}

// firstRows cuts a list; 0 rows means all.
func firstRows(v value.Vector, rows int) value.Vector {
	if rows > 0 && v.Len() > rows {
		return v.Slice(0, rows)
	}
	return v
}

// grid is a sheet for pointers to cells.
type grid struct {
	*data
	source *source
	sheet  int
	rows   int
}

// Size implements formula.Grid.
func (g grid) Size() (rows, columns int) {
	return g.rows, len(g.source.head.Sheets[g.sheet].Columns)
}

// Column implements formula.Grid.
func (g grid) Column(i int) value.Vector {
	at := cell{g.source, g.sheet, i - 1}
	v, ok := g.raw[at]
	if !ok {
		v = g.loaded[g.source].Sheets[g.sheet].Raw(at.col)
		g.raw[at] = v
	}
	return firstRows(v, g.rows)
}

// Tree implements formula.Trees.
func (d *data) Tree(key string) (*xpath.Document, error) {
	s, err := d.source(key)
	if err != nil {
		return nil, err
	}
	if doc, ok := d.trees[s]; ok {
		return doc, nil
	}
	if fault, ok := d.faults[s]; ok {
		return nil, syntax.Fail(syntax.CodeUnknownReference, fault.Error(), "Refer to its columns.")
	}
	return nil, syntax.Fail(syntax.CodeUnknownReference, "No paths lead into the data source: it is a table.", "Refer to a column of it.")
}

// dateOf gives the pattern of a date column; false for all other references.
func (d *data) dateOf(r formula.Ref) (string, bool) {
	p, ok := syntax.ParsePointer(r.Pointer)
	if r.Kind != formula.KindData || !ok || p.Column == "" {
		return "", false
	}
	s, at, err := d.find(r.Source, p)
	if err != nil {
		return "", false
	}
	col, err := columnAt(s.head.Sheets[at], p.Column)
	if err != nil {
		return "", false
	}
	c := s.head.Sheets[at].Columns[col]
	return c.Pattern, c.Type == dataset.Date
}
