package fn

import "octavo/internal/formula/value"

var isblankFunc = Func{
	Name: "ISBLANK", Group: Extension,
	Params: []Param{{Name: "v", Kind: List}},
	Doc:    "Is true where the item is blank or a text without characters.",
	Examples: []Example{
		{`ISBLANK(@Note)`, "false, true, false, true, false, false"},
		{`ISBLANK(ARRAY("", " ", 0))`, "true, false, false"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		bits := c.Vec(0).Present()
		return c.flags(c.Vec(0), func(i int) bool { return !bits.Get(i) })
	},
}
