package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"octavo/internal/db"
	"octavo/internal/db/dbtest"
)

// Statements are kept between transactions: more of them than fit, one inside itself, over a table that changes, after one
// that failed and after rows that nobody has read to their end.
func TestKeptStatementsAnswerAsFreshOnes(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	ctx := t.Context()
	in := func(fn func(tx *db.Tx) error) {
		t.Helper()
		if err := d.Tx(ctx, db.System(), fn); err != nil {
			t.Fatal(err)
		}
	}
	put := func(tx *db.Tx, key string) error {
		_, err := tx.Exec(ctx, `INSERT INTO sign_in_tries (key, count, since) VALUES (:key, 1, 0)`, db.Args{"key": key})
		return err
	}
	const count = `SELECT count FROM sign_in_tries WHERE key = :key`
	one := func(tx *db.Tx, key string) (n int, err error) {
		_, err = tx.One(ctx, count, db.Args{"key": key}, &n)
		return n, err
	}
	in(func(tx *db.Tx) error { return put(tx, "a") })
	for round := range 3 {
		in(func(tx *db.Tx) error {
			for i := range 150 { // more than are kept
				var n int
				if _, err := tx.One(ctx, fmt.Sprintf(`SELECT %d + count(*) FROM sign_in_tries WHERE key = :key`, i), db.Args{"key": "a"}, &n); err != nil || n != i+1 {
					return fmt.Errorf("statement %d gives %d: %w", i, n, err)
				}
			}
			n, err := one(tx, "a")
			if n != 1 {
				t.Errorf("round %d: %d", round, n)
			}
			return err
		})
	}
	if err := d.Tx(ctx, db.System(), func(tx *db.Tx) error { return put(tx, "a") }); !db.IsUnique(err) {
		t.Errorf("twice the same key: %v", err)
	}
	in(func(tx *db.Tx) error { return put(tx, "b") }) // the statement that failed is good again
	if !dbtest.Postgres() {
		in(func(tx *db.Tx) error {
			seen := 0
			err := tx.Query(ctx, `SELECT key FROM sign_in_tries ORDER BY key`, nil, func(func(...any) error) error {
				return tx.Query(ctx, `SELECT key FROM sign_in_tries ORDER BY key`, nil, func(scan func(...any) error) error {
					seen++
					var key string
					return scan(&key)
				})
			})
			if seen != 4 {
				t.Errorf("a statement within itself: %d rows", seen)
			}
			return err
		})
	}
	err := d.Owner(ctx, func(conn *sql.Conn) error {
		rows, err := conn.QueryContext(ctx, `SELECT count FROM sign_in_tries`)
		if err != nil {
			return err
		}
		types, err := rows.ColumnTypes()
		if err != nil || types[0].DatabaseTypeName() == "" {
			t.Errorf("the columns have no types: %v", err)
		}
		if err := rows.Close(); err != nil {
			return err
		}
		_, err = conn.ExecContext(context.Background(), `ALTER TABLE sign_in_tries ADD COLUMN more bigint`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	in(func(tx *db.Tx) error {
		n, err := one(tx, "b")
		if n != 1 {
			t.Errorf("after the table has changed: %d", n)
		}
		return err
	})
}
