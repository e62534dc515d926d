package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"

	"octavo/internal/errs"
)

// Loader writes rows of any table, beyond every scope.
type Loader struct {
	db     *DB
	tx     *sql.Tx
	tables []Table
}

// ErrNotEmpty says that there is something in a database that should hold nothing.
var ErrNotEmpty = errors.New("the installation is not empty")

// ErrNewer says that rows are of a form that this program, or this database, cannot take.
var ErrNewer = errors.New("the tables have another form")

// NewestVersion is the number of the last migration that this program knows.
func (d *DB) NewestVersion() (int64, error) {
	steps, err := d.steps()
	if err != nil {
		return 0, err
	}
	return steps[len(steps)-1].Version, nil
}

// LoadAll fills an empty database in one transaction: all of what fn inserts is
// there, or nothing. Tables are brought to the form of version before and not
// beyond; Migrate does the rest. Errors: ErrNotEmpty, ErrNewer. It is for package
// backup alone, and a test holds that.
func (d *DB) LoadAll(ctx context.Context, version int64, fn func(*Loader) error) (err error) {
	defer errs.Wrap(&err, "db.LoadAll")
	if err := d.migrateTo(ctx, version); err != nil {
		return err
	}
	return d.whole(ctx, d.write, nil, func(tx *sql.Tx) error {
		l := &Loader{db: d, tx: tx}
		if l.tables, err = d.tables(ctx, tx); err != nil {
			return err
		}
		if err := l.clear(ctx); err != nil {
			return err
		}
		return fn(l)
	})
}

// Empty says whether nothing is stored yet: no tables, or none with rows that
// a person or a program of this product has brought. Errors: ErrNotEmpty.
func (d *DB) Empty(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "db.Empty")
	return d.whole(ctx, d.read, nil, func(tx *sql.Tx) error {
		l := &Loader{db: d, tx: tx}
		if l.tables, err = d.tables(ctx, tx); err != nil {
			return err
		}
		return l.empty(ctx)
	})
}

// migrateTo brings the tables of an empty database to the form of a version.
func (d *DB) migrateTo(ctx context.Context, version int64) error {
	steps, err := d.steps()
	if err != nil {
		return err
	}
	if newest := steps[len(steps)-1].Version; version > newest {
		return fmt.Errorf("%w: the rows are of version %d, this program knows %d: use a newer program", ErrNewer, version, newest)
	}
	pool, dialect := d.write, goose.DialectSQLite3
	if d.d.postgres {
		dialect = goose.DialectPostgres
		if pool, err = d.owner(); err != nil {
			return err
		}
		defer pool.Close()
	}
	p, err := goose.NewProvider(dialect, pool, nil, goose.WithGoMigrations(steps...), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return err
	}
	has, err := p.GetDBVersion(ctx)
	if err == nil && has != version {
		err = fmt.Errorf("%w: the rows are of version %d, the database is of version %d: use an empty database without tables", ErrNewer, version, has)
	}
	return err
}

// clear makes sure that the database is empty and stays so until the end of the
// transaction, and takes the rows away that a first start has made.
func (l *Loader) clear(ctx context.Context) error {
	if l.db.d.postgres { // on SQLite the transaction is the only writer
		names := make([]string, len(l.tables))
		for i, t := range l.tables {
			names[i] = t.Name
		}
		if _, err := l.tx.ExecContext(ctx, `LOCK TABLE `+strings.Join(names, ", ")+` IN ACCESS EXCLUSIVE MODE`); err != nil {
			return err
		}
		if err := l.db.seesAll(ctx, l.tx); err != nil {
			return err
		}
	}
	if err := l.empty(ctx); err != nil {
		return err
	}
	for _, t := range l.tables {
		own, made := firstRows[t.Name]
		if !made {
			continue
		}
		text := `DELETE FROM ` + t.Name + ` WHERE ` + own
		if t.Name == "installation" {
			text += ` AND name <> '` + noteOfSecurity + `'`
		}
		if _, err := l.tx.ExecContext(ctx, text); err != nil {
			return wrap(err, text)
		}
	}
	return nil
}

// firstRows are the rows that a server makes by itself before anybody has come: its
// keys and its own periodic jobs.
var firstRows = map[string]string{
	"installation": `(name IN ('` + noteOfSecurity + `', 'key_id', 'key_cursor') OR substr(name, 1, 4) = 'job_')`,
	"jobs":         `account_id = 0`,
}

func (l *Loader) empty(ctx context.Context) error {
	for _, t := range l.tables {
		where := ""
		if own, made := firstRows[t.Name]; made {
			where = ` WHERE NOT ` + own
		}
		text := `SELECT COUNT(*) FROM (SELECT 1 FROM ` + t.Name + where + ` LIMIT 1) found`
		var n int64
		if err := l.tx.QueryRowContext(ctx, text).Scan(&n); err != nil {
			return wrap(err, text)
		}
		if n > 0 {
			return fmt.Errorf("%w: the table %s has rows", ErrNotEmpty, t.Name)
		}
	}
	return nil
}

// Insert writes rows of a table, which must have exactly the columns of the
// database's own.
func (l *Loader) Insert(ctx context.Context, t Table, rows [][]any) error {
	if err := l.knows(t); err != nil {
		return err
	}
	columns := strings.Split(t.columnList(), ", ")
	per := max(1, l.db.d.placeholders/len(columns))
	for chunk := range slices.Chunk(rows, per) {
		if err := l.insertSome(ctx, t.Name, columns, chunk); err != nil {
			return err
		}
	}
	return nil
}

// knows compares a table with that of the database.
func (l *Loader) knows(t Table) error {
	for _, own := range l.tables {
		if own.Name == t.Name && sameColumns(own.Columns, t.Columns) {
			return nil
		}
	}
	return fmt.Errorf("%w: the table %s is not there in this form", ErrNewer, t.Name)
}

// sameColumns says whether both have the same columns, in whatever order.
func sameColumns(a, b []Column) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(c Column) bool { return !slices.Contains(b, c) })
}

func (l *Loader) insertSome(ctx context.Context, table string, columns []string, rows [][]any) error {
	text, values, err := multiRow(l.db.d.mark, table, columns, rows)
	if err != nil {
		return err
	}
	_, err = l.tx.ExecContext(ctx, text, values...)
	return wrap(err, "INSERT INTO "+table)
}

// Count is the number of rows of a table, as a Snapshot counts them.
func (l *Loader) Count(ctx context.Context, t Table) (int64, error) {
	if err := l.knows(t); err != nil {
		return 0, err
	}
	text := `SELECT COUNT(*) FROM ` + t.Name
	if t.Name == "installation" {
		text += ` WHERE name <> '` + noteOfSecurity + `'`
	}
	var n int64
	err := l.tx.QueryRowContext(ctx, text).Scan(&n)
	return n, wrap(err, text)
}
