package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var maSimpleFunc = Func{
	Name: "MA_SIMPLE", Group: Statistics,
	Params: []Param{{Name: "values", Kind: List}, {Name: "n", Kind: Number}},
	Doc:    "Gives at each position the mean of the last n items up to it.",
	Examples: []Example{
		{`ROUND(MA_SIMPLE(@Units, 3), 4)`, "4, 5.5, 4.3333, 6, 4, 5"},
		{`MA_SIMPLE(@Units, 1)`, "4, 7, 2, 9, 1, 5"},
		{`MA_SIMPLE(ARRAY(2, BLANK(), BLANK(), 4), 2)`, "2, 2, ∅, 4"},
	},
	Eval: func(c *Call) (value.Vector, error) { return vec.MovingMean(c.Run, c.Vec(0), c.Int(1, 0)) },
}
