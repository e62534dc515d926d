package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"octavo/internal/clock"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Args are the values of a statement by name, without the colon.
type Args map[string]any

// Tx is one transaction in one scope. Now is its time in UTC milliseconds: the
// same for every row it writes. A Tx belongs to one goroutine.
type Tx struct {
	Now   int64
	db    *DB
	tx    *sql.Tx
	scope Scope
	grown map[string]int64 // rows that large statements inserted, by table
}

// Several says whether the scope opens several accounts, so that :accounts is bound.
func (t *Tx) Several() bool { return t.scope.kind == familyScope }

// Family is the family of the scope's account, 0 in a System scope.
func (t *Tx) Family() int64 { return t.scope.family }

// In says whether the scope opens this account and no other.
func (t *Tx) In(a id.Account) bool { return t.scope.kind == accountScope && t.scope.account == a }

// maxTries is how often a transaction is begun when the engine reports that it lost against another.
const maxTries = 6

// Tx runs fn in a transaction that may write; an error from fn, or a panic, takes
// everything back. fn may run again when the engine reports a serialisation failure
// or a deadlock, so it must not change anything outside the database.
func (d *DB) Tx(ctx context.Context, scope Scope, fn func(*Tx) error) error {
	return d.retry(ctx, func() error { return d.once(ctx, d.write, scope, nil, fn) })
}

// Read runs fn in a transaction that only reads: one consistent snapshot on SQLite.
func (d *DB) Read(ctx context.Context, scope Scope, fn func(*Tx) error) error {
	return d.retry(ctx, func() error {
		return d.once(ctx, d.read, scope, &sql.TxOptions{ReadOnly: d.d.postgres}, fn)
	})
}

func (d *DB) retry(ctx context.Context, attempt func() error) error {
	for try := 1; ; try++ {
		err := attempt()
		if err == nil || try == maxTries || !isTransient(err) {
			return err
		}
		pause := time.Duration(rand.IntN(20<<try)+1) * time.Millisecond
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (d *DB) once(ctx context.Context, pool *sql.DB, scope Scope, opt *sql.TxOptions, fn func(*Tx) error) (err error) {
	if scope.kind == 0 {
		return errors.New("db: transaction without a scope")
	}
	sqlTx, err := pool.BeginTx(ctx, opt)
	if err != nil {
		return explain(fmt.Errorf("db: begin: %w", err))
	}
	defer func() {
		if p := recover(); p != nil {
			_ = sqlTx.Rollback()
			panic(p)
		}
		if err != nil {
			_ = sqlTx.Rollback()
		}
	}()
	tx := &Tx{Now: clock.Millis(d.clock.Now()), db: d, tx: sqlTx, scope: scope}
	if err := tx.enter(ctx); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		// A context that ends at this moment shows as a transaction that is over; say why it is.
		return explain(fmt.Errorf("db: commit: %w", errors.Join(err, ctx.Err())))
	}
	d.count(tx.grown)
	return nil
}

// enter takes the role that owns nothing and hands the scope to row level security,
// both until the end of the transaction.
func (t *Tx) enter(ctx context.Context) error {
	if !t.db.d.postgres {
		return nil
	}
	account, family, write, system := t.scope.settings()
	_, err := t.tx.ExecContext(ctx, `SELECT set_config('role', '`+appRole+`', true),
		set_config('app.account', $1, true), set_config('app.family', $2, true),
		set_config('app.write', $3, true), set_config('app.system', $4, true)`, account, family, write, system)
	if err != nil {
		return explain(fmt.Errorf("db: scope: %w", err))
	}
	return nil
}

// Exec runs a statement and gives the number of rows it changed.
func (t *Tx) Exec(ctx context.Context, text string, args Args) (int64, error) {
	s, values, err := t.ready(text, args)
	if err != nil {
		return 0, err
	}
	res, err := t.tx.ExecContext(ctx, s.text, values...)
	if err != nil {
		return 0, wrap(err, text)
	}
	n, err := res.RowsAffected()
	t.wrote(text, n)
	return n, wrap(err, text)
}

// Query runs a statement and calls scan for each row.
func (t *Tx) Query(ctx context.Context, text string, args Args, scan func(scan func(dest ...any) error) error) error {
	s, values, err := t.ready(text, args)
	if err != nil {
		return err
	}
	rows, err := t.tx.QueryContext(ctx, s.text, values...)
	if err != nil {
		return wrap(err, text)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows.Scan); err != nil {
			return wrap(err, text)
		}
	}
	return wrap(rows.Err(), text)
}

// One reads at most one row into dest and says whether there was one.
func (t *Tx) One(ctx context.Context, text string, args Args, dest ...any) (bool, error) {
	found := false
	err := t.Query(ctx, text, args, func(scan func(...any) error) error {
		if found {
			return errors.New("more than one row")
		}
		found = true
		return scan(dest...)
	})
	return found, err
}

func (t *Tx) ready(text string, args Args) (statement, []any, error) {
	s, err := t.db.texts.prepare(text, 0)
	if err != nil {
		return s, nil, err
	}
	if err := t.scope.check(s, args); err != nil {
		return s, nil, err
	}
	own := t.scope.bound()
	values := make([]any, len(s.names))
	for i, name := range s.names {
		v, ok := args[name]
		if !ok {
			v, ok = own[name]
		}
		if !ok {
			return s, nil, fmt.Errorf("db: no value for :%s in %s", name, text)
		}
		values[i] = plain(v)
	}
	if err := t.seen(text, s, values); err != nil {
		return s, nil, err
	}
	if ones := s.unfold(values); ones != 0 {
		s, err = t.db.texts.prepare(text, ones)
	}
	return s, values, err
}

func (t *Tx) seen(text string, s statement, values []any) error {
	if t.db.onStmt == nil {
		return nil
	}
	bound := make(map[string]any, len(values))
	var mine []string
	own := t.scope.bound()
	for i, name := range s.names {
		bound[name] = values[i]
		if _, ok := own[name]; ok {
			mine = append(mine, name)
		}
	}
	return t.tell(Statement{Text: text, Bound: bound, Own: mine})
}

// tell shows a statement to the seam for tests.
func (t *Tx) tell(s Statement) error {
	s.Scope = map[scopeKind]string{systemScope: "system", accountScope: "account", familyScope: "family"}[t.scope.kind]
	return t.db.onStmt(s)
}

// wrap adds the statement to an error of the engine, in one line, and explains it.
func wrap(err error, text string) error {
	if err == nil {
		return nil
	}
	return explain(fmt.Errorf("db: %w in %.120s", err, squeeze(text)))
}

// isTransient says whether the same transaction may succeed when begun again.
func isTransient(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	return isBusy(err)
}

// IsLocked says whether a statement with {lock nowait} met a lock of another transaction.
func IsLocked(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "55P03"
}

// IsUnique says whether err is a broken unique constraint.
func IsUnique(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	return isSQLiteUnique(err)
}

// IsOutsideScope says whether row level security refused a row.
func IsOutsideScope(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "42501"
}

// Unavailable is what people are told when the database does not answer.
func Unavailable(cause error) error {
	return errs.New(errs.Unavailable, "database_unavailable", "The database does not answer. Try again in a moment.").WithCause(cause)
}
