package db

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrateLock is the advisory lock that lets one replica migrate a PostgreSQL database at a time.
const migrateLock = 4_037_001

// Migrate brings the tables to the newest form, one file per transaction, and on
// PostgreSQL makes the run-time role and the row level security. Running it again
// changes nothing; replicas that start together wait for each other.
func (d *DB) Migrate(ctx context.Context) error {
	steps, err := d.steps()
	if err != nil {
		return err
	}
	if !d.d.postgres {
		return d.up(ctx, goose.DialectSQLite3, d.write, steps)
	}
	owner, err := d.owner()
	if err != nil {
		return err
	}
	defer owner.Close()
	conn, err := owner.Conn(ctx) // holds the lock; closing it lets go
	if err != nil {
		return fmt.Errorf("db.Migrate: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, migrateLock); err != nil {
		return fmt.Errorf("db.Migrate: %w", err)
	}
	if err := d.up(ctx, goose.DialectPostgres, owner, steps); err != nil {
		return err
	}
	return d.secure(ctx, conn, steps[len(steps)-1].Version)
}

func (d *DB) up(ctx context.Context, dialect goose.Dialect, owner *sql.DB, steps []*goose.Migration) error {
	p, err := goose.NewProvider(dialect, owner, nil, goose.WithGoMigrations(steps...), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("db.Migrate: %w", err)
	}
	ran, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("db.Migrate: %w", err)
	}
	d.ran.Add(int64(len(ran)))
	d.form.Store(steps[len(steps)-1].Version)
	return nil
}

// Migration is the number of the last migration of the tables, 0 before Migrate.
func (d *DB) Migration() int64 { return d.form.Load() }

// MigrationsRun is how many migrations this process has run.
func (d *DB) MigrationsRun() int { return int(d.ran.Load()) }

// Owner hands out a connection of the tables' owner, beyond every scope: for tests
// and for tools that look at the whole installation. It is one of the pool, or the writer
// of SQLite; on PostgreSQL what fn sets for its session is taken back.
func (d *DB) Owner(ctx context.Context, fn func(*sql.Conn) error) error {
	conn, err := d.alive(ctx)
	if err != nil {
		return fmt.Errorf("db.Owner: %w", err)
	}
	defer conn.Close()
	err = fn(conn)
	if d.d.postgres {
		_, all := conn.ExecContext(ctx, `RESET ALL`)
		_, role := conn.ExecContext(ctx, `RESET ROLE`)
		err = errors.Join(err, all, role)
	}
	return err
}

// alive gives a connection of the pool that answers; those that the server has ended meanwhile are dropped.
func (d *DB) alive(ctx context.Context) (*sql.Conn, error) {
	for try := 0; ; try++ {
		conn, err := d.write.Conn(ctx)
		if err != nil {
			return nil, err
		}
		if err = conn.PingContext(ctx); err == nil {
			return conn, nil
		}
		_ = conn.Close() // a bad one is not kept
		if try == maxPostgresConns {
			return nil, err
		}
	}
}

// steps turns each file into a migration for the engine at hand.
func (d *DB) steps() ([]*goose.Migration, error) {
	files, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var steps []*goose.Migration
	for _, name := range files {
		number, err := strconv.ParseInt(strings.TrimPrefix(name, "migrations/")[:4], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("db: migration %s has no number: %w", name, err)
		}
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		script := d.d.types.Replace(string(text))
		steps = append(steps, goose.NewGoMigration(number, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			if d.d.postgres { // row level security binds the owner of the tables as well
				if _, err := tx.ExecContext(ctx, `SELECT set_config('app.whole', '1', true)`); err != nil {
					return err
				}
			}
			return runScript(ctx, tx, script)
		}}, nil))
	}
	slices.SortFunc(steps, func(a, b *goose.Migration) int { return cmp.Compare(a.Version, b.Version) })
	return steps, nil
}

// runScript runs statements that end with a semicolon at the end of a line.
func runScript(ctx context.Context, tx *sql.Tx, script string) error {
	for text := range strings.SplitSeq(script, ";\n") {
		if strings.TrimSpace(text) == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return wrap(err, text)
		}
	}
	return nil
}
