package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"octavo/internal/errs"
)

// ColumnType is what a column holds, in words that both engines share.
type ColumnType string

// The types of columns. A whole number is an int64, a text a string, a blob a
// []byte, a fraction a float64; each may be nil.
const (
	WholeColumn    ColumnType = "whole"
	FractionColumn ColumnType = "fraction"
	TextColumn     ColumnType = "text"
	BlobColumn     ColumnType = "blob"
)

// columnTypes are the engines' names of types. Migrations use no others.
var columnTypes = map[string]ColumnType{
	"BIGINT": WholeColumn, "SMALLINT": WholeColumn, "INT8": WholeColumn, "INT2": WholeColumn,
	"DOUBLE PRECISION": FractionColumn, "FLOAT8": FractionColumn,
	"TEXT": TextColumn, "BLOB": BlobColumn, "BYTEA": BlobColumn,
}

// Column is a column of a table.
type Column struct {
	Name string     `json:"name"`
	Type ColumnType `json:"type"`
}

// Table is a table with its columns.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
}

// noteOfSecurity is the row of the table installation in which Migrate notes the
// policies in force: it belongs to the database and not to what is stored in it.
const noteOfSecurity = "row_security"

// Snapshot is all rows of all tables at one moment, beyond every scope.
type Snapshot struct {
	Version int64   // number of the last migration that has run
	Tables  []Table // by name
	tx      *sql.Tx
}

// SnapshotAll runs fn over one consistent snapshot of everything; others write on
// meanwhile. It only reads. It is for package backup alone, and a test holds that.
func (d *DB) SnapshotAll(ctx context.Context, fn func(*Snapshot) error) (err error) {
	defer errs.Wrap(&err, "db.SnapshotAll")
	return d.whole(ctx, d.read, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, func(tx *sql.Tx) error {
		s := &Snapshot{tx: tx}
		if s.Version, err = d.version(ctx, tx); err != nil {
			return err
		}
		if s.Version == 0 {
			return errors.New("there is no installation: the database has no tables")
		}
		if err := d.seesAll(ctx, tx); err != nil {
			return err
		}
		if s.Tables, err = d.tables(ctx, tx); err != nil {
			return err
		}
		return fn(s)
	})
}

// whole runs fn in a transaction of the tables' owner that no policy hides rows from.
// On SQLite pool is the one to use, on PostgreSQL the owner has a connection of its own.
func (d *DB) whole(ctx context.Context, pool *sql.DB, opt *sql.TxOptions, fn func(*sql.Tx) error) (err error) {
	if d.d.postgres {
		if pool, err = d.owner(); err != nil {
			return err
		}
		defer pool.Close()
	} else {
		opt = nil // the driver knows one isolation, and it is this
	}
	tx, err := pool.BeginTx(ctx, opt)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after a commit it does nothing
	if d.d.postgres {
		if _, err := tx.ExecContext(ctx, `SELECT set_config('app.whole', '1', true)`); err != nil {
			return err
		}
	}
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// version is the number of the last migration that has run, 0 when there are no tables.
func (d *DB) version(ctx context.Context, tx *sql.Tx) (int64, error) {
	there, err := d.tableNames(ctx, tx, func(name string) bool { return name == "goose_db_version" })
	if err != nil || len(there) == 0 {
		return 0, err
	}
	var version int64
	err = tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`).Scan(&version)
	return version, err
}

// seesAll refuses a connection that row level security would hide rows from: a
// backup that silently lacks them is worse than none.
func (d *DB) seesAll(ctx context.Context, tx *sql.Tx) error {
	if !d.d.postgres {
		return nil
	}
	var hidden sql.NullString
	err := tx.QueryRowContext(ctx, `
		SELECT string_agg(c.relname, ', ') FROM pg_class c
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND row_security_active(c.oid) AND NOT EXISTS (
			SELECT 1 FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = c.relname
			AND p.policyname = '`+wholePolicy+`' AND current_user = ANY (p.roles))`).Scan(&hidden)
	if err == nil && hidden.String != "" {
		err = fmt.Errorf("the database user does not see all rows of %s: run octavo migrate with this user first", hidden.String)
	}
	return err
}

// tableNames lists the tables of the database that keep accepts, by name.
func (d *DB) tableNames(ctx context.Context, tx *sql.Tx, keep func(string) bool) ([]string, error) {
	text := `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`
	if d.d.postgres {
		text = `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename COLLATE "C"`
	}
	rows, err := tx.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		if keep(name) {
			names = append(names, name)
		}
	}
	return names, rows.Err()
}

// tables describes the tables that hold what is stored.
func (d *DB) tables(ctx context.Context, tx *sql.Tx) ([]Table, error) {
	names, err := d.tableNames(ctx, tx, func(name string) bool {
		return !strings.HasPrefix(name, "goose_") && !strings.HasPrefix(name, "sqlite_")
	})
	if err != nil {
		return nil, err
	}
	var out []Table
	for _, name := range names {
		rows, err := tx.QueryContext(ctx, `SELECT * FROM `+name+` LIMIT 0`)
		if err != nil {
			return nil, err
		}
		t, err := describe(name, rows)
		if err := errors.Join(err, rows.Close()); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func describe(table string, rows *sql.Rows) (Table, error) {
	t := Table{Name: table}
	types, err := rows.ColumnTypes()
	if err != nil {
		return t, err
	}
	for _, c := range types {
		kind, known := columnTypes[strings.ToUpper(c.DatabaseTypeName())]
		if !known {
			return t, fmt.Errorf("column %s of %s has the type %s, which has no name on both engines", c.Name(), table, c.DatabaseTypeName())
		}
		t.Columns = append(t.Columns, Column{Name: c.Name(), Type: kind})
	}
	return t, nil
}

// Rows calls each for every row of a table; the slice is used again for the next.
func (s *Snapshot) Rows(ctx context.Context, t Table, each func(row []any) error) error {
	text := `SELECT ` + t.columnList() + ` FROM ` + t.Name
	if t.Name == "installation" {
		text += ` WHERE name <> '` + noteOfSecurity + `'`
	}
	rows, err := s.tx.QueryContext(ctx, text)
	if err != nil {
		return wrap(err, text)
	}
	defer rows.Close()
	values, dest := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return wrap(err, text)
		}
		if err := each(values); err != nil {
			return err
		}
	}
	return wrap(rows.Err(), text)
}

// columnList names the columns as SQL wants them.
func (t Table) columnList() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}
