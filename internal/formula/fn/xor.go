package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var xorFunc = Func{
	Name: "XOR", Group: Extension,
	Params: []Param{{Name: "condition", Kind: Condition, Variadic: true}},
	Doc:    "Is true at each position where an odd number of conditions is true.",
	Examples: []Example{
		{`XOR(@Units > 4, @Price > 4)`, "false, false, false, true, true, true"},
		{`XOR(true, true, true)`, "true"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		n, v := c.Align(c.Lists()...)
		if n == 0 {
			return value.Vector{}, nil
		}
		if err := c.Reserve(n, 1); err != nil {
			return value.Vector{}, err
		}
		out := make([]bool, n)
		for _, l := range v {
			truths, err := vec.Truths(c.Run, l)
			if err != nil {
				return value.Vector{}, err
			}
			err = c.Blocks(n, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					out[i] = out[i] != truths[i]
				}
			})
			if err != nil {
				return value.Vector{}, err
			}
		}
		return value.Bools(out, nil), nil
	},
}
