package user_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/page"
	"octavo/internal/user"
)

func draft(n int) user.Draft {
	return user.Draft{Name: fmt.Sprintf("Person %d", n), Email: fmt.Sprintf("person%d@x.test", n), Password: fixture.Password}
}

func TestLastSeatGoesToOne(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t)) // 3 of 5 seats are taken
	admin := f.Actor(f.Solstice, f.Solstice.Admin)
	failures := make([]error, 5)
	var wg sync.WaitGroup
	for i := range failures {
		wg.Go(func() { _, failures[i] = f.Users.Create(ctx, admin, draft(i)) })
	}
	wg.Wait()
	made := 0
	for _, err := range failures {
		if err == nil {
			made++
		} else if !errs.Is(err, "seats_exhausted") {
			t.Error(err)
		}
	}
	if a, err := f.Accounts.ByID(ctx, f.Solstice.ID); made != 2 || err != nil || a.SeatsUsed != 5 {
		t.Errorf("%d made, %d seats used (%v)", made, a.SeatsUsed, err)
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	admin := f.Actor(f.Agency, f.Agency.Admin)
	taken := draft(1)
	taken.Email = "ADMIN@solstice.test" // of another account
	bad := draft(2)
	bad.Roles = []authz.Role{"owner"}
	foreign := draft(3)
	foreign.Groups = []id.Group{"0123"}
	for code, d := range map[string]user.Draft{"email_in_use": taken, "bad_role": bad, "not_found": foreign, "name_required": {Email: "a@x.test", Password: fixture.Password}} {
		if _, err := f.Users.Create(ctx, admin, d); !errs.Is(err, code) {
			t.Errorf("%v, want %s", err, code)
		}
	}
	if a, err := f.Accounts.ByID(ctx, f.Agency.ID); err != nil || a.SeatsUsed != 3 {
		t.Errorf("refused people took seats: %d (%v)", a.SeatsUsed, err)
	}
	if _, err := f.Users.Create(ctx, f.Actor(f.Agency, f.Agency.Editor), draft(4)); !errs.Is(err, "permission_denied") {
		t.Errorf("an editor added a person: %v", err)
	}
	p, err := f.Users.Create(ctx, admin, draft(5))
	if err != nil || len(p.Roles) != 1 || p.Roles[0] != authz.ViewOnly {
		t.Errorf("person without a role = %+v, %v", p, err)
	}
}

