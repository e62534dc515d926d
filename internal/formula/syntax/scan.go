package syntax

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	tokEnd kind = iota
	tokNumber
	tokText
	tokIdent
	tokOp // operators and punctuation; text holds it
	tokRef
)

type token struct {
	kind       kind
	start, end int
	text       string // identifier, operator, or content of a text
	num        float64
	ref        *Reference
}

// Names knows what may stand after the sign of a reference.
type Names interface {
	// Match gives the length in bytes of the name that rest begins with, 0 for
	// none. The sign is @ (columns of data sources), & or ! (parts of the Klip).
	Match(sign byte, rest string) int
	// Tree says whether the open data source is a tree, so that what follows an @
	// is a path unless it is the name of a column.
	Tree() bool
}

type scanner struct {
	text    string
	pos     int
	names   Names
	operand bool // an operand has just been read, so "!=" is an operator
}

func (s *scanner) fail(pos int, message, hint string) *Error {
	return Fail(CodeSyntax, message, hint).At(s.text, pos)
}

func isSpace(r rune) bool {
	return r == ' ' || r == '\t' || r == '\r' || r == '\n' || r == '\u00a0'
}

// skip passes white space and comments.
func (s *scanner) skip() {
	for s.pos < len(s.text) {
		if strings.HasPrefix(s.text[s.pos:], "//") {
			end := strings.IndexByte(s.text[s.pos:], '\n')
			if end < 0 {
				s.pos = len(s.text)
				return
			}
			s.pos += end + 1
			continue
		}
		r, n := utf8.DecodeRuneInString(s.text[s.pos:])
		if !isSpace(r) {
			return
		}
		s.pos += n
	}
}

// next reads a token and moves behind it.
func (s *scanner) next() (token, *Error) {
	s.skip()
	t, err := s.scan()
	if err != nil {
		return t, err
	}
	s.pos = t.end
	s.operand = t.kind == tokNumber || t.kind == tokText || t.kind == tokIdent || t.kind == tokRef ||
		t.kind == tokOp && t.text == ")"
	return t, nil
}

func (s *scanner) scan() (token, *Error) {
	i := s.pos
	if i >= len(s.text) {
		return token{kind: tokEnd, start: i, end: i}, nil
	}
	c := s.text[i]
	switch {
	case isDigit(c), c == '.' && i+1 < len(s.text) && isDigit(s.text[i+1]):
		return s.scanNumber()
	case isLetter(c), c == '_':
		end := i
		for end < len(s.text) && isWord(s.text[end]) {
			end++
		}
		return token{kind: tokIdent, start: i, end: end, text: s.text[i:end]}, nil
	case c == '@', c == '$', c == '&', c == '!' && !(s.operand && strings.HasPrefix(s.text[i:], "!=")):
		return s.scanReference()
	case c == '"', strings.HasPrefix(s.text[i:], "“"), strings.HasPrefix(s.text[i:], "”"):
		return s.scanText()
	}
	for _, op := range []string{"<>", "!=", "<=", ">=", "+", "-", "*", "/", "^", "=", "<", ">", "(", ")", ","} {
		if strings.HasPrefix(s.text[i:], op) {
			name := op
			if op == "!=" {
				name = "<>"
			}
			return token{kind: tokOp, start: i, end: i + len(op), text: name}, nil
		}
	}
	r, _ := utf8.DecodeRuneInString(s.text[i:])
	return token{}, s.strange(i, r)
}

func (s *scanner) strange(pos int, r rune) *Error {
	hint := ""
	switch {
	case r == '\'' || r == '‘' || r == '’':
		hint = "Put text between double quotes."
	case r == ';':
		hint = "Separate arguments with commas."
	case unicode.IsLetter(r):
		hint = "Put text between double quotes; begin the name of a column with @."
	}
	return s.fail(pos, "The character "+string(r)+" cannot stand here.", hint)
}

func (s *scanner) scanNumber() (token, *Error) {
	i, start := s.pos, s.pos
	i += digits(s.text[i:])
	if i+1 < len(s.text) && s.text[i] == '.' && isDigit(s.text[i+1]) {
		i += 1 + digits(s.text[i+1:])
	}
	if i < len(s.text) && s.text[i]|0x20 == 'e' {
		j := i + 1
		if j < len(s.text) && (s.text[j] == '+' || s.text[j] == '-') {
			j++
		}
		if n := digits(s.text[j:]); n > 0 {
			i = j + n
		}
	}
	f, err := strconv.ParseFloat(s.text[start:i], 64)
	if err != nil {
		return token{}, s.fail(start, "This number is too large.", "")
	}
	if wordAt(s.text, i) {
		return token{}, s.fail(i, "A letter follows a number.", "Put text between double quotes.")
	}
	return token{kind: tokNumber, start: start, end: i, num: f}, nil
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// scanText reads a text. One that a typographic quote opens may also end with
// one; in one that a plain quote opens they are content.
func (s *scanner) scanText() (token, *Error) {
	start := s.pos
	open, n := utf8.DecodeRuneInString(s.text[start:])
	var b strings.Builder
	for i := start + n; i < len(s.text); i += n {
		var r rune
		r, n = utf8.DecodeRuneInString(s.text[i:])
		switch {
		case r == '"' || open != '"' && (r == '“' || r == '”'):
			if r == '"' && strings.HasPrefix(s.text[i+1:], `"`) {
				b.WriteByte('"')
				n = 2
				continue
			}
			return token{kind: tokText, start: start, end: i + n, text: b.String()}, nil
		case r == '\\' && i+1 < len(s.text):
			if c, ok := escapes[s.text[i+1]]; ok {
				b.WriteByte(c)
				n = 2
				continue
			}
			b.WriteByte('\\')
		default:
			b.WriteString(s.text[i : i+n])
		}
	}
	return token{}, s.fail(start, "This text has no closing quote.", `Close it with ".`)
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', 'n': '\n', 't': '\t'}
