package sql

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"time"

	"octavo/internal/fetch"
)

// Table is a table or view that a login may see.
type Table struct {
	Schema, Name string
	Quoted       string // as it stands in a query
	Columns      []Column
}

// Column is one column of a table.
type Column struct {
	Name, Kind string
	Quoted     string
}

// MaxListed is how many columns of all tables together are listed.
const MaxListed = 5000

// tablesTime is how long a database may take to list its tables.
const tablesTime = 20 * time.Second

// Tables lists the tables of a database with their columns, the first MaxListed of these; cut says that there are more. It
// asks as a query does, by the same rules and limits. Codes of Prepared.Fetch, bad_query for an engine that is not known.
func Tables(ctx context.Context, pools *Pools, engine string, l Login) (tables []Table, cut bool, err error) {
	e := engineOf(engine)
	if e == nil {
		return nil, false, refuse("engine", "this kind of database is not known")
	}
	var out bytes.Buffer
	p := Prepared{engine: e, text: e.columns.tables(), timeout: tablesTime}
	result, err := p.Fetch(ctx, pools, l, Options{First: MaxListed}, &out)
	if err != nil {
		return nil, false, err
	}
	rows := csv.NewReader(&out)
	if _, err := rows.Read(); err != nil {
		return nil, false, err
	}
	for {
		row, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return tables, result.Cut, nil
		case err != nil:
			return nil, false, err
		case len(row) < 4:
			return nil, false, fetch.Explain(errBroken, tablesTime)
		}
		tables = e.list(tables, row[0], row[1], Column{Name: row[2], Kind: strings.ToLower(row[3]), Quoted: e.quote(row[2])})
	}
}

// list adds a column to the last table, or to one that begins.
func (e *engine) list(tables []Table, schema, name string, c Column) []Table {
	if n := len(tables); n == 0 || tables[n-1].Schema != schema || tables[n-1].Name != name {
		tables = append(tables, Table{Schema: schema, Name: name, Quoted: e.quote(schema) + "." + e.quote(name)})
	}
	last := &tables[len(tables)-1]
	last.Columns = append(last.Columns, c)
	return tables
}
