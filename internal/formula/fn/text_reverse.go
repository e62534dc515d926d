package fn

import (
	"unicode/utf8"

	"octavo/internal/formula/value"
)

var textReverseFunc = Func{
	Name: "TEXT_REVERSE", Group: TextGroup,
	Params: []Param{{Name: "data", Kind: Text}},
	Doc:    "Writes the characters of each text in reverse order.",
	Examples: []Example{
		{`TEXT_REVERSE("klip")`, "pilk"},
		{`TEXT_REVERSE(@Rep)`, "senI, oB, senI, yC, oB, eeD"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.texts(func(s string) string {
			out := make([]byte, 0, len(s))
			for end := len(s); end > 0; {
				_, size := utf8.DecodeLastRuneInString(s[:end])
				out = append(out, s[end-size:end]...)
				end -= size
			}
			return string(out)
		})
	},
}
