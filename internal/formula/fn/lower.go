package fn

import (
	"strings"

	"octavo/internal/formula/value"
)

var lowerFunc = Func{
	Name: "LOWER", Group: TextGroup,
	Params: []Param{{Name: "data", Kind: Text}},
	Doc:    "Writes texts in lower case.",
	Examples: []Example{
		{`LOWER(@Region)`, "north, south, north, east, south, west"},
		{`LOWER("ÉTÉ 2024")`, "été 2024"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.texts(strings.ToLower) },
}
