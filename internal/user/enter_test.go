package user_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/user"
)

// TestEnterAdmitsAsItsTwoHalves lets people enter accounts by both ways; a session counts as used even
// where the account is not theirs.
func TestEnterAdmitsAsItsTwoHalves(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := clock.NewManual(dbtest.Start)
	f := fixture.New(t, dbtest.Open(t, dbtest.Clock(now)))
	for _, email := range []string{"admin@northlight.test", "viewer@fjord.test"} {
		secret, _, err := f.Users.SignIn(ctx, user.SignIn{Email: email, Password: fixture.Password})
		if err != nil {
			t.Fatal(err)
		}
		in := user.Credentials{Session: secret}
		var session id.Session
		for _, slug := range []string{"northlight", "fjord", "nobody"} {
			who, err := f.Users.Authenticate(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			session = who.Session
			actor, a, _, want := f.Users.Act(ctx, who, slug)
			entered, sameActor, sameAccount, _, got := f.Users.Enter(ctx, in, slug)
			if code(got) != code(want) {
				t.Errorf("%s into %s: %v, not %v", email, slug, got, want)
			}
			if got == nil && (entered.User != who.User || sameAccount.ID != a.ID || sameActor.User != actor.User || sameActor.Account != actor.Account) {
				t.Errorf("%s into %s: %+v, not %+v", email, slug, sameActor, actor)
			}
		}
		now.Advance(2 * time.Minute)
		if _, _, _, _, err := f.Users.Enter(ctx, in, "nobody"); !errs.Is(err, "not_found") {
			t.Errorf("into nobody's account: %v", err)
		}
		if used := usedAt(t, f.DB, session); used != clock.Millis(now.Now()) {
			t.Errorf("used at %d, now %d", used, clock.Millis(now.Now()))
		}
	}
	if _, _, _, _, err := f.Users.Enter(ctx, user.Credentials{Session: "unknown"}, "northlight"); !errs.Is(err, "sign_in_required") {
		t.Errorf("an unknown session: %v", err)
	}
}

// code is that of an error; "" for none.
func code(err error) string {
	var e *errs.Error
	errors.As(err, &e)
	if e == nil {
		return fmt.Sprint(err)
	}
	return e.Code
}

func usedAt(t *testing.T, d *db.DB, session id.Session) (at int64) {
	t.Helper()
	err := d.Read(context.Background(), db.System(), func(tx *db.Tx) error {
		_, err := tx.One(context.Background(), `SELECT used_at FROM sessions WHERE id = :id`, db.Args{"id": session}, &at)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return at
}
