package component

import (
	"reflect"
	"slices"
)

// Difference is one thing that is not the same in two states of a document, in words.
type Difference struct {
	Kind string // added, removed, changed, renamed or moved
	What string // what it is about, in a sentence: "series"
	Name string // its name, "" = it has none
	Of   string // changed: what of it, "colour"; renamed: its name before
}

// Unknown stands where a document holds what this version has no words for: fields
// that a newer one wrote.
const Unknown = "something that a newer version knows"

// fieldWords are the words for the fields that all parts and components have alike.
var fieldWords = map[string]string{
	"formulas": "formula", "format": "format", "role": "role", "indicators": "indicators",
}

// actionWords are the words for the actions of a part.
var actionWords = map[string]string{"filters": "filter", "group": "grouping", "aggregate": "summary of groups", "sort": "order"}

// Differences compares two canonical lists of components, in the order of the new one.
func Differences(before, after []any) []Difference {
	return compareNodes(Nodes(before), Nodes(after), "components", wordsOfComponent, func(was, is Node) []Difference {
		t, ok := Find(is.TypeName())
		if !ok {
			t = &Type{Words: "component"}
		}
		out := compareFields(was, is, t.Words, is.Name(t.Title), t.Title, t.Properties)
		return append(out, compareNodes(was.Parts(), is.Parts(), "parts of the "+t.Words, func(n Node) (string, string) {
			return wordsOfPart(t, n)
		}, func(was, is Node) []Difference {
			part, ok := t.Part(is.TypeName())
			if !ok {
				part = &PartType{Words: "part"}
			}
			return compareFields(was, is, part.Words, is.Name(part.Title), part.Title, part.Properties)
		})...)
	})
}

func wordsOfComponent(n Node) (what, name string) {
	if t, ok := Find(n.TypeName()); ok {
		return t.Words, n.Name(t.Title)
	}
	return "component", n.Name("")
}

func wordsOfPart(t *Type, n Node) (what, name string) {
	if p, ok := t.Part(n.TypeName()); ok {
		return p.Words, n.Name(p.Title)
	}
	return "part", n.Name("")
}

// compareNodes compares nodes by their ids: what came, what went, what changed, and
// whether what stayed stands in another order.
func compareNodes(was, is []Node, all string, words func(Node) (string, string), each func(was, is Node) []Difference) []Difference {
	var out []Difference
	var stayed, order []string
	for _, n := range was {
		if !slices.ContainsFunc(is, func(o Node) bool { return o.ID() == n.ID() }) {
			what, name := words(n)
			out = append(out, Difference{Kind: "removed", What: what, Name: name})
			continue
		}
		stayed = append(stayed, n.ID())
	}
	for _, n := range is {
		i := slices.IndexFunc(was, func(o Node) bool { return o.ID() == n.ID() })
		if i < 0 {
			what, name := words(n)
			out = append(out, Difference{Kind: "added", What: what, Name: name})
			continue
		}
		order = append(order, n.ID())
		out = append(out, each(was[i], n)...)
	}
	if !slices.Equal(stayed, order) {
		out = append(out, Difference{Kind: "changed", What: all, Of: "order"})
	}
	return out
}

// compareFields compares two states of one node.
func compareFields(was, is Node, what, name, title string, properties []Property) []Difference {
	var out []Difference
	changed := func(of string) { out = append(out, Difference{Kind: "changed", What: what, Name: name, Of: of}) }
	if old := was.Name(title); old != name {
		out = append(out, Difference{Kind: "renamed", What: what, Name: name, Of: old})
	}
	for _, field := range fieldsOf(was, is) {
		if reflect.DeepEqual(was[field], is[field]) {
			continue
		}
		switch field {
		case "id", "displayName", "components":
		case "type":
			changed("type")
		case "properties":
			a, _ := was[field].(map[string]any)
			b, _ := is[field].(map[string]any)
			for _, of := range PropertyDifferences(a, b, properties) {
				changed(of)
			}
		case "actions":
			a, _ := was[field].(map[string]any)
			b, _ := is[field].(map[string]any)
			for _, of := range differing(a, b, func(k string) string { return actionWords[k] }) {
				changed(of)
			}
		default:
			of, ok := fieldWords[field]
			if !ok {
				of = Unknown
			}
			changed(of)
		}
	}
	return out
}

// PropertyDifferences words the properties that differ.
func PropertyDifferences(was, is map[string]any, of []Property) []string {
	return differing(was, is, func(name string) string {
		for _, p := range of {
			if p.Name == name {
				return p.Words
			}
		}
		return ""
	})
}

// differing words the keys whose values differ, each word once.
func differing(was, is map[string]any, words func(key string) string) []string {
	var out []string
	for _, key := range fieldsOf(was, is) {
		if reflect.DeepEqual(was[key], is[key]) {
			continue
		}
		word := words(key)
		if word == "" {
			word = Unknown
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

// fieldsOf lists the keys of both, sorted.
func fieldsOf[M ~map[string]any](a, b M) []string {
	keys := make([]string, 0, len(a)+len(b))
	for k := range a {
		keys = append(keys, k)
	}
	for k := range b {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
