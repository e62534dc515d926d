package sql

import (
	"context"
	"database/sql"
	"database/sql/driver"
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
// database_busy, too_large, and those of fetch.Client.Dial and fetch.Explain.
func (p Prepared) Fetch(ctx context.Context, pools *Pools, l Login, o Options, w io.Writer) (*Result, error) {
	out := &Result{}
	limited, cancel := context.WithTimeout(ctx, p.timeout+grace)
	defer cancel()
	db, done, err := pools.take(limited, p.engine, l)
	if err != nil {
		return out, p.word(ctx, err)
	}
	defer done()
	if o.MaxRows <= 0 {
		o.MaxRows = dataset.DefaultRows
	}
	return out, p.word(ctx, p.run(limited, cancel, db, o, &table{w: w}, out))
}

// run reads in a transaction that cannot write and is always given up.
func (p Prepared) run(ctx context.Context, cancel func(), db *sql.DB, o Options, t *table, out *Result) error {
	conn, tx, err := p.begin(ctx, db)
	if err != nil {
		return err
	}
	told := false // the server was told to end what runs on the connection
	defer func() {
		if told { // it may hear so when the next query runs there
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
		_ = conn.Close() // gives it back
	}()
	defer func() { _ = tx.Rollback() }() // there is nothing to keep
	stop, err := p.engine.limit(ctx, tx, p.timeout)
	if err != nil {
		return err
	}
	if stop != "" {
		end := whenNobodyWaits(ctx, db, stop)
		defer func() { told = end() }()
	}
	args := make([]any, len(p.values))
	for i, v := range p.values {
		args[i] = v
	}
	rows, err := p.engine.read(ctx, tx, p.text, args)
	if err != nil {
		return err
	}
	err = p.copy(rows, o, t, out)
	if err != nil || out.Cut {
		cancel() // closing would wait for all the rows that are left
	}
	closed := rows.Close()
	switch {
	case err != nil:
		return err
	case out.Cut:
		return t.flush()
	}
	return errors.Join(closed, t.flush())
}

// whenNobodyWaits sends a statement over another connection when ctx ends, unless end was called before. end says
// whether it was sent, and waits until it was.
func whenNobodyWaits(ctx context.Context, db *sql.DB, stop string) (end func() bool) {
	sent := make(chan struct{})
	unless := context.AfterFunc(ctx, func() {
		defer close(sent)
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelWait)
		defer cancel()
		_, _ = db.ExecContext(limited, stop) // else the server ends it at its time limit
	})
	return func() bool {
		if unless() {
			return false
		}
		<-sent
		return true
	}
}

// begin starts a transaction that cannot write, on a connection of its own; again where the server has ended one while
// nobody used it.
func (p Prepared) begin(ctx context.Context, db *sql.DB) (conn *sql.Conn, tx *sql.Tx, err error) {
	for range 1 + perServer {
		if conn, err = db.Conn(ctx); err == nil {
			if tx, err = conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}); err == nil {
				return conn, tx, nil
			}
			_ = conn.Close() // a bad one is not kept
		}
		if told := p.engine.explain(err, p.timeout); !errors.Is(err, driver.ErrBadConn) && (told == nil || told.Code != "database_busy") {
			return nil, nil, err
		}
	}
	return nil, nil, err
}

func (p Prepared) copy(rows *sql.Rows, o Options, t *table, out *Result) error {
	columns, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	if len(columns) > dataset.DefaultColumns {
		return dataset.TooLarge("columns", "columns", dataset.DefaultColumns, int64(len(columns)))
	}
	if err := t.begin(columns, p.engine.cell); err != nil {
		return err
	}
	for rows.Next() {
		if o.First > 0 && out.Rows == int64(o.First) {
			out.Cut = true
			return nil
		}
		if out.Rows == int64(o.MaxRows) {
			return dataset.TooLarge("rows", "rows", int64(o.MaxRows), out.Rows+1)
		}
		if err := rows.Scan(t.into...); err != nil {
			return err
		}
		if err := t.row(); err != nil {
			return err
		}
		out.Rows++
	}
	return rows.Err()
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
	if told := p.engine.explain(err, p.timeout); told != nil {
		return told
	}
	return fetch.Explain(err, p.timeout)
}
