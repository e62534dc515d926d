package fn

import (
	"unicode/utf8"

	"octavo/internal/formula/value"
)

var substringFunc = Func{
	Name: "SUBSTRING", Group: TextGroup,
	Params: []Param{
		{Name: "text", Kind: Text},
		{Name: "from", Kind: Number},
		{Name: "to", Kind: Number, Optional: true, Default: "end of the text"},
	},
	Doc: "Gives the characters from one position, counted from 0, up to and without another; negative positions count from the end.",
	Examples: []Example{
		{`SUBSTRING("dashboard", 4)`, "board"},
		{`SUBSTRING("dashboard", 0, 4)`, "dash"},
		{`SUBSTRING("dashboard", -5, -1)`, "boar"},
		{`SUBSTRING(@Code, 2, 5)`, "100, 200, 101, 300, 201, 400"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.rows(func(row []value.Item) (value.Item, error) {
			s := row[0].Text()
			length := utf8.RuneCountInString(s)
			from, okFrom := c.whole(1, row[1], 0)
			to, okTo := c.whole(2, row[2], length)
			if !okFrom || !okTo || row[0].Kind == value.Blank {
				return value.Item{}, nil
			}
			return value.Str(part(s, fromEnd(from, length), fromEnd(to, length))), nil
		}, 0, 1, 2)
	},
}

// fromEnd turns a position that counts from the end into one from the beginning.
func fromEnd(n, length int) int {
	if n < 0 {
		return max(0, n+length)
	}
	return n
}
