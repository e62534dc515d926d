package sql

import (
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"

	"octavo/internal/dataset"
	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// sqlServer is Azure SQL as well. It has no transaction that cannot write: the words of the query are looked at
// more closely, and the transaction is given up whatever happened in it.
var sqlServer = &engine{
	name: "sqlserver", title: "SQL Server", port: 1433,
	dialect: dialect{quotes: `'"`, nested: true, brackets: true, glued: true, first: []string{"select", "with"}},
	mark:    func(n int) string { return "@p" + strconv.Itoa(n) },
	quote:   doubled("[", "]"),
	columns: columns{ // with some collations its own names are such in this form alone
		from: "INFORMATION_SCHEMA.COLUMNS", schema: "TABLE_SCHEMA", table: "TABLE_NAME", name: "COLUMN_NAME", kind: "DATA_TYPE", place: "ORDINAL_POSITION", either: true},
	open: func(l Login, way *fetch.Client) (door, error) {
		door, use := &sqlServerDoor{login: l, way: way}, useSQLServer
		use.watch = door.watch
		return &driven{sql.OpenDB(door), use}, nil
	},
	explain: explainSQLServer,
}

var useSQLServer = driverUse{
	tx:       sql.TxOptions{Isolation: sql.LevelReadCommitted},
	patience: true,
	limit: func(ctx context.Context, tx *sql.Tx, after time.Duration) (string, error) {
		_, err := tx.ExecContext(ctx, "SET LOCK_TIMEOUT "+strconv.FormatInt(after.Milliseconds(), 10))
		return "", err
	},
	read: func(ctx context.Context, tx *sql.Tx, text string, args []any) (*sql.Rows, error) {
		return tx.QueryContext(ctx, text, args...)
	},
	cell: func(kind string) cellForm {
		switch kind {
		case "DATE":
			return asDay
		case "DATETIME", "DATETIME2", "SMALLDATETIME":
			return asLocal
		case "DATETIMEOFFSET":
			return asMoment
		case "TIME":
			return asClock
		case "UNIQUEIDENTIFIER":
			return asGUID
		case "BINARY", "VARBINARY", "IMAGE", "TIMESTAMP":
			return asBase64
		}
		return asIs
	},
}

// sqlServerDoor makes connections. The driver looks names up itself, follows a server to another one, forgets what was wrong
// with a certificate, waits for answers without end and keeps a value whole, however long it is: all five are dealt with here.
type sqlServerDoor struct {
	login Login
	way   *fetch.Client
	ways  sync.Map // of open connections: driver.Conn to *sqlServerWay
}

// watch says on whose behalf a connection reads from now on.
func (d *sqlServerDoor) watch(conn any, stop func(error)) (row, end func()) {
	way, there := d.ways.Load(conn)
	if !there { // it was closed just now
		return func() {}, func() {}
	}
	w := way.(*sqlServerWay)
	w.reads(stop)
	return func() { w.reads(stop) }, func() { w.reads(nil) }
}

// Driver is asked for by package database/sql.
func (d *sqlServerDoor) Driver() driver.Driver { return &mssql.Driver{} }

// Connect makes one connection.
func (d *sqlServerDoor) Connect(ctx context.Context) (conn driver.Conn, err error) {
	safe, err := d.login.tls()
	if err != nil {
		return nil, err
	}
	cfg := msdsn.Config{
		Host: d.login.Host, Port: uint64(d.login.Port), Database: d.login.Database, User: d.login.User, Password: d.login.Password,
		Encryption: msdsn.EncryptionDisabled, Protocols: []string{"tcp"}, AppName: "Octavo", Workstation: "octavo", DialTimeout: -1,
		DisableRetry: true, NoTraceID: true, ReadOnlyIntent: true,
	}
	way := &sqlServerWay{way: d.way}
	if safe != nil {
		cfg.Encryption, cfg.TLSConfig, cfg.HostInCertificateProvided = msdsn.EncryptionRequired, way.watched(safe), true
	}
	connector := mssql.NewConnectorConfig(cfg)
	connector.Dialer = way
	stop := context.AfterFunc(ctx, way.close)
	defer func() {
		if broken := recover(); broken != nil { // by an answer that the driver does not expect
			way.close()
			conn, err = nil, errBroken
		}
		if !stop() && err != nil {
			err = ctx.Err()
		}
	}()
	if conn, err = connector.Connect(ctx); err != nil {
		return nil, way.why(err)
	}
	d.ways.Store(conn, way)
	way.gone(func() { d.ways.Delete(conn) })
	return conn, nil
}

// mostOfARow is how many bytes of an answer may come without a row. The limit of a cell is far below it, and the driver reads
// a few rows ahead.
const mostOfARow = 64 << 20

// sqlServerWay is the way of one connection.
type sqlServerWay struct {
	way *fetch.Client

	mu     sync.Mutex // guards what follows
	conn   net.Conn
	closed bool
	fault  error       // what was wrong with the way, in its own words
	came   int         // bytes since the last row
	stop   func(error) // ends the reading that waits for rows; nil = none does
	forget func()      // is called when it is closed
}

// reads begins to count what comes until the next row.
func (w *sqlServerWay) reads(stop func(error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stop, w.came = stop, 0
}

// gone has forget called when the connection is closed, or now where it is.
func (w *sqlServerWay) gone(forget func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.forget = forget; w.closed {
		forget()
	}
}

// take counts what came. Code too_large.
func (w *sqlServerWay) take(n int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.came += n; w.came <= mostOfARow {
		return nil
	}
	err := dataset.TooLarge("cell", "bytes of one row", mostOfARow, int64(w.came))
	if w.stop != nil {
		w.stop(err)
	}
	return err
}

// sqlServerConn counts what is read.
type sqlServerConn struct {
	net.Conn
	way *sqlServerWay
}

func (c sqlServerConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if long := c.way.take(n); long != nil {
		return 0, long
	}
	return n, err
}

func (c sqlServerConn) Close() error {
	c.way.close()
	return nil
}

// HostName has the driver give names as they are, to be looked up by the guard.
func (w *sqlServerWay) HostName() string { return "" }

// DialContext connects; to another server than that of the login the guard does not.
func (w *sqlServerWay) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := w.way.Dial(ctx, network, address)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.fault = err
		return nil, err
	}
	if w.closed {
		return nil, errors.Join(net.ErrClosed, conn.Close())
	}
	w.conn = conn
	return sqlServerConn{conn, w}, nil
}

