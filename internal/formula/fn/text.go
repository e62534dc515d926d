package fn

import "octavo/internal/formula/value"

var textFunc = Func{
	Name: "TEXT", Group: Extension,
	Params: []Param{{Name: "v", Kind: List}},
	Doc:    "Gives the items as texts, as they are shown; a blank stays blank.",
	Examples: []Example{
		{`TEXT(1 / 4)`, "0.25"},
		{`TEXT(@Units > 4)`, "false, true, false, true, false, true"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v := c.Vec(0)
		if err := c.Reserve(v.Len(), 4); err != nil {
			return value.Vector{}, err
		}
		if err := c.Reserve(v.Coded().Entries.Len(), 32); err != nil {
			return value.Vector{}, err
		}
		return v.MapTexts(value.Item.Text), nil
	},
}
