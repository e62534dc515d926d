package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var concatFunc = Func{
	Name: "CONCAT", Group: TextGroup,
	Params: []Param{{Name: "data", Kind: List, Variadic: true}},
	Doc:    "Joins texts position by position; a blank is the empty text.",
	Examples: []Example{
		{`CONCAT(@Rep, "/", @Region)`, "Ines/North, Bo/South, Ines/North, Cy/East, Bo/South, Dee/West"},
		{`CONCAT("Total: ", SUM(@Units))`, "Total: 28"},
		{`CONCAT(FIRST(@Note, 2), "!")`, "ok!, !"},
	},
	Eval: func(c *Call) (value.Vector, error) { return vec.Concat(c.Run, c.Lists()) },
}
