package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var indexFunc = Func{
	Name: "INDEX", Group: Extension,
	Params: []Param{{Name: "values", Kind: List}, {Name: "position", Kind: Number}},
	Doc:    "Picks the item at a position, counted from 0, from the end if negative; blank where there is none.",
	Examples: []Example{
		{`INDEX(@Rep, 3)`, "Cy"},
		{`INDEX(@Units, ARRAY(-1, 0, 6))`, "5, 4, ∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v, at := c.Vec(0), c.Vec(1)
		valid, texts, err := vec.Countable(c.Run, at)
		if err != nil {
			return value.Vector{}, err
		}
		if texts {
			c.notNumeric(1)
		}
		if err := c.Reserve(at.Len(), 4); err != nil {
			return value.Vector{}, err
		}
		idx, vals, stored := make([]int32, at.Len()), at.Numeric().Vals, at.Len()
		if at.IsConst() {
			stored = min(stored, 1)
		}
		err = c.Blocks(stored, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				idx[i] = -1
				if valid.Get(i) {
					idx[i] = place(vals[i], v.Len())
				}
			}
		})
		if err != nil {
			return value.Vector{}, err
		}
		if stored < len(idx) {
			return value.Const(v.Take(idx[:1]).Item(0), len(idx)), nil
		}
		return c.take(v, idx)
	},
}

// place is a position in a list of n items, rounded down; -1 if it lies outside.
func place(f float64, n int) int32 {
	f = math.Floor(f)
	if f < 0 {
		f += float64(n)
	}
	if f < 0 || f >= float64(n) {
		return -1
	}
	return int32(f)
}
