package fn

import "octavo/internal/formula/value"

var ifblankFunc = Func{
	Name: "IFBLANK", Group: Extension,
	Params: []Param{{Name: "values", Kind: List}, {Name: "fallback", Kind: List}},
	Doc:    "Replaces blanks by a fallback, position by position.",
	Examples: []Example{
		{`IFBLANK(@Note, "-")`, "ok, -, late, -, OK, 12"},
		{`IFBLANK(@Note, @Rep)`, "ok, Bo, late, Cy, OK, 12"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		n, v := c.Align(c.Vec(0), c.Vec(1))
		if n == 0 {
			return value.Vector{}, nil
		}
		return c.coalesce(v[0], v[1])
	},
}
