package sql

import (
	"context"
	"database/sql"
	"time"

	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// Patient has a query of PostgreSQL ended by our own limit alone, a short one, as with servers that have none.
func Patient(p Prepared) Prepared {
	e := *p.engine
	e.open = func(l Login, way *fetch.Client) (door, error) {
		at, err := openPostgres(l, way)
		if d, ok := at.(*driven); ok {
			d.patience, d.limit = true, func(context.Context, *sql.Tx, time.Duration) (string, error) { return "", nil }
		}
		return at, err
	}
	e.explain = func(error, time.Duration) *errs.Error { return nil }
	p.engine, p.timeout = &e, 200*time.Millisecond
	return p
}

// Asked are the statements with which an engine is asked for tables, and for the names that a prepared query takes from
// variables, with the values of the last.
func Asked(p Prepared) (tables, names string, values []string) {
	ask := p.wanted()
	return p.engine.columns.tables(), ask.text, ask.values
}

// Moments reads cells of one column, which have a day or a time.
func Moments(cells ...string) []any {
	t, out := &table{}, make([]any, len(cells))
	for i, cell := range cells {
		out[i] = t.text(cell, asMoment)
	}
	return out
}
