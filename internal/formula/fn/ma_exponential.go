package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var maExponentialFunc = Func{
	Name: "MA_EXPONENTIAL", Group: Statistics,
	Params: []Param{{Name: "values", Kind: List}, {Name: "n", Kind: Number}},
	Doc:    "Gives the exponential moving average over a period of n items: later items weigh more.",
	Examples: []Example{
		{`MA_EXPONENTIAL(@Units, 3)`, "4, 5.5, 3.75, 6.375, 3.6875, 4.34375"},
		{`MA_EXPONENTIAL(ARRAY(1, BLANK(), 3), 3)`, "1, 1, 2"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		n := c.Int(1, 0)
		if n < 1 {
			return value.Blanks(c.Vec(0).Len()), nil
		}
		return vec.ExponentialMean(c.Run, c.Vec(0), 2/(float64(n)+1))
	},
}
