package fn

import "octavo/internal/formula/value"

var countFunc = Func{
	Name: "COUNT", Group: Math,
	Params: []Param{{Name: "data", Kind: List, Variadic: true}},
	Doc:    "Counts the items that are not blank.",
	Examples: []Example{
		{`COUNT(@Note)`, "4"},
		{`COUNT(@Note, @Region)`, "10"},
		{`COUNT("")`, "0"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		total := 0
		for _, v := range c.Lists() {
			switch p := v.Present(); {
			case v.Len() == 0:
			case !v.IsConst():
				total += p.Count(v.Len())
			case p.Get(0):
				total += v.Len()
			}
		}
		return number(float64(total)), nil
	},
}
