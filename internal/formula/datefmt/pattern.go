// Package datefmt reads and writes dates by patterns in the letters of Java's
// SimpleDateFormat (formulas.md §7.2), and does calendar arithmetic on Unix
// seconds and wall clocks (§7.1, §7.3).
package datefmt

import (
	"fmt"
	"strings"

	"octavo/internal/formula/datefmt/locale"
)

// field is one element of a pattern: a letter and how often it stands, or a literal.
type field struct {
	letter  byte // 0 = literal
	count   int
	literal string
}

// Pattern is a compiled date pattern, safe for concurrent use.
type Pattern struct {
	fields               []field
	word                 string // "unix", "unixms", "excel", or "" for fields
	names                *locale.Names
	monthAlone, dayAlone bool // names of months, of weekdays stand without the parts that make them bend
}

const letters = "yMLdDEuwWYFQaHkKhmsSzZX"

// Compile reads a pattern. Errors are sentences for the person who wrote it.
func Compile(pattern string) (*Pattern, error) {
	switch word := strings.ToLower(strings.TrimSpace(pattern)); word {
	case "unix", "unixms", "excel":
		return &Pattern{word: word, names: locale.English()}, nil
	case "":
		return nil, fmt.Errorf("the date pattern is empty")
	}
	p := &Pattern{names: locale.English(), monthAlone: true, dayAlone: true}
	for i := 0; i < len(pattern); {
		c := pattern[i]
		switch {
		case c == '\'':
			text, n, ok := quoted(pattern[i:])
			if !ok {
				return nil, fmt.Errorf("the date pattern %q has a quote without its end", pattern)
			}
			p.literal(text)
			i += n
		case isLetter(c):
			if strings.IndexByte(letters, c) < 0 {
				return nil, fmt.Errorf("the letter %c has no meaning in the date pattern %q; put text between single quotes", c, pattern)
			}
			n := 1
			for i+n < len(pattern) && pattern[i+n] == c {
				n++
			}
			p.fields = append(p.fields, field{letter: c, count: n})
			p.monthAlone = p.monthAlone && c != 'd'
			p.dayAlone = p.dayAlone && c == 'E'
			i += n
		default:
			p.literal(pattern[i : i+1])
			i++
		}
	}
	return p, nil
}

// In gives the pattern with the names of a locale instead of English.
func (p *Pattern) In(names *locale.Names) *Pattern {
	q := *p
	q.names = names
	return &q
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func (p *Pattern) literal(s string) {
	if n := len(p.fields); n > 0 && p.fields[n-1].letter == 0 {
		p.fields[n-1].literal += s
		return
	}
	p.fields = append(p.fields, field{literal: s})
}

// quoted reads '…' at the start of s; two quotes are one quote.
func quoted(s string) (text string, n int, ok bool) {
	if strings.HasPrefix(s, "''") {
		return "'", 2, true
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != '\'' {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '\'' {
			b.WriteByte('\'')
			i++
			continue
		}
		return b.String(), i + 1, true
	}
	return "", 0, false
}

// numeric says whether the field reads digits only.
func (f field) numeric() bool {
	switch f.letter {
	case 0, 'E', 'a', 'z', 'Z', 'X':
		return false
	case 'M', 'L', 'Q':
		return f.count < 3
	}
	return true
}
