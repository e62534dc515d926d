package sql

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/stdlib"

	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// postgreSQL also serves what speaks as it does: Redshift, Aurora, CockroachDB, Timescale, AlloyDB.
var postgreSQL = &engine{
	name: "postgresql", title: "PostgreSQL", port: 5432,
	dialect: dialect{quotes: `'"`, dollar: true, nested: true},
	mark:    func(n int) string { return "$" + strconv.Itoa(n) },
	quote:   doubled(`"`, `"`),
	columns: columns{from: postgresColumns, among: "table_schema NOT IN ('information_schema', 'pg_catalog')", exact: true},
	open:    openPostgres,
	explain: explainPostgres,
}

// postgresColumns are those of standard SQL, and of materialized views, which it does not know. What asks for the rights to
// single columns is not there in all that speaks as PostgreSQL does.
const postgresColumns = `(SELECT table_schema::text, table_name::text, column_name::text, data_type::text, ordinal_position::int FROM information_schema.columns
	UNION SELECT n.nspname::text, c.relname::text, a.attname::text, format_type(a.atttypid, NULL), a.attnum::int
	FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
	WHERE c.relkind = 'm' AND a.attnum > 0 AND NOT a.attisdropped AND has_table_privilege(c.oid, 'SELECT')) AS known`

var usePostgres = driverUse{
	tx: sql.TxOptions{ReadOnly: true},
	limit: func(ctx context.Context, tx *sql.Tx, after time.Duration) (string, error) {
		_, err := tx.ExecContext(ctx, "SET LOCAL statement_timeout = "+strconv.FormatInt(after.Milliseconds(), 10))
		return "", err
	},
	read: func(ctx context.Context, tx *sql.Tx, text string, args []any) (*sql.Rows, error) {
		return tx.QueryContext(ctx, text, args...)
	},
	cell: func(kind string) cellForm {
		switch kind {
		case "DATE":
			return asDay
		case "TIMESTAMP":
			return asLocal
		case "TIMESTAMPTZ":
			return asMoment
		case "BYTEA":
			return asBase64
		}
		return asIs
	},
}

// cancelWait is how long a server may take to end a statement that nobody waits for, before the connection is given up.
const cancelWait = 5 * time.Second

func openPostgres(l Login, way *fetch.Client) (door, error) {
	// What is written out here is not taken from the environment of this process.
	cfg, err := pgx.ParseConfig("host=localhost port=5432 user=octavo password=x dbname=postgres sslmode=disable passfile='' connect_timeout=0")
	if err != nil {
		return nil, errors.New("sql: the driver refuses its settings") // its own words may quote the environment
	}
	cfg.Host, cfg.Port, cfg.Database, cfg.User, cfg.Password = l.Host, uint16(l.Port), l.Database, l.User, l.Password
	cfg.Fallbacks, cfg.KerberosSrvName, cfg.KerberosSpn, cfg.ChannelBinding = nil, "", "", ""
	cfg.RuntimeParams = map[string]string{"application_name": "Octavo"}
	if cfg.TLSConfig, err = l.tls(); err != nil {
		return nil, err
	}
	cfg.DialFunc = way.Dial
	cfg.LookupFunc = func(_ context.Context, host string) ([]string, error) { return []string{host}, nil } // dial looks it up
	// Statements are described each time: one that a pool or a change of a table has made stale is not used again.
	cfg.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
	cfg.StatementCacheCapacity, cfg.DescriptionCacheCapacity = 0, 0
	cfg.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: cancelWait}
	}
	return &driven{stdlib.OpenDB(*cfg), usePostgres}, nil
}

// explainPostgres reads the codes of PostgreSQL's appendix A.
func explainPostgres(err error, after time.Duration) *errs.Error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		if strings.Contains(err.Error(), "server refused TLS connection") {
			return fetch.NoTLS()
		}
		return nil
	}
	switch {
	case e.Code == "28P01", e.Code == "28000":
		return unauthorized()
	case e.Code == "57014":
		return timedOut(after)
	case e.Code == "25006":
		return notReadOnly()
	case strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "57P"), strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "40"):
		return busy(e.Message)
	}
	return said(e.Code, e.Message)
}
