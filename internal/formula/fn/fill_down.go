package fn

import "octavo/internal/formula/value"

var fillDownFunc = Func{
	Name: "FILL_DOWN", Group: Extension,
	Params: []Param{{Name: "values", Kind: List}},
	Doc:    "Replaces each blank by the last item before it that is not blank.",
	Examples: []Example{
		{`FILL_DOWN(@Note)`, "ok, ok, late, late, OK, 12"},
		{`FILL_DOWN(ARRAY("", 1, BLANK()))`, ", 1, 1"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v := c.Vec(0)
		present := v.Present()
		if v.IsConst() || present == nil {
			return v, nil
		}
		if err := c.Reserve(v.Len(), 4); err != nil {
			return value.Vector{}, err
		}
		idx, last := make([]int32, v.Len()), int32(-1)
		err := c.Blocks(len(idx), func(lo, hi int) {
			for i := lo; i < hi; i++ {
				idx[i] = int32(i)
				if present.Get(i) {
					last = idx[i]
				} else if last >= 0 {
					idx[i] = last
				}
			}
		})
		if err != nil {
			return value.Vector{}, err
		}
		return c.take(v, idx)
	},
}
