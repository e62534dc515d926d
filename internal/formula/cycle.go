package formula

import (
	"slices"
	"strings"

	"octavo/internal/formula/syntax"
)

// circular gives the error of a member that refers to itself over others.
func (b *Batch) circular(m *member) error {
	path := b.pathTo(m, m, map[*member]bool{})
	if path == nil {
		return nil
	}
	titles := []string{m.name()}
	for _, x := range path {
		titles = append(titles, x.name())
	}
	e := syntax.Fail(syntax.CodeCircular, "circular reference: "+strings.Join(titles, " → "), "Remove one of these references.")
	for _, s := range m.program.spots {
		if isPart(s.ref) && slices.Contains(b.needs(s.ref), path[0]) {
			return e.At(m.program.text, s.start)
		}
	}
	return e
}

func (m *member) name() string {
	if m.part.Label != "" {
		return m.part.Label
	}
	return m.part.Title()
}

func isPart(r Ref) bool { return r.Kind == KindResult || r.Kind == KindFormula }

// pathTo gives the members from the first that from refers to up to target, nil if there is no way.
func (b *Batch) pathTo(from, target *member, seen map[*member]bool) []*member {
	seen[from] = true
	for _, r := range from.program.refs {
		if !isPart(r) {
			continue
		}
		for _, next := range b.needs(r) {
			if next == target {
				return []*member{next}
			}
			if seen[next] {
				continue
			}
			if rest := b.pathTo(next, target, seen); rest != nil {
				return append([]*member{next}, rest...)
			}
		}
	}
	return nil
}

// needs lists the members whose outputs a reference to a part needs.
func (b *Batch) needs(r Ref) []*member {
	m := b.find(r.Component, r.Sub)
	switch {
	case m == nil:
		return nil
	case r.Kind == KindResult && m.tie != nil:
		return m.tie.members
	}
	return []*member{m}
}
