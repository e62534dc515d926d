package fn

import (
	"unicode/utf8"

	"octavo/internal/formula/value"
)

var rightFunc = Func{
	Name: "RIGHT", Group: TextGroup,
	Params: []Param{
		{Name: "text", Kind: Text},
		{Name: "number", Kind: Number, Optional: true, Default: "1"},
	},
	Doc: "Gives the last characters of each text.",
	Examples: []Example{
		{`RIGHT("widget", 2)`, "et"},
		{`RIGHT(@Code)`, "x, y, x, z, y, w"},
		{`RIGHT("widget", ARRAY(3, 10, 0))`, "get, widget, "},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.end(func(s string, n int) string {
			length := utf8.RuneCountInString(s)
			return part(s, length-max(n, 0), length)
		})
	},
}
