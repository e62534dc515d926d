package dataset

import (
	"slices"
	"unicode/utf8"

	"octavo/internal/errs"
	"octavo/internal/formula/value"
)

// NotUTF8 is the code of the error that Builder.Text gives for bytes that are not UTF-8.
const NotUTF8 = "encoding_unknown"

// Layout is how a sheet is to be read.
type Layout struct {
	HeaderRow    int // 1-based, 0 = none
	Marks        Marks
	DatePatterns []string // patterns to try before the known ones
	Hidden       bool
	Names        []string   // of the columns, before those of the header row; "" = none
	Declared     []Declared // how the first columns are read, whatever their cells look like
	// Nulls are the texts that stand for a blank. Nil means the known ones (knownNulls),
	// and only in columns of numbers, dates or truth values; others count in all columns.
	// The raw view shows them as they are.
	Nulls []string
}

// Builder collects the cells of one sheet, row by row. A cell that is not
// given is blank. Not safe for several goroutines.
type Builder struct {
	name    string
	layout  Layout
	budget  *Budget
	decimal byte
	row     int // rows finished, lead included
	used    int // rows up to the last one with something in it
	filled  bool
	cut     bool // rows were left out
	cols    []columnBuilder
	expect  int // rows that the first columns get room for
	first   int
}

type columnBuilder struct {
	lead  []value.Item
	room  int // capacity that nums or codes begin with
	forms []uint8
	nums  []float64
	codes []uint32
	words *words
}

// NewBuilder starts a sheet that counts against the budget.
func NewBuilder(name string, layout Layout, budget *Budget) *Builder {
	layout.Marks.Decimal = layout.Marks.decimal()
	return &Builder{name: name, layout: layout, budget: budget, decimal: layout.Marks.Decimal}
}

// Expect says how many data rows the first columns will have, more or less: they get
// room for them with their first cell, so that nothing is copied while they grow.
func (b *Builder) Expect(rows, columns int) {
	b.expect, b.first = min(rows, b.budget.limits.Rows, b.budget.limits.Cells/max(1, columns)), columns
}

// room is the capacity that a column begins with.
func (b *Builder) room(col int) int {
	if col < b.first {
		return b.expect
	}
	return 0
}

// leaves says whether a cell belongs to a row that is left out, and notes it.
func (b *Builder) leaves() bool {
	if b.filled || !b.budget.full(len(b.cols)) {
		return false
	}
	b.cut = true
	return true
}

// column gives the storage of a column, filled with blanks up to the current row.
func (b *Builder) column(col int) (*columnBuilder, error) {
	if col >= len(b.cols) {
		if col >= b.budget.limits.Columns {
			return nil, TooLarge("columns", "columns", int64(b.budget.limits.Columns), int64(col+1))
		}
		if err := b.widen(col + 1); err != nil {
			return nil, err
		}
	}
	b.filled = true
	return &b.cols[col], nil
}

// widen adds columns; they count for all rows so far.
func (b *Builder) widen(width int) error {
	if err := b.budget.useCells((width - len(b.cols)) * b.row); err != nil {
		return err
	}
	for len(b.cols) < width {
		room := b.room(len(b.cols))
		b.cols = append(b.cols, columnBuilder{room: room, forms: make([]uint8, 0, room)})
	}
	return nil
}

// Text gives the cell at col of the current row; an empty text is a blank. The
// bytes are copied. A cell given twice keeps the first.
func (b *Builder) Text(col int, text []byte) error {
	if len(text) == 0 || b.leaves() {
		return nil
	}
	c, err := b.column(col)
	if err != nil {
		return err
	}
	at := b.row - b.layout.HeaderRow
	if at < 0 {
		if !utf8.Valid(text) {
			return notUTF8(b.row)
		}
		b.setLead(c, value.Item{Kind: value.Text, Str: string(text)})
		return b.budget.useTexts(len(text))
	}
	if len(c.forms) > at {
		return nil
	}
	if text[0] <= '9' {
		if v, form, ok := parsePlain(text, b.decimal); ok {
			c.number(at, form, v)
			return nil
		}
	}
	return b.word(c, at, text)
}

func notUTF8(row int) error {
	return errs.Newf(errs.Invalid, NotUTF8, "Row %d has characters that are not valid in this encoding. Choose another encoding.", row+1).
		WithField("encoding").WithParams(map[string]any{"row": row + 1})
}

// word stores a text by its code.
func (b *Builder) word(c *columnBuilder, at int, text []byte) error {
	if c.words == nil {
		c.words = newWords()
	}
	code, hash, slot, ok := c.words.find(text)
	if !ok {
		if !utf8.Valid(text) {
			return notUTF8(b.row)
		}
		if err := b.budget.useTexts(len(text)); err != nil {
			return err
		}
		code = c.words.add(text, hash, slot)
	}
	c.blanks(at)
	c.forms = append(c.forms, formText)
	if c.codes == nil {
		c.codes = make([]uint32, at, max(at+1, c.room))
	} else if len(c.codes) < at {
		c.codes = append(c.codes, make([]uint32, at-len(c.codes))...)
	}
	c.codes = append(c.codes, code)
	return nil
}

func (b *Builder) setLead(c *columnBuilder, it value.Item) {
	if len(c.lead) > b.row {
		return
	}
	for len(c.lead) < b.row {
		c.lead = append(c.lead, value.Item{})
	}
	c.lead = append(c.lead, it)
}

// blanks fills up with blanks to the row at.
func (c *columnBuilder) blanks(at int) {
	for len(c.forms) < at {
		c.forms = append(c.forms, formBlank)
	}
}

