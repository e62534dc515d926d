package sql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// mySQL is MariaDB as well.
var mySQL = &engine{
	name: "mysql", title: "MySQL", port: 3306,
	dialect: dialect{quotes: "'\"`", backslash: true, hash: true},
	mark:    func(int) string { return "?" },
	quote:   doubled("`", "`"),
	columns: columns{among: "table_schema = DATABASE()"},
	open:    openMySQL,
	explain: explainMySQL,
}

var useMySQL = driverUse{
	tx:    sql.TxOptions{ReadOnly: true},
	limit: limitMySQL,
	read:  readMySQL,
	cell: func(kind string) cellForm {
		switch kind {
		case "DATE":
			return asDay
		case "DATETIME":
			return asLocal
		case "TIMESTAMP":
			return asMoment
		}
		if slices.Contains([]string{"BINARY", "VARBINARY", "BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB", "BIT", "GEOMETRY"}, kind) {
			return asBase64
		}
		return asIs
	},
}

func openMySQL(l Login, way *fetch.Client) (door, error) {
	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr, cfg.DBName = "tcp", net.JoinHostPort(l.Host, strconv.Itoa(l.Port)), l.Database
	cfg.User, cfg.Passwd = l.User, l.Password
	cfg.DialFunc = way.Dial
	cfg.ParseTime, cfg.Loc = true, time.UTC
	cfg.Params = map[string]string{"time_zone": "'+00:00'"} // moments come in UTC
	cfg.Logger = &mysql.NopLogger{}                         // its words may quote what was sent
	var err error
	if cfg.TLS, err = l.tls(); err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, errors.New("sql: the driver refuses its settings")
	}
	return &driven{sql.OpenDB(connector), useMySQL}, nil
}

// limitMySQL knows both servers: MariaDB counts seconds for every statement, MySQL milliseconds for those that read.
func limitMySQL(ctx context.Context, tx *sql.Tx, after time.Duration) (stop string, err error) {
	_, err = tx.ExecContext(ctx, fmt.Sprintf("SET SESSION max_statement_time = %d", after/time.Second))
	var e *mysql.MySQLError
	if errors.As(err, &e) && e.Number == 1193 { // no such variable
		_, err = tx.ExecContext(ctx, fmt.Sprintf("SET SESSION max_execution_time = %d", after.Milliseconds()))
	}
	if err != nil {
		return "", err
	}
	var connection int64
	err = tx.QueryRowContext(ctx, "SELECT CONNECTION_ID()").Scan(&connection)
	return fmt.Sprintf("KILL QUERY %d", connection), err
}

// readMySQL starts the query, unless the server reads a backslash otherwise than checkStatement has: what that took for
// a text might be more of the statement.
func readMySQL(ctx context.Context, tx *sql.Tx, text string, args []any) (*sql.Rows, error) {
	if strings.Contains(text, `\`) {
		var mode string
		if err := tx.QueryRowContext(ctx, "SELECT @@sql_mode").Scan(&mode); err != nil {
			return nil, err
		}
		if strings.Contains(mode, "NO_BACKSLASH_ESCAPES") || strings.Contains(mode, "ANSI_QUOTES") {
			return nil, refuse("sql", "this database reads a backslash otherwise (NO_BACKSLASH_ESCAPES or ANSI_QUOTES), so write it without one")
		}
	}
	stmt, err := tx.PrepareContext(ctx, text) // values come typed then; the transaction closes it
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// explainMySQL reads the numbers of errors, of which MariaDB has some of its own.
func explainMySQL(err error, after time.Duration) *errs.Error {
	var e *mysql.MySQLError
	switch {
	case errors.Is(err, mysql.ErrNoTLS):
		return fetch.NoTLS()
	case errors.Is(err, mysql.ErrInvalidConn):
		return busy("it ended the connection")
	case !errors.As(err, &e):
		return nil
	}
	switch e.Number {
	case 1045, 1698:
		return unauthorized()
	case 1969, 3024:
		return timedOut(after)
	case 1290, 1792, 1836:
		return notReadOnly()
	case 1040, 1053, 1203, 1205, 1213, 1226:
		return busy(e.Message)
	}
	return said(strconv.Itoa(int(e.Number)), e.Message)
}
