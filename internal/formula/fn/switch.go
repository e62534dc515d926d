package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var switchFunc = Func{
	Name: "SWITCH", Group: Logic,
	Params: []Param{
		{Name: "data", Kind: List},
		{Name: "case", Kind: Case},
		{Name: "value", Kind: List},
	},
	Repeat: 2,
	Doc:    "Gives the value of the first case that equals the data, position by position; that of _default_ if none does, else a blank.",
	Examples: []Example{
		{`SWITCH(@Region, "North","N", "South","S", _default_,"?")`, "N, S, N, ?, S, ?"},
		{`SWITCH(@Region, "_default_", @Rep, "North", "-")`, "-, Bo, -, Cy, Bo, Dee"},
		{`SWITCH(true, @Units > 5, "big", @Units > 2, "middle")`, "middle, big, ∅, big, ∅, middle"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		lists, fallback := []value.Vector{c.Vec(0)}, value.Blanks(1)
		for i := 1; i < len(c.Args); i += 2 {
			if c.Args[i].Keyword == DefaultCase {
				fallback = c.Vec(i + 1)
				continue
			}
			lists = append(lists, c.Vec(i), c.Vec(i+1))
		}
		n, v := c.Align(append(lists, fallback)...)
		if n == 0 {
			return value.Vector{}, nil
		}
		out := v[len(v)-1]
		for i := len(v) - 3; i > 0; i -= 2 { // from the last case to the first, which wins
			equal, err := vec.Compare(c.Run, vec.EQ, v[0], v[i])
			if err != nil {
				return value.Vector{}, err
			}
			truths, err := vec.Truths(c.Run, equal)
			if err != nil {
				return value.Vector{}, err
			}
			if out, err = c.choose(truths, v[i+1], out); err != nil {
				return value.Vector{}, err
			}
		}
		return out, nil
	},
}
