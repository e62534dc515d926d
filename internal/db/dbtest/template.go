package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named pgx

	"octavo/internal/db"
	"octavo/internal/testserver"
)

// sqliteTemplate is a migrated database as bytes, made once per process.
var sqliteTemplate = sync.OnceValues(func() (_ []byte, err error) {
	dir, err := os.MkdirTemp("", "octavo-template-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "octavo.db")
	if err := migrate("sqlite://" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path) // the last connection has written the log back
})

func migrate(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, db.Config{URL: url})
	if err != nil {
		return err
	}
	return errors.Join(d.Migrate(ctx), d.Close())
}

const (
	templateName = "octavo_template"
	templateLock = 4_037_002 // advisory lock of the maintenance database
)

// maintenance is the pool that makes and drops databases, one per process.
var maintenance = sync.OnceValues(func() (*sql.DB, error) {
	address, err := testserver.Postgres()
	if err != nil {
		return nil, err
	}
	pool, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(4)
	return pool, nil
})

// postgresTemplate makes the migrated database that all others are copied from:
// once per server, whichever test binary comes first.
var postgresTemplate = sync.OnceValue(func() error {
	ctx := context.Background()
	pool, err := maintenance()
	if err != nil {
		return err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, templateLock); err != nil {
		return err
	}
	err = makeTemplate(ctx, conn)
	_, unlock := conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, templateLock)
	return errors.Join(err, unlock)
})

func makeTemplate(ctx context.Context, conn *sql.Conn) error {
	var ready sql.NullBool
	err := conn.QueryRowContext(ctx, `SELECT bool_or(datistemplate) FROM pg_database WHERE datname = $1`, templateName).Scan(&ready)
	if err != nil || ready.Bool {
		return err
	}
	if ready.Valid { // left half-made by a process that was killed
		if _, err := conn.ExecContext(ctx, `DROP DATABASE `+templateName+` WITH (FORCE)`); err != nil {
			return err
		}
	}
	if _, err := conn.ExecContext(ctx, `CREATE DATABASE `+templateName+` TEMPLATE template0`); err != nil {
		return err
	}
	address, err := testserver.Postgres()
	if err != nil {
		return err
	}
	if err := migrate(testserver.Database(address, templateName)); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `ALTER DATABASE `+templateName+` IS_TEMPLATE true ALLOW_CONNECTIONS false`)
	return err
}

// made numbers the databases of this process.
var made atomic.Int64

// ended are databases of tests that are over. A connection that is closed needs a moment
// until the server has let it go, and dropping its database waits 100 ms for that; so the
// last two stay until a later test has ended, or as long as the server.
var ended struct {
	sync.Mutex
	names []string
}

// drop removes a database of a test that is over, or rather one that ended before it.
func drop(ctx context.Context, pool *sql.DB, name string) error {
	const kept = 2
	ended.Lock()
	ended.names = append(ended.names, name)
	var oldest string
	if len(ended.names) > kept {
		oldest, ended.names = ended.names[0], ended.names[1:]
	}
	ended.Unlock()
	if oldest == "" {
		return nil
	}
	_, err := pool.ExecContext(ctx, `DROP DATABASE `+oldest+` WITH (FORCE)`)
	return err
}

// newPostgres copies a database and gives its address; it is dropped after the test's end.
func newPostgres(t testing.TB, template string) string {
	t.Helper()
	pool, err := maintenance()
	if err != nil {
		t.Fatal(err)
	}
	name, url, err := copyPostgres(pool, template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(context.Background(), pool, name); err != nil {
			t.Error(err)
		}
	})
	return url
}

// copyPostgres copies a database that nobody is connected to.
func copyPostgres(pool *sql.DB, template string) (name, url string, err error) {
	address, err := testserver.Postgres()
	if err != nil {
		return "", "", err
	}
	name = fmt.Sprintf("octavo_%d_%d", os.Getpid(), made.Add(1))
	_, err = pool.ExecContext(context.Background(), `CREATE DATABASE `+name+` TEMPLATE `+template+` STRATEGY FILE_COPY`)
	return name, testserver.Database(address, name), err
}
