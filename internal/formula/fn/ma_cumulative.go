package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var maCumulativeFunc = Func{
	Name: "MA_CUMULATIVE", Group: Statistics,
	Params: []Param{{Name: "values", Kind: List}},
	Doc:    "Gives at each position the mean of all numbers up to it.",
	Examples: []Example{
		{`ROUND(MA_CUMULATIVE(@Units), 4)`, "4, 5.5, 4.3333, 5.5, 4.6, 4.6667"},
		{`MA_CUMULATIVE(ARRAY(BLANK(), 2, "x", 4))`, "∅, 2, 2, 3"},
	},
	Eval: func(c *Call) (value.Vector, error) { return vec.CumulativeMean(c.Run, c.Vec(0)) },
}
