package db

import (
	"database/sql"
	"fmt"
	"net/url"
	"runtime"
	"time"

	_ "modernc.org/sqlite" // the driver named sqlite
)

// cacheKiB is the page cache of each SQLite connection.
const cacheKiB = 64 << 10

// idleTime is how long a connection of SQLite that reads nothing keeps its pages in memory.
const idleTime = time.Minute

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
	plain, err := sql.Open("sqlite", "") // opens nothing
	if err != nil {
		return fmt.Errorf("db: open %s: %w", path, err)
	}
	d.write = sql.OpenDB(keeper{plain.Driver(), writer})
	d.write.SetMaxOpenConns(1)
	d.read = sql.OpenDB(keeper{plain.Driver(), reader})
	most := 4 + runtime.NumCPU()
	d.read.SetMaxOpenConns(most)
	d.read.SetMaxIdleConns(most) // opening one takes longer than most of what is read
	d.read.SetConnMaxIdleTime(idleTime)
	d.owner = func() (*sql.DB, error) { return d.write, nil }
	return nil
}
