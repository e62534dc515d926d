package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var lnFunc = Func{
	Name: "LN", Group: Extension,
	Params: []Param{{Name: "x", Kind: List}},
	Doc:    "Gives the natural logarithm, blank for 0 and negative numbers.",
	Examples: []Example{
		{`LN(EXP(2))`, "2"},
		{`LN(ARRAY(1, 0))`, "0, ∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.pointwise(vec.AsBlank, func(x [3]float64) float64 { return math.Log(x[0]) }, c.Vec(0))
	},
}
