package fn

import "octavo/internal/formula/value"

var countnumericFunc = Func{
	Name: "COUNTNUMERIC", Group: Math,
	Params: []Param{{Name: "data", Kind: List}},
	Doc:    "Counts the numbers, texts that read as numbers among them.",
	Examples: []Example{
		{`COUNTNUMERIC(@Note)`, "1"},
		{`COUNTNUMERIC(ARRAY(1, "12%", "12 kg", true, BLANK()))`, "2"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return number(float64(countBits(c.Vec(0), c.Vec(0).Numeric().OK))), nil
	},
}
