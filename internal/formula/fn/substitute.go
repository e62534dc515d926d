package fn

import (
	"strings"

	"octavo/internal/formula/value"
)

var substituteFunc = Func{
	Name: "SUBSTITUTE", Group: TextGroup,
	Params: []Param{
		{Name: "text", Kind: Text},
		{Name: "old text", Kind: Text},
		{Name: "new text", Kind: Text},
		{Name: "occurrence", Kind: Number, Optional: true, Default: "all"},
	},
	Doc: "Replaces a part of each text by another, everywhere or only where it occurs for the n-th time; upper and lower case differ.",
	Examples: []Example{
		{`SUBSTITUTE("a-b-c", "-", "+", 2)`, "a-b+c"},
		{`SUBSTITUTE("1.234,5", ".", "")`, "1234,5"},
		{`SUBSTITUTE(@Code, "-", "/")`, "A/100/x, B/200/y, A/101/x, C/300/z, B/201/y, D/400/w"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.rows(func(row []value.Item) (value.Item, error) {
			n, ok := c.whole(3, row[3], 0)
			if !ok || row[0].Kind == value.Blank {
				return value.Item{}, nil
			}
			s, old, fresh := row[0].Text(), row[1].Text(), row[2].Text()
			if old == "" {
				return value.Str(s), nil
			}
			if !row[3].IsEmpty() {
				return value.Str(substituteNth(s, old, fresh, n)), nil
			}
			if grown := len(fresh) - len(old); grown > 0 {
				if err := c.Reserve(1, strings.Count(s, old)*grown); err != nil {
					return value.Item{}, err
				}
			}
			return value.Str(strings.ReplaceAll(s, old, fresh)), nil
		}, 0, 1, 2, 3)
	},
}

// substituteNth replaces the n-th place; places do not overlap. s stays if there is none.
func substituteNth(s, old, fresh string, n int) string {
	if n < 1 {
		return s
	}
	for from := 0; ; {
		at := strings.Index(s[from:], old)
		if at < 0 {
			return s
		}
		from += at
		if n--; n == 0 {
			return s[:from] + fresh + s[from+len(old):]
		}
		from += len(old)
	}
}
