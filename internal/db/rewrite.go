package db

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// dialect holds what differs between the engines; it is all there is.
type dialect struct {
	name     string
	postgres bool
	mark     string // what precedes the number of a placeholder
	each     string // reads a list of numbers out of the placeholder %s
	one      string // stands for each where the list has one number
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
	one:   "(%s)",
	words: "(SELECT value FROM json_each(%s))",
	types: strings.NewReplacer("{blob}", "blob", "{norowid}", "WITHOUT ROWID"),
}

// binaryText makes PostgreSQL sort and compare text by its bytes, as SQLite does,
// whatever order the server was set up with.
const binaryText = ` text COLLATE "C"`

var postgresDialect = &dialect{
	name: "postgres", postgres: true, mark: "$", placeholders: 30_000,
	each:   "(SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(%s AS json)))",
	one:    "(CAST(%s AS bigint))",
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
	lists uint64 // bit i: names[i] stands in IN {each :name} and nowhere else
	other uint64 // bit i: it stands elsewhere
}

// rewriter prepares texts and remembers them; texts are constants of the program. Safe for concurrent use.
type rewriter struct {
	d     *dialect
	cache sync.Map // form → statement
}

// form is a text, and which of its lists hold one number (bits as in statement).
type form struct {
	text string
	ones uint64
}

func (r *rewriter) prepare(text string, ones uint64) (statement, error) {
	f := form{text, ones}
	if s, ok := r.cache.Load(f); ok {
		return s.(statement), nil
	}
	s, err := r.d.rewrite(f)
	if err != nil {
		return statement{}, err
	}
	s.lists &^= s.other
	r.cache.Store(f, s)
	return s, nil
}

// unfold finds lists of one number among the values and puts the number in the place of each: what is
// equal to one number is looked up in an index, while engines guess how many rows a list stands for, and
// PostgreSQL has read whole accounts for the sake of one asset.
func (s statement) unfold(values []any) (ones uint64) {
	if s.lists == 0 {
		return 0
	}
	for i, v := range values {
		if s.lists&bit(i) != 0 {
			if n, ok := single(v); ok {
				values[i] = n
				ones |= bit(i)
			}
		}
	}
	return ones
}

// single reads the only number of a list that List has written.
func single(v any) (int64, bool) {
	text, ok := v.(string)
	if !ok || len(text) < 3 || text[0] != '[' || text[len(text)-1] != ']' {
		return 0, false
	}
	n, err := strconv.ParseInt(text[1:len(text)-1], 10, 64)
	return n, err == nil
}

// rewrite replaces :name by numbered placeholders and the marks in braces by the
// engine's own words. Comments and quoted texts are passed over, so that a name in
// them binds nothing.
func (d *dialect) rewrite(f form) (statement, error) {
	text := f.text
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
			mark, n := d.placeholder(&s, name)
			s.other |= bit(n)
			out.WriteString(mark)
			i += 1 + len(name)
		case c == '{':
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				return statement{}, fmt.Errorf("db: open brace in %q", text)
			}
			word, err := d.word(&s, f, strings.HasSuffix(text[:i], "IN "), text[i+1:i+end])
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

// placeholder gives what stands for a name, and its place among the names.
func (d *dialect) placeholder(s *statement, name string) (mark string, n int) {
	if n = slices.Index(s.names, name); n < 0 {
		n = len(s.names)
		s.names = append(s.names, name)
	}
	return fmt.Sprintf("%s%d", d.mark, n+1), n
}

// bit is that of a name in statement.lists; the names after the 64th have none.
func bit(n int) uint64 { return 1 << n }

// word gives what a mark in braces stands for; in says that IN is before it.
func (d *dialect) word(s *statement, f form, in bool, mark string) (string, error) {
	switch mark {
	case "lock":
		return d.lock, nil
	case "lock nowait":
		return d.nowait, nil
	case "lock skip":
		return d.skip, nil
	}
	if name, ok := strings.CutPrefix(mark, "each :"); ok {
		place, n := d.placeholder(s, name)
		if !in {
			s.other |= bit(n)
		}
		s.lists |= bit(n)
		if f.ones&bit(n) != 0 {
			return fmt.Sprintf(d.one, place), nil
		}
		return fmt.Sprintf(d.each, place), nil
	}
	if name, ok := strings.CutPrefix(mark, "words :"); ok {
		place, n := d.placeholder(s, name)
		s.other |= bit(n)
		return fmt.Sprintf(d.words, place), nil
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
