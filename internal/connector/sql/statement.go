package sql

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hole stands for a placeholder while the text is looked at; people cannot write it.
const hole = "\uE000"

// dialect is how an engine writes texts, names and comments.
type dialect struct {
	quotes    string   // characters that begin and end a text or a name
	backslash bool     // takes the next character of a text as it is
	dollar    bool     // $tag$ … $tag$ is a text
	nested    bool     // comments in comments
	hash      bool     // # begins a comment
	ticks     bool     // a backslash takes the next character in `names`, too
	brackets  bool     // [a name]
	glued     bool     // statements follow each other without a semicolon, and a word begins right after a number
	first     []string // words of readers that there are; nil = all
}

// readers are the first words of statements that only read.
var readers = []string{"select", "with", "show", "describe", "desc", "values", "table"}

// writers are words that a statement which only reads does not have outside of texts and names, where nothing stands between
// statements and no transaction keeps them from writing: they begin statements, or write, or ask another server.
var writers = []string{
	"insert", "update", "delete", "merge", "truncate", "create", "alter", "drop", "exec", "execute", "grant", "revoke", "deny", "set", "declare", "use",
	"begin", "commit", "rollback", "save", "if", "while", "goto", "return", "print", "raiserror", "throw", "waitfor", "kill", "shutdown", "reconfigure",
	"checkpoint", "dbcc", "backup", "restore", "bulk", "openrowset", "openquery", "opendatasource", "openxml", "readtext", "writetext", "updatetext", "revert",
	"setuser", "enable", "disable", "open", "close", "deallocate", "receive", "send", "move", "add", "load", "dump", "lineno", "rename",
}

// number is how a number ends before a blank or a sign; what follows closer could be the next statement.
var number = regexp.MustCompile(`^(0[xX][0-9a-fA-F]*|[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]*)?)$`)

// checkStatement refuses what is not one statement that reads, and values that stand in
// quotes or comments, where they could not be told from the text. Most of it the server
// refuses as well; statements that change tables MariaDB does in a transaction that only reads. Code bad_query.
func (e *engine) checkStatement(text string) error {
	s := scanner{dialect: e.dialect, text: text}
	ended, before, word := false, "", ""
	for n := 0; ; before = strings.ToLower(word) {
		var why string
		word, why = s.next()
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
		case n == 0 && !slices.Contains(e.dialect.begins(), strings.ToLower(word)):
			return refuse("sql", "it begins with "+e.dialect.beginning()+", because data is only read")
		case e.dialect.glued && e.dialect.writes(before, word):
			return refuse("sql", strings.ToUpper(word)+" has no place here, because data is only read; a name is written ["+word+"]")
		case e.dialect.glued && word[0] >= '0' && word[0] <= '9' && !number.MatchString(word):
			return refuse("sql", "a blank is missing after a number")
		case strings.EqualFold(word, "into"):
			return refuse("sql", "INTO writes, and data is only read")
		default:
			n++
		}
	}
}

// begins are the first words of statements that only read.
func (d dialect) begins() []string {
	if d.first != nil {
		return d.first
	}
	return readers
}

// beginning is begins for people.
func (d dialect) beginning() string {
	if d.first != nil {
		return strings.ToUpper(strings.Join(d.first, " or "))
	}
	return "SELECT, WITH, SHOW, DESCRIBE, VALUES or TABLE"
}

// writes says whether a word is one of a statement that writes. NEXT VALUE moves a sequence.
func (d dialect) writes(before, word string) bool {
	return before == "next" && strings.EqualFold(word, "value") || slices.ContainsFunc(writers, func(w string) bool { return strings.EqualFold(w, word) })
}

// scanner cuts a query into words and single characters.
type scanner struct {
	dialect
	text string
	at   int
	seen func(quoted string) // what stands in quotes; nil = nobody asks
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
			n := lineOf(rest)
			if s.glued && endsEarly(rest[:n]) {
				return "", "a comment ends its line otherwise than with a line feed"
			}
			if why = s.skip(n); why != "" {
				return "", why
			}
		case strings.HasPrefix(rest, "/*!") || strings.HasPrefix(rest, "/*M!"):
			return "", "a comment that some servers run has no place here"
		case strings.HasPrefix(rest, "/*"):
			if why = s.skip(s.comment(rest)); why != "" {
				return "", why
			}
		case strings.IndexByte(s.quotes, c) >= 0:
			n := s.quoted(rest)
			if why = s.skip(n); why != "" {
				return "", why
			}
			s.tell(rest[:n])
			return "''", ""
		case c == '$' && s.dollar && s.tag(rest) != "":
			tag := s.tag(rest)
			if why = s.skip(through(rest, tag, len(tag))); why != "" {
				return "", why
			}
			return "''", ""
		case s.brackets && c == '[':
			n := bracketed(rest)
			if why = s.skip(n); why != "" {
				return "", why
			}
			s.tell(strings.ReplaceAll(rest[:n], "]]", "]"))
			return "''", ""
		case s.glued && c >= '0' && c <= '9':
			n := numberLen(rest)
			s.at += n
			return rest[:n], ""
		case isWord(rest):
			n := wordLen(rest)
			s.at += n
			return rest[:n], ""
		default:
			_, n := utf8.DecodeRuneInString(rest)
			s.at += n
			return rest[:n], ""
		}
	}
	return "", ""
}

// numberLen is the length of a number with all that stands close to it.
func numberLen(rest string) int {
	n := 1
	for n < len(rest) {
		word := wordLen(rest[n:])
		signed := (rest[n] == '+' || rest[n] == '-') && (rest[n-1] == 'e' || rest[n-1] == 'E')
		if word == 0 && !signed && rest[n] != '.' && !isDigit(rest[n]) {
			break
		}
		n += max(word, 1)
	}
	return n
}

// wordLen is the length of the word at the beginning, of letters, digits and underscores; signs and blanks of any
// alphabet end it, for to some servers they do.
func wordLen(rest string) int {
	for i, c := range rest {
		if !(isWord(rest[i:]) || i > 0 && (c >= '0' && c <= '9' || c == '$')) {
			return i
		}
	}
	return len(rest)
}

// tell gives what stands in quotes, without them.
func (s *scanner) tell(quoted string) {
	if s.seen != nil {
		s.seen(quoted[1 : len(quoted)-1])
	}
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

// endsEarly says whether some servers would end the comment of a line before its line feed, and read what follows.
func endsEarly(line string) bool {
	return strings.ContainsAny(strings.ReplaceAll(line, "\r\n", "\n"), "\r\u0085\u2028\u2029")
}

// bracketed is the length of a name in brackets, in which a doubled closing one is part of the name; 0 = it does not end.
func bracketed(rest string) int {
	for i := 1; i < len(rest); i++ {
		if rest[i] != ']' {
			continue
		}
		if !strings.HasPrefix(rest[i+1:], "]") {
			return i + 1
		}
		i++
	}
	return 0
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
	escapes := s.backslash && (quote != '`' || s.ticks) || s.dollar && quote == '\'' && s.at > 0 && (s.text[s.at-1] == 'E' || s.text[s.at-1] == 'e')
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
		case c < 0x80 && !isWord(rest[i:]) && !(i > 1 && isDigit(c)):
			return ""
		}
	}
	return ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isWord says whether a word begins here.
func isWord(rest string) bool {
	c, _ := utf8.DecodeRuneInString(rest)
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80 && (unicode.IsLetter(c) || unicode.IsMark(c) || unicode.IsDigit(c))
}
