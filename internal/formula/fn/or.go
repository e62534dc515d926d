package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var orFunc = Func{
	Name: "OR", Group: Logic,
	Params: []Param{{Name: "condition", Kind: Condition, Variadic: true}},
	Doc:    "Is true at each position where any condition is true.",
	Examples: []Example{
		{`OR(@Region = "East", @Units = 1)`, "false, false, false, true, true, false"},
		{`SELECT(@Rep, OR(@Region = "East", @Region = "West"))`, "Cy, Dee"},
	},
	Eval: func(c *Call) (value.Vector, error) { return vec.Logic(c.Run, false, c.Lists()) },
}
