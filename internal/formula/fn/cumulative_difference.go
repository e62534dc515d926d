package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var cumulativeDifferenceFunc = Func{
	Name: "CUMULATIVE_DIFFERENCE", Group: Math,
	Params: []Param{
		{Name: "data", Kind: List},
		{Name: "first value", Kind: FirstValue, Optional: true, Default: "Ignore first value"},
	},
	Doc: "Gives the difference of each item from the one before it.",
	Examples: []Example{
		{`CUMULATIVE_DIFFERENCE(@Units)`, "3, -5, 7, -8, 4"},
		{`CUMULATIVE_DIFFERENCE(@Units, Use zero)`, "0, 3, -5, 7, -8, 4"},
		{`CUMULATIVE_DIFFERENCE(@Units, Use first value)`, "4, 3, -5, 7, -8, 4"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v, n := c.Vec(0), c.Vec(0).Len()
		if n == 0 {
			return value.Vector{}, nil
		}
		steps, err := vec.Arith(c.Run, '-', v.Slice(1, n), v.Slice(0, n-1))
		if err != nil {
			return value.Vector{}, err
		}
		first := number(0)
		switch c.Keyword(1, firstValues[0]) {
		case firstValues[0]:
			return steps, nil
		case firstValues[1]:
			if first, err = vec.Plus(c.Run, v.Slice(0, 1)); err != nil {
				return value.Vector{}, err
			}
		}
		if err := c.Reserve(n, 8); err != nil {
			return value.Vector{}, err
		}
		return value.Concat(first, steps), nil
	},
}
