package fn

import "octavo/internal/formula/value"

var reverseFunc = Func{
	Name: "REVERSE", Group: DataManipulation,
	Params: []Param{{Name: "values", Kind: List}},
	Doc:    "Gives the list from its end to its start.",
	Examples: []Example{
		{`REVERSE(@Units)`, "5, 1, 9, 2, 7, 4"},
		{`REVERSE(GROUP(@Region))`, "West, South, North, East"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v := c.Vec(0)
		if err := c.Reserve(v.Len(), 4); err != nil {
			return value.Vector{}, err
		}
		idx := make([]int32, v.Len())
		for i := range idx {
			idx[i] = int32(len(idx) - 1 - i)
		}
		return c.take(v, idx)
	},
}
