package db_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
)

var errUndo = errors.New("take it back")

func TestErrorTakesEverythingBack(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	err := d.Tx(context.Background(), db.Account(client), func(tx *db.Tx) error {
		if _, err := tx.Exec(context.Background(), `INSERT INTO asset_tags (account_id, no, folded, tag) VALUES (:account, 1, 'x', 'x')`, nil); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Errorf("error = %v", err)
	}
	if got := dbtest.Dump(t, d); got != "" {
		t.Errorf("left %s", got)
	}
}

func TestPanicTakesEverythingBackAndGoesOn(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	func() {
		defer func() {
			if p := recover(); p != "on purpose" {
				t.Errorf("recovered %v", p)
			}
		}()
		_ = d.Tx(context.Background(), db.Account(client), func(tx *db.Tx) error {
			if err := tx.Insert(context.Background(), "asset_tags", tagColumns, [][]any{{client, 1, "x", "x"}}); err != nil {
				t.Error(err)
			}
			panic("on purpose")
		})
	}()
	if got := dbtest.Dump(t, d); got != "" {
		t.Errorf("left %s", got)
	}
	tag(t, d, client) // the connection is free again
}

// ticking is a clock that moves at every look.
type ticking struct {
	mu  sync.Mutex // guards now
	now time.Time
}

func (c *ticking) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	return c.now
}

func TestOneNowPerTransaction(t *testing.T) {
	t.Parallel()
	var _ clock.Clock = &ticking{}
	d := dbtest.Open(t, dbtest.Clock(&ticking{now: time.UnixMilli(0)}))
	for want := int64(1000); want <= 2000; want += 1000 {
		err := d.Tx(context.Background(), db.Account(client), func(tx *db.Tx) error {
			for range 3 {
				if tx.Now != want {
					t.Errorf("now = %d, want %d", tx.Now, want)
				}
				if _, err := rows(tx, listTags, nil); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestOneGivesAtMostOneRow(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	err := d.Tx(context.Background(), db.Account(client), func(tx *db.Tx) error {
		var s string
		if found, err := tx.One(context.Background(), listTags, nil, &s); found || err != nil {
			t.Errorf("of none: %v, %v", found, err)
		}
		if err := tx.Insert(context.Background(), "asset_tags", tagColumns, [][]any{{client, 1, "a", "a"}, {client, 1, "b", "b"}}); err != nil {
			return err
		}
		_, err := tx.One(context.Background(), listTags, nil, &s)
		return err
	})
	wantErr(t, err, "more than one row")
}

func TestUniqueIsTold(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	tag(t, d, client)
	err := d.Tx(context.Background(), db.Account(client), func(tx *db.Tx) error {
		return tx.Insert(context.Background(), "asset_tags", tagColumns, [][]any{{client, 1, "tag of 2", "tag of 2"}})
	})
	if !db.IsUnique(err) || db.IsUnique(errUndo) {
		t.Errorf("a repeated key gave %v", err)
	}
}

func TestReadDoesNotWrite(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	err := d.Read(context.Background(), db.Account(client), func(tx *db.Tx) error {
		return tx.Insert(context.Background(), "asset_tags", tagColumns, [][]any{{client, 1, "x", "x"}})
	})
	if err == nil {
		t.Error("a reading transaction wrote")
	}
	if got := dbtest.Dump(t, d); got != "" {
		t.Errorf("left %s", got)
	}
}

func TestReadersDoNotWaitForTheWriter(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	err := d.Tx(ctx, db.Account(client), func(tx *db.Tx) error {
		if err := tx.Insert(ctx, "asset_tags", tagColumns, [][]any{{client, 1, "x", "x"}}); err != nil {
			return err
		}
		return d.Read(ctx, db.Account(client), func(reader *db.Tx) error { // while the other is open
			got, err := rows(reader, listTags, nil)
			if len(got) != 0 {
				t.Errorf("an open transaction is seen: %q", got)
			}
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWritersOfOneRowAreCounted(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	ctx := context.Background()
	err := d.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO sign_in_tries (key, count, since) VALUES ('k', 0, 0)`, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	const writers, each = 8, 10
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				err := d.Tx(ctx, db.System(), func(tx *db.Tx) error {
					_, err := tx.Exec(ctx, `UPDATE sign_in_tries SET count = count + 1 WHERE key = 'k'`, nil)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := dbtest.Dump(t, d); !strings.Contains(got, "count=80") {
		t.Errorf("after %d updates: %s", writers*each, got)
	}
}

func TestCancelledContextEndsTheTransaction(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	ctx, cancel := context.WithCancel(context.Background())
	err := d.Tx(ctx, db.Account(client), func(tx *db.Tx) error {
		if err := tx.Insert(ctx, "asset_tags", tagColumns, [][]any{{client, 1, "x", "x"}}); err != nil {
			return err
		}
		cancel()
		return tx.Insert(ctx, "asset_tags", tagColumns, [][]any{{client, 2, "x", "x"}})
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	if got := dbtest.Dump(t, d); got != "" {
		t.Errorf("left %s", got)
	}
}

func TestValuesGoInAndOut(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	type folded string
	yes, none := true, (*int64)(nil)
	err := d.Tx(context.Background(), db.Account(client), func(tx *db.Tx) error {
		var i, b int64
		var s string
		var raw []byte
		var f float64
		var null *int64
		found, err := tx.One(context.Background(), `SELECT CAST(:i AS bigint), CAST(:b AS bigint), CAST(:s AS text), CAST(:raw AS `+blobType()+`),
			CAST(:f AS double precision), CAST(:null AS bigint) WHERE CAST(:account AS bigint) > 0`,
			db.Args{"i": id.Change(5), "b": &yes, "s": folded("é"), "raw": []byte{0, 255}, "f": 1.5, "null": none}, &i, &b, &s, &raw, &f, &null)
		if !found || i != 5 || b != 1 || s != "é" || string(raw) != "\x00\xff" || f != 1.5 || null != nil {
			t.Errorf("got %v %d %d %q %x %g %v", found, i, b, s, raw, f, null)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func blobType() string {
	if dbtest.Postgres() {
		return "bytea"
	}
	return "blob"
}
