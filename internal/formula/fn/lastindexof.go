package fn

import (
	"strings"
	"unicode/utf8"

	"octavo/internal/formula/value"
)

var lastindexofFunc = Func{
	Name: "LASTINDEXOF", Group: TextGroup,
	Params: []Param{
		{Name: "text", Kind: Text},
		{Name: "search text", Kind: Text},
		{Name: "occurrence", Kind: Number, Optional: true, Default: "1"},
	},
	Doc: "Gives the position, from 0, at which a text contains another for the n-th time counted from the end; blank if it does not.",
	Examples: []Example{
		{`LASTINDEXOF("banana", "an")`, "3"},
		{`LASTINDEXOF("banana", "an", 2)`, "1"},
		{`LASTINDEXOF(@Code, "-")`, "5, 5, 5, 5, 5, 5"},
		{`LASTINDEXOF("banana", "x")`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.place(nthLastIndex) },
}

// nthLastIndex finds the n-th place from the end at which search begins; places may overlap.
func nthLastIndex(s, search string, n int) int {
	for end := len(s); ; {
		at := strings.LastIndex(s[:end], search)
		if at < 0 {
			return -1
		}
		if n--; n == 0 {
			return at
		}
		end = at + len(search) // the next one ends before this one
		if end == 0 {
			return -1
		}
		_, size := utf8.DecodeLastRuneInString(s[:end])
		end -= size
	}
}
