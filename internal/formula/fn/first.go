package fn

import "octavo/internal/formula/value"

var firstFunc = Func{
	Name: "FIRST", Group: DataManipulation,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "count", Kind: Number, Optional: true, Default: "1"},
	},
	Doc: "Gives the first items of a list.",
	Examples: []Example{
		{`FIRST(@Rep, 2)`, "Ines, Bo"},
		{`FIRST(@Rep)`, "Ines"},
		{`FIRST(@Units, 0)`, ""},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v := c.Vec(0)
		return v.Slice(0, max(0, min(c.Int(1, 1), v.Len()))), nil
	},
}
