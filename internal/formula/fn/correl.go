package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var correlFunc = Func{
	Name: "CORREL", Group: Extension,
	Params: []Param{{Name: "y", Kind: List}, {Name: "x", Kind: List}},
	Doc:    "Gives the correlation of pairs of numbers, from -1 to 1.",
	Examples: []Example{
		{`CORREL(ARRAY(2, 4, 6), ARRAY(1, 2, 3))`, "1"},
		{`ROUND(CORREL(@Units, @Price), 4)`, "-0.5117"},
		{`CORREL(@Units, 1)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.line(0, 1, vec.Line.Correlation) },
}
