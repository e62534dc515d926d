package dataset

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"octavo/internal/errs"
	"octavo/internal/formula/value"
)

// Where is a condition on a row: a column compared with a value.
type Where struct {
	Column string
	Op     string // one of Ops
	Value  string // read as the type of the column; "" = blank, with eq and ne
}

// Ops are the comparisons of Where.
var Ops = []string{"eq", "ne", "lt", "le", "gt", "ge", "contains"}

// ParseWhere reads column:op:value. The value may have colons; a column that has one is named by its letter. Code bad_where.
func ParseWhere(text string) (Where, error) {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) != 3 || !slices.Contains(Ops, parts[1]) {
		return Where{}, badWhere("it is column:op:value, and op is one of " + strings.Join(Ops, ", "))
	}
	return Where{Column: parts[0], Op: parts[1], Value: parts[2]}, nil
}

func badWhere(reason string) error {
	return errs.Newf(errs.Invalid, "bad_where", "This condition cannot be read: %s.", reason).WithField("where").WithParams(map[string]any{"reason": reason})
}

// Without gives the table without the rows that fit all conditions, and how many these are. All columns must be
// loaded. Codes unknown_column, bad_where.
func (s *Sheet) Without(all []Where, columns []Declared, limits Limits) (*Sheet, int, error) {
	fit := func(int) bool { return true }
	for _, w := range all {
		one, err := s.condition(w)
		if err != nil {
			return nil, 0, err
		}
		before := fit
		fit = func(row int) bool { return before(row) && one(row) }
	}
	t := &table{columns: columns, before: sideOf(s, columns), in: sideOf(nil, columns)}
	for r := range s.Rows {
		if !fit(r) {
			t.rows = append(t.rows, int32(r))
		}
	}
	out, err := t.build(limits)
	return out, s.Rows - len(t.rows), err
}

// condition makes the test of a row.
func (s *Sheet) condition(w Where) (func(row int) bool, error) {
	at, ok := s.Column(w.Column)
	for i := 0; i < len(s.Columns) && !ok; i++ {
		at, ok = i, Letter(i) == w.Column
	}
	if !ok {
		return nil, UnknownColumn(w.Column).WithField("where")
	}
	c := &s.Columns[at]
	text := func(row int) string { return s.CellText(s.HeaderRow+row, at) }
	switch {
	case w.Op == "contains":
		return func(row int) bool { return strings.Contains(text(row), w.Value) }, nil
	case w.Value == "" && (w.Op == "eq" || w.Op == "ne"):
		return func(row int) bool { return c.Values.IsBlank(row) == (w.Op == "eq") }, nil
	case c.Type == Number || c.Type == Date:
		want, ok := c.read(w.Value, s.marks)
		if !ok {
			return nil, badWhere("the value is no " + string(c.Type) + ", as the column is")
		}
		return func(row int) bool {
			v, ok := c.number(row)
			return ok && holds(w.Op, cmp.Compare(v, want)) || !ok && w.Op == "ne"
		}, nil
	case c.Type == Bool:
		want, err := strconv.ParseBool(strings.ToLower(w.Value))
		if err != nil || w.Op != "eq" && w.Op != "ne" {
			return nil, badWhere("a column of true and false is compared by eq or ne with true or false")
		}
		return func(row int) bool {
			it := c.Values.Item(row)
			return (it.Kind == value.Bool && it.Bool == want) == (w.Op == "eq")
		}, nil
	}
	return func(row int) bool { return holds(w.Op, strings.Compare(text(row), w.Value)) }, nil
}

func holds(op string, order int) bool {
	switch op {
	case "eq":
		return order == 0
	case "ne":
		return order != 0
	case "lt":
		return order < 0
	case "le":
		return order <= 0
	case "gt":
		return order > 0
	}
	return order >= 0
}

// read reads a value as the type of the column: a date as its pattern says, in another known one, or in Unix seconds.
func (c *Column) read(text string, m Marks) (float64, bool) {
	if c.Type != Date {
		return ParseNumber(text, m)
	}
	if v, ok := ParseDate(c.Pattern, text); ok {
		return v, true
	}
	for _, pattern := range datePatterns {
		if v, ok := ParseDate(pattern, text); ok {
			return v, true
		}
	}
	return ParsePlain([]byte(text))
}
