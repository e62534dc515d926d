package fn

import (
	"unicode/utf8"

	"octavo/internal/formula/value"
)

var lengthFunc = Func{
	Name: "LENGTH", Group: TextGroup,
	Params: []Param{{Name: "text", Kind: Text}},
	Doc:    "Counts the characters of each text; a blank has none.",
	Examples: []Example{
		{`LENGTH("widget")`, "6"},
		{`LENGTH(@Note)`, "2, 0, 4, 0, 2, 2"},
		{`LENGTH("été")`, "3"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.rows(func(row []value.Item) (value.Item, error) {
			return value.Num(float64(utf8.RuneCountInString(row[0].Text()))), nil
		}, 0)
	},
}
