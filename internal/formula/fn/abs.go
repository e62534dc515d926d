package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var absFunc = Func{
	Name: "ABS", Group: Math,
	Params: []Param{{Name: "data", Kind: List}},
	Doc:    "Gives the absolute value; what is not a number counts as 0.",
	Examples: []Example{
		{`ABS(ARRAY(-3, "x", BLANK()))`, "3, 0, 0"},
		{`ABS(@Units - 5)`, "1, 2, 3, 4, 4, 0"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.pointwise(vec.AsZero, func(x [3]float64) float64 { return math.Abs(x[0]) }, c.Vec(0))
	},
}
