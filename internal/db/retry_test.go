package db_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"octavo/internal/db"
	"octavo/internal/db/dbtest"
)

// testDeadlock lets two transactions lock two rows in opposite order: PostgreSQL
// ends one of them, and it succeeds when it is run again.
func testDeadlock(t *testing.T) {
	d := dbtest.Open(t)
	ctx := context.Background()
	err := d.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO sign_in_tries (key, count, since) VALUES ('a', 0, 0), ('b', 0, 0)`, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	const raise = `UPDATE sign_in_tries SET count = count + 1 WHERE key = :key`
	var tries atomic.Int64
	var both, done sync.WaitGroup
	both.Add(2)
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		done.Go(func() {
			first := true
			err := d.Tx(ctx, db.System(), func(tx *db.Tx) error {
				tries.Add(1)
				if _, err := tx.Exec(ctx, raise, db.Args{"key": order[0]}); err != nil {
					return err
				}
				if first {
					first = false
					both.Done()
					both.Wait() // each holds its first row now
				}
				_, err := tx.Exec(ctx, raise, db.Args{"key": order[1]})
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	if n := tries.Load(); n < 3 {
		t.Errorf("%d tries: no transaction lost, so nothing was proved", n)
	}
	if got := dbtest.Dump(t, d); strings.Count(got, "count=2") != 2 {
		t.Errorf("each row is raised twice: %s", got)
	}
}

// testRetryEnds raises a serialisation failure every time.
func testRetryEnds(t *testing.T) {
	d := dbtest.Open(t)
	ctx := context.Background()
	fail := func(until int) (tries int, err error) {
		err = d.Tx(ctx, db.System(), func(tx *db.Tx) error {
			tries++
			if _, err := tx.Exec(ctx, `INSERT INTO sign_in_tries (key, count, since) VALUES ('k', 1, 0)`, nil); err != nil || tries >= until {
				return err
			}
			_, err := tx.Exec(ctx, `DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = 'serialization_failure'; END $$`, nil)
			return err
		})
		return tries, err
	}
	if tries, err := fail(100); tries != 6 || err == nil || !strings.Contains(err.Error(), "40001") {
		t.Errorf("%d tries, %v; want six and the error", tries, err)
	}
	if tries, err := fail(3); tries != 3 || err != nil {
		t.Errorf("%d tries, %v; want three and success", tries, err)
	}
	if got := dbtest.Dump(t, d); strings.Count(got, "sign_in_tries") != 1 {
		t.Errorf("what was lost is taken back each time: %s", got)
	}
}

func testNowait(t *testing.T) {
	d := dbtest.Open(t)
	tag(t, d, client)
	ctx := context.Background()
	lock := `SELECT tag FROM asset_tags WHERE account_id = :account {lock nowait}`
	err := d.Tx(ctx, db.Account(client), func(tx *db.Tx) error {
		if _, err := rows(tx, lock, nil); err != nil {
			return err
		}
		err := d.Tx(ctx, db.Account(client), func(second *db.Tx) error {
			_, err := rows(second, lock, nil)
			return err
		})
		if !db.IsLocked(err) {
			t.Errorf("the second lock gave %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
