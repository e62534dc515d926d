package audit_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/fixture"
	"octavo/internal/id"
)

func verify(t *testing.T, f *fixture.Family) string {
	t.Helper()
	var out []string
	grant := authz.GrantOperator(f.Agency.ID, []id.Account{f.Solstice.ID, f.Fjord.ID}, false)
	err := f.DB.Read(context.Background(), db.Across(grant), func(tx *db.Tx) error {
		broken, err := audit.Verify(context.Background(), tx)
		for _, b := range broken {
			out = append(out, b.What)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "; ")
}

func write(t *testing.T, f *fixture.Family, n int) {
	t.Helper()
	who := f.Visitor(f.Solstice)
	err := f.DB.Tx(context.Background(), db.Account(f.Solstice.ID), func(tx *db.Tx) error {
		lines := make([]audit.Line, n)
		for i := range lines {
			lines[i] = audit.Line{Action: "klip.saved", Subject: fmt.Sprint(i)}
		}
		return audit.RecordAll(context.Background(), tx, who, lines)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is done to a chained trail shows.
func TestTheChainTellsOfEveryDamage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"nothing", ``, ""},
		{"a changed detail", `UPDATE audit SET detail = '{"a":1}' WHERE account_id = :account AND subject = '3'`, "was changed"},
		{"another person", `UPDATE audit SET actor_name = 'Nobody' WHERE account_id = :account AND subject = '3'`, "was changed"},
		{"another time", `UPDATE audit SET at = at + 1 WHERE account_id = :account AND subject = '0'`, "was changed"},
		{"a removed line", `DELETE FROM audit WHERE account_id = :account AND subject = '2'`, "is missing"},
		{"a line taken out of the chain", `UPDATE audit SET subject = 'x' WHERE account_id = :account AND subject = '2'`, "was changed"},
		{"a place", `DELETE FROM audit_seals WHERE account_id = :account AND seq = 2`, "place 2 is missing"},
		{"the last place", `DELETE FROM audit_seals WHERE account_id = :account AND seq = (SELECT max(seq) FROM audit_seals WHERE account_id = :account)`, "is in no chain"},
		{"a line slipped in", `UPDATE audit SET at = at - 172800000 WHERE account_id = :account AND sealed = 0`, "is in no chain"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			f := fixture.New(t, dbtest.Open(t))
			write(t, f, 5)
			s := audit.New(f.DB)
			for range 2 {
				if err := s.Seal(ctx); err != nil {
					t.Fatal(err)
				}
			}
			write(t, f, 2) // not chained yet
			if got := verify(t, f); got != "" {
				t.Fatalf("sound, but: %s", got)
			}
			if c.text == "" {
				return
			}
			if err := f.DB.Tx(ctx, db.Account(f.Solstice.ID), func(tx *db.Tx) error {
				n, err := tx.Exec(ctx, c.text, nil)
				if err == nil && n == 0 {
					err = fmt.Errorf("nothing was damaged")
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if got := verify(t, f); !strings.Contains(got, c.want) {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

// Several servers chain while others write: every line has one place in the end.
func TestChainsWhileOthersWrite(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	s := audit.New(f.DB)
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			for range 4 {
				write(t, f, 3)
			}
		})
		wait.Go(func() {
			for range 4 {
				if err := s.Seal(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if err := s.Seal(ctx); err != nil {
		t.Fatal(err)
	}
	var lines, places int
	err := f.DB.Read(ctx, db.Account(f.Solstice.ID), func(tx *db.Tx) error {
		if _, err := tx.One(ctx, `SELECT COUNT(*) FROM audit WHERE account_id = :account AND sealed = 1`, nil, &lines); err != nil {
			return err
		}
		_, err := tx.One(ctx, `SELECT COUNT(DISTINCT line_id) FROM audit_seals WHERE account_id = :account`, nil, &places)
		return err
	})
	if err != nil || lines < 36 || lines != places {
		t.Errorf("%d lines chained in %d places, %v", lines, places, err)
	}
	if got := verify(t, f); got != "" {
		t.Errorf("broken: %s", got)
	}
}
