package fn

import (
	"math"

	"octavo/internal/formula/value"
)

var quartileFunc = Func{
	Name: "QUARTILE", Group: Extension,
	Params: []Param{{Name: "values", Kind: List}, {Name: "q", Kind: Number}},
	Doc:    "Gives a quartile: 0 is the smallest number, 2 the median, 4 the largest.",
	Examples: []Example{
		{`QUARTILE(@Units, 1)`, "2.5"},
		{`QUARTILE(@Units, ARRAY(0, 2, 4))`, "1, 4.5, 9"},
		{`QUARTILE(@Units, 5)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.percentiles(func(q float64) float64 { return math.Floor(q) / 4 })
	},
}
