package fn

import "octavo/internal/formula/value"

var coalesceFunc = Func{
	Name: "COALESCE", Group: Extension,
	Params: []Param{{Name: "values", Kind: List, Variadic: true}},
	Doc:    "Gives at each position the first value that is not blank.",
	Examples: []Example{
		{`COALESCE(@Note, @Rep)`, "ok, Bo, late, Cy, OK, 12"},
		{`COALESCE(BLANK(), "", 3)`, "3"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		n, v := c.Align(c.Lists()...)
		if n == 0 {
			return value.Vector{}, nil
		}
		out := v[0]
		for _, next := range v[1:] {
			var err error
			if out, err = c.coalesce(out, next); err != nil {
				return value.Vector{}, err
			}
		}
		return out, nil
	},
}
