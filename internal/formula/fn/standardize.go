package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var standardizeFunc = Func{
	Name: "STANDARDIZE", Group: Statistics,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "mean", Kind: Number},
		{Name: "stdev", Kind: Number},
	},
	Doc: "Tells how many standard deviations a value lies above the mean.",
	Examples: []Example{
		{`STANDARDIZE(ARRAY(10, 14), 12, 2)`, "-1, 1"},
		{`STANDARDIZE(@Units, AVERAGE(@Units), 0)`, "∅, ∅, ∅, ∅, ∅, ∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		p := vec.Pointwise{Name: c.Func.Name, Missing: vec.AsBlank, Divisor: 2, F: func(x [3]float64) float64 { return (x[0] - x[1]) / x[2] }}
		return p.Eval(c.Run, c.Vec(0), c.Vec(1), c.Vec(2))
	},
}
