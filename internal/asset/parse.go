package asset

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// ParseJSON reads JSON strictly into map[string]any, []any, string, float64, bool
// and nil. It refuses what encoding/json would silently change; see Canon.
func ParseJSON(text []byte) (any, error) {
	if len(text) > 4*MaxBytes {
		return nil, badBody("", "More than %d MB", 4*MaxBytes>>20)
	}
	if !utf8.Valid(text) {
		return nil, badBody("", "Text that is not UTF-8")
	}
	p := &parser{text: string(text)}
	v, err := p.value("", 0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.at != len(p.text) {
		return nil, p.wrong("", "Something after the end")
	}
	return v, nil
}

type parser struct {
	text string
	at   int
}

func (p *parser) wrong(path, what string) error {
	return badBody(path, "%s (character %d)", what, p.at)
}

func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *parser) take(word string) bool {
	if strings.HasPrefix(p.text[p.at:], word) {
		p.at += len(word)
		return true
	}
	return false
}

func (p *parser) value(path string, depth int) (any, error) {
	if depth > MaxDepth {
		return nil, badBody(path, "More than %d levels", MaxDepth)
	}
	p.space()
	switch {
	case p.at == len(p.text):
		return nil, p.wrong(path, "JSON ends too early")
	case p.text[p.at] == '{':
		return p.object(path, depth)
	case p.text[p.at] == '[':
		return p.array(path, depth)
	case p.text[p.at] == '"':
		return p.str(path)
	case p.take("true"):
		return true, nil
	case p.take("false"):
		return false, nil
	case p.take("null"):
		return nil, nil
	}
	return p.number(path)
}

func (p *parser) object(path string, depth int) (any, error) {
	p.at++
	object := map[string]any{}
	for first := true; ; first = false {
		p.space()
		if p.take("}") {
			return object, nil
		}
		if !first && !p.take(",") {
			return nil, p.wrong(path, "A comma is missing")
		}
		p.space()
		if p.at == len(p.text) || p.text[p.at] != '"' {
			return nil, p.wrong(path, "A key is missing")
		}
		key, err := p.str(path)
		if err != nil {
			return nil, err
		}
		if _, twice := object[key]; twice {
			return nil, badBody(path+"/"+key, "The same key twice")
		}
		p.space()
		if !p.take(":") {
			return nil, p.wrong(path, "A colon is missing")
		}
		if object[key], err = p.value(path+"/"+key, depth+1); err != nil {
			return nil, err
		}
	}
}

func (p *parser) array(path string, depth int) (any, error) {
	p.at++
	list := []any{}
	for first := true; ; first = false {
		p.space()
		if p.take("]") {
			return list, nil
		}
		if !first && !p.take(",") {
			return nil, p.wrong(path, "A comma is missing")
		}
		v, err := p.value(path+"/"+strconv.Itoa(len(list)), depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
}

func (p *parser) number(path string) (any, error) {
	start := p.at
	p.take("-")
	digits := func() bool {
		from := p.at
		for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
			p.at++
		}
		return p.at > from
	}
	zero := p.at < len(p.text) && p.text[p.at] == '0'
	from := p.at
	if !digits() || zero && p.at > from+1 {
		return nil, p.wrong(path, "This is not JSON")
	}
	if p.take(".") && !digits() {
		return nil, p.wrong(path, "A number without decimals after its point")
	}
	if p.take("e") || p.take("E") {
		_ = p.take("+") || p.take("-")
		if !digits() {
			return nil, p.wrong(path, "A number without an exponent")
		}
	}
	return exactFloat(p.text[start:p.at], path)
}

func (p *parser) str(path string) (string, error) {
	p.at++
	var sb strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		switch {
		case c == '"':
			p.at++
			return sb.String(), nil
		case c == '\\':
			r, err := p.escape(path)
			if err != nil {
				return "", err
			}
			sb.WriteRune(r)
		case c < 0x20:
			return "", p.wrong(path, "A control character in a text")
		default:
			sb.WriteByte(c)
			p.at++
		}
	}
	return "", p.wrong(path, "A text without an end")
}

func (p *parser) escape(path string) (rune, error) {
	if p.at+1 >= len(p.text) {
		return 0, p.wrong(path, "A text without an end")
	}
	c := p.text[p.at+1]
	p.at += 2
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return 0, p.wrong(path, "An unknown escape in a text")
	}
	r, ok := p.hex4()
	if !ok {
		return 0, p.wrong(path, "An unknown escape in a text")
	}
	if utf16.IsSurrogate(r) {
		if !p.take(`\u`) {
			return 0, badBody(path, "Half a surrogate pair in a text")
		}
		low, ok := p.hex4()
		if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
			return 0, badBody(path, "Half a surrogate pair in a text")
		}
	}
	if r == 0 {
		return 0, badBody(path, "A text with the character U+0000")
	}
	return r, nil
}

func (p *parser) hex4() (rune, bool) {
	if p.at+4 > len(p.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[p.at:p.at+4], 16, 16)
	p.at += 4
	return rune(n), err == nil
}
