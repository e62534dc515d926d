package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var lookupFunc = Func{
	Name: "LOOKUP", Group: DataManipulation,
	Params: []Param{
		{Name: "input", Kind: List},
		{Name: "keys", Kind: List},
		{Name: "results", Kind: List},
	},
	Doc: "Gives for each input the result at the position of the first equal key, blank if there is none.",
	Examples: []Example{
		{`LOOKUP(@Region, @[Regions/Name], @[Regions/Manager])`, "Tod, Uma, Tod, ∅, Uma, Vic"},
		{`LOOKUP(GROUP(@Region), GROUP(@Region), GROUPBY(@Region, @Units))`, "9, 6, 8, 5"},
		{`LOOKUP("12", @Note, @Rep)`, "Dee"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		n, v := c.Align(c.Vec(1), c.Vec(2))
		if n == 0 {
			return value.Blanks(c.Vec(0).Len()), nil
		}
		m, err := vec.NewMatcher(c.Run, v[0])
		if err != nil {
			return value.Vector{}, err
		}
		idx, err := m.Positions(c.Run, c.Vec(0), false)
		if err != nil {
			return value.Vector{}, err
		}
		if err := c.Reserve(len(idx), 8); err != nil {
			return value.Vector{}, err
		}
		return v[1].Take(idx), nil
	},
}
