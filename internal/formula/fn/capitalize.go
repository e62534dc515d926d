package fn

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"octavo/internal/formula/value"
)

var capitalizeFunc = Func{
	Name: "CAPITALIZE", Group: TextGroup,
	Params: []Param{{Name: "data", Kind: Text}},
	Doc:    "Writes the first letter of every word in upper case and leaves the rest as it is; words are separated by white space.",
	Examples: []Example{
		{`CAPITALIZE("north sea oil")`, "North Sea Oil"},
		{`CAPITALIZE("o'neil (uk) ltd, 3rd floor")`, "O'neil (Uk) Ltd, 3rd Floor"},
		{`CAPITALIZE(@Note)`, "Ok, ∅, Late, ∅, OK, 12"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.texts(capitalize) },
}

// capitalize changes the first letter of each word unless a digit stands before it.
func capitalize(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	waiting := true
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsSpace(r):
			waiting = true
		case waiting && unicode.IsLetter(r):
			b.WriteRune(unicode.ToTitle(r))
			i += size
			waiting = false
			continue
		case unicode.IsDigit(r):
			waiting = false
		}
		b.WriteString(s[i : i+size])
		i += size
	}
	return b.String()
}
