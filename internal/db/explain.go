package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"octavo/internal/errs"
)

// explain turns an error of the engine that people can do something about into one of
// ours: there is no room, or the database does not answer. Others pass.
func explain(err error) error {
	var known *errs.Error
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case isFull(err):
		return errs.Full(err)
	case isGone(err):
		return Unavailable(err)
	}
	return err
}

// isFull says whether the engine could not write. SQLite tells of a write that the
// system refused as an error of input and output, whatever the reason was.
func isFull(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "53100" // disk_full
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() {
		case sqlitelib.SQLITE_FULL, sqlitelib.SQLITE_IOERR_WRITE, sqlitelib.SQLITE_IOERR_SHMSIZE, sqlitelib.SQLITE_IOERR_TRUNCATE:
			return true
		}
	}
	return errs.IsFull(err)
}

// isGone says whether the connection to the database failed or cannot be made.
func isGone(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) { // connection_exception, insufficient_resources, operator_intervention but for cancelled statements
		return strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "57P")
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}
