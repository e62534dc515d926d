package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
)

// gather has changes wait for one another: all of fns go into one transaction, or would if none failed. It gives the
// error of each, or what it panicked with.
func gather(t *testing.T, d *db.DB, scopes []db.Scope, fns []func(*db.Tx) error) []any {
	t.Helper()
	release := make(chan struct{})
	var busy, done sync.WaitGroup
	busy.Add(d.Groups())
	for range d.Groups() {
		done.Go(func() {
			begin := sync.OnceFunc(busy.Done)
			if err := d.Together(t.Context(), db.System(), func(*db.Tx) error { begin(); <-release; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	busy.Wait()
	got := make([]any, len(fns))
	for i, fn := range fns {
		done.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					got[i] = p
				}
			}()
			if err := d.Together(t.Context(), scopes[i], fn); err != nil {
				got[i] = err
			}
		})
		for d.Waiting() != i+1 {
			time.Sleep(time.Millisecond)
		}
	}
	close(release)
	done.Wait()
	return got
}

// put writes a tag into an account.
func put(tx *db.Tx, a id.Account, text string) error {
	return tx.Insert(context.Background(), "asset_tags", tagColumns, [][]any{{a, 1, text, text}})
}

func TestChangesOfManyAreOneTransaction(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	var seen []*db.Tx
	var scopes []db.Scope
	var fns []func(*db.Tx) error
	for i := range 20 {
		a := id.NewAccount(3, int64(20-i))
		scopes = append(scopes, db.Account(a))
		fns = append(fns, func(tx *db.Tx) error {
			if !tx.In(a) {
				t.Errorf("change %d is in the scope of another", i)
			}
			seen = append(seen, tx)
			return put(tx, a, fmt.Sprint("word", i))
		})
	}
	for i, err := range gather(t, d, scopes, fns) {
		if err != nil {
			t.Errorf("change %d: %v", i, err)
		}
	}
	others := map[*db.Tx]bool{} // one of each further transaction
	for _, tx := range seen {
		if !tx.Same(seen[0]) && !slices.ContainsFunc(slices.Collect(maps.Keys(others)), tx.Same) {
			others[tx] = true
		}
	}
	if len(others) >= d.Groups() {
		t.Errorf("there are %d transactions", 1+len(others))
	}
	if got := strings.Count(dbtest.Dump(t, d), "word"); len(seen) != 20 || got != 40 { // folded, and as it was written
		t.Errorf("%d changes, %d texts", len(seen), got)
	}
}

// Whoever fails, panics or writes where it may not takes only its own change back.
func TestChangesOfManyFailAlone(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	a, b := id.NewAccount(3, 1), id.NewAccount(3, 2)
	bad := errors.New("bad")
	ended, end := context.WithCancel(context.Background())
	end()
	scopes := []db.Scope{db.Account(a), db.Account(b), db.Account(a), db.Account(b), db.Account(a)}
	got := gather(t, d, scopes, []func(*db.Tx) error{
		func(tx *db.Tx) error { return put(tx, a, "first") },
		func(tx *db.Tx) error { return errors.Join(put(tx, b, "failed"), bad) },
		func(tx *db.Tx) error {
			if err := put(tx, a, "panicked"); err != nil {
				t.Error(err)
			}
			panic("on purpose")
		},
		func(tx *db.Tx) error { return put(tx, a, "stranger") },
		func(tx *db.Tx) error { return put(tx, a, "last") },
	})
	if err, ok := got[1].(error); !ok || !errors.Is(err, bad) || got[0] != nil || got[2] != "on purpose" || got[3] == nil || got[4] != nil {
		t.Errorf("got %v", got)
	}
	text := dbtest.Dump(t, d)
	for _, word := range []string{"first", "last"} {
		if !strings.Contains(text, word) {
			t.Errorf("%s is not there", word)
		}
	}
	for _, word := range []string{"failed", "panicked", "stranger"} {
		if strings.Contains(text, word) {
			t.Errorf("%s is there", word)
		}
	}
	if err := d.Together(ended, db.Account(a), func(tx *db.Tx) error { return put(tx, a, "late") }); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
	if err := d.Together(t.Context(), db.Account(a), func(tx *db.Tx) error { return put(tx, a, "after") }); err != nil {
		t.Errorf("nothing is written any more: %v", err)
	}
}

// A commit whose end nobody knows is told to all of it, and nothing is written a second time.
func TestLostCommitOfManyIsNotRepeated(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	if !d.Postgres() {
		t.Skip("there is no connection that could be lost")
	}
	ran := 0
	var scopes []db.Scope
	var fns []func(*db.Tx) error
	for i := range 3 {
		a := id.NewAccount(3, int64(i+1))
		scopes = append(scopes, db.Account(a))
		fns = append(fns, func(tx *db.Tx) error {
			ran++
			err := put(tx, a, "word")
			if err == nil && i == 2 { // the last, by the order of accounts
				if err = cut(t, d, tx); err != nil {
					t.Error(err)
				}
			}
			return err
		})
	}
	for i, err := range gather(t, d, scopes, fns) {
		if err == nil {
			t.Errorf("change %d: nobody says that it is lost", i)
		}
	}
	if ran != len(fns) {
		t.Errorf("%d changes were made %d times", len(fns), ran)
	}
}

// cut ends the connection of a transaction, as its server would.
func cut(t *testing.T, d *db.DB, tx *db.Tx) error {
	var pid int64
	if _, err := tx.One(t.Context(), `SELECT pg_backend_pid() WHERE CAST(:account AS bigint) > 0`, nil, &pid); err != nil {
		return err
	}
	return d.Owner(t.Context(), func(conn *sql.Conn) error {
		var gone bool
		err := conn.QueryRowContext(t.Context(), `SELECT pg_terminate_backend($1, 60000)`, pid).Scan(&gone)
		if err == nil && !gone {
			err = errors.New("the connection is still there")
		}
		return err
	})
}
