package format

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Kinds of JSON tokens; punctuation is its own kind.
const (
	jsonEnd    = byte(0)
	jsonString = byte('s')
	jsonNumber = byte('n')
	jsonTrue   = byte('t')
	jsonFalse  = byte('f')
	jsonNull   = byte('z')
)

// jsonScanner splits a stream into tokens, strictly as RFC 8259.
type jsonScanner struct {
	w       *window
	text    []byte // of the last string, between its quotes as written, or number; valid until the next call
	escaped bool   // the last string has escapes
	passed  int64  // bytes before the window, for error messages
}

func (s *jsonScanner) more() (bool, error) {
	s.passed += int64(s.w.keep)
	return s.w.more()
}

func (s *jsonScanner) bad(what string) error {
	at := s.passed + int64(s.w.pos) + 1
	return mismatch("The file is not valid JSON: %s at byte %d.", what, at).WithParams(map[string]any{"offset": at})
}

// next gives the kind of the next token.
func (s *jsonScanner) next() (byte, error) {
	c, ok, err := s.skipSpace()
	if err != nil || !ok {
		return jsonEnd, err
	}
	switch {
	case c == '"':
		return jsonString, s.str()
	case c == '-' || isDigit(c):
		return jsonNumber, s.number()
	case c == 't':
		return jsonTrue, s.word("true")
	case c == 'f':
		return jsonFalse, s.word("false")
	case c == 'n':
		return jsonNull, s.word("null")
	case c == '{' || c == '}' || c == '[' || c == ']' || c == ':' || c == ',':
		s.w.pos++
		return c, nil
	}
	return jsonEnd, s.bad(fmt.Sprintf("unexpected character %q", rune(c)))
}

func (s *jsonScanner) skipSpace() (byte, bool, error) {
	for {
		for s.w.pos < len(s.w.buf) {
			c := s.w.buf[s.w.pos]
			if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
				return c, true, nil
			}
			s.w.pos++
		}
		s.w.keep = s.w.pos
		if ok, err := s.more(); err != nil || !ok {
			return 0, false, err
		}
	}
}

// peek is the byte at pos, 0 at the end of the file.
func (s *jsonScanner) peek() (byte, error) {
	if s.w.pos == len(s.w.buf) {
		if ok, err := s.more(); err != nil || !ok {
			return 0, err
		}
	}
	return s.w.buf[s.w.pos], nil
}

func (s *jsonScanner) word(word string) error {
	s.w.keep = s.w.pos
	for i := range len(word) {
		c, err := s.peek()
		if err != nil {
			return err
		}
		if c != word[i] {
			return s.bad("unexpected word")
		}
		s.w.pos++
	}
	return nil
}

func (s *jsonScanner) str() error {
	w := s.w
	w.pos++
	w.keep = w.pos
	s.escaped = false
	for {
		buf, i := w.buf, w.pos
		for i < len(buf) && buf[i] != '"' && buf[i] != '\\' && buf[i] >= ' ' {
			i++
		}
		w.pos = i
		c, err := s.peek()
		switch {
		case err != nil:
			return err
		case w.pos == len(w.buf):
			return s.bad("a text without an end")
		case c == '"':
			s.text = w.buf[w.keep:w.pos]
			w.pos++
			return nil
		case c < ' ':
			return s.bad("a control character in a text")
		case c == '\\':
			if err := s.escape(); err != nil {
				return err
			}
		}
	}
}

// escape steps over an escape sequence and checks it.
func (s *jsonScanner) escape() error {
	s.escaped = true
	s.w.pos++
	c, err := s.peek()
	if err != nil {
		return err
	}
	s.w.pos++
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		for range 4 {
			c, err := s.peek()
			if err != nil {
				return err
			}
			if _, ok := hexDigit(c); !ok {
				return s.bad("a wrong escape in a text")
			}
			s.w.pos++
		}
		return nil
	}
	s.w.pos = min(s.w.pos, len(s.w.buf))
	return s.bad("a wrong escape in a text")
}

func hexDigit(c byte) (rune, bool) {
	switch {
	case isDigit(c):
		return rune(c - '0'), true
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10, true
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10, true
	}
	return 0, false
}

func (s *jsonScanner) number() error {
	s.w.keep = s.w.pos
	for {
		c, err := s.peek()
		if err != nil {
			return err
		}
		if !isDigit(c) && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E' {
			break
		}
		s.w.pos++
	}
	s.text = s.w.buf[s.w.keep:s.w.pos]
	if !isJSONNumber(s.text) {
		return s.bad("a wrong number")
	}
	return nil
}

func isJSONNumber(b []byte) bool {
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	whole := digitCount(b)
	if whole == 0 || whole > 1 && b[0] == '0' {
		return false
	}
	b = b[whole:]
	if len(b) > 0 && b[0] == '.' {
		frac := digitCount(b[1:])
		if frac == 0 {
			return false
		}
		b = b[1+frac:]
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		b = b[1:]
		if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		exp := digitCount(b)
		return exp > 0 && exp == len(b)
	}
	return len(b) == 0
}

func digitCount(b []byte) int {
	n := 0
	for n < len(b) && isDigit(b[n]) {
		n++
	}
	return n
}

// appendString appends the last string to dst with its escapes undone. Half a
// surrogate pair becomes the replacement character.
func (s *jsonScanner) appendString(dst []byte) []byte {
	if !s.escaped {
		return append(dst, s.text...)
	}
	for t := s.text; len(t) > 0; {
		if t[0] != '\\' {
			dst = append(dst, t[0])
			t = t[1:]
			continue
		}
		if t[1] != 'u' {
			dst = append(dst, plainEscape(t[1]))
			t = t[2:]
			continue
		}
		r := hexRune(t[2:6])
		t = t[6:]
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if len(t) >= 6 && t[0] == '\\' && t[1] == 'u' {
				low = hexRune(t[2:6])
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				t = t[6:]
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

func hexRune(b []byte) rune {
	r := rune(0)
	for _, c := range b {
		d, _ := hexDigit(c)
		r = r<<4 | d
	}
	return r
}

func plainEscape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}
