package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"octavo/internal/clock"
	"octavo/internal/errs"
)

// Config says where the metadata is.
type Config struct {
	URL   string       // "sqlite:///path/file.db" or "postgres://…"
	Clock clock.Clock  // default: the machine's
	Log   *slog.Logger // default: none

	// OnStatement sees every statement before it runs and may refuse it. It is the
	// seam for tests: what was bound, and what happens when the n-th statement
	// fails. Nil in the product.
	OnStatement func(Statement) error
}

// Statement is what OnStatement sees.
type Statement struct {
	Text  string         // as written in the store
	Scope string         // "system", "account" or "family"
	Bound map[string]any // every value bound, those of the scope included; of Insert the first column of the first row
	Own   []string       // which of Bound the scope bound, or (for Insert) checked row by row
}

// DB is the metadata database. Safe for concurrent use.
type DB struct {
	d      *dialect
	write  *sql.DB // SQLite: the one writer
	read   *sql.DB // PostgreSQL: the same pool
	texts  *rewriter
	clock  clock.Clock
	log    *slog.Logger
	onStmt func(Statement) error
	url    string
	owner  func() (*sql.DB, error) // a connection that may change tables
	form   atomic.Int64            // number of the last migration
	ran    atomic.Int64            // migrations that this process has run
	life   context.Context         // ends with Close
	end    context.CancelFunc
	behind sync.WaitGroup // what goes on after a transaction
	group  group
}

// Open connects; Migrate must have run before anything else is asked.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	d := &DB{clock: cfg.Clock, log: cfg.Log, onStmt: cfg.OnStatement, url: cfg.URL}
	d.life, d.end = context.WithCancel(context.WithoutCancel(ctx))
	if d.clock == nil {
		d.clock = clock.System()
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	var err error
	switch {
	case strings.HasPrefix(cfg.URL, "sqlite://"):
		err = d.openSQLite(strings.TrimPrefix(cfg.URL, "sqlite://"))
	case strings.HasPrefix(cfg.URL, "postgres://"), strings.HasPrefix(cfg.URL, "postgresql://"):
		err = d.openPostgres()
	default:
		err = errs.New(errs.Invalid, "bad_database_url", "The database address starts with sqlite:// or postgres://.")
	}
	if err != nil {
		return nil, err
	}
	d.texts = &rewriter{d: d.d}
	if err := d.write.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("db.Open: %w", err)
	}
	return d, nil
}

// Postgres says whether the engine is PostgreSQL; for what the product tells operators, never to choose a query.
func (d *DB) Postgres() bool { return d.d.postgres }

// Clock is the clock that transactions take their now from.
func (d *DB) Clock() clock.Clock { return d.clock }

// Ping asks whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.read.PingContext(ctx) }

// Close lets the connections go.
func (d *DB) Close() error {
	d.end()
	d.behind.Wait()
	err := d.write.Close()
	if d.read != d.write {
		err = errors.Join(err, d.read.Close())
	}
	return err
}
