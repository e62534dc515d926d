package fn

import (
	"unicode/utf8"

	"octavo/internal/formula/value"
)

var truncateFunc = Func{
	Name: "TRUNCATE", Group: TextGroup,
	Params: []Param{
		{Name: "text", Kind: Text},
		{Name: "number", Kind: Number},
		{Name: "position", Kind: TruncatePosition, Optional: true, Default: "end"},
		{Name: "style", Kind: TruncateStyle, Optional: true, Default: "blank"},
	},
	Doc: "Shortens texts to a number of characters and marks where they were cut: at the start, at the end, or in the middle.",
	Examples: []Example{
		{`TRUNCATE("dashboard", 4, "end", "ellipsis")`, "dash..."},
		{`TRUNCATE("dashboard", 5, start, period)`, ".board"},
		{`TRUNCATE("dashboard", 5, split, ellipsis)`, "das...rd"},
		{`TRUNCATE(@Region, 4)`, "Nort, Sout, Nort, East, Sout, West"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		mark := map[string]string{"blank": "", "period": ".", "ellipsis": "..."}[c.Keyword(3, "blank")]
		position := c.Keyword(2, "end")
		return c.rows(func(row []value.Item) (value.Item, error) {
			n, ok := c.whole(1, row[1], 0)
			if !ok || row[0].Kind == value.Blank {
				return value.Item{}, nil
			}
			return value.Str(truncate(row[0].Text(), max(n, 0), position, mark)), nil
		}, 0, 1)
	},
}

func truncate(s string, n int, position, mark string) string {
	length := utf8.RuneCountInString(s)
	if length <= n {
		return s
	}
	switch position {
	case "start":
		return mark + part(s, length-n, length)
	case "split":
		return part(s, 0, (n+1)/2) + mark + part(s, length-n/2, length)
	}
	return part(s, 0, n) + mark
}
