package component

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"octavo/internal/formula/value"
)

var table = Type{
	Name: "table", Title: "Table", Words: "table", Needs: "one or more columns",
	Parts: []PartType{tableColumn, hiddenData}, Properties: tableProperties, Indicators: true, starter: starterTable, draw: drawTable,
}

var tableProperties = []Property{
	{Name: "showHeader", Words: "header row", Kind: Toggle, Default: true},
	{Name: "striped", Words: "row stripes", Kind: Toggle, Default: false},
	limitProperty,
}

var tableColumn = PartType{
	Name: "table_column", Kind: "Column", Title: "Column", Words: "column", Min: 1, Max: 100, Formats: slices.Concat(anyFormat, []string{AsSparkline}), Abbreviate: never, Actions: true,
	Properties: []Property{
		{Name: "align", Words: "alignment", Kind: Choice, Default: "auto", Choices: []string{"auto", "left", "center", "right"}},
		{Name: "total", Words: "total", Kind: Choice, Default: "none", Choices: []string{"none", "sum", "average", "min", "max", "count"}},
	},
}

func starterTable(columns []Column, b *builder) Node {
	var parts []Node
	for _, c := range columns[:min(len(columns), starterColumns)] {
		parts = append(parts, b.part(tableColumn.Name, c.Name, c.ref(), c.format()))
	}
	if len(parts) == 0 {
		parts = append(parts, b.part(tableColumn.Name, "", "", nil))
	}
	return b.component("table", parts...)
}

// TableResult is a table as a browser draws it.
type TableResult struct {
	ShowHeader bool          `json:"show_header"`
	Striped    bool          `json:"striped"`
	Rows       int           `json:"rows"`       // rows sent, at most MaxRows
	TotalRows  int           `json:"total_rows"` // rows there are
	Columns    []TableColumn `json:"columns"`
}

// TableColumn is one column of a table.
type TableColumn struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Kind  string `json:"kind"`
	Align string `json:"align"`
	Items Items  `json:"items"`
	Total *Total `json:"total,omitempty"`
	// Sparks are the numbers of the mini chart of each row; nil is a gap.
	Sparks [][]*float64 `json:"sparks,omitempty"`
	Marks  []Mark       `json:"marks,omitempty"` // by indicators, in order of rows
}

// Total is the number below a column, over all of its rows.
type Total struct {
	Raw   any    `json:"raw"`
	Text  string `json:"text"`
	Label string `json:"label"`
}

func drawTable(in Input, out *Output) {
	columns := in.of("table_column")
	all := in.lengthOf(in.rows(), out)
	t := &TableResult{
		ShowHeader: in.Node.toggle(tableProperties, "showHeader"),
		Striped:    in.Node.toggle(tableProperties, "striped"),
		Rows:       min(all, MaxRows), TotalRows: all, Columns: []TableColumn{},
	}
	pt := &tableColumn
	marks := in.marks(t.Rows, pt, &hiddenData)
	for _, c := range columns {
		v := in.Data[c.ID()]
		f := in.formatOf(c, pt)
		w := newWriter(v, f, in.Place, shortenAxis)
		var sparks [][]*float64
		if w.kind == KindSparkline {
			var cut bool
			if sparks, cut = sparksOf(v, t.Rows); cut {
				out.warn(in.Node, "too_many_points", fmt.Sprintf("Mini charts draw only the first %d numbers of each row in %s.", maxSpark, c.Name(pt.Title)))
			}
		}
		t.Columns = append(t.Columns, TableColumn{
			ID: c.ID(), Sparks: sparks, Name: c.Name(pt.Title), Kind: w.kind, Align: alignOf(c, pt, w.kind),
			Items: w.list(v, t.Rows), Total: total(c.choice(pt.Properties, "total"), v, f, in.Place), Marks: marks[c.ID()],
		})
	}
	out.Table = t
}

// maxSpark is more numbers than a mini chart has pixels.
const maxSpark = 500

// sparksOf reads n items as lists of numbers between commas; what is no number is a gap.
// cut says that some list is longer than what is drawn.
func sparksOf(v value.Vector, n int) (out [][]*float64, cut bool) {
	out = make([][]*float64, n)
	for i := range out {
		out[i] = []*float64{}
		if i >= v.Len() || v.Item(i).IsEmpty() {
			continue
		}
		for _, text := range strings.SplitN(v.Item(i).Text(), ",", maxSpark+1) {
			if len(out[i]) == maxSpark {
				cut = true
				break
			}
			var at *float64
			if x, ok := value.ParseNumber(strings.TrimSpace(text)); ok {
				at = &x
			}
			out[i] = append(out[i], at)
		}
	}
	return out, cut
}

func alignOf(column Node, pt *PartType, kind string) string {
	if align := column.choice(pt.Properties, "align"); align != "auto" {
		return align
	}
	if kind == KindNumber {
		return "right"
	}
	return "left"
}

var totalLabels = map[string]string{
	"sum": "Sum", "average": "Average", "min": "Min", "max": "Max", "count": "Count",
}

// total computes what stands below a column. Blanks and texts that are no numbers
// do not count; the count is of items that are not blank.
func total(how string, v value.Vector, f Format, at Place) *Total {
	if how == "none" {
		return nil
	}
	t := &Total{Label: totalLabels[how]}
	if how == "count" {
		n := 0
		for i := range v.Len() {
			if !v.Item(i).IsEmpty() {
				n++
			}
		}
		f = Format{As: AsNumber, Thousands: f.Thousands, Abbreviate: never}
		t.Raw, t.Text = newWriter(value.Of(value.Num(float64(n))), f, at, shortenAxis).write(value.Num(float64(n)))
		return t
	}
	if f.As == AsSparkline { // lists have no number
		return nil
	}
	it := fold(how, numbersOf(v))
	f = f.resolved(v)
	if f.As == AsText {
		f.As = AsNumber
	}
	if f.As == AsDate && how == "sum" { // the sum of dates means nothing
		it = value.Item{}
	}
	t.Raw, t.Text = newWriter(value.Of(it), f, at, shortenAxis).write(it)
	return t
}

func fold(how string, numbers []float64) value.Item {
	if len(numbers) == 0 {
		return value.Item{}
	}
	acc := numbers[0]
	for _, x := range numbers[1:] {
		switch how {
		case "min":
			acc = min(acc, x)
		case "max":
			acc = max(acc, x)
		default:
			acc += x
		}
	}
	if how == "average" {
		acc /= float64(len(numbers))
	}
	if math.IsNaN(acc) || math.IsInf(acc, 0) {
		return value.Item{}
	}
	return value.Num(acc)
}
