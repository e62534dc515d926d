package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var stdevpFunc = Func{
	Name: "STDEVP", Group: Statistics,
	Params: []Param{{Name: "values", Kind: List}},
	Doc:    "Gives the standard deviation of a whole population.",
	Examples: []Example{
		{`STDEVP(ARRAY(2, 4, 4, 4, 5, 5, 7, 9))`, "2"},
		{`STDEVP(5)`, "0"},
		{`STDEVP(@Region)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.ofMoments(vec.Moments.StdevP) },
}
