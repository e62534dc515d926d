package fn

import "octavo/internal/formula/value"

var repeatFunc = Func{
	Name: "REPEAT", Group: DataManipulation,
	Params: []Param{{Name: "values", Kind: List}, {Name: "times", Kind: Number}},
	Doc:    "Gives the whole list a number of times, one after the other.",
	Examples: []Example{
		{`REPEAT(ARRAY("x", "y"), 2)`, "x, y, x, y"},
		{`REPEAT(AVERAGE(@Price), COUNTALL(GROUP(@Rep)))`, "6.83333333333333, 6.83333333333333, 6.83333333333333, 6.83333333333333"},
		{`REPEAT(@Units, 0)`, ""},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v, times := c.Vec(0), max(0, c.Int(1, 0))
		if err := c.Count(times); err != nil {
			return value.Vector{}, err
		}
		n := v.Len() * times
		if err := c.Total(n); err != nil {
			return value.Vector{}, err
		}
		if n == 0 || times == 1 {
			return v.Slice(0, min(n, v.Len())), nil
		}
		if v.Len() == 1 || v.IsConst() {
			return value.Const(v.Item(0), n), c.Reserve(n, 0)
		}
		if err := c.Reserve(n, 4); err != nil {
			return value.Vector{}, err
		}
		idx := make([]int32, n)
		err := c.Blocks(n, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				idx[i] = int32(i % v.Len())
			}
		})
		if err != nil {
			return value.Vector{}, err
		}
		return c.take(v, idx)
	},
}
