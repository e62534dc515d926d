package fn

import (
	"octavo/internal/formula/value"
)

var countifFunc = Func{
	Name: "COUNTIF", Group: Math,
	Params: []Param{{Name: "condition", Kind: Condition}},
	Doc:    "Counts the conditions that are true.",
	Examples: []Example{
		{`COUNTIF(@Units > 4)`, "3"},
		{`COUNTIF(@Note = "")`, "2"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return number(float64(c.Vec(0).CountTrue())), nil
	},
}
