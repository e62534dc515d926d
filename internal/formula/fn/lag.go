package fn

import "octavo/internal/formula/value"

var lagFunc = Func{
	Name: "LAG", Group: Extension,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "n", Kind: Number, Optional: true, Default: "1"},
		{Name: "fill", Kind: List, Optional: true, Default: "blank"},
	},
	Doc: "Shifts a list down by n positions, up if n is negative, and keeps its length.",
	Examples: []Example{
		{`LAG(@Units)`, "∅, 4, 7, 2, 9, 1"},
		{`LAG(@Units, 2, 0)`, "0, 0, 4, 7, 2, 9"},
		{`LAG(@Units, -1)`, "7, 2, 9, 1, 5, ∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v, n := c.Vec(0), c.Vec(0).Len()
		shift := max(-n, min(c.Int(1, 1), n))
		if err := c.Reserve(n, 8); err != nil {
			return value.Vector{}, err
		}
		if shift < 0 {
			return value.Concat(v.Slice(-shift, n), value.Const(c.scalar(2), -shift)), nil
		}
		return value.Concat(value.Const(c.scalar(2), shift), v.Slice(0, n-shift)), nil
	},
}
