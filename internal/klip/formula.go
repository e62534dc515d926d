package klip

import (
	"slices"
	"strings"

	"octavo/internal/component"
	"octavo/internal/errs"
	"octavo/internal/formula"
)

// scope is what the formulas of a document may name.
func (d *document) scope(sources []*source) formula.Scope {
	s := formula.Scope{Active: d.active}
	for _, src := range sources {
		s.Sources = append(s.Sources, src.forFormulas())
	}
	for _, p := range d.parts() {
		t, _ := component.Find(p.component.TypeName())
		s.Parts = append(s.Parts, formula.Part{
			Component: p.component.ID(), Sub: p.node.ID(), ComponentName: p.component.Name(t.Title),
			Kind: p.of.Kind, Label: p.node.Name(""),
		})
	}
	return s
}

func (s *source) forFormulas() formula.Source {
	out := formula.Source{Slot: s.key, Name: s.name, ID: s.id, Tree: s.payload.Tree}
	if s.head == nil {
		return out
	}
	for i, sheet := range s.head.Sheets {
		out.Sheets = append(out.Sheets, sheet.Name)
		if sheet.HeaderRow == 0 {
			continue
		}
		name := ""
		if i > 0 {
			name = sheet.Name
		}
		for _, c := range sheet.Columns {
			out.Columns = append(out.Columns, formula.Column{Sheet: name, Name: c.Name})
		}
	}
	return out
}

// stored is a formula with descriptors; the sources of them are slots.
type stored struct {
	text string
	refs map[string]formula.Ref
}

// formulaOf reads the formula of a part; false if it has none.
func formulaOf(n component.Node) (stored, bool) {
	f := n.Formula()
	if f == nil {
		return stored{}, false
	}
	s := stored{refs: map[string]formula.Ref{}}
	s.text, _ = f["text"].(string)
	refs, _ := f["refs"].(map[string]any)
	for name, v := range refs {
		if m, ok := v.(map[string]any); ok {
			s.refs[name] = refOf(m)
		}
	}
	return s, true
}

func refOf(m map[string]any) formula.Ref {
	str := func(name string) string {
		s, _ := m[name].(string)
		return s
	}
	return formula.Ref{
		Kind: str("kind"), Source: str("source"), Pointer: str("pointer"),
		Component: str("component"), Sub: str("sub"), Name: str("name"),
	}
}

func refTree(r formula.Ref) map[string]any {
	out := map[string]any{}
	for name, v := range map[string]string{
		"kind": r.Kind, "source": r.Source, "pointer": r.Pointer, "component": r.Component, "sub": r.Sub, "name": r.Name,
	} {
		if v != "" {
			out[name] = v
		}
	}
	return out
}

// put writes the formula into a part, in place of the one it has.
func (s stored) put(n component.Node) {
	f := map[string]any{}
	for k, v := range n.Formula() {
		f[k] = v
	}
	f["text"] = s.text
	delete(f, "refs")
	if len(s.refs) > 0 {
		refs := make(map[string]any, len(s.refs))
		for name, r := range s.refs {
			refs[name] = refTree(r)
		}
		f["refs"] = refs
	}
	n["formulas"] = []any{f}
}

// same says whether two formulas are stored alike.
func (s stored) same(o stored) bool {
	if s.text != o.text || len(s.refs) != len(o.refs) {
		return false
	}
	for name, r := range s.refs {
		if o.refs[name] != r {
			return false
		}
	}
	return true
}

// friendly is the formula as people write it. Descriptors stay for those
// references that lead nowhere and so have no spelling.
func (s stored) friendly(scope formula.Scope) stored {
	out := stored{text: formula.Show(s.text, s.refs, scope), refs: map[string]formula.Ref{}}
	for name, r := range s.refs {
		if strings.Contains(out.text, "{"+name+"}") {
			out.refs[name] = r
		}
	}
	return out
}

// store turns the formula of a document into the stored form. What was shown and
// came back unchanged stays as it is stored, so that names that have changed since
// do no harm. A text that cannot be compiled is kept for its author to repair.
func (s stored) store(before *stored, was, is formula.Scope) stored {
	if before != nil && s.same(before.friendly(was)) {
		return *before
	}
	text, refs, err := formula.Store(s.text, s.refs, is)
	if err != nil {
		return s
	}
	return stored{text, refs}
}

// isStored says whether all references to data have descriptors: the formula then
// means the same whatever the sources are called.
func (s stored) isStored() bool {
	return !strings.Contains(strings.ReplaceAll(s.text, "@{", ""), "@")
}

// notAttached is the error about a formula that names a source its Klip does not have.
func notAttached(path string) error {
	return errs.New(errs.Invalid, "source_not_attached", "This formula uses a data source that is not attached to the Klip. Attach it, or change the formula.").
		WithField(path)
}

// check refuses descriptors of sources that are not among the attached ones.
func (s stored) check(attached []string, path string) error {
	for _, r := range s.refs {
		if r.Kind == formula.KindData && r.Source != "" && !slices.Contains(attached, r.Source) {
			return notAttached(path)
		}
	}
	return nil
}

// rename gives the sources of the descriptors other names: slots for ids, or ids for
// slots. One that has none is left out.
func (s stored) rename(to func(string) (string, bool)) stored {
	out := stored{text: s.text, refs: make(map[string]formula.Ref, len(s.refs))}
	for name, r := range s.refs {
		if r.Kind == formula.KindData && r.Source != "" {
			r.Source, _ = to(r.Source)
		}
		out.refs[name] = r
	}
	return out
}
