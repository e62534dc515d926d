package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var cumulativeFunc = Func{
	Name: "CUMULATIVE", Group: Math,
	Params: []Param{{Name: "data", Kind: List}},
	Doc:    "Gives at each position the sum of all numbers up to it.",
	Examples: []Example{
		{`CUMULATIVE(@Units)`, "4, 11, 13, 22, 23, 28"},
		{`CUMULATIVE(ARRAY(1, "x", BLANK(), 2))`, "1, 1, 1, 3"},
	},
	Eval: func(c *Call) (value.Vector, error) { return vec.Cumulative(c.Run, c.Vec(0)) },
}
