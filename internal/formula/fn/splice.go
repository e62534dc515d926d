package fn

import "octavo/internal/formula/value"

var spliceFunc = Func{
	Name: "SPLICE", Group: DataManipulation,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "index", Kind: Number},
		{Name: "count", Kind: Number},
		{Name: "insert", Kind: List, Optional: true, Default: "nothing"},
	},
	Doc: "Deletes a number of items from a position on, counted from 0, and puts others in their place; a negative position counts from the end.",
	Examples: []Example{
		{`SPLICE(@Units, 1, 2, 99)`, "4, 99, 9, 1, 5"},
		{`SPLICE(@Units, -2, 1)`, "4, 7, 2, 9, 5"},
		{`SPLICE(FIRST(@Rep, 2), 1, 0, ARRAY("x", "y"))`, "Ines, x, y, Bo"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v := c.Vec(0)
		from := clip(c.Int(1, 0), v.Len())
		to := from + max(0, min(c.Int(2, 0), v.Len()-from))
		n := v.Len() - (to - from) + c.Vec(3).Len()
		if err := c.Reserve(n, 8); err != nil {
			return value.Vector{}, err
		}
		return value.Concat(v.Slice(0, from), c.Vec(3), v.Slice(to, v.Len())), nil
	},
}
