package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var minFunc = Func{
	Name: "MIN", Group: Math,
	Params: []Param{{Name: "value", Kind: List, Variadic: true}},
	Doc:    "Gives the smallest number of a list, or of several lists position by position.",
	Examples: []Example{
		{`MIN(@Price)`, "1.5"},
		{`MIN(@Units, 5)`, "4, 5, 2, 5, 1, 5"},
		{`MIN(@Region)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.fold(func(s vec.Stats) (float64, bool) { return s.Min, s.Count > 0 })
	},
}
