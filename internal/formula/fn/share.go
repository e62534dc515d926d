package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var shareFunc = Func{
	Name: "SHARE", Group: Extension,
	Params: []Param{{Name: "values", Kind: List}},
	Doc:    "Gives the share of each item in the total.",
	Examples: []Example{
		{`SHARE(ARRAY(1, 3))`, "0.25, 0.75"},
		{`ROUND(SHARE(@Units), 3)`, "0.143, 0.25, 0.071, 0.321, 0.036, 0.179"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		total, err := vec.Sum(c.Run, c.Vec(0))
		if err != nil {
			return value.Vector{}, err
		}
		return vec.Arith(c.Run, '/', c.Vec(0), c.finite(total, true))
	},
}
