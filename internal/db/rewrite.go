package db

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// dialect holds what differs between the engines; it is all there is.
type dialect struct {
	name     string
	postgres bool
	mark     string // what precedes the number of a placeholder
	each     string // reads a list of numbers out of the placeholder %s
	words    string // reads a list of texts out of it
	lock     string
	nowait   string
	skip     string
	types    *strings.Replacer // words of migrations

	// placeholders is the number of values in one multi-row statement. PostgreSQL
	// takes 65,535. The SQLite driver looks every value up among all of a statement,
	// so many small statements are faster than one: 1,001 rows of 12 columns took
	// 203 ms in one, about 25 ms in pieces.
	placeholders int
}

var sqliteDialect = &dialect{
	name: "sqlite", mark: "?", placeholders: 600,
	each:  "(SELECT CAST(value AS bigint) FROM json_each(%s))",
	words: "(SELECT value FROM json_each(%s))",
	types: strings.NewReplacer("{blob}", "blob", "{norowid}", "WITHOUT ROWID"),
}

// binaryText makes PostgreSQL sort and compare text by its bytes, as SQLite does,
// whatever order the server was set up with.
const binaryText = ` text COLLATE "C"`

var postgresDialect = &dialect{
	name: "postgres", postgres: true, mark: "$", placeholders: 30_000,
	each:   "(SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(%s AS json)))",
	words:  "(SELECT value FROM json_array_elements_text(CAST(%s AS json)))",
	lock:   "FOR UPDATE",
	nowait: "FOR UPDATE NOWAIT",
	skip:   "FOR UPDATE SKIP LOCKED",
	types:  strings.NewReplacer("{blob}", "bytea", "{norowid}", "", " text,", binaryText+",", " text ", binaryText+" ", " text\n", binaryText+"\n"),
}

// statement is an SQL text made ready for one engine: names[i] is bound as placeholder i+1.
type statement struct {
	text  string
	names []string
}

// rewriter prepares texts and remembers them; texts are constants of the program. Safe for concurrent use.
type rewriter struct {
	d     *dialect
	cache sync.Map // text → statement
}

func (r *rewriter) prepare(text string) (statement, error) {
	if s, ok := r.cache.Load(text); ok {
		return s.(statement), nil
	}
	s, err := r.d.rewrite(text)
	if err != nil {
		return statement{}, err
	}
	r.cache.Store(text, s)
	return s, nil
}

// rewrite replaces :name by numbered placeholders and the marks in braces by the
// engine's own words. Comments and quoted texts are passed over, so that a name in
// them binds nothing.
func (d *dialect) rewrite(text string) (statement, error) {
	var out strings.Builder
	var s statement
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\'' || c == '"':
			end := strings.IndexByte(text[i+1:], c)
			if end < 0 {
				return statement{}, fmt.Errorf("db: open quote in %q", text)
			}
			out.WriteString(text[i : i+end+2])
			i += end + 2
		case strings.HasPrefix(text[i:], "--"):
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				end = len(text) - i
			}
			i += end
		case strings.HasPrefix(text[i:], "/*"):
			end := strings.Index(text[i+2:], "*/")
			if end < 0 {
				return statement{}, fmt.Errorf("db: open comment in %q", text)
			}
			out.WriteByte(' ')
			i += end + 4
		case c == ':' && i+1 < len(text) && isNameByte(text[i+1]):
			name := nameAt(text, i+1)
			out.WriteString(d.placeholder(&s, name))
			i += 1 + len(name)
		case c == '{':
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				return statement{}, fmt.Errorf("db: open brace in %q", text)
			}
			word, err := d.word(&s, text[i+1:i+end])
			if err != nil {
				return statement{}, err
			}
			out.WriteString(word)
			i += end + 1
		default:
			out.WriteByte(c)
			i++
		}
	}
	s.text = out.String()
	return s, nil
}

func (d *dialect) placeholder(s *statement, name string) string {
	n := slices.Index(s.names, name)
	if n < 0 {
		n = len(s.names)
		s.names = append(s.names, name)
	}
	return fmt.Sprintf("%s%d", d.mark, n+1)
}

func (d *dialect) word(s *statement, mark string) (string, error) {
	switch mark {
	case "lock":
		return d.lock, nil
	case "lock nowait":
		return d.nowait, nil
	case "lock skip":
		return d.skip, nil
	}
	if name, ok := strings.CutPrefix(mark, "each :"); ok {
		return fmt.Sprintf(d.each, d.placeholder(s, name)), nil
	}
	if name, ok := strings.CutPrefix(mark, "words :"); ok {
		return fmt.Sprintf(d.words, d.placeholder(s, name)), nil
	}
	return "", fmt.Errorf("db: unknown mark {%s}", mark)
}

func isNameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
}

func nameAt(text string, i int) string {
	end := i
	for end < len(text) && isNameByte(text[end]) {
		end++
	}
	return text[i:end]
}
