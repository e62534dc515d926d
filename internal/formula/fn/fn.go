// Package fn holds the functions of the formula language, one file each, and
// the table that lists them. The table drives arity checks, keywords, error
// texts, docs/functions.md and the editor's help; the examples run as tests.
package fn

import (
	"strings"

	"octavo/internal/formula/value"
)

// Group is the heading under which the function browser shows a function.
type Group string

// The groups.
const (
	DataManipulation Group = "Data Manipulation"
	Logic            Group = "Logic"
	Math             Group = "Math"
	TextGroup        Group = "Text"
	DateTime         Group = "Date/Time"
	Statistics       Group = "Statistics"
	Extension        Group = "Extension" // ours, not part of the documented language
)

// Kind says what a parameter takes.
type Kind string

// The kinds. Those with keywords take bare words, a quoted text, or an
// expression that gives one text.
const (
	List       Kind = "list"
	Number     Kind = "number"
	Text       Kind = "text"
	Condition  Kind = "condition"
	Date       Kind = "date"      // Unix seconds
	DateTexts  Kind = "datetext"  // texts that hold dates
	Pattern    Kind = "pattern"   // a date pattern
	Zone       Kind = "time zone" // IANA name or offset
	SortOrder  Kind = "sort order"
	RankOrder  Kind = "rank order"
	FirstValue Kind = "first value"
	Method     Kind = "group method"
	Period     Kind = "period"
	First      Kind = "first" // weekday or month
)

// Param is one parameter.
type Param struct {
	Name     string `json:"name"`
	Kind     Kind   `json:"kind"`
	Optional bool   `json:"optional"`
	Default  string `json:"default,omitempty"` // as shown; Eval applies it
	Variadic bool   `json:"variadic,omitempty"`
}

// Example is a formula over the fixture of formulas.md §1.3 and its result:
// items joined by ", ", blanks as ∅.
type Example struct {
	Formula string `json:"formula"`
	Result  string `json:"result"`
}

// Func is one function. Eval must be pure: the same Call gives the same list.
type Func struct {
	Name     string
	Group    Group
	Form     Form // only plain functions have Eval
	Params   []Param
	Repeat   int    // how many of the last parameters repeat together, 0 = none
	Doc      string // one sentence
	Examples []Example
	Eval     func(c *Call) (value.Vector, error)
}

// Signature is the function as help shows it: SLICE(values, [start], [end]).
func (f *Func) Signature() string {
	parts := make([]string, len(f.Params))
	for i, p := range f.Params {
		parts[i] = p.Name
		if p.Optional {
			parts[i] = "[" + p.Name + "]"
		}
		if p.Variadic {
			parts[i] += ", …"
		}
	}
	if f.Repeat > 0 {
		parts = append(parts, "…")
	}
	return f.Name + "(" + strings.Join(parts, ", ") + ")"
}

// Param gives the parameter that argument i belongs to; nil if there are too many arguments.
func (f *Func) Param(i int) *Param {
	if i < len(f.Params) {
		return &f.Params[i]
	}
	n := len(f.Params)
	switch {
	case f.Repeat > 0:
		return &f.Params[n-f.Repeat+(i-n)%f.Repeat]
	case n > 0 && f.Params[n-1].Variadic:
		return &f.Params[n-1]
	}
	return nil
}

// Required is how many arguments the function must get at least, if it gets given many.
func (f *Func) Required(given int) int {
	if n := len(f.Params); f.Repeat > 0 && given > n {
		over := (given - n) % f.Repeat
		return given + (f.Repeat-over)%f.Repeat
	}
	n := 0
	for _, p := range f.Params {
		if !p.Optional {
			n++
		}
	}
	return n
}

// Find finds a function by name, in any case.
func Find(name string) (*Func, bool) {
	for _, f := range table {
		if strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return nil, false
}

// All lists the functions by group and name order of the table. Read only.
func All() []*Func { return table }
