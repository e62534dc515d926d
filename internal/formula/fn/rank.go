package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var rankFunc = Func{
	Name: "RANK", Group: Statistics,
	Params: []Param{
		{Name: "data", Kind: List},
		{Name: "order", Kind: RankOrder, Optional: true, Default: "descending"},
	},
	Doc: "Numbers the items by size from 1 on; equal ones share the better rank.",
	Examples: []Example{
		{`RANK(@Units)`, "4, 2, 5, 1, 6, 3"},
		{`RANK(@Units, ascending)`, "3, 5, 2, 6, 1, 4"},
		{`RANK(ARRAY(5, "x", 7, 5, BLANK()))`, "2, ∅, 1, 2, ∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return vec.Ranks(c.Run, c.Vec(0), c.Keyword(1, "descending") == "descending")
	},
}
