package fn

import "octavo/internal/formula/value"

var blankFunc = Func{
	Name: "BLANK", Group: DataManipulation,
	Params: []Param{{Name: "count", Kind: Number, Optional: true, Default: "1"}},
	Doc:    "Gives a number of blanks.",
	Examples: []Example{
		{`BLANK(2)`, "∅, ∅"},
		{`BLANK()`, "∅"},
		{`BLANK(0)`, ""},
	},
	Eval: func(c *Call) (value.Vector, error) {
		n := c.Int(0, 1)
		if n < 0 {
			n = -n
		}
		if err := c.Count(n); err != nil {
			return value.Vector{}, err
		}
		if err := c.Reserve(n, 0); err != nil {
			return value.Vector{}, err
		}
		return value.Blanks(n), nil
	},
}
