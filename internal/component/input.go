package component

import (
	"regexp"
	"slices"

	"octavo/internal/formula/value"
)

// Kinds of control. Those without options take what somebody types.
const (
	dropDown    = "drop_down"
	multiSelect = "multi_select"
	radio       = "radio"
)

// Scopes of the value that a control sets.
const (
	ScopeKlip      = "klip"      // all components of the same Klip
	ScopeDashboard = "dashboard" // all Klips of the dashboard
	ScopeAll       = "all"       // all dashboards
)

var input = Type{
	Name: "input", Title: "Control", Words: "control", Needs: "a list of values to choose from",
	Parts: []PartType{inputValues, inputLabels}, Properties: inputProperties, starter: starterInput, draw: drawInput,
}

var inputValues = PartType{Name: "input_values", Kind: "Values", Words: "list of values", Min: 1, Max: 1, Formats: anyFormat}

var inputLabels = PartType{Name: "input_labels", Kind: "Labels", Words: "list of labels", Min: 1, Max: 1, Formats: anyFormat}

// variableName is what the name of a variable that a control sets looks like. Names of people and
// of the account have a dot and cannot be set.
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,99}$`)

var inputProperties = []Property{
	{Name: "variable", Words: "variable", Kind: Line, Pattern: variableName, Hint: "letters, digits, _ and -, and begins with a letter"},
	{Name: "control", Words: "kind of control", Kind: Choice, Default: dropDown, Choices: []string{dropDown, multiSelect, radio, "text", "number", "date"}},
	{Name: "scope", Words: "reach", Kind: Choice, Default: ScopeDashboard, Choices: []string{ScopeKlip, ScopeDashboard, ScopeAll}},
	{Name: "default", Words: "value at first", Kind: Line},
}

// InputResult is a control that sets a variable.
type InputResult struct {
	Variable string        `json:"variable"` // "" = none yet
	Control  string        `json:"control"`
	Scope    string        `json:"scope"`
	Options  []InputOption `json:"options"` // of drop_down, multi_select and radio
	Chosen   []string      `json:"chosen"`  // values, none = nobody has chosen and there is no default
	Fixed    bool          `json:"fixed"`   // the account or the person has a value that nobody replaces here
}

// InputOption is one value to choose.
type InputOption struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Setting is what a control does, without its options.
type Setting struct {
	Variable string
	Scope    string
	Default  string // "" = none
}

// Settings lists what the controls of a Klip set, those that set nothing left out.
func Settings(components []any) []Setting {
	var out []Setting
	for _, n := range Nodes(components) {
		if n.TypeName() != input.Name {
			continue
		}
		s := Setting{Variable: n.line("variable"), Scope: n.choice(inputProperties, "scope"), Default: n.line("default")}
		if s.Variable != "" {
			out = append(out, s)
		}
	}
	return out
}

func (n Node) line(name string) string {
	s, _ := n.property(nil, name).(string)
	return s
}

func drawInput(in Input, out *Output) {
	n := in.Node
	r := &InputResult{
		Variable: n.line("variable"), Control: n.choice(inputProperties, "control"), Scope: n.choice(inputProperties, "scope"),
		Options: []InputOption{}, Chosen: []string{},
	}
	r.Fixed = in.Fixed[r.Variable]
	if v, ok := in.Variables[r.Variable]; ok {
		r.Chosen = textsOf(v)
	}
	if slices.Contains([]string{dropDown, multiSelect, radio}, r.Control) {
		r.Options = in.options(out)
	}
	out.Input = r
}

// options are the values with their labels, each value once, blank ones left out.
func (in Input) options(out *Output) []InputOption {
	var values, labels value.Vector
	var label Node
	for _, p := range in.Node.Parts() {
		switch p.TypeName() {
		case inputValues.Name:
			values = in.Data[p.ID()]
		case inputLabels.Name:
			labels, label = in.Data[p.ID()], p
		}
	}
	words := textsOf(values)
	if labels.Len() > 0 {
		words = newWriter(labels, in.formatOf(label, &inputLabels), in.Place, shortenValue).list(labels, labels.Len()).Text
	}
	list := []InputOption{}
	seen := map[string]bool{}
	for i, v := range textsOf(values) {
		if v == "" || seen[v] {
			continue
		}
		if len(list) == MaxRows {
			out.warn(in.Node, "too_many_values", "Only the first 1,000 values can be chosen.")
			break
		}
		seen[v] = true
		o := InputOption{Value: v, Label: v}
		if i < len(words) && words[i] != "" {
			o.Label = words[i]
		}
		list = append(list, o)
	}
	return list
}

// textsOf are the items as a variable takes them.
func textsOf(v value.Vector) []string {
	out := make([]string, v.Len())
	for i := range out {
		out[i] = v.Item(i).Text()
	}
	return out
}

func starterInput(columns []Column, b *builder) Node {
	values := b.part(inputValues.Name, "", "", nil)
	if c, ok := pick(columns, text); ok {
		values = b.part(inputValues.Name, "", "GROUP("+c.ref()+")", nil)
	}
	return b.component("input", values, b.part(inputLabels.Name, "", "", nil))
}
