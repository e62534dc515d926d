package fn

import "octavo/internal/formula/value"

var floorFunc = Func{
	Name: "FLOOR", Group: Math,
	Params: []Param{
		{Name: "data", Kind: List},
		{Name: "significance", Kind: Number, Optional: true, Default: "1"},
	},
	Doc: "Rounds down to a multiple of the significance; what is not a number counts as 0.",
	Examples: []Example{
		{`FLOOR(13, 5)`, "10"},
		{`FLOOR(@Price)`, "2, 10, 4, 1, 20, 3"},
		{`FLOOR(-7.2, 5)`, "-10"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.multiples(false) },
}
