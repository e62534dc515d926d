package sql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"octavo/internal/errs"
)

// driven is a database that a driver of database/sql speaks to.
type driven struct {
	*sql.DB
	driverUse
}

// driverUse is what differs between databases that have a driver.
type driverUse struct {
	tx sql.TxOptions // of the transaction that a query runs in
	// patience says that the server has no time limit of its own: then ours ends what it does.
	patience bool
	// limit has the server end what the transaction does after a time. stop is a statement that ends it at
	// once when it is sent over another connection; "" = the driver tells the server itself.
	limit func(ctx context.Context, tx *sql.Tx, after time.Duration) (stop string, err error)
	// read starts the query.
	read func(ctx context.Context, tx *sql.Tx, text string, args []any) (*sql.Rows, error)
	// watch has stop called when the driver, which reads a row whole, is sent more than a row may be; row is told of each row.
	// nil = the driver sees to that.
	watch func(conn any, stop func(error)) (row, end func())
	// cell says how a column is written.
	cell func(kind string) cellForm
}

// ask reads in a transaction that cannot write and is always given up.
func (d *driven) ask(ctx context.Context, cancel func(), p Prepared, o Options, t *table, out *Result) (err error) {
	if d.patience {
		var end func()
		ctx, end = context.WithTimeoutCause(ctx, p.timeout, timedOut(p.timeout))
		defer end()
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	conn, tx, err := d.begin(ctx, p)
	if err != nil {
		return err
	}
	defer func() {
		if late := new(errs.Error); err != nil && errors.As(context.Cause(ctx), &late) {
			err = late // by a limit of our own
		}
	}()
	row, end, err := d.watched(conn, stop)
	if err != nil {
		return err
	}
	defer end()
	told := false // the server was told to end what runs on the connection
	defer func() {
		if told { // it may hear so when the next query runs there
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
		_ = conn.Close() // gives it back
	}()
	defer func() { _ = tx.Rollback() }() // there is nothing to keep
	halt, err := d.limit(ctx, tx, p.timeout)
	if err != nil {
		return err
	}
	if halt != "" {
		end := whenNobodyWaits(ctx, func(ctx context.Context) { _, _ = d.ExecContext(ctx, halt) })
		defer func() { told = end() }()
	}
	args := make([]any, len(p.values))
	for i, v := range p.values {
		args[i] = v
	}
	rows, err := d.read(ctx, tx, p.text, args)
	if err != nil {
		return err
	}
	err = d.copy(rows, o, t, out, row)
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

// whenNobodyWaits tells the server to end a statement when ctx ends, unless end was called before. end says
// whether it was told, and waits until it was. Where that fails the server ends it at its time limit.
func whenNobodyWaits(ctx context.Context, tell func(ctx context.Context)) (end func() bool) {
	told := make(chan struct{})
	unless := context.AfterFunc(ctx, func() {
		defer close(told)
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelWait)
		defer cancel()
		tell(limited)
	})
	return func() bool {
		if unless() {
			return false
		}
		<-told
		return true
	}
}

// begin starts a transaction that cannot write, on a connection of its own; again where the server has ended one while
// nobody used it.
func (d *driven) begin(ctx context.Context, p Prepared) (conn *sql.Conn, tx *sql.Tx, err error) {
	for range 1 + PerServer {
		if conn, err = d.Conn(ctx); err == nil {
			if tx, err = conn.BeginTx(ctx, &d.tx); err == nil {
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

// watched has the driver watched on a connection.
func (d *driven) watched(conn *sql.Conn, stop func(error)) (row, end func(), err error) {
	if d.watch == nil {
		return func() {}, func() {}, nil
	}
	err = conn.Raw(func(c any) error {
		row, end = d.watch(c, stop)
		return nil
	})
	return row, end, err
}

func (d *driven) copy(rows *sql.Rows, o Options, t *table, out *Result, row func()) error {
	columns, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	names, forms := make([]string, len(columns)), make([]cellForm, len(columns))
	for i, c := range columns {
		names[i], forms[i] = c.Name(), d.cell(c.DatabaseTypeName())
	}
	if err := t.begin(names, forms); err != nil {
		return err
	}
	for rows.Next() {
		row()
		if end, err := o.cut(out); end {
			return err
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
