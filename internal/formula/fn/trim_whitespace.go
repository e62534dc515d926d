package fn

import (
	"strings"

	"octavo/internal/formula/value"
)

var trimWhitespaceFunc = Func{
	Name: "TRIM_WHITESPACE", Group: TextGroup,
	Params: []Param{{Name: "text", Kind: Text}},
	Doc:    "Removes white space at both ends of each text and keeps that inside.",
	Examples: []Example{
		{`TRIM_WHITESPACE("  hi  ")`, "hi"},
		{`CONCAT("[", TRIM_WHITESPACE(ARRAY(" a  b ", "\tc\n", "  ")), "]")`, "[a  b], [c], []"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.texts(strings.TrimSpace) },
}
