package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var modFunc = Func{
	Name: "MOD", Group: Math,
	Params: []Param{{Name: "values", Kind: List}, {Name: "modulus", Kind: Number}},
	Doc:    "Gives the remainder of a division, with the sign of the modulus.",
	Examples: []Example{
		{`MOD(@Units, 3)`, "1, 1, 2, 0, 1, 2"},
		{`MOD(ARRAY(-7, 7), ARRAY(3, -3))`, "2, -2"},
		{`MOD(5, 0)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		p := vec.Pointwise{Name: c.Func.Name, Missing: vec.AsOperand, Divisor: 1, F: func(x [3]float64) float64 {
			r := math.Mod(x[0], x[1])
			if r != 0 && (r < 0) != (x[1] < 0) {
				r += x[1]
			}
			return r
		}}
		return p.Eval(c.Run, c.Vec(0), c.Vec(1))
	},
}
