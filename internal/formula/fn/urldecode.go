package fn

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"octavo/internal/formula/value"
)

var urldecodeFunc = Func{
	Name: "URLDECODE", Group: TextGroup,
	Params: []Param{{Name: "data", Kind: Text}},
	Doc:    "Decodes %XX and + in texts of web addresses; what cannot be decoded stays as it is.",
	Examples: []Example{
		{`URLDECODE("a%20b%26c%3D1")`, "a b&c=1"},
		{`URLDECODE("100%+sure")`, "100% sure"},
		{`URLDECODE("%C3%A9t%C3%A9")`, "été"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.texts(urlDecode) },
}

func urlDecode(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		run, size := escapes(s[i:])
		switch {
		case size > 0:
			out = appendDecoded(out, run, s[i:i+size])
			i += size
		case s[i] == '+':
			out = append(out, ' ')
			i++
		default:
			out = append(out, s[i])
			i++
		}
	}
	return string(out)
}

// escapes decodes the %XX that s begins with and gives how many bytes of s they take.
func escapes(s string) (decoded []byte, size int) {
	for len(s) >= size+3 && s[size] == '%' {
		b, err := strconv.ParseUint(s[size+1:size+3], 16, 8)
		if err != nil {
			break
		}
		decoded = append(decoded, byte(b))
		size += 3
	}
	return decoded, size
}

// appendDecoded adds decoded bytes that are UTF-8, and for others their escapes.
func appendDecoded(out, decoded []byte, written string) []byte {
	for i := 0; i < len(decoded); {
		r, size := utf8.DecodeRune(decoded[i:])
		if r == utf8.RuneError && size == 1 {
			out = append(out, written[3*i:3*i+3]...)
		} else {
			out = append(out, decoded[i:i+size]...)
		}
		i += size
	}
	return out
}
