package evalcmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"octavo/internal/formula/value"
)

// items reads a list of values from raw, which must be valid JSON.
func items(raw json.RawMessage, what string) (value.Vector, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '[' {
		return value.Vector{}, fmt.Errorf("%s must be a list of values", what)
	}
	b := value.NewBuilder(bytes.Count(raw, []byte(",")) + 1)
	for rest := raw[1:]; ; {
		rest = bytes.TrimLeft(rest, " \t\r\n,")
		var err error
		switch c := rest[0]; c {
		case ']':
			return b.Vector(), nil
		case 'n', 't', 'f':
			if c == 'n' {
				b.AppendBlank()
			} else {
				b.AppendBool(c == 't')
			}
			rest = rest[len(map[byte]string{'n': "null", 't': "true", 'f': "false"}[c]):]
		case '"':
			var text string
			text, rest, err = takeText(rest)
			b.AppendText(text)
		case '[', '{':
			err = fmt.Errorf("%s holds a list or an object at position %d", what, b.Len())
		default:
			n := bytes.IndexAny(rest, " \t\r\n,]")
			var f float64
			if f, err = strconv.ParseFloat(string(rest[:n]), 64); err != nil {
				err = fmt.Errorf("%s holds a number that is too large at position %d", what, b.Len())
			}
			b.AppendNumber(f)
			rest = rest[n:]
		}
		if err != nil {
			return value.Vector{}, err
		}
	}
}

// takeText cuts a text off valid JSON.
func takeText(raw []byte) (text string, rest []byte, err error) {
	n := 1
	plain := true
	for raw[n] != '"' {
		if raw[n] == '\\' {
			plain = false
			n++
		}
		n++
	}
	if inside := raw[1:n]; plain && utf8.Valid(inside) {
		return string(inside), raw[n+1:], nil
	}
	err = json.Unmarshal(raw[:n+1], &text)
	return text, raw[n+1:], err
}

// Items writes the items of a list as JSON: blanks null, numbers shortest, -0 as 0.
func Items(list value.Vector) []json.RawMessage {
	out := make([]json.RawMessage, list.Len())
	ends := make([]int, list.Len())
	var buf []byte
	for i := range out {
		buf = appendItem(buf, list.Item(i))
		ends[i] = len(buf)
	}
	start := 0
	for i, end := range ends {
		out[i] = buf[start:end:end]
		start = end
	}
	return out
}

func appendItem(b []byte, it value.Item) []byte {
	switch it.Kind {
	case value.Number:
		return appendNumber(b, it.Num)
	case value.Text:
		return appendText(b, it.Str)
	case value.Bool:
		return strconv.AppendBool(b, it.Bool)
	}
	return append(b, "null"...)
}

// appendNumber writes a number as encoding/json does.
func appendNumber(b []byte, f float64) []byte {
	switch a := math.Abs(f); {
	case f-f != 0: // no kernel gives such a number
		return append(b, "null"...)
	case f == 0:
		return append(b, '0')
	case a >= 1e-6 && a < 1e21:
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	b = strconv.AppendFloat(b, f, 'e', -1, 64)
	if n := len(b); b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' { // e-09 is e-9
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b
}

func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			raw, err := encode(s)
			if err != nil { // a text can always be written
				return append(b, "null"...)
			}
			return append(b, raw...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
