package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var varianceFunc = Func{
	Name: "VARIANCE", Group: Statistics,
	Params: []Param{{Name: "values", Kind: List}},
	Doc:    "Gives the variance of a sample; blank for fewer than 2 numbers.",
	Examples: []Example{
		{`ROUND(VARIANCE(ARRAY(2, 4, 4, 4, 5, 5, 7, 9)), 7)`, "4.5714286"},
		{`VARIANCE(ARRAY(1, "x", 3))`, "2"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.ofMoments(vec.Moments.Variance) },
}
