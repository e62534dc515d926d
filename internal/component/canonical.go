package component

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"octavo/internal/errs"
)

// Limits of a document.
const (
	maxComponents = 50       // of one Klip
	maxParts      = 200      // of one component
	maxNameLength = 200      // characters of a display name
	maxFormula    = 64 << 10 // bytes of a formula (formulas.md §2.2)
)

var partID = regexp.MustCompile(`^[a-z2-7]{10}$`)

// Canonical checks a list of components and gives it in canonical form: known
// fields that have their default are absent, unknown fields stay, nodes without an
// id get one of newID. The input is not changed. Code bad_klip with the path of
// what is wrong, as a JSON pointer that starts with path.
func Canonical(list any, path string, newID func() string) ([]any, error) {
	items, err := listOf(list, path, maxComponents, "components")
	if err != nil {
		return nil, err
	}
	c := &canon{newID: newID, seen: map[string]bool{}}
	out := make([]any, len(items))
	for i, it := range items {
		node, err := c.component(it, path+"/"+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		out[i] = map[string]any(node)
	}
	return out, nil
}

// Bad is the error about one place of a document.
func Bad(path, format string, args ...any) error {
	return errs.New(errs.Invalid, "bad_klip", fmt.Sprintf(format, args...)).WithField(path)
}

type canon struct {
	newID func() string
	seen  map[string]bool
}

func listOf(v any, path string, most int, words string) ([]any, error) {
	if v == nil {
		return nil, nil
	}
	items, ok := v.([]any)
	if !ok {
		return nil, Bad(path, "A list of %s belongs here.", words)
	}
	if len(items) > most {
		return nil, Bad(path, "There are %d %s; at most %d are possible.", len(items), words, most)
	}
	return items, nil
}

func (c *canon) component(v any, path string) (Node, error) {
	node, err := c.node(v, path, "component")
	if err != nil {
		return nil, err
	}
	t, ok := Find(node.TypeName())
	if !ok {
		return nil, Bad(path+"/type", "There is no component of type %q.", node.TypeName())
	}
	if err := c.common(node, path, t.Title, t.Properties); err != nil {
		return nil, err
	}
	if node["formulas"] != nil {
		return nil, Bad(path+"/formulas", "A %s has no formula itself; its parts have.", t.Words)
	}
	items, err := listOf(node["components"], path+"/components", maxParts, "parts")
	if err != nil {
		return nil, err
	}
	parts := make([]any, len(items))
	for i, it := range items {
		part, err := c.part(t, it, path+"/components/"+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		parts[i] = map[string]any(part)
	}
	setOrDrop(node, "components", parts, len(parts) == 0)
	if t.Indicators {
		if err := canonicalIndicators(node, path+"/indicators"); err != nil {
			return nil, err
		}
	}
	return node, count(t, node, path)
}

// node copies an object and settles its id.
func (c *canon) node(v any, path, words string) (Node, error) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, Bad(path, "A %s is an object.", words)
	}
	node := Node(maps.Clone(m))
	maps.DeleteFunc(node, func(_ string, v any) bool { return v == nil })
	if err := wantTexts(node, path, "id", "type", "displayName", "role"); err != nil {
		return nil, err
	}
	if node.ID() == "" {
		node["id"] = c.newID()
	}
	if !partID.MatchString(node.ID()) {
		return nil, Bad(path+"/id", "The id %q is not ten characters of a–z and 2–7.", node.ID())
	}
	if c.seen[node.ID()] {
		return nil, Bad(path+"/id", "The id %q occurs twice.", node.ID())
	}
	c.seen[node.ID()] = true
	return node, nil
}

func wantTexts(m map[string]any, path string, fields ...string) error {
	for _, f := range fields {
		if v, ok := m[f]; ok {
			if _, ok := v.(string); !ok {
				return Bad(path+"/"+f, "A text belongs here.")
			}
		}
	}
	return nil
}

