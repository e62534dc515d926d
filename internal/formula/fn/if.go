package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var ifFunc = Func{
	Name: "IF", Group: Logic,
	Params: []Param{
		{Name: "condition", Kind: Condition},
		{Name: "if true", Kind: List},
		{Name: "if false", Kind: List, Optional: true, Default: "blank"},
	},
	Doc: "Chooses between two values, position by position.",
	Examples: []Example{
		{`IF(@Units >= 5, "big", "small")`, "small, big, small, big, small, big"},
		{`IF(@Units > 4, @Units)`, "∅, 7, ∅, 9, ∅, 5"},
		{`IF(@Region = "North", @Units, @Rep)`, "4, Bo, 2, Cy, Bo, Dee"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		other := value.Blanks(1)
		if c.Has(2) {
			other = c.Vec(2)
		}
		n, v := c.Align(c.Vec(0), c.Vec(1), other)
		if n == 0 {
			return value.Vector{}, nil
		}
		if v[0].IsConst() {
			if v[0].Truths()[0] {
				return v[1], nil
			}
			return v[2], nil
		}
		truths, err := vec.Truths(c.Run, v[0])
		if err != nil {
			return value.Vector{}, err
		}
		return c.choose(truths, v[1], v[2])
	},
}
