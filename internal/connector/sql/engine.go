package sql

import (
	"strings"
	"time"

	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// engine is a kind of database.
type engine struct {
	name    string // as it is stored
	title   string // as people call it
	port    int    // that it usually has
	safe    int    // the same with TLS; 0 = no other one
	dialect dialect
	mark    func(n int) string // of the n-th value of a query
	quote   func(name string) string
	columns columns

	// open makes what a login has open; it connects by way alone, and not yet.
	open func(l Login, way *fetch.Client) (door, error)
	// explain gives what the database said a code; nil = it was not the database that said it. nil for
	// databases without a driver, whose doors give codes themselves.
	explain func(err error, after time.Duration) *errs.Error
}

// engines in the order that people choose from.
var engines = []*engine{postgreSQL, mySQL, sqlServer, clickHouseSQL, trinoSQL}

// Port gives the usual port of a kind of database, with TLS or without; false for one that is not known.
func Port(name, tls string) (port int, known bool) {
	switch e := engineOf(name); {
	case e == nil:
		return 0, false
	case tls != TLSOff && e.safe != 0:
		return e.safe, true
	default:
		return e.port, true
	}
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
