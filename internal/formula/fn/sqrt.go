package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var sqrtFunc = Func{
	Name: "SQRT", Group: Extension,
	Params: []Param{{Name: "x", Kind: List}},
	Doc:    "Gives the square root, blank for negative numbers.",
	Examples: []Example{
		{`SQRT(ARRAY(9, -1))`, "3, ∅"},
		{`SQRT(@Units * @Units)`, "4, 7, 2, 9, 1, 5"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.pointwise(vec.AsBlank, func(x [3]float64) float64 { return math.Sqrt(x[0]) }, c.Vec(0))
	},
}
