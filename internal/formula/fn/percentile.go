package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var percentileFunc = Func{
	Name: "PERCENTILE", Group: Extension,
	Params: []Param{{Name: "values", Kind: List}, {Name: "p", Kind: Number}},
	Doc:    "Gives the number below which a share of the numbers lies, from 0 to 1; between two numbers it interpolates.",
	Examples: []Example{
		{`PERCENTILE(@Units, 0.5)`, "4.5"},
		{`PERCENTILE(@Units, ARRAY(0, 0.1, 1))`, "1, 1.5, 9"},
		{`PERCENTILE(@Units, 1.5)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.percentiles(func(p float64) float64 { return p })
	},
}

// percentiles gives percentiles of argument 0; share turns argument 1 into one from 0 to 1.
func (c *Call) percentiles(share func(float64) float64) (value.Vector, error) {
	sorted, err := vec.Sorted(c.Run, c.Vec(0))
	if err != nil {
		return value.Vector{}, err
	}
	if len(sorted) == 0 {
		return value.Blanks(c.Vec(1).Len()), nil
	}
	return c.pointwise(vec.AsBlank, func(x [3]float64) float64 {
		f, ok := vec.Percentile(sorted, share(x[0]))
		if !ok {
			return math.NaN()
		}
		return f
	}, c.Vec(1))
}
