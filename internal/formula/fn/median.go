package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var medianFunc = Func{
	Name: "MEDIAN", Group: Math,
	Params: []Param{{Name: "value", Kind: List}},
	Doc:    "Gives the middle number of a list, the mean of the two middle ones if their count is even.",
	Examples: []Example{
		{`MEDIAN(@Units)`, "4.5"},
		{`MEDIAN(ARRAY(3, "x", 1, BLANK(), 2))`, "2"},
		{`MEDIAN(@Region)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		nums, err := vec.CopyNumeric(c.Run, c.Vec(0))
		if err != nil {
			return value.Vector{}, err
		}
		f, ok, err := vec.Median(c.Run, nums)
		return c.finite(f, ok), err
	},
}
