package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var erfcFunc = Func{
	Name: "ERFC", Group: Statistics,
	Params: []Param{{Name: "lower", Kind: List}},
	Doc:    "Gives what the error function lacks to 1.",
	Examples: []Example{
		{`ROUND(ERFC(0.5), 10)`, "0.4795001222"},
		{`ERFC(0)`, "1"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.pointwise(vec.AsBlank, func(x [3]float64) float64 { return math.Erfc(x[0]) }, c.Vec(0))
	},
}
