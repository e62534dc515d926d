package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var notFunc = Func{
	Name: "NOT", Group: Logic,
	Params: []Param{{Name: "values", Kind: Condition}},
	Doc:    "Turns true into false and false into true; a blank gives true.",
	Examples: []Example{
		{`NOT(@Units > 3)`, "false, false, true, false, true, false"},
		{`NOT(BLANK())`, "true"},
	},
	Eval: func(c *Call) (value.Vector, error) { return vec.Not(c.Run, c.Vec(0)) },
}
