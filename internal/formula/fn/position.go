package fn

import "octavo/internal/formula/value"

var positionFunc = Func{
	Name: "POSITION", Group: Extension,
	Params: []Param{{Name: "values", Kind: List}, {Name: "item", Kind: List}},
	Doc:    "Finds the first position of an item, counted from 0; blank if it is not in the list.",
	Examples: []Example{
		{`POSITION(@Rep, "Cy")`, "3"},
		{`POSITION(@Units, ARRAY(1, 3))`, "4, ∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		at, err := c.find(c.Vec(1), c.Vec(0))
		if err != nil {
			return value.Vector{}, err
		}
		if err := c.Reserve(len(at), 9); err != nil {
			return value.Vector{}, err
		}
		out, valid := make([]float64, len(at)), value.NewBitmap(len(at), true)
		err = c.Blocks(len(at), func(lo, hi int) {
			for i := lo; i < hi; i++ {
				if out[i] = float64(at[i]); at[i] < 0 {
					valid.Clear(i)
				}
			}
		})
		return value.Numbers(out, valid), err
	},
}
