package sql

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
	"strings"

	"octavo/internal/placeholder"
)

// columns says where an engine lists the columns that a login may read; empty fields are those of standard SQL.
type columns struct {
	from                             string // what lists them
	schema, table, name, kind, place string // what it says of each
	among                            string // which schemas are not the database's own; "" = all
	lower                            string // writes names in small letters

	exact  bool // Amount and amount are two names
	either bool // whether they are two is for the database to say
}

func (c columns) defaults() columns {
	for field, usual := range map[*string]string{&c.from: "information_schema.columns", &c.schema: "table_schema", &c.table: "table_name", &c.name: "column_name",
		&c.kind: "data_type", &c.place: "ordinal_position", &c.lower: "lower"} {
		if *field == "" {
			*field = usual
		}
	}
	return c
}

// tables is the statement that lists schema, table, column and kind, in order. Tables of the database itself are left out.
func (c columns) tables() string {
	c = c.defaults()
	where := ""
	if c.among != "" {
		where = " WHERE " + c.among
	}
	return "SELECT " + strings.Join([]string{c.schema, c.table, c.name, c.kind}, ", ") + " FROM " + c.from + where + " ORDER BY " + strings.Join([]string{c.schema, c.table, c.place}, ", ")
}

// doubled quotes a name: what would end it stands twice.
func doubled(begin, end string) func(name string) string {
	return func(name string) string { return begin + strings.ReplaceAll(name, end, end+end) + end }
}

// maxTables is among how many words of a query its tables are looked for.
const maxTables = 500

// wordsOf lists the words and quoted names of a query, each once, in lower case.
func (e *engine) wordsOf(text string) []string {
	var out []string
	add := func(word string) {
		if word = strings.ToLower(word); len(out) < maxTables && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	s := scanner{dialect: e.dialect, text: text, seen: add}
	for {
		word, why := s.next()
		if word == "" || why != "" {
			return out
		}
		if isWord(word) {
			add(word)
		}
	}
}

// checkNames asks the database whether the names that variables gave are columns of tables that the query names. Quoted, a
// name of something else would be no statement, but it could be a whole row, or a column of the system. Code bad_variable_value.
func (p Prepared) checkNames(ctx context.Context, at door) error {
	if len(p.names) == 0 {
		return nil
	}
	var out bytes.Buffer
	limited, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := at.ask(limited, cancel, p.wanted(), Options{MaxRows: maxTables * maxTables}, &table{w: &out}, &Result{}); err != nil {
		return err
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		return err
	}
	for _, n := range p.names {
		known := slices.ContainsFunc(rows[1:], func(row []string) bool {
			return row[0] == n.Text || !p.engine.columns.exact && strings.EqualFold(row[0], n.Text)
		})
		if !known {
			return placeholder.Refused(n.Label, "no table of the query has a column of this name").WithField("query.sql")
		}
	}
	return nil
}

// wanted asks which of the names are those of columns.
func (p Prepared) wanted() Prepared {
	c := p.engine.columns.defaults()
	ask := Prepared{engine: p.engine, timeout: p.timeout}
	list := func(words []string) string {
		marks := make([]string, len(words))
		for i, word := range words {
			ask.values = append(ask.values, word)
			marks[i] = p.engine.mark(len(ask.values))
		}
		return " IN (" + strings.Join(marks, ", ") + ")"
	}
	name, small := c.lower+"("+c.name+")", strings.ToLower
	if c.either || c.exact {
		name, small = c.name, func(text string) string { return text } // as the database compares
	}
	wanted := make([]string, len(p.names))
	for i, n := range p.names {
		wanted[i] = small(n.Text)
	}
	ask.text = "SELECT " + c.name + " AS n FROM " + c.from + " WHERE " + c.lower + "(" + c.table + ")" + list(p.tables) + " AND " + name + list(wanted)
	return ask
}
