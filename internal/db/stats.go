package db

import (
	"context"
	"database/sql"
	"time"
)

// Pool says what the connections of a pool do.
type Pool struct {
	Name        string // "write" and "read" on SQLite, "all" on PostgreSQL
	InUse, Idle int    // connections
	Limit       int
	Waits       int64 // times that somebody had to wait for one
	Waited      time.Duration
}

// Pools gives the pools of this process as they are now.
func (d *DB) Pools() []Pool {
	if d.read == d.write {
		return []Pool{pool("all", d.write)}
	}
	return []Pool{pool("write", d.write), pool("read", d.read)}
}

func pool(name string, of *sql.DB) Pool {
	s := of.Stats()
	return Pool{Name: name, InUse: s.InUse, Idle: s.Idle, Limit: s.MaxOpenConnections, Waits: s.WaitCount, Waited: s.WaitDuration}
}

// Server says which engine this is, and on PostgreSQL what its clock shows: the
// zero time on SQLite, which has none of its own.
func (d *DB) Server(ctx context.Context) (version string, now time.Time, err error) {
	if !d.d.postgres {
		err = d.read.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&version)
		return version, now, wrap(err, "SELECT sqlite_version()")
	}
	const text = `SELECT current_setting('server_version'), CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)`
	var ms int64
	err = d.read.QueryRowContext(ctx, text).Scan(&version, &ms)
	return version, time.UnixMilli(ms).UTC(), wrap(err, text)
}
