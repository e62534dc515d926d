package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var forecastFunc = Func{
	Name: "FORECAST", Group: Extension,
	Params: []Param{
		{Name: "x", Kind: List},
		{Name: "known y", Kind: List},
		{Name: "known x", Kind: List},
	},
	Doc: "Gives the least-squares line through pairs of numbers at other places.",
	Examples: []Example{
		{`FORECAST(4, ARRAY(2, 4, 6), ARRAY(1, 2, 3))`, "8"},
		{`FORECAST(ARRAY(0, 10), ARRAY(3, 5, 7), ARRAY(1, 2, 3))`, "1, 21"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		l, err := vec.NewLine(c.Run, c.Vec(1), c.Vec(2))
		if err != nil {
			return value.Vector{}, err
		}
		if _, ok := l.Slope(); !ok {
			c.noLine(l)
			return value.Blanks(c.Vec(0).Len()), nil
		}
		return c.pointwise(vec.AsBlank, func(x [3]float64) float64 {
			f, _ := l.At(x[0])
			return f
		}, c.Vec(0))
	},
}
