package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var uniqueFunc = Func{
	Name: "UNIQUE", Group: Extension,
	Params: []Param{{Name: "values", Kind: List}},
	Doc:    "Gives the distinct values in the order in which they appear.",
	Examples: []Example{
		{`UNIQUE(@Region)`, "North, South, East, West"},
		{`UNIQUE(@Note)`, "ok, ∅, late, OK, 12"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		first, err := vec.Distinct(c.Run, c.Vec(0))
		if err != nil {
			return value.Vector{}, err
		}
		return c.take(c.Vec(0), first)
	},
}
