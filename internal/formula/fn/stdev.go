package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var stdevFunc = Func{
	Name: "STDEV", Group: Statistics,
	Params: []Param{{Name: "values", Kind: List}},
	Doc:    "Gives the standard deviation of a sample; blank for fewer than 2 numbers.",
	Examples: []Example{
		{`ROUND(STDEV(ARRAY(2, 4, 4, 4, 5, 5, 7, 9)), 7)`, "2.1380899"},
		{`STDEV(5)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.ofMoments(vec.Moments.Stdev) },
}
