package fn

import "octavo/internal/formula/value"

var groupFunc = Func{
	Name: "GROUP", Group: DataManipulation,
	Params: []Param{{Name: "values", Kind: List}},
	Doc:    "Gives the distinct values in alphabetical order; numbers are ordered as texts, blanks form the first group.",
	Examples: []Example{
		{`GROUP(@Region)`, "East, North, South, West"},
		{`GROUP(ARRAY(10, 2, 1, 2))`, "1, 10, 2"},
		{`GROUP(@Note)`, "∅, 12, late, OK, ok"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v := c.Vec(0)
		if err := c.Reserve(v.Len(), 4); err != nil {
			return value.Vector{}, err
		}
		return v.Groups().Keys, nil
	},
}
