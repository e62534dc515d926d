package fn

import "octavo/internal/formula/value"

var arrayFunc = Func{
	Name: "ARRAY", Group: DataManipulation,
	Params: []Param{{Name: "data", Kind: List, Optional: true, Variadic: true, Default: "empty list"}},
	Doc:    "Puts all items of its arguments into one list, in order.",
	Examples: []Example{
		{`ARRAY(0, @Units)`, "0, 4, 7, 2, 9, 1, 5"},
		{`ARRAY("All", GROUP(@Region))`, "All, East, North, South, West"},
		{`ARRAY()`, ""},
	},
	Eval: func(c *Call) (value.Vector, error) {
		n, lists := 0, c.Lists()
		for _, v := range lists {
			n += v.Len()
		}
		if err := c.Reserve(n, 8); err != nil {
			return value.Vector{}, err
		}
		return value.Concat(lists...), nil
	},
}
