package sql

import (
	"context"
	"errors"
	"io"
	"time"

	"octavo/internal/dataset"
	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// Options of one reading.
type Options struct {
	MaxRows int // more fail with too_large; 0 = dataset.DefaultRows
	First   int // rows after which the reading ends, for a trial; 0 = all

	Progress *fetch.Progress // told what goes on meanwhile; nil = nobody is
}

// Result tells of a reading.
type Result struct {
	Rows int64
	Cut  bool // there are more rows than Options.First
}

// grace is how much longer than the server's own limit a statement is waited for.
const grace = 5 * time.Second

// Fetch runs a prepared query and writes its rows as CSV: names of the columns first,
// numbers as they are, texts in quotes, NULL as nothing, days and times by ISO 8601 (those with a zone in UTC), bytes in
// base64. Codes database_unauthorized, query_timeout, sql_error with params reason and state, sql_not_read_only,
// database_busy, too_large, bad_variable_value where sql_ident names no column, and those of fetch.Client.Dial and fetch.Explain.
func (p Prepared) Fetch(ctx context.Context, pools *Pools, l Login, o Options, w io.Writer) (*Result, error) {
	out := &Result{}
	limited, cancel := context.WithTimeout(ctx, p.timeout+grace)
	defer cancel()
	at, done, err := pools.take(limited, p.engine, l)
	if err != nil {
		return out, p.word(ctx, err)
	}
	defer done()
	if o.MaxRows <= 0 {
		o.MaxRows = dataset.DefaultRows
	}
	if err := p.checkNames(limited, at); err != nil {
		return out, p.word(ctx, err)
	}
	return out, p.word(ctx, at.ask(limited, cancel, p, o, &table{w: o.Progress.Writer(w), progress: o.Progress}, out))
}

// word gives an error a code and sentences of ours, or of the database.
func (p Prepared) word(ctx context.Context, err error) error {
	var ours *errs.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return context.Canceled
	case errors.As(err, &ours):
		return ours
	}
	if p.engine.explain != nil {
		if told := p.engine.explain(err, p.timeout); told != nil {
			return told
		}
	}
	return fetch.Explain(err, p.timeout)
}
