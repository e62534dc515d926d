package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var replaceFunc = Func{
	Name: "REPLACE", Group: DataManipulation,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "matching", Kind: List},
		{Name: "with value", Kind: List, Optional: true, Default: "blank"},
	},
	Doc: "Replaces the items that are wholly equal to any of the matching items.",
	Examples: []Example{
		{`REPLACE(@Region, "North", "N")`, "N, South, N, East, South, West"},
		{`REPLACE(@Note, BLANK(), "none")`, "ok, none, late, none, OK, 12"},
		{`REPLACE(@Units, ARRAY(1, 2))`, "4, 7, ∅, 9, ∅, 5"},
		{`REPLACE(@Region, "South", @Rep)`, "North, Bo, North, East, Bo, West"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		with := value.Blanks(1)
		if c.Has(2) {
			with = c.Vec(2)
		}
		n, v := c.Align(c.Vec(0), with)
		if n == 0 {
			return value.Vector{}, nil
		}
		m, err := vec.NewMatcher(c.Run, c.Vec(1))
		if err != nil {
			return value.Vector{}, err
		}
		if v[1].IsConst() || n == 1 {
			return c.replaceItems(v[0], m, v[1].Item(0))
		}
		at, err := m.Positions(c.Run, v[0], true)
		if err != nil {
			return value.Vector{}, err
		}
		if err := c.Reserve(n, 1); err != nil {
			return value.Vector{}, err
		}
		keep := make([]bool, n)
		for i, p := range at {
			keep[i] = p < 0
		}
		return c.choose(keep, v[0], v[1])
	},
}

// replaceItems puts one item for all that match, once per distinct one.
func (c *Call) replaceItems(v value.Vector, m *vec.Matcher, with value.Item) (value.Vector, error) {
	if err := c.Reserve(v.Len(), 12); err != nil {
		return value.Vector{}, err
	}
	out := v.MapEntries(func(it value.Item) value.Item {
		if m.Find(it) >= 0 {
			return with
		}
		return it
	})
	return out, c.Step()
}
