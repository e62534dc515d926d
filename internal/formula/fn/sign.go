package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var signFunc = Func{
	Name: "SIGN", Group: Extension,
	Params: []Param{{Name: "x", Kind: List}},
	Doc:    "Gives 1 for positive numbers, -1 for negative ones, 0 for 0.",
	Examples: []Example{
		{`SIGN(ARRAY(-3, 0, 2.5))`, "-1, 0, 1"},
		{`SIGN(@Units - 5)`, "-1, 1, -1, 1, -1, 0"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.pointwise(vec.AsBlank, func(x [3]float64) float64 {
			switch {
			case x[0] > 0:
				return 1
			case x[0] < 0:
				return -1
			}
			return 0
		}, c.Vec(0))
	},
}
