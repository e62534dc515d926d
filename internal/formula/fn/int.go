package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var intFunc = Func{
	Name: "INT", Group: Extension,
	Params: []Param{{Name: "x", Kind: List}},
	Doc:    "Gives the largest whole number that is not greater.",
	Examples: []Example{
		{`INT(ARRAY(2.9, -2.1))`, "2, -3"},
		{`INT(@Price)`, "2, 10, 4, 1, 20, 3"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.pointwise(vec.AsBlank, func(x [3]float64) float64 { return math.Floor(x[0]) }, c.Vec(0))
	},
}
