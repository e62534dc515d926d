package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var normsdistFunc = Func{
	Name: "NORMSDIST", Group: Statistics,
	Params: []Param{{Name: "z", Kind: List}},
	Doc:    "Gives the standard normal cumulative distribution.",
	Examples: []Example{
		{`ROUND(NORMSDIST(1.96), 7)`, "0.9750021"},
		{`NORMSDIST(0)`, "0.5"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.pointwise(vec.AsBlank, func(x [3]float64) float64 { return normal(x[0]) }, c.Vec(0))
	},
}

// normal is the share of a standard normal distribution below z.
func normal(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
