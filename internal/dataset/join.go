package dataset

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"octavo/internal/errs"
	"octavo/internal/formula/value"
)

// Mode says how rows that come are joined with those that are there.
type Mode string

// The modes.
const (
	Replace Mode = "replace"
	Append  Mode = "append"
	Upsert  Mode = "upsert" // a row whose key is there takes the place of that row
)

// Keep bounds the rows of a table; the oldest go. The zero value keeps all.
type Keep struct {
	Rows    int     // 0 = any number
	Since   float64 // Unix seconds; rows with an older date in OrderBy go; 0 = of any age
	OrderBy string  // column that says which rows are older; "" = those that came first
}

// Join is one operation on a table.
type Join struct {
	Mode Mode
	Key  []string // of Upsert: names of columns
	Keep Keep
	Skip []int // rows that come and are left out, ascending, counted from 0
}

// Counts say what an operation did.
type Counts struct {
	In, Added, Updated int
	Dropped            int // by Keep
}

// Rows joins the rows of a sheet with those of a table before, which may be nil, into a table of the given columns.
// Both are matched by the names of their columns; what they lack is blank. All columns of both must be loaded. Codes
// unknown_column, of the key and of Keep, and too_large.
func (j Join) Rows(before, in *Sheet, columns []Declared, limits Limits) (*Sheet, Counts, error) {
	t := &table{columns: columns, before: sideOf(before, columns), in: sideOf(in, columns)}
	n := Counts{In: in.Rows}
	if before != nil && j.Mode != Replace {
		for r := range before.Rows {
			t.rows = append(t.rows, int32(r))
		}
	}
	key, err := t.positions(j.Key, "unique_by")
	if err != nil {
		return nil, n, err
	}
	add := func(r int) {
		t.rows = append(t.rows, ^int32(r))
		n.Added++
	}
	if j.Mode == Upsert {
		add = t.upsert(key, &n)
	}
	skip := j.Skip
	for r := range in.Rows {
		if len(skip) > 0 && skip[0] == r {
			skip = skip[1:]
			continue
		}
		add(r)
	}
	if j.Mode == Upsert {
		t.rows = slices.DeleteFunc(t.rows, func(r int32) bool { return r == gone })
	}
	all := len(t.rows)
	if err := t.keep(j.Keep); err != nil {
		return nil, n, err
	}
	n.Dropped = all - len(t.rows)
	out, err := t.build(limits)
	return out, n, err
}

// table is a table that is being put together.
type table struct {
	columns    []Declared
	before, in side
	rows       []int32 // of before; those of in as their complement
}

// gone marks a row that is not there any more.
const gone = math.MinInt32

// side is a sheet with the places of a table's columns in it; −1 = not there.
type side struct {
	sheet *Sheet
	at    []int
}

func sideOf(s *Sheet, columns []Declared) side {
	out := side{s, make([]int, len(columns))}
	for i, c := range columns {
		out.at[i] = -1
		if s == nil {
			continue
		}
		if at, ok := s.Column(c.Name); ok {
			out.at[i] = at
		}
	}
	return out
}

// find gives the sheet and the place of a row in it.
func (t *table) find(row int32) (side, int) {
	if row < 0 {
		return t.in, int(^row)
	}
	return t.before, int(row)
}

// positions finds columns by their names. Code unknown_column.
func (t *table) positions(names []string, field string) ([]int, error) {
	out := make([]int, len(names))
	for i, name := range names {
		at := slices.IndexFunc(t.columns, func(c Declared) bool { return c.Name == strings.TrimSpace(name) })
		if at < 0 {
			return nil, UnknownColumn(name).WithField(field)
		}
		out[i] = at
	}
	return out, nil
}

// UnknownColumn is the error for a column that a table does not have.
func UnknownColumn(name string) *errs.Error {
	return errs.Newf(errs.Invalid, "unknown_column", "There is no column %q.", name).WithParams(map[string]any{"column": name})
}

// upsert replaces rows by their key. Where a key is there several times the first row is replaced and the others go.
func (t *table) upsert(key []int, n *Counts) func(row int) {
	type places struct {
		first int
		more  []int
	}
	known := make(map[string]*places, len(t.rows))
	for i, r := range t.rows {
		k := t.key(r, key)
		if p := known[k]; p == nil {
			known[k] = &places{first: i}
		} else {
			p.more = append(p.more, i)
		}
	}
	return func(row int) {
		k := t.key(^int32(row), key)
		p := known[k]
		if p == nil {
			known[k] = &places{first: len(t.rows)}
			t.rows = append(t.rows, ^int32(row))
			n.Added++
			return
		}
		t.rows[p.first] = ^int32(row)
		for _, i := range p.more {
			t.rows[i] = gone
		}
		p.more = nil
		n.Updated++
	}
}

