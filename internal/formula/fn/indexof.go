package fn

import (
	"strings"
	"unicode/utf8"

	"octavo/internal/formula/value"
)

var indexofFunc = Func{
	Name: "INDEXOF", Group: TextGroup,
	Params: []Param{
		{Name: "text", Kind: Text},
		{Name: "search text", Kind: Text},
		{Name: "occurrence", Kind: Number, Optional: true, Default: "1"},
	},
	Doc: "Gives the position, from 0, at which a text contains another for the n-th time; blank if it does not.",
	Examples: []Example{
		{`INDEXOF("banana", "an", 2)`, "3"},
		{`INDEXOF("banana", "ana", 2)`, "3"},
		{`INDEXOF(@Code, "20")`, "∅, 2, ∅, ∅, 2, ∅"},
		{`INDEXOF("été", "é", ARRAY(1, 2, 3))`, "0, 2, ∅"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.place(nthIndex) },
}

// place maps text, search text and occurrence to the position that find gives
// in bytes; below 0 is nowhere.
func (c *Call) place(find func(s, search string, n int) int) (value.Vector, error) {
	return c.rows(func(row []value.Item) (value.Item, error) {
		n, ok := c.whole(2, row[2], 1)
		if !ok || n < 1 || row[0].Kind == value.Blank {
			return value.Item{}, nil
		}
		s := row[0].Text()
		at := find(s, row[1].Text(), n)
		if at < 0 {
			return value.Item{}, nil
		}
		return value.Num(float64(utf8.RuneCountInString(s[:at]))), nil
	}, 0, 1, 2)
}

// nthIndex finds the n-th place at which search begins; places may overlap.
func nthIndex(s, search string, n int) int {
	for from := 0; ; {
		at := strings.Index(s[from:], search)
		if at < 0 {
			return -1
		}
		from += at
		if n--; n == 0 {
			return from
		}
		if from == len(s) { // the empty text is found at the end, too
			return -1
		}
		from += offset(s[from:], 1)
	}
}