// common settles name and properties.
func (c *canon) common(node Node, path, defaultName string, properties []Property) error {
	name := strings.TrimSpace(node.text("displayName"))
	if utf8.RuneCountInString(name) > maxNameLength {
		return Bad(path+"/displayName", "A name has at most %d characters.", maxNameLength)
	}
	setOrDrop(node, "displayName", name, name == "" || name == defaultName)
	props, err := CanonicalProperties(node["properties"], properties, path+"/properties")
	if err != nil {
		return err
	}
	setOrDrop(node, "properties", props, len(props) == 0)
	return nil
}

func setOrDrop(node map[string]any, field string, v any, drop bool) {
	if drop {
		delete(node, field)
		return
	}
	node[field] = v
}

func (c *canon) part(t *Type, v any, path string) (Node, error) {
	node, err := c.node(v, path, "part")
	if err != nil {
		return nil, err
	}
	pt, ok := t.Part(node.TypeName())
	if !ok {
		return nil, Bad(path+"/type", "A %s has no part of type %q.", t.Words, node.TypeName())
	}
	if err := c.common(node, path, pt.Title, pt.Properties); err != nil {
		return nil, err
	}
	if below, _ := node["components"].([]any); len(below) > 0 {
		return nil, Bad(path+"/components", "A %s has no parts.", pt.Words)
	}
	delete(node, "components")
	if len(pt.Roles) > 0 && !slices.Contains(pt.Roles, node.Role()) {
		return nil, Bad(path+"/role", "The role of a %s is %s.", pt.Words, orList(pt.Roles))
	}
	if err := canonicalFormula(node, path+"/formulas"); err != nil {
		return nil, err
	}
	format, err := canonicalFormat(node["format"], pt, path+"/format")
	if err != nil {
		return nil, err
	}
	setOrDrop(node, "format", format, len(format) == 0)
	if pt.Actions && node["actions"] != nil {
		actions, err := canonicalActions(node["actions"], pt, path+"/actions")
		if err != nil {
			return nil, err
		}
		setOrDrop(node, "actions", actions, len(actions) == 0)
	}
	return node, nil
}

// canonicalFormula keeps at most one formula; an empty one is none.
func canonicalFormula(node Node, path string) error {
	list, err := listOf(node["formulas"], path, 1, "formulas of one part")
	if err != nil {
		return err
	}
	delete(node, "formulas")
	if len(list) == 0 {
		return nil
	}
	f, ok := list[0].(map[string]any)
	if !ok {
		return Bad(path+"/0", "A formula is an object with a text.")
	}
	text, ok := f["text"].(string)
	if !ok && f["text"] != nil {
		return Bad(path+"/0/text", "A text belongs here.")
	}
	if len(text) > maxFormula {
		return Bad(path+"/0/text", "A formula has at most %d bytes.", maxFormula)
	}
	if strings.TrimSpace(text) == "" {
		return nil
	}
	if _, ok := f["refs"].(map[string]any); !ok && f["refs"] != nil {
		return Bad(path+"/0/refs", "References are an object.")
	}
	f = maps.Clone(f)
	if refs, _ := f["refs"].(map[string]any); len(refs) == 0 {
		delete(f, "refs")
	}
	node["formulas"] = []any{f}
	return nil
}

// count refuses too few or too many parts of a type, and a role taken twice.
func count(t *Type, node Node, path string) error {
	for _, pt := range t.Parts {
		n := 0
		roles := map[string]bool{}
		for _, p := range node.Parts() {
			if p.TypeName() != pt.Name {
				continue
			}
			n++
			if len(pt.Roles) > 0 && roles[p.Role()] {
				return Bad(path+"/components", "A %s has one %s %s.", t.Words, p.Role(), pt.Words)
			}
			roles[p.Role()] = true
		}
		switch {
		case n < pt.Min:
			return Bad(path+"/components", "A %s needs at least %d %s.", t.Words, pt.Min, pt.Words)
		case n > pt.Max:
			return Bad(path+"/components", "A %s has at most %d %s; this one has %d.", t.Words, pt.Max, pt.Words, n)
		case len(pt.Roles) > 0 && !roles[pt.Roles[0]]:
			return Bad(path+"/components", "A %s needs a %s %s.", t.Words, pt.Roles[0], pt.Words)
		}
	}
	return nil
}
