package fn

import "octavo/internal/formula/value"

var bottomFunc = Func{
	Name: "BOTTOM", Group: Extension,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "n", Kind: Number},
		{Name: "return values", Kind: List, Optional: true, Default: "the smallest numbers themselves"},
	},
	Doc: "Gives the n smallest numbers, the largest of them first, or other values at their positions.",
	Examples: []Example{
		{`BOTTOM(@Units, 2)`, "2, 1"},
		{`BOTTOM(@Units, 2, @Rep)`, "Ines, Bo"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.extremes(false) },
}
