package formula

import (
	"fmt"
	"strings"

	"octavo/internal/formula/syntax"
)

// The kinds of references.
const (
	KindData     = "data"     // @…
	KindResult   = "result"   // &…
	KindFormula  = "formula"  // !…
	KindVariable = "variable" // $…
)

// Ref is a reference descriptor as formulas.md §2.3 stores it.
type Ref struct {
	Kind      string `json:"kind"`
	Source    string `json:"source,omitempty"`    // data: slot of the source
	Pointer   string `json:"pointer,omitempty"`   // data: see syntax.ParsePointer; "" = whatever is asked for
	Component string `json:"component,omitempty"` // result, formula
	Sub       string `json:"sub,omitempty"`       // result, formula
	Name      string `json:"name,omitempty"`      // variable: its name; result, formula: the title when it was stored
}

// same says whether two descriptors mean the same thing.
func (r Ref) same(o Ref) bool {
	if r.Kind != KindVariable {
		r.Name, o.Name = "", ""
	}
	return r == o
}

// key identifies what a reference means.
func (r Ref) key() string {
	if r.Kind == KindVariable {
		return "$" + r.Name
	}
	return strings.Join([]string{r.Kind, r.Source, r.Pointer, r.Component, r.Sub}, "\x00")
}

// resolver turns written references into descriptors.
type resolver struct {
	*names
	refs map[string]Ref
}

func unknown(message, hint string) *Error {
	return syntax.Fail(syntax.CodeUnknownReference, message, hint)
}

// resolve gives the descriptor of a reference; errors have no place yet.
func (r *resolver) resolve(n *syntax.Reference) (Ref, *Error) {
	switch {
	case n.Form == syntax.Canonical:
		return r.canonical(n)
	case n.Sign == '$':
		return Ref{Kind: KindVariable, Name: n.Name}, nil
	case n.Sign != '@':
		return r.part(n)
	}
	switch n.Form {
	case syntax.Path:
		return r.path(n.Name)
	case syntax.Cells:
		if r.scope.Active == "" {
			return Ref{}, unknown("No data source is open that has the cells "+n.Name+".", "Name the source: @[Source/"+n.Name+"].")
		}
		p, _ := syntax.ParsePointer(n.Name)
		return r.tabular(r.scope.Active, p)
	case syntax.Bracketed:
		return r.bracketed(n.Name)
	}
	return r.column(n.Name)
}

func (r *resolver) canonical(n *syntax.Reference) (Ref, *Error) {
	ref, ok := r.refs[n.Name]
	fits := n.Sign == '@' && ref.Kind == KindData || n.Sign == '&' && ref.Kind == KindResult ||
		n.Sign == '!' && ref.Kind == KindFormula || n.Sign == '$' && ref.Kind == KindVariable
	if !ok || !fits {
		return Ref{}, syntax.Fail(syntax.CodeDeletedReference, fmt.Sprintf("The reference %c{%s} leads nowhere.", n.Sign, n.Name), "Choose the reference again.")
	}
	switch ref.Kind {
	case KindData:
		if _, ok := r.scope.source(ref.Source); !ok {
			return Ref{}, notAttached()
		}
		if _, ok := syntax.ParsePointer(ref.Pointer); !ok && !syntax.IsPath(ref.Pointer) {
			return Ref{}, unknown(fmt.Sprintf("The pointer %s cannot be read.", ref.Pointer), "Choose the reference again.")
		}
	case KindResult, KindFormula:
		if _, ok := r.scope.part(ref.Component, ref.Sub); !ok {
			name := ref.Name
			if name == "" {
				name = ref.Sub
			}
			return Ref{}, syntax.Fail(syntax.CodeDeletedReference, fmt.Sprintf("%s was deleted.", name), "Choose another part of the Klip.")
		}
	}
	return ref, nil
}

func notAttached() *Error {
	return syntax.Fail(syntax.CodeDeletedReference, "The data source of this reference is not attached to the Klip any more.", "Choose another source.")
}

// pointer resolves the text of a pointer in a source: cells or a path, no named columns.
func (r *resolver) pointer(slot, text string) (Ref, *Error) {
	s, ok := r.scope.source(slot)
	if !ok {
		return Ref{}, notAttached()
	}
	p, ok := syntax.ParsePointer(text)
	switch {
	case !s.isTable() || !ok && (s.Tree || syntax.IsPath(text)):
		return inTree(s, text)
	case !ok || p.Column != "":
		return Ref{}, unknown(fmt.Sprintf("%q does not lead into %s.", text, s.Name), `A pointer looks like "Sheet1,B:B" or "B2:B10".`)
	}
	return r.tabular(slot, p)
}

// part finds a part of the Klip by one of its spellings.
func (r *resolver) part(n *syntax.Reference) (Ref, *Error) {
	kind := KindResult
	if n.Sign == '!' {
		kind = KindFormula
	}
	var all []string
	for _, s := range r.parts {
		all = append(all, s.text)
		if !strings.EqualFold(s.text, n.Name) {
			continue
		}
		if len(s.parts) > 1 {
			p := s.parts[0]
			return Ref{}, unknown(fmt.Sprintf("%s is the name of %d parts of the Klip.", n.Name, len(s.parts)), fmt.Sprintf("Write %c%s.", n.Sign, r.spell(p)))
		}
		p := s.parts[0]
		return Ref{Kind: kind, Component: p.Component, Sub: p.Sub, Name: p.Title()}, nil
	}
	return Ref{}, unknown(fmt.Sprintf("The Klip has no part named %s.", n.Name), didYouMean(n.Name, all))
}

