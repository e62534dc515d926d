package sql

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"octavo/internal/errs"
)

// engine is a kind of database.
type engine struct {
	name    string // as it is stored
	title   string // as people call it
	port    int    // that it usually has
	dialect dialect
	mark    func(n int) string // of the n-th value of a query

	// open makes a pool that connects with dial alone. Nothing is connected yet.
	open func(l Login, dial Dialer) (*sql.DB, error)
	// limit has the server end what the transaction does after a time. stop is a statement that ends it at
	// once when it is sent over another connection; "" = the driver tells the server itself.
	limit func(ctx context.Context, tx *sql.Tx, after time.Duration) (stop string, err error)
	// read starts the query.
	read func(ctx context.Context, tx *sql.Tx, text string, args []any) (*sql.Rows, error)
	// explain gives what the database said a code; nil = it was not the database that said it.
	explain func(err error, after time.Duration) *errs.Error
	// cell says how a column is written.
	cell func(kind string) cellForm
}

// engines in the order that people choose from.
var engines = []*engine{postgreSQL, mySQL}

// Port gives the usual port of a kind of database; false for one that is not known.
func Port(name string) (port int, known bool) {
	if e := engineOf(name); e != nil {
		return e.port, true
	}
	return 0, false
}

func engineOf(name string) *engine {
	for _, e := range engines {
		if e.name == name {
			return e
		}
	}
	return nil
}

// unauthorized says that the database refuses whoever asks.
func unauthorized() *errs.Error {
	return errs.New(errs.Conflict, "database_unauthorized", "The database does not take this user name and password.")
}

// timedOut says that the statement was ended at its time limit.
func timedOut(after time.Duration) *errs.Error {
	seconds := int64(after / time.Second)
	return errs.Newf(errs.Unavailable, "query_timeout", "The query took more than %d seconds and was ended.", seconds).
		WithParams(map[string]any{"seconds": seconds})
}

// notReadOnly says that the query would have written.
func notReadOnly() *errs.Error {
	return errs.New(errs.Conflict, "sql_not_read_only", "The query writes, and data is only read.")
}

// busy says that the database takes nobody for now.
func busy(reason string) *errs.Error {
	return errs.Newf(errs.Unavailable, "database_busy", "The database takes no queries for now: %s", clip(reason)).
		WithParams(map[string]any{"reason": clip(reason)})
}

// said is an error of the database in its own words.
func said(state, reason string) *errs.Error {
	return errs.Newf(errs.Conflict, "sql_error", "The database says: %s", clip(reason)).
		WithParams(map[string]any{"reason": clip(reason), "state": state})
}

// maxWords is how much is taken of what a database says, in bytes. Whoever shows it hides secrets first and shortens it then.
const maxWords = 64 << 10

func clip(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), maxWords)], "\uFFFD")
}
