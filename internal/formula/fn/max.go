package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var maxFunc = Func{
	Name: "MAX", Group: Math,
	Params: []Param{{Name: "value", Kind: List, Variadic: true}},
	Doc:    "Gives the largest number of a list, or of several lists position by position.",
	Examples: []Example{
		{`MAX(@Units)`, "9"},
		{`MAX(@Units, 5)`, "5, 7, 5, 9, 5, 5"},
		{`MAX(ARRAY("7", "x", BLANK()))`, "7"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.fold(func(s vec.Stats) (float64, bool) { return s.Max, s.Count > 0 })
	},
}
