package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var erfFunc = Func{
	Name: "ERF", Group: Statistics,
	Params: []Param{
		{Name: "lower", Kind: List},
		{Name: "upper", Kind: List, Optional: true, Default: "only the value at lower"},
	},
	Doc: "Gives the error function, or its increase between two values.",
	Examples: []Example{
		{`ROUND(ERF(0.5), 10)`, "0.5204998778"},
		{`ROUND(ERF(0, ARRAY(0.5, 1)), 6)`, "0.5205, 0.842701"},
		{`ERF(0)`, "0"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		if !c.Has(1) {
			return c.pointwise(vec.AsBlank, func(x [3]float64) float64 { return math.Erf(x[0]) }, c.Vec(0))
		}
		return c.pointwise(vec.AsBlank, func(x [3]float64) float64 { return erfBetween(x[0], x[1]) }, c.Vec(0), c.Vec(1))
	},
}

// erfBetween is erf(b) − erf(a); on one side of 0 the complements keep the digits that are left.
func erfBetween(a, b float64) float64 {
	switch {
	case a > 0 && b > 0:
		return math.Erfc(a) - math.Erfc(b)
	case a < 0 && b < 0:
		return math.Erfc(-b) - math.Erfc(-a)
	}
	return math.Erf(b) - math.Erf(a)
}
