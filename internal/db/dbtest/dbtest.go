// Package dbtest gives each test a database of its own, on the engine that the
// environment chooses, and watches that every statement on a tenant's table binds
// the account.
package dbtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"octavo/internal/clock"
	"octavo/internal/db"
)

// EngineEnv names the environment variable that chooses the engine: empty for
// SQLite, "postgres" for PostgreSQL.
const EngineEnv = "OCTAVO_TEST_DATABASE"

// Start is where the clock of a test's database stands unless the test brings its own.
var Start = time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC) // a Monday

// Option changes how a test's database is opened.
type Option func(*settings)

type settings struct {
	clock clock.Clock
	hooks []func(db.Statement) error
}

// Clock takes the time of transactions from c. Without it the database has a
// *clock.Manual that stands at Start; DB.Clock gives it.
func Clock(c clock.Clock) Option { return func(s *settings) { s.clock = c } }

// OnStatement calls fn before each statement; an error from it refuses the statement.
func OnStatement(fn func(db.Statement) error) Option {
	return func(s *settings) { s.hooks = append(s.hooks, fn) }
}

// Postgres says whether the tests run on PostgreSQL.
func Postgres() bool {
	switch engine := os.Getenv(EngineEnv); engine {
	case "", "sqlite":
		return false
	case "postgres":
		return true
	default:
		panic(fmt.Sprintf("dbtest: %s=%q; it is empty or postgres", EngineEnv, engine))
	}
}

// Open gives a fresh database with all tables and nothing in them. It is closed and
// removed when the test ends. The test fails when one of its statements reaches a
// tenant's table without the account that its scope binds.
func Open(t testing.TB, options ...Option) *db.DB {
	t.Helper()
	return OpenURL(t, URL(t), options...)
}

// OpenURL is Open for a database that is already there, such as one of Empty.
func OpenURL(t testing.TB, url string, options ...Option) *db.DB {
	t.Helper()
	s := settings{clock: clock.NewManual(Start)}
	for _, o := range options {
		o(&s)
	}
	d, err := db.Open(context.Background(), db.Config{URL: url, Clock: s.clock, OnStatement: s.watch(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// watch fails the test on a violation, then asks the test's own hooks.
func (s settings) watch(t testing.TB) func(db.Statement) error {
	return func(st db.Statement) error {
		if v := violation(st); v != "" {
			t.Errorf("%s: %s", v, st.Text)
		}
		for _, hook := range s.hooks {
			if err := hook(st); err != nil {
				return err
			}
		}
		return nil
	}
}

// URL gives the address of a fresh database with all tables, for what opens its own.
func URL(t testing.TB) string {
	t.Helper()
	if Postgres() {
		if err := postgresTemplate(); err != nil {
			t.Fatal(err)
		}
		return newPostgres(t, templateName)
	}
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "octavo.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite://" + path
}

// Empty gives the address of a fresh database without tables.
func Empty(t testing.TB) string {
	t.Helper()
	return EmptyOn(t, Postgres())
}

// EmptyOn is Empty on an engine of the caller's choice, for what goes from one to the other.
func EmptyOn(t testing.TB, postgres bool) string {
	t.Helper()
	if postgres {
		return newPostgres(t, "template0")
	}
	return "sqlite://" + filepath.Join(t.TempDir(), "octavo.db")
}
