package fn

import "octavo/internal/formula/value"

var padvaluesFunc = Func{
	Name: "PADVALUES", Group: DataManipulation,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "times", Kind: Number},
		{Name: "with value", Kind: List, Optional: true, Default: "blank"},
	},
	Doc: "Lengthens a list by a number of copies of one value.",
	Examples: []Example{
		{`PADVALUES(ARRAY(1, 2), 2, 0)`, "1, 2, 0, 0"},
		{`PADVALUES(FIRST(@Rep, 2), 1)`, "Ines, Bo, ∅"},
		{`PADVALUES(@Units, -3)`, "4, 7, 2, 9, 1, 5"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v, times := c.Vec(0), max(0, c.Int(1, 0))
		if err := c.Count(times); err != nil {
			return value.Vector{}, err
		}
		if err := c.Total(v.Len() + times); err != nil {
			return value.Vector{}, err
		}
		if err := c.Reserve(v.Len()+times, 8); err != nil {
			return value.Vector{}, err
		}
		return value.Concat(v, value.Const(c.scalar(2), times)), nil
	},
}
