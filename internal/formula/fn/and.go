package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var andFunc = Func{
	Name: "AND", Group: Logic,
	Params: []Param{{Name: "condition", Kind: Condition, Variadic: true}},
	Doc:    "Is true at each position where every condition is true.",
	Examples: []Example{
		{`AND(@Units > 3, @Price < 5)`, "true, false, false, true, false, true"},
		{`AND(ARRAY(1, 0, "yes", BLANK()))`, "true, false, true, false"},
	},
	Eval: func(c *Call) (value.Vector, error) { return vec.Logic(c.Run, true, c.Lists()) },
}
