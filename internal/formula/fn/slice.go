package fn

import "octavo/internal/formula/value"

var sliceFunc = Func{
	Name: "SLICE", Group: DataManipulation,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "start", Kind: Number, Optional: true, Default: "1"},
		{Name: "end", Kind: Number, Optional: true, Default: "length of the list"},
	},
	Doc: "Gives the items from start up to but not including end, counted from 0; negative positions count from the end.",
	Examples: []Example{
		{`SLICE(@Units)`, "7, 2, 9, 1, 5"},
		{`SLICE(@Units, 2, 4)`, "2, 9"},
		{`SLICE(@Units, 0, -1)`, "4, 7, 2, 9, 1"},
		{`SLICE(@[Orders,C:C])`, "4, 7, 2, 9, 1, 5"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v := c.Vec(0)
		lo, hi := clip(c.Int(1, 1), v.Len()), clip(c.Int(2, v.Len()), v.Len())
		if lo >= hi {
			return value.Vector{}, nil
		}
		return v.Slice(lo, hi), nil
	},
}

// clip turns a position, negative ones from the end, into one inside 0 … n.
func clip(i, n int) int {
	if i < 0 {
		i += n
	}
	return max(0, min(i, n))
}
