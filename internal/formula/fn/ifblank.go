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
		present := v[0].Present()
		if present == nil {
			return v[0], nil
		}
		if v[0].IsConst() {
			if present.Get(0) {
				return v[0], nil
			}
			return v[1], nil
		}
		if err := c.Reserve(n, 1); err != nil {
			return value.Vector{}, err
		}
		truths := make([]bool, n)
		for i := range truths {
			truths[i] = present.Get(i)
		}
		return c.choose(truths, v[0], v[1])
	},
}
