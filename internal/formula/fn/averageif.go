package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var averageifFunc = Func{
	Name: "AVERAGEIF", Group: Math,
	Params: []Param{{Name: "condition", Kind: Condition}, {Name: "average range", Kind: List}},
	Doc:    "Gives the mean of the items whose condition is true; what is not a number counts as 0.",
	Examples: []Example{
		{`AVERAGEIF(@Region = "South", @Units)`, "4"},
		{`AVERAGEIF(@Units > 4, @Note)`, "4"},
		{`AVERAGEIF(@Region = "Mars", @Units)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		n, v := c.Align(c.Vec(0), c.Vec(1))
		if n == 0 {
			return value.Blanks(1), nil
		}
		total, count, err := vec.SumWhere(c.Run, v[0], v[1])
		return c.finite(total/float64(max(count, 1)), count > 0), err
	},
}
