package component

import (
	"strings"

	"octavo/internal/dataset"
)

// starterColumns is how many columns a starter table shows.
const starterColumns = 8

// Column is what a suggestion must know of a column of a source.
type Column struct {
	Name    string
	Type    dataset.Type
	Pattern string // of dates
}

const (
	text   = dataset.Text
	number = dataset.Number
	date   = dataset.Date
)

// ref is the column as a formula names it.
func (c Column) ref() string { return "@[" + strings.ReplaceAll(c.Name, "]", "]]") + "]" }

// format is what a part that shows the column starts with; numbers need none.
func (c Column) format() map[string]any {
	switch c.Type {
	case date:
		f := map[string]any{"as": AsDate}
		if c.Pattern != "" {
			f["pattern"] = c.Pattern
		}
		return f
	case number:
		return map[string]any{"as": AsNumber}
	}
	return nil
}

func pick(columns []Column, of dataset.Type) (Column, bool) {
	for _, c := range columns {
		if c.Type == of {
			return c, true
		}
	}
	return Column{}, false
}

// Suggest gives the type of component that suits columns best: one number alone makes
// a value, a date with a number a chart, all else a table.
func Suggest(columns []Column) *Type {
	_, hasNumber := pick(columns, number)
	_, hasDate := pick(columns, date)
	switch {
	case len(columns) == 1 && hasNumber:
		return &simpleValue
	case hasNumber && hasDate:
		return &chart
	}
	return &table
}

// Starter makes a component of the type over columns of one source. Its formulas
// are friendly texts. newID gives the ids of the nodes.
func (t *Type) Starter(columns []Column, newID func() string) Node {
	return t.starter(columns, &builder{newID: newID})
}

// builder makes nodes with ids.
type builder struct{ newID func() string }

func (b *builder) component(typeName string, parts ...Node) Node {
	list := make([]any, len(parts))
	for i, p := range parts {
		list[i] = map[string]any(p)
	}
	return Node{"id": b.newID(), "type": typeName, "components": list}
}

func (b *builder) part(typeName, name, formula string, format map[string]any) Node {
	n := Node{"id": b.newID(), "type": typeName}
	if name != "" {
		n["displayName"] = name
	}
	if formula != "" {
		n["formulas"] = []any{map[string]any{"text": formula}}
	}
	if format != nil {
		n["format"] = format
	}
	return n
}