func TestAnAgencyKeepsAnAdministrator(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	if err := f.SetRoles(ctx, f.Actor(f.Agency, f.Agency.Admin), f.Agency.Admin.ID, []authz.Role{authz.Editor}); !errs.Is(err, "last_admin") {
		t.Errorf("err = %v", err)
	}
	if err := f.SetRoles(ctx, f.Visitor(f.Fjord), f.Fjord.Admin.ID, []authz.Role{authz.Editor}); err != nil {
		t.Errorf("a client may be without one: %v", err)
	}
	if err := f.SetRoles(ctx, f.Visitor(f.Fjord), f.Fjord.Principal, []authz.Role{authz.Admin}); !errs.Is(err, "not_found") {
		t.Errorf("the principal was given a role: %v", err)
	}
	if err := f.SetRoles(ctx, f.Visitor(f.Fjord), f.Solstice.Admin.ID, nil); !errs.Is(err, "not_found") {
		t.Errorf("a person of another account was given a role: %v", err)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	admin := f.Actor(f.Agency, f.Agency.Admin)
	g, err := f.Users.CreateGroup(ctx, admin, " Retail team ", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Users.CreateGroup(ctx, admin, "RETAIL TEAM", ""); !errs.Is(err, "name_taken") {
		t.Errorf("err = %v", err)
	}
	d := draft(1)
	d.Groups = []id.Group{g.ID}
	p, err := f.Users.Create(ctx, admin, d)
	if err != nil {
		t.Fatal(err)
	}
	_, groups, err := f.Users.Principals(ctx, admin)
	if err != nil || len(groups) != 2 || groups[0].Members != 4 || groups[1].Members != 1 || groups[1].Name != "Retail team" {
		t.Errorf("groups = %+v, %v", groups, err)
	}
	for person, want := range map[id.User]int{p.ID: 1, f.Agency.Admin.ID: 0} {
		if got, err := f.Users.GetPerson(ctx, admin, person); err != nil || len(got.Groups) != want {
			t.Errorf("%+v, want %d groups (%v)", got, want, err)
		}
	}
}

func TestPeopleByPages(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	admin := f.Actor(f.Agency, f.Agency.Admin)
	for i := range 4 {
		d := draft(i)
		d.Name, d.Roles = "Same name", []authz.Role{authz.Editor, authz.Admin} // ordered by id then; two rows each
		if _, err := f.Users.Create(ctx, admin, d); err != nil {
			t.Fatal(err)
		}
	}
	req, seen := page.Request{Limit: 3}, map[id.User]bool{}
	for range 4 {
		people, next, err := f.Users.List(ctx, admin, user.Filter{}, req)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range people {
			if seen[p.ID] {
				t.Errorf("%s twice", p.Name)
			}
			seen[p.ID] = true
			if p.Name == "Same name" && fmt.Sprint(p.Roles) != "[admin editor]" {
				t.Errorf("roles = %v", p.Roles)
			}
		}
		if next == nil {
			break
		}
		req.After = next
	}
	if len(seen) != 7 {
		t.Errorf("%d people, want 7", len(seen))
	}
}

func TestOldHashIsRenewedBySigningIn(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	stronger := user.New(user.Config{DB: f.DB, Accounts: f.Accounts, Mails: f.Mails, Hashing: user.Hashing{MemoryKiB: 128, Passes: 1}})
	in := user.SignIn{Email: "admin@fjord.test", Password: fixture.Password}
	if _, _, err := stronger.SignIn(ctx, in); err != nil {
		t.Fatal(err)
	}
	var hash string
	err := f.DB.Read(ctx, db.Account(f.Fjord.ID), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `SELECT password_hash FROM users WHERE account_id = :account AND id = :id`, db.Args{"id": f.Fjord.Admin.ID}, &hash)
		return err
	})
	if err != nil || len(hash) < 30 || hash[:30] != "$argon2id$v=19$m=128,t=1,p=1$"+hash[29:30] {
		t.Errorf("hash %q, %v", hash, err)
	}
	if _, _, err := stronger.SignIn(ctx, in); err != nil {
		t.Errorf("the password is refused after that: %v", err)
	}
}

func TestSecretsAreNotStored(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	secret, _, err := f.Users.SignIn(ctx, user.SignIn{Email: "admin@fjord.test", Password: fixture.Password})
	if err != nil {
		t.Fatal(err)
	}
	who, err := f.Users.Authenticate(ctx, user.Credentials{Session: secret})
	if err != nil || who.User != f.Fjord.Admin.ID || who.Via != authz.ViaSession {
		t.Errorf("identity = %+v, %v", who, err)
	}
	if _, err := f.Users.Authenticate(ctx, user.Credentials{Session: string(who.Session)}); !errs.Is(err, "sign_in_required") {
		t.Errorf("the public name of a session opens it: %v", err)
	}
}

