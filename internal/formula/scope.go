package formula

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"octavo/internal/formula/syntax"
)

// Scope is what a formula may name. It must not change while it is in use.
type Scope struct {
	Active  string   // slot of the active source, "" = none
	Sources []Source // the sources attached to the Klip
	Parts   []Part   // the sub-components of the Klip that have formulas
	Limits  syntax.Limits
}

// Source is a data source as formulas see it.
type Source struct {
	Slot    string // what descriptors hold
	Name    string // what people see
	ID      string // what DATASOURCE calls it; "" = nothing
	Columns []Column
	Sheets  []string // names of sheets, the first one first; may be empty
	Tree    bool     // JSON or XML, which paths lead into; with columns or sheets it can be read as a table as well
}

// isTable says whether references to columns and cells make sense. A tree may
// have been read as a table, too; then what reads as cells means cells.
func (s Source) isTable() bool { return !s.Tree || len(s.Sheets)+len(s.Columns) > 0 }

// Column is a named column: of a modelled source, or of a table with a recognised header row.
type Column struct {
	Sheet string // "" = the first or only sheet
	Name  string
}

// Part is a sub-component of the Klip.
type Part struct {
	Component, Sub string // ids
	ComponentName  string // "Table 1"
	Kind           string // "Column", "Series", "X Axis", as the editor words it
	Label          string // "Revenue"; may be empty
}

// Title is the part as it is written after & or !: "Column: Revenue", or "X Axis".
func (p Part) Title() string {
	switch {
	case p.Label == "" || strings.EqualFold(p.Label, p.Kind):
		return p.Kind
	case p.Kind == "":
		return p.Label
	}
	return p.Kind + ": " + p.Label
}

func (s Scope) source(slot string) (Source, bool) {
	for _, x := range s.Sources {
		if x.Slot == slot {
			return x, true
		}
	}
	return Source{}, false
}

func (s Scope) byID(id string) (Source, bool) {
	for _, x := range s.Sources {
		if x.ID != "" && strings.EqualFold(x.ID, id) {
			return x, true
		}
	}
	return Source{}, false
}

func (s Scope) part(component, sub string) (Part, bool) {
	for _, p := range s.Parts {
		if p.Component == component && p.Sub == sub {
			return p, true
		}
	}
	return Part{}, false
}

// spelling is a way to write a part: its text and how many parts share it.
type spelling struct {
	text  string
	parts []Part
}

// spellings lists every way to write every part.
func (s Scope) spellings() []spelling {
	var out []spelling
	at := map[string]int{}
	add := func(text string, p Part) {
		key := strings.ToLower(text)
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, spelling{text: text})
		}
		if !slices.Contains(out[i].parts, p) {
			out[i].parts = append(out[i].parts, p)
		}
	}
	for _, p := range s.Parts {
		for _, text := range []string{p.Title(), p.Label} {
			if text != "" {
				add(text, p)
				add(p.ComponentName+"/"+text, p)
			}
		}
	}
	for _, o := range out { // what several parts share gets numbers
		for i, p := range o.parts {
			if len(o.parts) > 1 && strings.HasPrefix(o.text, p.ComponentName+"/") {
				add(fmt.Sprintf("%s #%d", o.text, i+1), p)
			}
		}
	}
	return out
}

// distinct gives sources that share a name numbers: "Sales", "Sales #2".
func distinct(sources []Source) []Source {
	out := slices.Clone(sources)
	seen := map[string]int{}
	for i := range out {
		key := strings.ToLower(out[i].Name)
		seen[key]++
		if n := seen[key]; n > 1 {
			out[i].Name = fmt.Sprintf("%s #%d", out[i].Name, n)
		}
	}
	return out
}

// names answers the scanner; it is made once per compilation.
type names struct {
	scope Scope
	parts []spelling
}

func newNames(s Scope) *names {
	s.Sources = distinct(s.Sources)
	return &names{s, s.spellings()}
}

// Match implements syntax.Names.
func (n *names) Match(sign byte, rest string) int {
	longest := 0
	if sign != '@' {
		for _, p := range n.parts {
			longest = max(longest, nameAt(rest, p.text))
		}
		return longest
	}
	if active, ok := n.scope.source(n.scope.Active); ok {
		if longest = columnAt(rest, active); longest > 0 {
			return longest
		}
	}
	for _, s := range n.scope.Sources {
		longest = max(longest, columnAt(rest, s))
	}
	return longest
}

// Tree implements syntax.Names.
func (n *names) Tree() bool {
	s, ok := n.scope.source(n.scope.Active)
	return ok && !s.isTable()
}

func columnAt(rest string, s Source) int {
	longest := 0
	for _, c := range s.Columns {
		longest = max(longest, nameAt(rest, c.Name))
	}
	return longest
}

// nameAt gives how many bytes of rest spell the name, in any case; 0 if it does
// not stand there as a whole: no letter or digit may follow, not even after
// spaces, because nothing that can follow a reference begins so.
func nameAt(rest, name string) int {
	i := 0
	for _, want := range name {
		r, n := utf8.DecodeRuneInString(rest[i:])
		if n == 0 || r != want && unicode.ToLower(r) != unicode.ToLower(want) {
			return 0
		}
		i += n
	}
	if i == 0 {
		return 0
	}
	after := strings.TrimLeft(rest[i:], " \t\u00a0")
	if r, _ := utf8.DecodeRuneInString(after); r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
		return 0
	}
	return i
}
