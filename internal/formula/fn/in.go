package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var inFunc = Func{
	Name: "IN", Group: Logic,
	Params: []Param{{Name: "values", Kind: List}, {Name: "set", Kind: List}},
	Doc:    "Is true where the value equals any item of the set.",
	Examples: []Example{
		{`IN(@Region, ARRAY("East", "West"))`, "false, false, false, true, false, true"},
		{`SELECT(@Rep, IN(@Units, ARRAY(1, 4, 5)))`, "Ines, Bo, Dee"},
		{`IN("x", ARRAY())`, "false"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		m, err := vec.NewMatcher(c.Run, c.Vec(1))
		if err != nil {
			return value.Vector{}, err
		}
		return m.Contains(c.Run, c.Vec(0))
	},
}

// find gives for every item of a list the position of the first equal item of a
// set, -1 if there is none; blanks find blanks.
func (c *Call) find(v, set value.Vector) ([]int32, error) {
	m, err := vec.NewMatcher(c.Run, set)
	if err != nil {
		return nil, err
	}
	return m.Positions(c.Run, v, true)
}
