package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var variancepFunc = Func{
	Name: "VARIANCEP", Group: Statistics,
	Params: []Param{{Name: "values", Kind: List}},
	Doc:    "Gives the variance of a whole population.",
	Examples: []Example{
		{`VARIANCEP(ARRAY(2, 4, 4, 4, 5, 5, 7, 9))`, "4"},
		{`VARIANCEP(ARRAY(1, "x", 3))`, "1"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.ofMoments(vec.Moments.VarianceP) },
}
