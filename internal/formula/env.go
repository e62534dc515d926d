package formula

import (
	"cmp"
	"time"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
	"octavo/internal/formula/xpath"
)

// Data gives lists of data sources. Implementations must give the same list for
// the same call during one evaluation; lists are shared, so they should be built
// once per payload.
type Data interface {
	// Lookup gives the items that a pointer selects in a source. The pointer has
	// the forms of syntax.ParsePointer. An *Error (codes unknown_reference,
	// no_access, not_loaded) is shown to the person; Offset does not matter.
	Lookup(slot, pointer string) (value.Vector, error)
}

// Trees is what Data may be as well: it gives the documents that paths lead into.
// Errors are as those of Lookup.
type Trees interface {
	Tree(slot string) (*xpath.Document, error)
}

// Env is what evaluation may know of the world.
type Env struct {
	Data      Data
	Vars      map[string]value.Vector // variables by name, without $
	Unset     func(name string) error // of a variable that is not in Vars; nil, or an answer of nil = it is blank, with a warning
	Now       time.Time               // one instant for the whole Klip
	Zone      *time.Location          // of the account, nil = UTC
	WeekStart time.Weekday
	Locale    string // of names of months and days, such as fr-CA; empty = English of three letters and AM/PM
	Limits    Limits

	// Results gives the displayed data of a part for & references: after formula,
	// date formats and actions. A batch calls it with what the formula gave; nil
	// means that the displayed data is the output of the formula.
	Results func(component, sub string, output value.Vector) (value.Vector, error)
	// Together gives what becomes of the outputs of parts that were tied (Batch.Tie),
	// by the id of their sub-component, before Results is asked; r has the deadline
	// and the budget.
	Together func(r *vec.Run, component string, outputs map[string]value.Vector) (map[string]value.Vector, error)
	// Formulas gives the formula output of a part that is not in the batch, for
	// & and ! references; nil means there are no other parts.
	Formulas func(component, sub string) (value.Vector, error)
}

// Limits bound an evaluation (formulas.md §5.5). Zero means the default, below zero no limit.
type Limits struct {
	Items int           // of any list, 10,000,000
	Loops int           // how often MAP and MAPFLAT evaluate their formula, 10,000
	Count int           // of the count parameters of BLANK, PADVALUES and REPEAT, 1,000,000
	Bytes int64         // of all lists in use at one time in a batch, 1 GiB
	Time  time.Duration // for one formula, 5 s
	Batch time.Duration // for all formulas of a batch, 20 s
}

// Unlimited is for the command line and benchmarks.
func Unlimited() Limits {
	return Limits{Items: -1, Loops: -1, Count: -1, Bytes: -1, Time: -1, Batch: -1}
}

// filled replaces zeros by the defaults and negative numbers by 0.
func (l Limits) filled() Limits {
	return Limits{
		Items: max(0, cmp.Or(l.Items, 10_000_000)),
		Loops: max(0, cmp.Or(l.Loops, 10_000)),
		Count: max(0, cmp.Or(l.Count, 1_000_000)),
		Bytes: max(0, cmp.Or(l.Bytes, 1<<30)),
		Time:  max(0, cmp.Or(l.Time, 5*time.Second)),
		Batch: max(0, cmp.Or(l.Batch, 20*time.Second)),
	}
}
