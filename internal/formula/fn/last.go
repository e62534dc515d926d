package fn

import "octavo/internal/formula/value"

var lastFunc = Func{
	Name: "LAST", Group: DataManipulation,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "count", Kind: Number, Optional: true, Default: "1"},
	},
	Doc: "Gives the last items of a list, in their order.",
	Examples: []Example{
		{`LAST(@Units, 2)`, "1, 5"},
		{`LAST(@Rep)`, "Dee"},
		{`LAST(@Units, 99)`, "4, 7, 2, 9, 1, 5"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v := c.Vec(0)
		return v.Slice(v.Len()-max(0, min(c.Int(1, 1), v.Len())), v.Len()), nil
	},
}
