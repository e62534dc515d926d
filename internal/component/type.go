package component

import (
	"regexp"
	"slices"
)

// Type is one type of component.
type Type struct {
	Name       string     // as in documents: "table"
	Title      string     // its name until somebody gives another: "Table"
	Words      string     // in a sentence: "table"
	Needs      string     // the data it needs, in words
	Parts      []PartType // in the order of a starter
	Properties []Property
	Indicators bool // it marks items that fulfil conditions
	starter    func(columns []Column, b *builder) Node
	draw       func(in Input, out *Output)
}

// PartType is one type of part.
type PartType struct {
	Name       string   // as in documents: "table_column"
	Kind       string   // the word before the label in references: "Column" of "&Column: Revenue"
	Title      string   // its name until somebody gives another; "" = shown without
	Words      string   // in a sentence: "column"
	Min, Max   int      // how many a component has
	Roles      []string // of parts that are told apart by a role; the first must be there
	Formats    []string // values of format.as
	Abbreviate string   // what format.abbreviate is when absent
	Actions    bool     // it may filter, group and sort the rows of the component
	Properties []Property
}

// types is the list of all types.
var types = []*Type{&table, &chart, &simpleValue, &input}

// Types lists all types, in the order of the gallery.
func Types() []*Type { return slices.Clone(types) }

// Find gives a type by its name.
func Find(name string) (*Type, bool) {
	for _, t := range types {
		if t.Name == name {
			return t, true
		}
	}
	return nil, false
}

// Part gives a type of part by its name.
func (t *Type) Part(name string) (*PartType, bool) {
	for i := range t.Parts {
		if t.Parts[i].Name == name {
			return &t.Parts[i], true
		}
	}
	return nil, false
}

// ValueKind says what a property holds.
type ValueKind uint8

// The kinds of value.
const (
	Toggle ValueKind = iota + 1 // true or false
	Choice                      // one of Choices
	Whole                       // an integer from Min to Max
	Amount                      // any number
	Line                        // one line of text, as Pattern says
)

// Property is one property of a component, a part or a Klip.
type Property struct {
	Name     string
	Words    string // what a list of changes calls it: "bar colour"
	Kind     ValueKind
	Default  any // nil = none; null and absent then mean the same
	Choices  []string
	Min, Max float64
	Pattern  *regexp.Regexp // of a Line, nil = any
	Hint     string         // what fits Pattern, in words
}

// Node is a component or a part, as it stands in a document.
type Node map[string]any

// ID is the id of the node, unique in its document.
func (n Node) ID() string { return n.text("id") }

// TypeName is the name of the node's type.
func (n Node) TypeName() string { return n.text("type") }

// Role is what a part is among its like, "" for most.
func (n Node) Role() string { return n.text("role") }

// Name is the display name; otherwise the given one.
func (n Node) Name(otherwise string) string {
	if s := n.text("displayName"); s != "" {
		return s
	}
	return otherwise
}

// Parts are the nodes below.
func (n Node) Parts() []Node { return Nodes(n["components"]) }

// Nodes reads a list of nodes; what is none is left out.
func Nodes(list any) []Node {
	items, _ := list.([]any)
	out := make([]Node, 0, len(items))
	for _, it := range items {
		if m, ok := it.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// Formula is the formula of a part: an object with text and refs; nil if there is none.
func (n Node) Formula() map[string]any {
	list, _ := n["formulas"].([]any)
	if len(list) == 0 {
		return nil
	}
	f, _ := list[0].(map[string]any)
	return f
}

func (n Node) text(field string) string {
	s, _ := n[field].(string)
	return s
}

func (n Node) property(of []Property, name string) any {
	props, _ := n["properties"].(map[string]any)
	if v, ok := props[name]; ok && v != nil {
		return v
	}
	for _, p := range of {
		if p.Name == name {
			return p.Default
		}
	}
	return nil
}

func (n Node) toggle(of []Property, name string) bool {
	b, _ := n.property(of, name).(bool)
	return b
}

func (n Node) choice(of []Property, name string) string {
	s, _ := n.property(of, name).(string)
	return s
}

// number is a property that may be absent.
func (n Node) number(of []Property, name string) *float64 {
	f, ok := n.property(of, name).(float64)
	if !ok {
		return nil
	}
	return &f
}
