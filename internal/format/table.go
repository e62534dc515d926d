package format

import (
	"strconv"

	"octavo/internal/dataset"
	"octavo/internal/formula/value"
)

// Kinds of staged cells.
const (
	stagedText = iota
	stagedNumber
	stagedBool
)

// stagedCell is one cell on its way into a sheet.
type stagedCell struct {
	col, kind int
	text      []byte
	num       float64
	truth     bool
}

// tableSink holds the first rows of a sheet back until it is known which of
// them is the header row, and then passes everything on.
type tableSink struct {
	name   string
	hidden bool
	opt    Options
	budget *dataset.Budget
	staged [][]stagedCell // rows from the first; nil once b is there
	b      *dataset.Builder
	open   bool // the current row of b is not finished
}

// startRow begins a row; the ones between it and the last are empty.
func (t *tableSink) startRow(row int) error {
	if t.b == nil && row < sampleRecords {
		for len(t.staged) <= row {
			t.staged = append(t.staged, nil)
		}
		return nil
	}
	if t.b == nil {
		if err := t.flush(); err != nil {
			return err
		}
	}
	if t.open {
		if err := t.b.EndRow(); err != nil {
			return err
		}
	}
	t.open = true
	return t.b.Skip(row - t.b.Row())
}

func (t *tableSink) put(col int, c stagedCell) error {
	if t.b != nil {
		return give(t.b, col, c)
	}
	if len(t.staged) == 0 {
		return errXML
	}
	c.col = col
	c.text = append([]byte(nil), c.text...)
	last := len(t.staged) - 1
	t.staged[last] = append(t.staged[last], c)
	return nil
}

func give(b *dataset.Builder, col int, c stagedCell) error {
	switch c.kind {
	case stagedNumber:
		return b.Number(col, c.num)
	case stagedBool:
		return b.Bool(col, c.truth)
	}
	return b.Text(col, c.text)
}

// flush decides on the header row and passes the staged rows on.
func (t *tableSink) flush() error {
	layout := t.layout()
	t.b = dataset.NewBuilder(t.name, layout, t.budget)
	for _, row := range t.staged {
		for _, c := range row {
			if err := give(t.b, c.col, c); err != nil {
				return err
			}
		}
		if err := t.b.EndRow(); err != nil {
			return err
		}
	}
	t.staged = nil
	return nil
}

func (t *tableSink) layout() dataset.Layout {
	rows := make([][]string, len(t.staged))
	for i, row := range t.staged {
		for _, c := range row {
			if c.col >= maxSampleColumns {
				continue
			}
			for len(rows[i]) <= c.col {
				rows[i] = append(rows[i], "")
			}
			rows[i][c.col] = c.String()
		}
	}
	opt := t.opt // marks are found out for each sheet
	layout := finishOptions(&opt, rows)
	layout.Hidden = t.hidden
	return layout
}

// maxSampleColumns bounds what the header is looked for in.
const maxSampleColumns = 2000

func (c *stagedCell) String() string {
	switch c.kind {
	case stagedNumber:
		return value.FormatNumber(c.num)
	case stagedBool:
		return strconv.FormatBool(c.truth)
	}
	return string(c.text)
}

func (t *tableSink) finish() (*dataset.Sheet, error) {
	if t.b == nil {
		if err := t.flush(); err != nil {
			return nil, err
		}
	}
	if t.open {
		if err := t.b.EndRow(); err != nil {
			return nil, err
		}
	}
	return t.b.Sheet(), nil
}
