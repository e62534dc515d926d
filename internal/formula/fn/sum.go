package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var sumFunc = Func{
	Name: "SUM", Group: Math,
	Params: []Param{{Name: "data", Kind: List, Variadic: true}},
	Doc:    "Adds the numbers of a list, or of several lists position by position.",
	Examples: []Example{
		{`SUM(@Units)`, "28"},
		{`SUM(@Units, @Price)`, "6.5, 17, 6, 10.5, 21, 8"},
		{`SUM(ARRAY(1, "2", "x", BLANK()))`, "3"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		lists := c.Lists()
		if len(lists) == 1 {
			total, err := vec.Sum(c.Run, lists[0])
			return c.finite(total, true), err
		}
		return vec.Rows(c.Run, lists, func(s vec.Stats) (float64, bool) { return s.Sum, true })
	},
}
