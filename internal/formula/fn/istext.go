package fn

import "octavo/internal/formula/value"

var istextFunc = Func{
	Name: "ISTEXT", Group: Extension,
	Params: []Param{{Name: "v", Kind: List}},
	Doc:    "Is true where the item is a text that does not read as a number.",
	Examples: []Example{
		{`ISTEXT(@Note)`, "true, false, true, false, true, false"},
		{`ISTEXT(ARRAY(1, "12 kg", true, BLANK()))`, "false, true, false, false"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v := c.Vec(0)
		numeric, present := v.Numeric().OK, v.Present()
		return c.flags(v, func(i int) bool {
			return v.KindAt(i) == value.Text && present.Get(i) && !numeric.Get(i)
		})
	},
}
