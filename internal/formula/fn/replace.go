package fn

import "octavo/internal/formula/value"

var replaceFunc = Func{
	Name: "REPLACE", Group: DataManipulation,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "matching", Kind: List},
		{Name: "with value", Kind: List, Optional: true, Default: "blank"},
	},
	Doc: "Replaces the items that are wholly equal to any of the matching items.",
	Examples: []Example{
		{`REPLACE(@Region, "North", "N")`, "N, South, N, East, South, West"},
		{`REPLACE(@Note, BLANK(), "none")`, "ok, none, late, none, OK, 12"},
		{`REPLACE(@Units, ARRAY(1, 2))`, "4, 7, ∅, 9, ∅, 5"},
		{`REPLACE(@Region, "South", @Rep)`, "North, Bo, North, East, Bo, West"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		with := value.Blanks(1)
		if c.Has(2) {
			with = c.Vec(2)
		}
		n, v := c.Align(c.Vec(0), with)
		if n == 0 {
			return value.Vector{}, nil
		}
		at, err := c.find(v[0], c.Vec(1))
		if err != nil {
			return value.Vector{}, err
		}
		if err := c.Reserve(n, 1); err != nil {
			return value.Vector{}, err
		}
		keep := make([]bool, n)
		for i, p := range at {
			keep[i] = p < 0
		}
		return c.choose(keep, v[0], v[1])
	},
}
