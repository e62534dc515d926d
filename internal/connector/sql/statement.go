package sql

import (
	"slices"
	"strings"
)

// hole stands for a placeholder while the text is looked at; people cannot write it.
const hole = "\uE000"

// dialect is how an engine writes texts, names and comments.
type dialect struct {
	quotes    string // characters that begin and end a text or a name
	backslash bool   // takes the next character of a text as it is
	dollar    bool   // $tag$ … $tag$ is a text
	nested    bool   // comments in comments
	hash      bool   // # begins a comment
}

// readers are the first words of statements that only read.
var readers = []string{"select", "with", "show", "describe", "desc", "values", "table"}

// checkStatement refuses what is not one statement that reads, and values that stand in
// quotes or comments, where they could not be told from the text. Most of it the server
// refuses as well; statements that change tables MariaDB does in a transaction that only reads. Code bad_query.
func (e *engine) checkStatement(text string) error {
	s := scanner{dialect: e.dialect, text: text}
	ended := false
	for n := 0; ; {
		word, why := s.next()
		switch {
		case why != "":
			return refuse("sql", why)
		case word == "":
			if n == 0 {
				return refuse("sql", "there is no statement")
			}
			return nil
		case word == ";":
			ended = true
		case ended:
			return refuse("sql", "it is more than one statement")
		case word == "(" && n == 0:
		case n == 0 && !slices.Contains(readers, strings.ToLower(word)):
			return refuse("sql", "it begins with SELECT, WITH, SHOW, DESCRIBE, VALUES or TABLE, because data is only read")
		case strings.EqualFold(word, "into"):
			return refuse("sql", "INTO writes, and data is only read")
		default:
			n++
		}
	}
}

// scanner cuts a query into words and single characters.
type scanner struct {
	dialect
	text string
	at   int
}

// next gives the next word or character outside of texts and comments; "" is the end. why
// says what cannot be sent.
func (s *scanner) next() (word, why string) {
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		switch c := rest[0]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			s.at++
		case strings.HasPrefix(rest, "--") || c == '#' && s.hash:
			if why = s.skip(lineOf(rest)); why != "" {
				return "", why
			}
		case strings.HasPrefix(rest, "/*!") || strings.HasPrefix(rest, "/*M!"):
			return "", "a comment that some servers run has no place here"
		case strings.HasPrefix(rest, "/*"):
			if why = s.skip(s.comment(rest)); why != "" {
				return "", why
			}
		case strings.IndexByte(s.quotes, c) >= 0:
			if why = s.skip(s.quoted(rest)); why != "" {
				return "", why
			}
			return "''", ""
		case c == '$' && s.dollar && s.tag(rest) != "":
			tag := s.tag(rest)
			if why = s.skip(through(rest, tag, len(tag))); why != "" {
				return "", why
			}
			return "''", ""
		case isWord(c):
			n := 1
			for n < len(rest) && (isWord(rest[n]) || rest[n] >= '0' && rest[n] <= '9' || rest[n] == '$') {
				n++
			}
			s.at += n
			return rest[:n], ""
		default:
			s.at++
			return rest[:1], ""
		}
	}
	return "", ""
}

// skip passes over n bytes, of a text or a comment; 0 = it does not end.
func (s *scanner) skip(n int) (why string) {
	if n == 0 {
		return "a quote or a comment does not end"
	}
	if strings.Contains(s.text[s.at:s.at+n], hole) {
		return "a placeholder stands in quotes or in a comment; write it without them"
	}
	s.at += n
	return ""
}

func lineOf(rest string) int {
	if n := strings.IndexByte(rest, '\n'); n >= 0 {
		return n + 1
	}
	return len(rest)
}

// through is the length up to the end of the next mark at or after from; 0 = there is none.
func through(rest, mark string, from int) int {
	n := strings.Index(rest[from:], mark)
	if n < 0 {
		return 0
	}
	return from + n + len(mark)
}

func (s *scanner) comment(rest string) int {
	if !s.nested {
		return through(rest, "*/", 2)
	}
	depth := 0
	for i := 0; i+1 < len(rest); i++ {
		switch rest[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// quoted is the length of a text or name in quotes; a doubled quote is part of it, as two texts beside each other.
func (s *scanner) quoted(rest string) int {
	quote := rest[0]
	escapes := s.backslash && quote != '`' || s.dollar && quote == '\'' && s.at > 0 && (s.text[s.at-1] == 'E' || s.text[s.at-1] == 'e')
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && escapes:
			i++
		case rest[i] == quote:
			return i + 1
		}
	}
	return 0
}

// tag is $name$ at the beginning; "" = there is none, as with $1.
func (s *scanner) tag(rest string) string {
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '$':
			return rest[:i+1]
		case !isWord(c) && !(i > 1 && c >= '0' && c <= '9'):
			return ""
		}
	}
	return ""
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}
