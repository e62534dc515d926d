package component

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxLine is the length of a property that is a line of text, in characters: that of a value of a property.
const maxLine = 4096

// CanonicalProperties checks an object of properties and leaves those out that
// have their default.
func CanonicalProperties(v any, of []Property, path string) (map[string]any, error) {
	if v == nil {
		return nil, nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, Bad(path, "Properties are an object.")
	}
	out := maps.Clone(m)
	for _, p := range of {
		value, there := out[p.Name]
		if !there {
			continue
		}
		if value == nil || value == p.Default || value == "" && p.Kind == Line {
			delete(out, p.Name)
			continue
		}
		if err := p.check(value, path+"/"+p.Name); err != nil {
			return nil, err
		}
	}
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil })
	return out, nil
}

func (p Property) check(v any, path string) error {
	switch p.Kind {
	case Toggle:
		if _, ok := v.(bool); !ok {
			return Bad(path, "The %s is on or off.", p.Words)
		}
	case Choice:
		if s, ok := v.(string); !ok || !slices.Contains(p.Choices, s) {
			return Bad(path, "The %s is %s.", p.Words, orList(p.Choices))
		}
	case Whole:
		f, ok := v.(float64)
		if !ok || f != float64(int64(f)) || f < p.Min || f > p.Max {
			return Bad(path, "The %s is a whole number from %v to %v.", p.Words, p.Min, p.Max)
		}
	case Amount:
		if _, ok := v.(float64); !ok {
			return Bad(path, "The %s is a number.", p.Words)
		}
	case Line:
		s, ok := v.(string)
		switch {
		case !ok || strings.ContainsAny(s, "\n\r"):
			return Bad(path, "The %s is one line of text.", p.Words)
		case utf8.RuneCountInString(s) > maxLine:
			return Bad(path, "The %s has at most %d characters.", p.Words, maxLine)
		case p.Pattern != nil && !p.Pattern.MatchString(s):
			return Bad(path, "The %s has %s.", p.Words, p.Hint)
		}
	}
	return nil
}

// orList writes "a", "b" or "c".
func orList(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	if len(quoted) == 1 {
		return quoted[0]
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

// Fill gives a canonical list of components with the defaults of known names and
// properties written out, as an editor wants it. Canonical takes them away again.
func Fill(list []any) []any {
	out := make([]any, len(list))
	for i, it := range list {
		m, ok := it.(map[string]any)
		if !ok {
			out[i] = it
			continue
		}
		node := Node(maps.Clone(m))
		if t, ok := Find(node.TypeName()); ok {
			fillNode(node, t.Title, t.Properties)
			parts := node.Parts()
			filled := make([]any, len(parts))
			for j, p := range parts {
				p = maps.Clone(p)
				if pt, ok := t.Part(p.TypeName()); ok {
					fillNode(p, pt.Title, pt.Properties)
				}
				filled[j] = map[string]any(p)
			}
			node["components"] = filled
		}
		out[i] = map[string]any(node)
	}
	return out
}

func fillNode(node Node, name string, properties []Property) {
	node["displayName"] = node.Name(name)
	props, _ := node["properties"].(map[string]any)
	if filled := FillProperties(props, properties); len(filled) > 0 {
		node["properties"] = filled
	}
}

// FillProperties writes the defaults of properties out; those without one are null.
func FillProperties(props map[string]any, of []Property) map[string]any {
	out := maps.Clone(props)
	if out == nil {
		out = map[string]any{}
	}
	for _, p := range of {
		if _, ok := out[p.Name]; !ok {
			out[p.Name] = p.Default
		}
	}
	return out
}
