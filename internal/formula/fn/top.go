package fn

import "octavo/internal/formula/value"

var topFunc = Func{
	Name: "TOP", Group: Extension,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "n", Kind: Number},
		{Name: "return values", Kind: List, Optional: true, Default: "the largest numbers themselves"},
	},
	Doc: "Gives the n largest numbers, the largest first, or other values at their positions.",
	Examples: []Example{
		{`TOP(@Units, 2)`, "9, 7"},
		{`TOP(@Units, 2, @Rep)`, "Cy, Bo"},
		{`TOP(@Note, 3)`, "12"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.extremes(true) },
}
