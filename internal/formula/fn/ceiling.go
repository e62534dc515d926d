package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var ceilingFunc = Func{
	Name: "CEILING", Group: Math,
	Params: []Param{
		{Name: "data", Kind: List},
		{Name: "significance", Kind: Number, Optional: true, Default: "1"},
	},
	Doc: "Rounds up to a multiple of the significance; what is not a number counts as 0.",
	Examples: []Example{
		{`CEILING(7.2, 5)`, "10"},
		{`CEILING(@Price)`, "3, 10, 4, 2, 20, 3"},
		{`CEILING(-7.2, 5)`, "-5"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.multiples(true) },
}

// multiples rounds argument 0 to multiples of argument 1.
func (c *Call) multiples(up bool) (value.Vector, error) {
	next := vec.Multiples(up)
	return c.pointwise(vec.AsZero, func(x [3]float64) float64 { return next(x[0], x[1]) }, c.Vec(0), c.operand(1, 1))
}
