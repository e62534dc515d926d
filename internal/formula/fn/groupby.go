package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var groupbyFunc = Func{
	Name: "GROUPBY", Group: DataManipulation,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "measure", Kind: List},
		{Name: "method", Kind: Method, Optional: true, Default: "SUM"},
	},
	Doc: "Gives one aggregate of the measure for each group, in the order of GROUP(values).",
	Examples: []Example{
		{`GROUPBY(@Region, @Units)`, "9, 6, 8, 5"},
		{`GROUPBY(@Region, @Units, Join)`, "9, 4,2, 7,1, 5"},
		{`GROUPBY(@Region, @Price, average)`, "1.5, 3.25, 15, 3"},
		{`GROUPBY(@Region, @Note, count)`, "0, 2, 1, 1"},
		{`GROUPBY(@Rep, @When, last)`, "2024-03-22, 2024-03-15, 2024-04-02, 2024-03-10"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return vec.GroupBy(c.Run, c.Vec(0), c.Vec(1), vec.Method(c.Keyword(2, "SUM")))
	},
}