// key is the values of a row in some columns: numbers and dates as such, however they are written.
func (t *table) key(row int32, columns []int) string {
	from, r := t.find(row)
	var b []byte
	for _, c := range columns {
		text := from.text(r, c)
		b = strconv.AppendInt(b, int64(len(text)), 10)
		b = append(append(b, ':'), text...)
	}
	return string(b)
}

// text is the value of a cell as a text that equal values have in common.
func (s side) text(row, column int) string {
	at := s.at[column]
	if at < 0 {
		return ""
	}
	c := &s.sheet.Columns[at]
	if v, ok := c.number(row); ok {
		return shortest(v)
	}
	return s.sheet.CellText(s.sheet.HeaderRow+row, at)
}

// number is the typed value of a cell of numbers or dates.
func (c *Column) number(row int) (float64, bool) {
	if c.Type != Number && c.Type != Date || c.Values.IsBlank(row) {
		return 0, false
	}
	it := c.Values.Item(row)
	return it.Num, it.Kind == value.Number
}

// keep drops the oldest rows. Rows without a date are of any age, and older than those with one.
func (t *table) keep(k Keep) error {
	if k.Rows <= 0 && k.Since == 0 {
		return nil
	}
	if k.OrderBy == "" {
		if k.Rows > 0 {
			t.rows = t.rows[max(0, len(t.rows)-k.Rows):]
		}
		return nil
	}
	at, err := t.positions([]string{k.OrderBy}, "order_by")
	if err != nil {
		return err
	}
	age := func(row int32) (float64, string) {
		from, r := t.find(row)
		if from.at[at[0]] < 0 {
			return math.Inf(-1), ""
		}
		if v, ok := from.sheet.Columns[from.at[at[0]]].number(r); ok {
			return v, ""
		}
		return math.Inf(-1), from.text(r, at[0])
	}
	if k.Since != 0 {
		t.rows = slices.DeleteFunc(t.rows, func(row int32) bool {
			v, _ := age(row)
			return !math.IsInf(v, -1) && v < k.Since
		})
	}
	if k.Rows <= 0 || len(t.rows) <= k.Rows {
		return nil
	}
	t.newest(k.Rows, age)
	return nil
}

// newest keeps so many rows, in their order.
func (t *table) newest(rows int, age func(row int32) (float64, string)) {
	order := make([]int, len(t.rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		av, at := age(t.rows[a])
		bv, bt := age(t.rows[b])
		return cmp.Or(cmp.Compare(av, bv), cmp.Compare(at, bt))
	})
	for _, i := range order[:len(order)-rows] {
		t.rows[i] = gone
	}
	t.rows = slices.DeleteFunc(t.rows, func(r int32) bool { return r == gone })
}

// build makes the sheet, with a header row.
func (t *table) build(limits Limits) (*Sheet, error) {
	b := NewBuilder("", Layout{HeaderRow: 1, Declared: t.columns}, NewBudget(limits))
	b.Expect(len(t.rows), len(t.columns))
	for i, c := range t.columns {
		if err := b.Name(i, c.Name); err != nil {
			return nil, err
		}
	}
	if err := b.EndRow(); err != nil {
		return nil, err
	}
	for _, row := range t.rows {
		from, r := t.find(row)
		for i, at := range from.at {
			if at < 0 {
				continue
			}
			if err := b.copy(i, &from.sheet.Columns[at], r); err != nil {
				return nil, err
			}
		}
		if err := b.EndRow(); err != nil {
			return nil, err
		}
	}
	return b.Sheet(), nil
}

// copy takes a cell over as it was written; a number in a text that was read with other marks becomes a number.
func (b *Builder) copy(col int, from *Column, row int) error {
	switch f := from.body.forms[row]; {
	case f == formBlank:
		return nil
	case isNumber(f):
		c, err := b.column(col)
		if err == nil {
			c.number(b.row-b.layout.HeaderRow, f, from.body.nums[row])
		}
		return err
	case f == formText:
		text := from.body.dict[from.body.codes[row]]
		if v, ok := from.number(row); ok && from.Type == Number {
			if again, same := ParseNumber(text, b.layout.Marks); !same || again != v {
				return b.Number(col, v)
			}
		}
		return b.Text(col, []byte(text))
	default:
		return b.Bool(col, f == formTrue)
	}
}
