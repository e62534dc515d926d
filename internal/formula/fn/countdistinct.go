package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var countdistinctFunc = Func{
	Name: "COUNTDISTINCT", Group: DataManipulation,
	Params: []Param{{Name: "values", Kind: List}},
	Doc:    "Counts the items of each group, in the order of GROUP(values); it does not give one number.",
	Examples: []Example{
		{`COUNTDISTINCT(@Region)`, "1, 2, 2, 1"},
		{`COUNTDISTINCT(@Note)`, "2, 1, 1, 1, 1"},
	},
	Eval: func(c *Call) (value.Vector, error) { return vec.GroupCounts(c.Run, c.Vec(0)) },
}
