package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads the tokens of JSON from a stream. encoding/json's tokens cost an
// allocation each, which is ten times the time of what follows.
type scanner struct {
	r       io.Reader
	buf     []byte
	pos     int
	before  int64 // bytes of the stream before buf
	failed  error // of the reader; io.EOF is none
	ended   bool
	scratch []byte
}

const bufferSize = 64 << 10

func newScanner(r io.Reader) *scanner { return &scanner{r: r, buf: make([]byte, 0, bufferSize)} }

func (s *scanner) offset() int64 { return s.before + int64(s.pos) }

// fill makes at least one more byte available behind buf[pos:]; false at the end.
func (s *scanner) fill() bool {
	if s.pos < len(s.buf) {
		return true
	}
	s.before += int64(len(s.buf))
	s.buf, s.pos = s.buf[:0], 0
	for !s.ended {
		n, err := s.r.Read(s.buf[:bufferSize])
		if err != nil {
			s.ended = true
			if !errors.Is(err, io.EOF) {
				s.failed = err
			}
		}
		if s.buf = s.buf[:n]; n > 0 {
			return true
		}
	}
	return false
}

// peek gives the next byte that is no white space, 0 at the end.
func (s *scanner) peek() byte {
	for {
		for ; s.pos < len(s.buf); s.pos++ {
			switch c := s.buf[s.pos]; c {
			case ' ', '\t', '\r', '\n':
			case 0:
				return 1 // is nowhere valid, and not the end
			default:
				return c
			}
		}
		if !s.fill() {
			return 0
		}
	}
}

// advance passes the byte that peek gave.
func (s *scanner) advance() { s.pos++ }

// next gives the next byte, white space too; 0 at the end.
func (s *scanner) next() byte {
	if !s.fill() {
		return 0
	}
	c := s.buf[s.pos]
	s.pos++
	return c
}

func (s *scanner) unexpected(want string) error {
	switch c := s.peek(); {
	case s.failed != nil:
		return s.failed
	case c == 0:
		return errors.New("it ends too early")
	}
	return fmt.Errorf("at byte %d %s should stand", s.offset(), want)
}

func (s *scanner) word(want string) error {
	for i := range len(want) {
		if s.next() != want[i] {
			return fmt.Errorf("before byte %d %s should stand", s.offset(), want)
		}
	}
	return nil
}

// number reads a number as it is written; the slice holds until the next call.
func (s *scanner) number() ([]byte, error) {
	s.scratch = s.scratch[:0]
	digits := func() int {
		n := 0
		for s.fill() && s.buf[s.pos] >= '0' && s.buf[s.pos] <= '9' {
			s.scratch = append(s.scratch, s.buf[s.pos])
			s.pos++
			n++
		}
		return n
	}
	sign := func(of string) bool {
		if !s.fill() || bytes.IndexByte([]byte(of), s.buf[s.pos]) < 0 {
			return false
		}
		s.scratch = append(s.scratch, s.buf[s.pos])
		s.pos++
		return true
	}
	sign("-")
	from := len(s.scratch)
	n := digits()
	ok := n > 0 && (n == 1 || s.scratch[from] != '0')
	if sign(".") {
		ok = ok && digits() > 0
	}
	if sign("eE") {
		sign("+-")
		ok = ok && digits() > 0
	}
	if !ok {
		return nil, s.unexpected("a number")
	}
	return s.scratch, nil
}

// string reads a text with its quotes; the slice holds until the next call.
func (s *scanner) string() ([]byte, error) {
	s.advance()
	s.scratch = s.scratch[:0]
	for s.fill() {
		rest := s.buf[s.pos:]
		n := 0
		for n < len(rest) && rest[n] != '"' && rest[n] != '\\' && rest[n] >= ' ' {
			n++
		}
		s.pos += n
		if n == len(rest) {
			s.scratch = append(s.scratch, rest...)
			continue
		}
		switch rest[n] {
		case '"':
			s.pos++
			if len(s.scratch) == 0 {
				return valid(rest[:n]), nil
			}
			s.scratch = append(s.scratch, rest[:n]...)
			return valid(s.scratch), nil
		case '\\':
			s.scratch = append(s.scratch, rest[:n]...)
			s.pos++
			if err := s.escape(); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("at byte %d a control character stands in a text", s.offset())
		}
	}
	return nil, s.unexpected("a quote")
}

// valid replaces bytes that are no UTF-8.
func valid(text []byte) []byte {
	if utf8.Valid(text) {
		return text
	}
	out := make([]byte, 0, len(text)+8)
	for _, r := range string(text) {
		out = utf8.AppendRune(out, r)
	}
	return out
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (s *scanner) escape() error {
	c := s.next()
	if plain, ok := escapes[c]; ok {
		s.scratch = append(s.scratch, plain)
		return nil
	}
	if c != 'u' {
		return s.unexpected("an escape")
	}
	r, err := s.hex()
	if err != nil {
		return err
	}
	for utf16.IsSurrogate(r) {
		if !s.fill() || s.buf[s.pos] != '\\' {
			r = utf8.RuneError
			break
		}
		s.pos++
		if s.fill() && s.buf[s.pos] != 'u' {
			s.scratch = utf8.AppendRune(s.scratch, utf8.RuneError)
			return s.escape()
		}
		s.pos++
		low, err := s.hex()
		if err != nil {
			return err
		}
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			r = pair
			break
		}
		s.scratch = utf8.AppendRune(s.scratch, utf8.RuneError)
		r = low
	}
	s.scratch = utf8.AppendRune(s.scratch, r)
	return nil
}

func (s *scanner) hex() (rune, error) {
	var digits [4]byte
	for i := range digits {
		digits[i] = s.next()
	}
	n, err := strconv.ParseUint(string(digits[:]), 16, 16)
	if err != nil {
		return 0, s.unexpected("four hexadecimal digits")
	}
	return rune(n), nil
}
