package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var interceptFunc = Func{
	Name: "INTERCEPT", Group: Extension,
	Params: []Param{{Name: "y", Kind: List}, {Name: "x", Kind: List}},
	Doc:    "Gives the least-squares line at 0.",
	Examples: []Example{
		{`INTERCEPT(ARRAY(3, 5, 7), ARRAY(1, 2, 3))`, "1"},
		{`INTERCEPT(5, 1)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.line(0, 1, func(l vec.Line) (float64, bool) { return l.At(0) })
	},
}
