package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var sequenceFunc = Func{
	Name: "SEQUENCE", Group: Extension,
	Params: []Param{
		{Name: "start", Kind: Number},
		{Name: "count", Kind: Number},
		{Name: "step", Kind: Number, Optional: true, Default: "1"},
	},
	Doc: "Counts from a start in equal steps.",
	Examples: []Example{
		{`SEQUENCE(10, 3, 5)`, "10, 15, 20"},
		{`SEQUENCE(1, 4)`, "1, 2, 3, 4"},
		{`SEQUENCE(0, 3, -0.1)`, "0, -0.1, -0.2"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		start, step, n := c.Float(0, 0), c.Float(2, 1), max(0, c.Int(1, 0))
		if err := c.Count(n); err != nil {
			return value.Vector{}, err
		}
		if err := c.Reserve(n, 8); err != nil {
			return value.Vector{}, err
		}
		out := make([]float64, n)
		err := c.Blocks(n, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				out[i] = start + float64(i)*step
			}
		})
		return vec.Finite(c.Run, out), err
	},
}
