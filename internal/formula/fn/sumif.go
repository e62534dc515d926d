package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var sumifFunc = Func{
	Name: "SUMIF", Group: Math,
	Params: []Param{{Name: "condition", Kind: Condition}, {Name: "sum range", Kind: List}},
	Doc:    "Adds the numbers of a list whose condition is true.",
	Examples: []Example{
		{`SUMIF(@Region = "North", @Units)`, "6"},
		{`SUMIF(@Units > 4, 1)`, "3"},
		{`SUMIF(@Region = "Mars", @Units)`, "0"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		n, v := c.Align(c.Vec(0), c.Vec(1))
		if n == 0 {
			return number(0), nil
		}
		total, _, err := vec.SumWhere(c.Run, v[0], v[1])
		return c.finite(total, true), err
	},
}
