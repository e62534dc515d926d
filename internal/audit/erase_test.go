package audit_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"octavo/internal/audit"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/fixture"
)

// trail gives all that is stored of the activity of a client, as one text.
func trail(t *testing.T, f *fixture.Family) string {
	t.Helper()
	var out []string
	err := f.DB.Read(context.Background(), db.Account(f.Solstice.ID), func(tx *db.Tx) error {
		return tx.Query(context.Background(), `SELECT action, actor_name, subject_name, detail, ip, user_agent FROM audit WHERE account_id = :account ORDER BY id`, nil,
			func(scan func(...any) error) error {
				var action, name, subject, detail, ip, agent string
				err := scan(&action, &name, &subject, &detail, &ip, &agent)
				out = append(out, strings.Join([]string{action, name, subject, detail, ip, agent}, "|"))
				return err
			})
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}

// Old lines go, the rest of the chain can be followed, and a beginning that nobody tells of is found.
func TestTheBeginningOfATrailExpires(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := clock.NewManual(dbtest.Start)
	f := fixture.New(t, dbtest.Open(t, dbtest.Clock(now)))
	s := audit.New(f.DB)
	const keep = 100 * 24 * time.Hour
	step := func(n int) {
		t.Helper()
		write(t, f, n)
		if err := s.Seal(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.Expire(ctx, keep); err != nil {
			t.Fatal(err)
		}
		if got := verify(t, f); got != "" {
			t.Fatalf("broken: %s", got)
		}
	}
	step(3)
	before := strings.Count(trail(t, f), "klip.saved")
	now.Advance(60 * 24 * time.Hour)
	step(2)
	if got := strings.Count(trail(t, f), "klip.saved"); before != 3 || got != 5 {
		t.Errorf("%d, then %d lines", before, got)
	}
	for range 3 { // again and again: one beginning after the other
		now.Advance(60 * 24 * time.Hour)
		step(2)
		step(0) // what is chained now is of this time
	}
	all := trail(t, f)
	if got := strings.Count(all, "klip.saved"); got != 4 || !strings.Contains(all, `activity.expired|Octavo||{"lines":`) {
		t.Errorf("%d lines are left of\n%s", got, all)
	}
	if err := s.Expire(ctx, 0); err != nil || trail(t, f) != all {
		t.Errorf("kept for ever: %v", err)
	}
	err := f.DB.Tx(ctx, db.Account(f.Solstice.ID), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM audit WHERE account_id = :account AND id IN
			(SELECT line_id FROM audit_seals WHERE account_id = :account ORDER BY seq LIMIT 2)`, nil)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM audit_seals WHERE account_id = :account AND seq = (SELECT min(seq) FROM audit_seals WHERE account_id = :account)`, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := verify(t, f); !strings.Contains(got, "are missing") {
		t.Errorf("a beginning that was cut off is told as %q", got)
	}
}

// A person who is erased is in no line any more; the chain holds, also when others write and chain meanwhile.
func TestAPersonIsErasedFromEveryLine(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	s := audit.New(f.DB)
	who := f.Visitor(f.Solstice)
	who.IP, who.UserAgent = "203.0.113.9", "Chromium on Maya's laptop"
	record := func(lines ...audit.Line) {
		t.Helper()
		if err := f.DB.Tx(ctx, db.Account(f.Solstice.ID), func(tx *db.Tx) error { return audit.RecordAll(ctx, tx, who, lines) }); err != nil {
			t.Fatal(err)
		}
	}
	write(t, f, 3)
	record(audit.Line{Action: "klip.saved", Subject: "1", Detail: map[string]any{"owner": who.Name}},
		audit.Line{Action: "user.changed", Subject: string(who.User), SubjectName: who.Name, Detail: map[string]any{"email": map[string]any{"after": who.Email}}})
	if err := s.Seal(ctx); err != nil {
		t.Fatal(err)
	}
	record(audit.Line{Action: "klip.saved", Subject: "2"}) // has no place yet
	if before := trail(t, f); !strings.Contains(before, who.Name) || !strings.Contains(before, who.Email) || !strings.Contains(before, "203.0.113.9") {
		t.Fatalf("before:\n%s", before)
	}
	person := audit.Person{ID: who.User, Name: who.Name, Email: who.Email, As: "Former user 123456"}
	var wait sync.WaitGroup
	wait.Go(func() {
		for range 5 {
			if err := s.Seal(ctx); err != nil {
				t.Error(err)
			}
		}
	})
	if err := s.Erase(ctx, person); err != nil {
		t.Fatal(err)
	}
	wait.Wait()
	after := trail(t, f)
	for _, gone := range []string{who.Name, who.Email, "203.0.113.9", "laptop"} {
		if strings.Contains(after, gone) {
			t.Errorf("%s is left in\n%s", gone, after)
		}
	}
	if strings.Count(after, "Former user 123456") < 5 || !strings.Contains(after, "activity.erased") {
		t.Errorf("after:\n%s", after)
	}
	write(t, f, 2)
	if err := s.Seal(ctx); err != nil {
		t.Fatal(err)
	}
	if got := verify(t, f); got != "" {
		t.Errorf("broken: %s", got)
	}
	if err := s.Erase(ctx, person); err != nil { // again: nothing changes, but for the lines written since
		t.Fatal(err)
	}
	if got := verify(t, f); got != "" {
		t.Errorf("broken by the second time: %s", got)
	}
	if n := strings.Count(trail(t, f), "activity.erased"); n != 2 {
		t.Errorf("%d lines tell of it", n)
	}
}
