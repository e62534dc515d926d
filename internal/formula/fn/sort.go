package fn

import (
	"strings"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var sortFunc = Func{
	Name: "SORT", Group: DataManipulation,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "type", Kind: SortOrder},
		{Name: "return values", Kind: List, Optional: true, Default: "the sorted list itself"},
	},
	Doc: "Sorts a list, or puts other values into the order of the sorted list; equal items keep their order.",
	Examples: []Example{
		{`SORT(@Units, descending numeric)`, "9, 7, 5, 4, 2, 1"},
		{`SORT(@Units, ascending numeric, @Rep)`, "Bo, Ines, Ines, Dee, Bo, Cy"},
		{`SORT(@Region, ascending)`, "East, North, North, South, South, West"},
		{`SORT(@Note, ascending numeric)`, "12, ok, ∅, late, ∅, OK"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		by, out := c.Vec(0), c.Vec(0)
		if c.Has(2) {
			_, v := c.Align(c.Vec(0), c.Vec(2))
			by, out = v[0], v[1]
		}
		kind := c.Keyword(1, "ascending")
		idx, err := vec.SortOrder(c.Run, by, strings.HasSuffix(kind, "numeric"), strings.HasPrefix(kind, "descending"))
		if err != nil {
			return value.Vector{}, err
		}
		return c.take(out, idx)
	},
}