func (w *sqlServerWay) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	if w.conn != nil {
		_ = w.conn.Close() // somebody may wait for it in vain
	}
	if w.forget != nil {
		w.forget()
	}
}

// watched notes what is wrong with a certificate.
func (w *sqlServerWay) watched(safe *tls.Config) *tls.Config {
	check := safe.VerifyConnection
	safe.VerifyConnection = func(state tls.ConnectionState) error {
		if check == nil {
			return nil
		}
		err := check(state)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.fault = err
		return err
	}
	return safe
}

// why gives what was wrong in place of what the driver has made of it.
func (w *sqlServerWay) why(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err == nil:
		return nil
	case w.fault != nil:
		return w.fault
	case strings.Contains(err.Error(), "does not support encryption"), strings.Contains(err.Error(), "encrypt negotiation failed"):
		return fetch.NoTLS()
	}
	return err
}

// explainSQLServer reads the numbers of errors.
func explainSQLServer(err error, after time.Duration) *errs.Error {
	var e mssql.Error
	if !errors.As(err, &e) {
		return nil
	}
	switch n := int(e.Number); {
	case slices.Contains([]int{18452, 18456, 18486, 18487, 18488}, n):
		return unauthorized()
	case n == 1222:
		return timedOut(after)
	case n == 3906:
		return notReadOnly()
	case slices.Contains([]int{1205, 10928, 10929, 17809, 40197, 40501, 40613, 49918, 49919, 49920}, n):
		return busy(e.Message)
	}
	return said(fmt.Sprint(e.Number), e.Message)
}
