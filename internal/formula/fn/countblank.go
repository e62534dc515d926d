package fn

import "octavo/internal/formula/value"

var countblankFunc = Func{
	Name: "COUNTBLANK", Group: Math,
	Params: []Param{{Name: "data", Kind: List}},
	Doc:    "Counts the blanks; a text without characters is one.",
	Examples: []Example{
		{`COUNTBLANK(@Note)`, "2"},
		{`COUNTBLANK(ARRAY("", " ", BLANK()))`, "2"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return number(float64(c.Vec(0).Len() - present(c.Vec(0)))), nil
	},
}
