package component

import (
	"fmt"

	"octavo/internal/formula/value"
)

// Limits of what one component sends to a browser.
const (
	MaxRows   = 1000 // of a table
	MaxPoints = 5000 // of a chart
)

// Input is what a component is drawn from.
type Input struct {
	Node  Node                    // the component, canonical
	Data  map[string]value.Vector // lists by the id of their part; absent = the part has no formula
	Dates map[string]string       // parts known to hold dates, with the pattern they came in
	Place Place

	Variables map[string]value.Vector // what variables are set to, for controls
	Fixed     map[string]bool         // variables that nobody can set in a view
}

// Warning tells about a component that is drawn all the same.
type Warning struct {
	Component string `json:"component"`
	Code      string `json:"code"`
	Message   string `json:"message"`
}

// Output is what a browser draws; the field of the component's type is set.
type Output struct {
	Table    *TableResult
	Chart    *ChartResult
	Value    *ValueResult
	Input    *InputResult
	Warnings []Warning
}

// Draw turns the lists of a component's parts into what a browser draws. Nothing
// else of the sources leaves the server.
func Draw(in Input) Output {
	var out Output
	if t, ok := Find(in.Node.TypeName()); ok {
		t.draw(in, &out)
	}
	return out
}

// formatOf is the format of a part; one that is known to hold dates needs none to show them.
func (in Input) formatOf(part Node, pt *PartType) Format {
	return FormatFor(part, pt, in.Dates)
}

// FormatFor is FormatOf, and a part that is known to hold dates shows them as such.
func FormatFor(part Node, pt *PartType, dates map[string]string) Format {
	f := FormatOf(part, pt)
	if pattern, ok := dates[part.ID()]; ok && (f.As == "" || f.As == AsDate && f.Pattern == "") {
		f.As, f.Pattern = AsDate, pattern
	}
	return f
}

// lengthOf is the number of rows that the parts make together, with a warning
// when some of them are shorter. A part with one item is a constant, not a short list.
func (in Input) lengthOf(parts []Node, out *Output) int {
	n := 0
	for _, p := range parts {
		n = max(n, in.Data[p.ID()].Len())
	}
	for _, p := range parts {
		if l := in.Data[p.ID()].Len(); l > 1 && l < n {
			out.warn(in.Node, "not_aligned", fmt.Sprintf("The columns are not aligned: %s has %d items, the longest %d. The missing ones are blank.",
				p.Name(p.TypeName()), l, n))
			break
		}
	}
	return n
}

func (out *Output) warn(node Node, code, message string) {
	out.Warnings = append(out.Warnings, Warning{Component: node.ID(), Code: code, Message: message})
}

// rows are the parts whose items stand side by side, in order.
func (in Input) rows() []Node {
	var out []Node
	for _, p := range in.Node.Parts() {
		if IsRow(p) {
			out = append(out, p)
		}
	}
	return out
}

// of filters parts by type.
func (in Input) of(typeName string) []Node {
	var out []Node
	for _, p := range in.Node.Parts() {
		if p.TypeName() == typeName {
			out = append(out, p)
		}
	}
	return out
}
