package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var expFunc = Func{
	Name: "EXP", Group: Extension,
	Params: []Param{{Name: "x", Kind: List}},
	Doc:    "Raises e to a power.",
	Examples: []Example{
		{`EXP(0)`, "1"},
		{`ROUND(EXP(ARRAY(1, -1)), 6)`, "2.718282, 0.367879"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.pointwise(vec.AsBlank, func(x [3]float64) float64 { return math.Exp(x[0]) }, c.Vec(0))
	},
}
