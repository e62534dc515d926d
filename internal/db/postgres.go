package db

import (
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// appRole is the role that statements run as: it owns nothing, cannot sign in and
// is subject to row level security. Every transaction takes it for itself, so that no
// connection can be left without it. Migrate makes it, once for all databases of a server.
const appRole = "octavo_app"

// maxPostgresConns is the size of the pool of one process.
const maxPostgresConns = 20

func (d *DB) openPostgres() error {
	d.d = postgresDialect
	cfg, err := pgx.ParseConfig(d.url)
	if err != nil {
		return fmt.Errorf("db: %w", err)
	}
	d.write = sql.OpenDB(stdlib.GetConnector(*cfg))
	d.write.SetMaxOpenConns(maxPostgresConns)
	d.write.SetMaxIdleConns(maxPostgresConns)
	d.read = d.write
	d.owner = func() (*sql.DB, error) { return sql.OpenDB(stdlib.GetConnector(*cfg)), nil }
	return nil
}
