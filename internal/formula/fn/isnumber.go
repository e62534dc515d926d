package fn

import "octavo/internal/formula/value"

var isnumberFunc = Func{
	Name: "ISNUMBER", Group: Extension,
	Params: []Param{{Name: "v", Kind: List}},
	Doc:    "Is true where the item is a number or a text that reads as one.",
	Examples: []Example{
		{`ISNUMBER(@Note)`, "false, false, false, false, false, true"},
		{`ISNUMBER(ARRAY(1, "12%", true, BLANK()))`, "true, true, false, false"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		bits := c.Vec(0).Numeric().OK
		return c.flags(c.Vec(0), func(i int) bool { return bits.Get(i) })
	},
}
