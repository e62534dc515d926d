package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var selectFunc = Func{
	Name: "SELECT", Group: DataManipulation,
	Params: []Param{{Name: "data", Kind: List}, {Name: "condition", Kind: Condition}},
	Doc:    "Keeps the items whose condition is true.",
	Examples: []Example{
		{`SELECT(@Rep, @Units > 4)`, "Bo, Cy, Dee"},
		{`SUM(SELECT(@Units, AND(@Region = "South", @Price > 15)))`, "1"},
		{`SELECT(@Units, false)`, ""},
	},
	Eval: func(c *Call) (value.Vector, error) {
		_, v := c.Align(c.Vec(0), c.Vec(1))
		idx, err := vec.Where(c.Run, v[1])
		if err != nil {
			return value.Vector{}, err
		}
		return c.take(v[0], idx)
	},
}
