package formula

import (
	"fmt"
	"strconv"
	"strings"

	"octavo/internal/formula/syntax"
)

// Store turns a formula into the stored form: every reference to data or parts
// becomes @{n}, &{n} or !{n} with a descriptor; variables keep their names. refs
// are the descriptors of canonical references already in the text, nil if there
// are none. The error is as Compile gives it.
func Store(text string, refs map[string]Ref, scope Scope) (stored string, descriptors map[string]Ref, err error) {
	p, err := Compile(text, refs, scope)
	if err != nil {
		return "", nil, err
	}
	descriptors = map[string]Ref{}
	var order []Ref
	var b strings.Builder
	at := 0
	for _, s := range p.spots {
		if s.ref.Kind == KindVariable {
			continue
		}
		n := 0
		for n < len(order) && !order[n].same(s.ref) {
			n++
		}
		if n == len(order) {
			order = append(order, s.ref)
			descriptors[strconv.Itoa(n+1)] = s.ref
		}
		fmt.Fprintf(&b, "%s%c{%d}", text[at:s.start], s.sign, n+1)
		at = s.end
	}
	b.WriteString(text[at:])
	return b.String(), descriptors, nil
}

// Show turns a stored formula into the friendly spelling. A reference that
// leads nowhere stays as it is stored; so does a text that cannot be read.
func Show(stored string, refs map[string]Ref, scope Scope) string {
	n := newNames(scope)
	tree, err := syntax.Parse(stored, n, scope.Limits)
	if err != nil || tree == nil {
		return stored
	}
	var spots []spot
	syntax.Walk(tree, func(x syntax.Node) {
		if r, ok := x.(*syntax.Reference); ok && r.Form == syntax.Canonical {
			if ref, ok := refs[r.Name]; ok {
				start, end := r.Span()
				spots = append(spots, spot{start, end, r.Sign, ref})
			}
		}
	})
	plain := n.write(stored, spots, false)
	if n.means(plain, stored, refs) {
		return plain
	}
	return n.write(stored, spots, true)
}

// means says whether a friendly text compiles to the references of the stored one.
func (n *names) means(friendly, stored string, refs map[string]Ref) bool {
	a, errA := Compile(friendly, refs, n.scope)
	b, errB := Compile(stored, refs, n.scope)
	if errA != nil || errB != nil || len(a.spots) != len(b.spots) {
		return false
	}
	for i := range a.spots {
		if !a.spots[i].ref.same(b.spots[i].ref) {
			return false
		}
	}
	return true
}

func (n *names) write(stored string, spots []spot, brackets bool) string {
	var b strings.Builder
	at := 0
	for _, s := range spots {
		b.WriteString(stored[at:s.start])
		if name, ok := n.friendly(s, brackets); ok {
			b.WriteString(name)
		} else {
			b.WriteString(stored[s.start:s.end])
		}
		at = s.end
	}
	b.WriteString(stored[at:])
	return b.String()
}

func bracket(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" }

// friendly spells a reference; without brackets where that can be enough.
func (n *names) friendly(s spot, brackets bool) (string, bool) {
	sign := string(rune(s.sign))
	switch s.ref.Kind {
	case KindVariable:
		return sign + s.ref.Name, true
	case KindResult, KindFormula:
		p, ok := n.scope.part(s.ref.Component, s.ref.Sub)
		name := n.spell(p)
		if !ok || name == "" {
			return "", false
		}
		if brackets {
			name = bracket(name)
		}
		return sign + name, true
	}
	source, ok := n.scope.source(s.ref.Source)
	if !ok {
		return "", false
	}
	if s.ref.Pointer == "" { // the id of DATASOURCE
		return `"` + source.ID + `"`, source.ID != "" && !strings.ContainsAny(source.ID, `"\`)
	}
	p, ok := syntax.ParsePointer(s.ref.Pointer)
	if !ok || source.Tree && syntax.IsPath(s.ref.Pointer) {
		return n.friendlyPath(s, source, brackets)
	}
	name := p.String()
	if p.Column != "" {
		name = p.Column
		if p.Sheet != "" {
			name = p.Sheet + "," + p.Column
		}
	}
	switch {
	case s.ref.Source != n.scope.Active:
		return "@" + bracket(source.Name+"/"+name), true
	case brackets || p.Sheet != "":
		return "@" + bracket(name), true
	}
	return "@" + name, true
}

// friendlyPath spells a path; the ";" keeps it apart from what follows.
func (n *names) friendlyPath(s spot, source Source, brackets bool) (string, bool) {
	switch {
	case !syntax.IsPath(s.ref.Pointer):
		return "", false // neither: a body that is damaged
	case s.ref.Source != n.scope.Active:
		return "@" + bracket(inBrackets(source.Name, s.ref.Pointer)), true
	case brackets:
		return "@" + bracket(s.ref.Pointer), true
	}
	return "@" + s.ref.Pointer + ";", true
}
