package syntax

import (
	"strings"
	"unicode/utf8"
)

// scanReference reads a reference from its sign on.
func (s *scanner) scanReference() (token, *Error) {
	start := s.pos
	sign, rest := s.text[start], s.text[start+1:]
	form, name, n := Named, "", 0
	var err *Error
	switch {
	case strings.HasPrefix(rest, "{"):
		form = Canonical
		if name, n, err = s.braced(rest); err != nil {
			return token{}, err
		}
	case sign == '$':
		n = variableName(rest)
		name = rest[:n]
		if n == 0 {
			return token{}, s.fail(start, "A $ stands without the name of a variable.", "Write $name.")
		}
	case strings.HasPrefix(rest, "["):
		form = Bracketed
		if name, n, err = s.bracketed(rest); err != nil {
			return token{}, err
		}
	case sign == '@':
		form, name, n = s.dataName(rest)
	default:
		n = s.names.Match(sign, rest)
		if n == 0 {
			n = unknownName(rest)
		}
		name = strings.TrimRight(rest[:n], " \t\r\n\u00a0")
	}
	if name == "" {
		return token{}, s.nameless(start)
	}
	end := start + 1 + n
	if form != Path && strings.HasPrefix(s.text[end:], ";") { // it may end any reference
		end++
	}
	ref := &Reference{span{start, end}, sign, form, name}
	return token{kind: tokRef, start: start, end: end, ref: ref}, nil
}

func (s *scanner) nameless(start int) *Error {
	hint := "Write the name of a column or part after it."
	if s.text[start] == '&' && s.operand {
		hint = "Texts are joined with CONCAT; a name after & refers to a part of the Klip."
	}
	return s.fail(start, "A "+s.text[start:start+1]+" stands without a name.", hint)
}

// braced reads {n}.
func (s *scanner) braced(rest string) (name string, n int, err *Error) {
	n = digits(rest[1:])
	if n == 0 || n > 6 || !strings.HasPrefix(rest[1+n:], "}") {
		return "", 0, s.fail(s.pos, "This stored reference is damaged.", "Choose the reference again.")
	}
	return rest[1 : 1+n], n + 2, nil
}

// bracketed reads […]; ]] inside stands for one ].
func (s *scanner) bracketed(rest string) (name string, n int, err *Error) {
	for i := 1; i < len(rest); i++ {
		if rest[i] != ']' {
			continue
		}
		if strings.HasPrefix(rest[i:], "]]") {
			i++
			continue
		}
		return strings.TrimSpace(strings.ReplaceAll(rest[1:i], "]]", "]")), i + 1, nil
	}
	return "", 0, s.fail(s.pos, "This reference has no closing bracket.", "Close it with ].")
}

// IsVariable says whether a text can be the name of a variable.
func IsVariable(name string) bool { return name != "" && variableName(name) == len(name) }

func variableName(rest string) int {
	if rest == "" || !isLetter(rest[0]) && rest[0] != '_' {
		return 0
	}
	n := 1
	for n < len(rest) && (isWord(rest[n]) || rest[n] == '.' || rest[n] == '-') {
		n++
	}
	return n
}

// dataName reads what follows an @ without brackets: the longest name of a
// column, cells, a path, or a name that nobody knows.
func (s *scanner) dataName(rest string) (form Form, name string, n int) {
	known := s.names.Match('@', rest)
	_, cells := scanCells(rest)
	inTree := s.names.Tree() && known == 0
	switch {
	case known > 0 && known >= cells:
		return Named, rest[:known], known
	case cells > 0 && !inTree:
		return Cells, rest[:cells], cells
	}
	if name, n, ok := scanPath(rest, inTree); ok {
		return Path, name, n
	}
	n = unknownName(rest)
	name = strings.TrimRight(rest[:n], " \t\r\n\u00a0")
	return Named, name, len(name)
}

// pathFunctions stand around paths.
var pathFunctions = []string{"names", "fill", "count"}

// IsPath says whether the text of a pointer is a path into a tree.
func IsPath(pointer string) bool {
	if strings.HasPrefix(pointer, "/") {
		return true
	}
	for _, f := range pathFunctions {
		if rest, ok := strings.CutPrefix(pointer, f); ok && strings.HasPrefix(strings.TrimLeft(rest, " "), "(") {
			return true
		}
	}
	return false
}

// scanPath reads a path into a tree. It ends with ";", which may be left out
// before a comma, a parenthesis, white space, an operator that paths do not have,
// and at the end. A path that does not begin with a slash or a path function
// needs its ";" unless inTree is set, or it could be a division.
func scanPath(rest string, inTree bool) (name string, n int, ok bool) {
	sure := inTree || IsPath(rest)
	depth, quote, last := 0, rune(0), rune(0)
	for n = 0; n < len(rest); {
		r, size := utf8.DecodeRuneInString(rest[n:])
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case r == '(' || r == '[':
			depth++
		case depth > 0:
			if r == ')' || r == ']' {
				depth--
			}
		case r == ';':
			return strings.TrimRightFunc(rest[:n], isSpace), n + 1, sure && n > 0 || strings.ContainsAny(rest[:n], "/[(*")
		case isSpace(r):
			after := strings.TrimLeftFunc(rest[n:], isSpace)
			if last != '|' && !strings.HasPrefix(after, "|") && !strings.HasPrefix(after, ";") {
				return rest[:n], n, sure && n > 0
			}
		case strings.ContainsRune(",)+=<>!^", r):
			name = strings.TrimRightFunc(rest[:n], isSpace)
			return name, len(name), sure && n > 0
		}
		if !isSpace(r) {
			last = r
		}
		n += size
	}
	return rest, n, sure && quote == 0
}

// unknownName is how far a name reaches that is not known: to the next
// operator, comma, parenthesis or end.
func unknownName(rest string) int {
	for n := 0; n < len(rest); {
		r, size := utf8.DecodeRuneInString(rest[n:])
		if strings.ContainsRune("+-*/^=<>!,();\"", r) || r == '\n' {
			return n
		}
		n += size
	}
	return len(rest)
}