func (c *columnBuilder) number(at int, form uint8, v float64) {
	c.blanks(at)
	c.forms = append(c.forms, form)
	if c.nums == nil {
		c.nums = make([]float64, at, max(at+1, c.room))
	} else if len(c.nums) < at {
		c.nums = append(c.nums, make([]float64, at-len(c.nums))...)
	}
	c.nums = append(c.nums, v)
}

// Number gives a cell that is a number in the file.
func (b *Builder) Number(col int, v float64) error {
	if b.leaves() {
		return nil
	}
	c, err := b.column(col)
	if err != nil {
		return err
	}
	if at := b.row - b.layout.HeaderRow; at < 0 {
		b.setLead(c, value.Item{Kind: value.Number, Num: v})
	} else if len(c.forms) <= at {
		c.number(at, formNumber, v)
	}
	return nil
}

// Bool gives a cell that is true or false in the file.
func (b *Builder) Bool(col int, v bool) error {
	if b.leaves() {
		return nil
	}
	c, err := b.column(col)
	if err != nil {
		return err
	}
	at := b.row - b.layout.HeaderRow
	if at < 0 {
		b.setLead(c, value.Item{Kind: value.Bool, Bool: v})
		return nil
	}
	if len(c.forms) > at {
		return nil
	}
	c.blanks(at)
	if v {
		c.forms = append(c.forms, formTrue)
	} else {
		c.forms = append(c.forms, formFalse)
	}
	return nil
}

// Name gives the cell of the header row at col, at any time; for formats in
// which names are met with the data.
func (b *Builder) Name(col int, name string) error {
	filled := b.filled
	c, err := b.column(col)
	b.filled = filled
	if err != nil {
		return err
	}
	if !utf8.ValidString(name) {
		return notUTF8(b.row)
	}
	for len(c.lead) < b.layout.HeaderRow {
		c.lead = append(c.lead, value.Item{})
	}
	c.lead[b.layout.HeaderRow-1] = value.Str(name)
	b.used = max(b.used, b.layout.HeaderRow)
	return b.budget.useTexts(len(name))
}

// EndRow finishes the current row.
func (b *Builder) EndRow() error {
	if b.budget.full(len(b.cols)) && !b.filled {
		return nil
	}
	b.row++
	b.budget.rows++
	if b.filled {
		b.used = b.row
		b.filled = false
	}
	if b.budget.rows > b.budget.limits.Rows {
		return TooLarge("rows", "rows", int64(b.budget.limits.Rows), int64(b.budget.rows))
	}
	return b.budget.useCells(len(b.cols))
}

// Skip adds n empty rows, as between two rows of a workbook that are not next to each other.
func (b *Builder) Skip(n int) error {
	if n <= 0 {
		return nil
	}
	if b.budget.limits.Truncate {
		n = max(0, min(n, b.budget.limits.Rows-b.budget.rows, (b.budget.limits.Cells-b.budget.cells)/max(1, len(b.cols))))
	}
	if left := b.budget.limits.Rows - b.budget.rows; n > left {
		return TooLarge("rows", "rows", int64(b.budget.limits.Rows), int64(b.budget.rows+n))
	}
	b.row += n
	b.budget.rows += n
	return b.budget.useCells(n * len(b.cols))
}

// Row is the number of rows finished so far.
func (b *Builder) Row() int { return b.row }

// Sheet finishes: empty rows at the end and empty columns on the right are
// dropped, columns get names and types. The builder must not be used after it.
func (b *Builder) Sheet() *Sheet {
	header := min(b.layout.HeaderRow, b.used)
	rows := b.used - header
	s := &Sheet{
		Name: b.name, Hidden: b.layout.Hidden, HeaderRow: header, Rows: rows, Cut: b.cut,
		Columns: make([]Column, len(b.cols)), marks: b.layout.Marks, nulls: b.layout.Nulls,
	}
	headers := make([]string, len(b.cols))
	for i := range b.cols {
		c := &s.Columns[i]
		c.lead, c.body = b.cols[i].finish(header, rows)
		b.cols[i] = columnBuilder{}
		c.infer(b.layout)
		if i < len(b.layout.Declared) && b.layout.Declared[i].Type != "" {
			c.declare(b.layout.Declared[i], b.layout)
		}
		c.materialise(s.marks, s.nulls)
		if header > 0 {
			headers[i] = s.CellText(header-1, i)
		}
		if i < len(b.layout.Names) && b.layout.Names[i] != "" {
			headers[i] = b.layout.Names[i]
		}
	}
	for i, name := range uniqueNames(headers) {
		s.Columns[i].Name = name
	}
	return s
}

// finish brings all parts to the full length.
func (c *columnBuilder) finish(header, rows int) ([]value.Item, *cells) {
	for len(c.lead) < header {
		c.lead = append(c.lead, value.Item{})
	}
	c.blanks(rows)
	out := &cells{forms: fit(c.forms), nums: fit(c.nums), codes: fit(c.codes), dict: c.words.list()}
	if n := rows - len(out.nums); out.nums != nil && n > 0 {
		out.nums = append(out.nums, make([]float64, n)...)
	}
	if n := rows - len(out.codes); out.codes != nil && n > 0 {
		out.codes = append(out.codes, make([]uint32, n)...)
	}
	return c.lead, out
}

// fit gives room back that a wrong expectation took.
func fit[T any](s []T) []T {
	if cap(s) > 2*len(s) {
		return slices.Clone(s)
	}
	return s
}
