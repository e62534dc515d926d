package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var trimFunc = Func{
	Name: "TRIM", Group: DataManipulation,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "pattern", Kind: List, Optional: true, Default: "blank"},
	},
	Doc: "Removes the items equal to a pattern item, blanks by default; the list becomes shorter.",
	Examples: []Example{
		{`TRIM(@Note)`, "ok, late, OK, 12"},
		{`TRIM(@Note, "late")`, "ok, ∅, ∅, OK, 12"},
		{`TRIM(@Units, ARRAY(4, 9))`, "7, 2, 1, 5"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		pattern := value.Blanks(1)
		if c.Has(1) {
			pattern = c.Vec(1)
		}
		m, err := vec.NewMatcher(c.Run, pattern)
		if err != nil {
			return value.Vector{}, err
		}
		at, err := m.Positions(c.Run, c.Vec(0), true)
		if err != nil {
			return value.Vector{}, err
		}
		kept := at[:0]
		for i, p := range at {
			if p < 0 {
				kept = append(kept, int32(i))
			}
		}
		return c.take(c.Vec(0), kept)
	},
}