// spell gives the shortest text that means this part alone.
func (n *names) spell(p Part) string {
	best := ""
	for _, s := range n.parts {
		if len(s.parts) == 1 && s.parts[0] == p && (best == "" || s.text == p.Title() || len(s.text) < len(best) && best != p.Title()) {
			best = s.text
		}
	}
	return best
}

func didYouMean(name string, candidates []string) string {
	if near, ok := syntax.Nearest(name, candidates); ok {
		return "Did you mean " + near + "?"
	}
	return ""
}

func dataRef(slot string, p syntax.Pointer) Ref {
	return Ref{Kind: KindData, Source: slot, Pointer: p.String()}
}

func (r *resolver) tabular(slot string, p syntax.Pointer) (Ref, *Error) {
	s, ok := r.scope.source(slot)
	if !ok {
		return Ref{}, unknown("The open data source is not attached to the Klip.", "")
	}
	if !s.isTable() {
		return Ref{}, unknown(fmt.Sprintf("%s is a tree; it has no cells.", s.Name), "Write a path: @/crew/member/name;")
	}
	if p.Column != "" {
		return named(s, p)
	}
	if p.Sheet == "" || len(s.Sheets) == 0 {
		return dataRef(slot, p), nil
	}
	for _, name := range s.Sheets {
		if strings.EqualFold(name, p.Sheet) {
			p.Sheet = name
			return dataRef(slot, p), nil
		}
	}
	return Ref{}, unknown(fmt.Sprintf("%s has no sheet named %s.", s.Name, p.Sheet), didYouMean(p.Sheet, s.Sheets))
}

// named finds the column of a pointer that names one.
func named(s Source, p syntax.Pointer) (Ref, *Error) {
	name := p.Column
	if p.Sheet != "" {
		name = p.Sheet + "," + p.Column
	}
	if ref, ok := columnOf(s, name); ok {
		return ref, nil
	}
	return Ref{}, unknown(fmt.Sprintf("%s has no column named %s.", s.Name, name), "")
}

// column finds a named column: in the active source, else in the only other that has it.
func (r *resolver) column(name string) (Ref, *Error) {
	if s, ok := r.scope.source(r.scope.Active); ok {
		if ref, ok := columnOf(s, name); ok {
			return ref, nil
		}
	}
	var found []Ref
	var first Source
	var all []string
	for _, s := range r.scope.Sources {
		for _, c := range s.Columns {
			all = append(all, c.Name)
		}
		if ref, ok := columnOf(s, name); ok {
			if len(found) == 0 {
				first = s
			}
			found = append(found, ref)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return Ref{}, unknown(fmt.Sprintf("There is no column named %s.", name), didYouMean(name, all))
	}
	return Ref{}, unknown(fmt.Sprintf("%d data sources have a column named %s.", len(found), name), fmt.Sprintf("Write @[%s/%s].", first.Name, name))
}

// columnOf finds `Column` or `Sheet,Column` in a source.
func columnOf(s Source, name string) (Ref, bool) {
	for _, c := range s.Columns {
		if strings.EqualFold(c.Name, name) && c.Sheet == "" || c.Sheet != "" && strings.EqualFold(c.Sheet+","+c.Name, name) {
			return dataRef(s.Slot, syntax.Pointer{Sheet: c.Sheet, Column: c.Name}), true
		}
	}
	for _, c := range s.Columns {
		if strings.EqualFold(c.Name, name) {
			return dataRef(s.Slot, syntax.Pointer{Sheet: c.Sheet, Column: c.Name}), true
		}
	}
	return Ref{}, false
}

// bracketed resolves what stands in @[…]: a column, cells, or either behind the name of a source.
func (r *resolver) bracketed(name string) (Ref, *Error) {
	columnRef, columnErr := r.column(name)
	if columnErr == nil {
		return columnRef, nil
	}
	var best *Source
	for i, s := range r.scope.Sources {
		if len(name) > len(s.Name) && name[len(s.Name)] == '/' && strings.EqualFold(name[:len(s.Name)], s.Name) &&
			(best == nil || len(s.Name) > len(best.Name)) {
			best = &r.scope.Sources[i]
		}
	}
	if best != nil {
		return r.inSource(*best, name[len(best.Name)+1:])
	}
	if p, ok := syntax.ParsePointer(name); ok && r.scope.Active != "" {
		return r.tabular(r.scope.Active, p)
	}
	if syntax.IsPath(name) {
		return r.path(name)
	}
	if source, _, ok := strings.Cut(name, "/"); ok {
		var all []string
		for _, s := range r.scope.Sources {
			all = append(all, s.Name)
		}
		return Ref{}, unknown(fmt.Sprintf("There is no data source named %s.", source), didYouMean(source, all))
	}
	return Ref{}, columnErr
}

func (r *resolver) inSource(s Source, rest string) (Ref, *Error) {
	if ref, ok := columnOf(s, rest); ok {
		return ref, nil
	}
	if sheet, column, ok := strings.Cut(rest, "/"); ok { // Source/Sheet/Column
		if ref, ok := columnOf(s, sheet+","+column); ok {
			return ref, nil
		}
	}
	if p, ok := syntax.ParsePointer(rest); ok && s.isTable() {
		return r.tabular(s.Slot, p)
	}
	if s.Tree || syntax.IsPath(rest) {
		return inTree(s, behindName(rest))
	}
	var all []string
	for _, c := range s.Columns {
		all = append(all, c.Name)
	}
	return Ref{}, unknown(fmt.Sprintf("%s has no column named %s.", s.Name, rest), didYouMean(rest, all))
}
