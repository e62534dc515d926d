package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var slopeFunc = Func{
	Name: "SLOPE", Group: Statistics,
	Params: []Param{{Name: "known y", Kind: List}, {Name: "known x", Kind: List}},
	Doc:    "Gives the slope of the least-squares line through pairs of numbers.",
	Examples: []Example{
		{`SLOPE(ARRAY(2, 4, 6), ARRAY(1, 2, 3))`, "2"},
		{`SLOPE(ARRAY(5, BLANK(), 1), ARRAY(1, 2, 3))`, "-2"},
		{`SLOPE(1, 1)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.line(0, 1, vec.Line.Slope) },
}
