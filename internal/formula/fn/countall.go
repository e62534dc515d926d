package fn

import "octavo/internal/formula/value"

var countallFunc = Func{
	Name: "COUNTALL", Group: Math,
	Params: []Param{{Name: "data", Kind: List, Variadic: true}},
	Doc:    "Counts all items, blanks included.",
	Examples: []Example{
		{`COUNTALL(@Note)`, "6"},
		{`COUNTALL(@Note, 1)`, "7"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		total := 0
		for _, v := range c.Lists() {
			total += v.Len()
		}
		return number(float64(total)), nil
	},
}
