package db

import (
	"database/sql"
	"fmt"
	"net/url"
	"runtime"

	_ "modernc.org/sqlite" // the driver named sqlite
)

// cacheKiB is the page cache of each SQLite connection.
const cacheKiB = 64 << 10

// openSQLite opens one connection that writes and a pool that only reads.
func (d *DB) openSQLite(path string) error {
	d.d = sqliteDialect
	path = (&url.URL{Path: path}).EscapedPath() // the driver takes an address: ? and # in a name are not its end
	pragmas := url.Values{"_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)",
		"foreign_keys(1)", fmt.Sprintf("cache_size(-%d)", cacheKiB),
	}}
	writer := "file:" + path + "?_txlock=immediate&" + pragmas.Encode()
	pragmas.Add("_pragma", "query_only(1)")
	reader := "file:" + path + "?" + pragmas.Encode()
	var err error
	if d.write, err = sql.Open("sqlite", writer); err != nil {
		return fmt.Errorf("db: open %s: %w", path, err)
	}
	d.write.SetMaxOpenConns(1)
	if d.read, err = sql.Open("sqlite", reader); err != nil {
		return fmt.Errorf("db: open %s: %w", path, err)
	}
	d.read.SetMaxOpenConns(4 + runtime.NumCPU())
	d.owner = func() (*sql.DB, error) { return d.write, nil }
	return nil
}
