package user_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"octavo/internal/account"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/fixture"
)

func TestTrialsAreMailedToThoseWhoManageTheClient(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := clock.NewManual(dbtest.Start)
	f := fixture.New(t, dbtest.Open(t, dbtest.Clock(now)))
	if _, err := f.Accounts.CreateClient(ctx, f.Actor(f.Agency, f.Agency.Admin), account.Draft{Name: "Tide (inner)", DisplayName: "Tide", Status: account.Trial}); err != nil {
		t.Fatal(err)
	}
	mails := func() string {
		var out []string
		err := f.DB.Read(ctx, db.System(), func(tx *db.Tx) error {
			out = nil
			return tx.Query(ctx, `SELECT recipient, kind, plain FROM mails WHERE kind LIKE 'trial%' ORDER BY created_at, recipient`, nil, func(scan func(...any) error) error {
				var to, kind, text string
				err := scan(&to, &kind, &text)
				if !strings.Contains(text, "Tide (inner)") || !strings.Contains(text, "/northlight/clients/tide") {
					t.Errorf("mail: %s", text)
				}
				out = append(out, to+" "+kind)
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(out, ", ")
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{10 * 24 * time.Hour, ""},
		{24 * time.Hour, "admin@northlight.test trial_ending"},
		{time.Hour, "admin@northlight.test trial_ending"},
		{3 * 24 * time.Hour, "admin@northlight.test trial_ending, admin@northlight.test trial_ended"},
	} {
		now.Advance(step.after)
		if err := f.Accounts.TendTrials(ctx); err != nil {
			t.Fatal(err)
		}
		if got := mails(); got != step.want {
			t.Errorf("mails %q, want %q", got, step.want)
		}
	}
}

// oneFails refuses to tell of one client.
type oneFails struct {
	account.Notices
	client string
}

var errNotTold = errors.New("not told")

func (n oneFails) TrialEnded(ctx context.Context, tx *db.Tx, client *account.Account) error {
	if client.Name == n.client {
		return errNotTold
	}
	return n.Notices.TrialEnded(ctx, tx, client)
}

func TestATrialThatCannotBeEndedKeepsNoOtherWaiting(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := clock.NewManual(dbtest.Start)
	f := fixture.New(t, dbtest.Open(t, dbtest.Clock(now)))
	f.Accounts.Tell(oneFails{f.Users, "First"})
	admin := f.Actor(f.Agency, f.Agency.Admin)
	for _, name := range []string{"First", "Second"} {
		if _, err := f.Accounts.CreateClient(ctx, admin, account.Draft{Name: name, Status: account.Trial}); err != nil {
			t.Fatal(err)
		}
	}
	now.Advance(15 * 24 * time.Hour)
	if err := f.Accounts.TendTrials(ctx); !errors.Is(err, errNotTold) {
		t.Errorf("the failure is told as %v", err)
	}
	for slug, want := range map[string]account.Status{"first": account.Trial, "second": account.Disabled} {
		if a, err := f.Accounts.BySlug(ctx, slug); err != nil || a.Status != want {
			t.Errorf("%s: %+v, %v", slug, a, err)
		}
	}
}