func TestSweepKeepsWhatIsAlive(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := clock.NewManual(dbtest.Start)
	f := fixture.New(t, dbtest.Open(t, dbtest.Clock(now)))
	in := user.SignIn{Email: "admin@northlight.test", Password: fixture.Password}
	old, _, err := f.Users.SignIn(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	now.Advance(11 * time.Hour)
	alive, _, err := f.Users.SignIn(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	now.Advance(2 * time.Hour)
	if err := f.Users.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	count := func(table string) (n int) {
		err := f.DB.Read(ctx, db.System(), func(tx *db.Tx) error {
			_, err := tx.One(ctx, `SELECT COUNT(*) FROM `+table, nil, &n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if sessions, tries := count("sessions"), count("sign_in_tries"); sessions != 1 || tries != 0 {
		t.Errorf("%d sessions and %d counters are left", sessions, tries)
	}
	if _, err := f.Users.Authenticate(ctx, user.Credentials{Session: alive}); err != nil {
		t.Error(err)
	}
	if _, err := f.Users.Authenticate(ctx, user.Credentials{Session: old}); err == nil {
		t.Error("the old session opens")
	}
}

// TestUnlockIsNotedWhenItIsDone has one statement after the other fail.
func TestUnlockIsNotedWhenItIsDone(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var fault dbtest.Fault
	f := fixture.New(t, dbtest.Open(t, dbtest.Failing(&fault)))
	failed := errors.New("failed for a test")
	unlocked := 0
	for n := 1; unlocked == 0; n++ {
		if _, _, err := f.Users.SignIn(ctx, user.SignIn{Email: "viewer@fjord.test", Password: "wrong"}); !errs.Is(err, "sign_in_failed") {
			t.Fatal(err)
		}
		fault.At(n, failed)
		_, err := f.Users.Unlock(ctx, f.Actor(f.Fjord, f.Fjord.Admin), f.Fjord.Viewer.ID)
		fault.At(0, nil)
		if err != nil && !errors.Is(err, failed) {
			t.Fatal(err)
		}
		var tries int
		err = f.DB.Read(ctx, db.System(), func(tx *db.Tx) error {
			if _, err := tx.One(ctx, `SELECT COUNT(*) FROM audit WHERE action = 'user.unlocked'`, nil, &unlocked); err != nil {
				return err
			}
			_, err := tx.One(ctx, `SELECT COUNT(*) FROM sign_in_tries WHERE key LIKE 'email:%'`, nil, &tries)
			return err
		})
		if err != nil || unlocked+tries != 1 {
			t.Fatalf("statement %d failed: %d lines, %d counters (%v)", n, unlocked, tries, err)
		}
	}
}

// TestManyTakeTheStatementsOfOne counts them: invitations of a client that holds them, and news of the data of clients.
func TestManyTakeTheStatementsOfOne(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var log dbtest.Log
	f := fixture.New(t, dbtest.Open(t, dbtest.Record(&log)))
	if _, err := f.Accounts.CreateClient(ctx, f.Actor(f.Agency, f.Agency.Admin), account.Draft{Name: "Tide",
		Limits: &account.Limits{Seats: 100, Dashboards: 1}}); err != nil {
		t.Fatal(err)
	}
	a, err := f.Accounts.BySlug(ctx, "tide")
	if err != nil || a.Admits() {
		t.Fatal(a, err)
	}
	role, err := f.Users.CreateRole(ctx, a.Operator(), user.RoleDraft{Name: "Reader", Permissions: []authz.Permission{authz.UserView}})
	if err != nil {
		t.Fatal(err)
	}
	invite := func(from, to int) int {
		var list []user.Invitee
		for n := from; n < to; n++ {
			list = append(list, user.Invitee{Line: n, Email: draft(n).Email, Roles: []string{string(role.ID)}})
		}
		log.Reset()
		if _, err := f.Users.Invite(ctx, a.Operator(), list); err != nil {
			t.Fatal(err)
		}
		return len(log.Statements())
	}
	if one, many := invite(0, 1), invite(1, 31); many != one {
		t.Errorf("%d statements for one, %d for thirty", one, many)
	}
	if a, err := f.Accounts.BySlug(ctx, "tide"); err != nil || a.SeatsUsed != 31 {
		t.Errorf("%d seats are taken, %v", a.SeatsUsed, err)
	}

	tell := func(of ...id.Account) int {
		news := make([]user.DataNews, len(of))
		for i, a := range of {
			news[i] = user.DataNews{Account: a, Text: "Orders: gone."}
		}
		log.Reset()
		if err := f.Users.TellOfData(ctx, f.Agency.ID, news); err != nil {
			t.Fatal(err)
		}
		return len(log.Statements())
	}
	if one, many := tell(a.ID), tell(a.ID, f.Solstice.ID, f.Fjord.ID); many != one {
		t.Errorf("news of one client are %d statements, of three %d", one, many)
	}

	// Clients are told apart by what they are, not by their names.
	err = f.DB.Tx(ctx, db.System(), func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM mails`, nil); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE accounts SET name = 'Tide' WHERE id = :fjord`, db.Args{"fjord": f.Fjord.ID})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	tell(a.ID, f.Fjord.ID, f.Fjord.ID)
	var letter string
	err = f.DB.Read(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `SELECT plain FROM mails WHERE kind = 'data_digest' AND recipient = :admin`, db.Args{"admin": f.Agency.Admin.Email}, &letter)
		return err
	})
	if err != nil || !strings.Contains(letter, "Tide, Tide: Orders: gone.") {
		t.Errorf("two clients of one name: %q, %v", letter, err)
	}
}
