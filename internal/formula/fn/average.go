package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var averageFunc = Func{
	Name: "AVERAGE", Group: Math,
	Params: []Param{{Name: "data", Kind: List, Variadic: true}},
	Doc:    "Gives the mean of the numeric items of a list, or of several lists position by position.",
	Examples: []Example{
		{`AVERAGE(ARRAY(4, "n/a", BLANK(), 8))`, "6"},
		{`AVERAGE(@Price, 0)`, "1.25, 5, 2, 0.75, 10, 1.5"},
		{`AVERAGE(BLANK(3))`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		mean := func(s vec.Stats) (float64, bool) { return s.Numeric / float64(max(s.Count, 1)), s.Count > 0 }
		return c.fold(mean)
	},
}
