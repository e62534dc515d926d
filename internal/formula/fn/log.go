package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var logFunc = Func{
	Name: "LOG", Group: Extension,
	Params: []Param{
		{Name: "x", Kind: List},
		{Name: "base", Kind: Number, Optional: true, Default: "10"},
	},
	Doc: "Gives the logarithm to a base.",
	Examples: []Example{
		{`LOG(ARRAY(1000, 0.01))`, "3, -2"},
		{`LOG(8, 2)`, "3"},
		{`LOG(8, 1)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.pointwise(vec.AsBlank, func(x [3]float64) float64 { return logarithm(x[0], x[1]) }, c.Vec(0), c.operand(1, 10))
	},
}

// logarithm is exact where x is a whole power of the base.
func logarithm(x, base float64) float64 {
	if base <= 0 {
		return math.NaN()
	}
	f := math.Log(x) / math.Log(base)
	if whole := math.Round(f); whole != f && math.Abs(whole-f) < 1e-9 && math.Pow(base, whole) == x {
		return whole
	}
	return f
}
