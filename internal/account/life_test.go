package account_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/page"
)

// told notes what agencies are told.
type told struct{ lines []string }

func (n *told) TrialEnding(_ context.Context, _ *db.Tx, c *account.Account) error {
	n.lines = append(n.lines, "ending "+c.Name)
	return nil
}

func (n *told) TrialEnded(_ context.Context, _ *db.Tx, c *account.Account) error {
	n.lines = append(n.lines, "ended "+c.Name)
	return nil
}

const days = 24 * time.Hour

func TestTrialsEndByThemselves(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := clock.NewManual(dbtest.Start)
	f := fixture.New(t, dbtest.Open(t, dbtest.Clock(now)))
	notices := &told{}
	s := f.Accounts
	s.Tell(notices)
	admin := f.Actor(f.Agency, f.Agency.Admin)
	tide, err := s.CreateClient(ctx, admin, account.Draft{Name: "Tide", Status: account.Trial})
	if err != nil {
		t.Fatal(err)
	}
	tend := func(after time.Duration, want string) {
		t.Helper()
		now.Advance(after)
		for range 2 { // begun again it changes nothing
			if err := s.TendTrials(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.Join(notices.lines, ", "); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	tend(10*days, "")
	tend(1*days, "ending Tide")
	if _, err := s.ExtendTrial(ctx, f.Actor(f.Agency, f.Agency.Editor), "tide", tide.Version); !errs.Is(err, "not_found") {
		t.Errorf("an editor extends: %v", err)
	}
	long, err := s.ExtendTrial(ctx, admin, "tide", tide.Version)
	if err != nil || !long.TrialEndsAt.Equal(dbtest.Start.Add(28*days)) || !long.TrialExtended {
		t.Fatalf("extended: %+v, %v", long, err)
	}
	if _, err := s.ExtendTrial(ctx, admin, "tide", long.Version); !errs.Is(err, "trial_extended") {
		t.Errorf("twice: %v", err)
	}
	tend(13*days, "ending Tide")
	tend(1*days, "ending Tide, ending Tide")
	tend(3*days, "ending Tide, ending Tide, ended Tide")
	over, err := s.GetClient(ctx, admin, "tide")
	if err != nil || over.Status != account.Disabled || over.StatusNote != account.NoteTrialExpired {
		t.Errorf("after the end: %+v, %v", over, err)
	}
	if _, err := s.ExtendTrial(ctx, admin, "tide", over.Version); !errs.Is(err, "no_trial") {
		t.Errorf("after the end: %v", err)
	}
	counts, err := s.Attention(ctx, admin)
	if err != nil || counts[account.TrialEnded] != 1 || counts[account.TrialEnding] != 0 {
		t.Errorf("attention = %v, %v", counts, err)
	}
}

func TestOpeningIsTold(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	var opened []string
	var fail error
	f.Accounts.OnOpen(func(_ context.Context, _ *db.Tx, _ authz.Actor, a *account.Account) error {
		opened = append(opened, a.Slug)
		return fail
	})
	admin := f.Actor(f.Agency, f.Agency.Admin)
	version := int64(1)
	to := func(status account.Status) error {
		l, err := f.Accounts.UpdateClient(ctx, admin, "fjord-outdoors", version, account.Patch{Status: &status})
		if err == nil {
			version = l.Version
		}
		return err
	}
	if err := to(account.Disabled); err != nil || len(opened) > 0 {
		t.Fatal(err, opened)
	}
	fail = errors.New("no mail")
	if err := to(account.Active); !errors.Is(err, fail) {
		t.Errorf("an error of what is told does not take the change back: %v", err)
	}
	if a, err := f.Accounts.ByID(ctx, f.Fjord.ID); err != nil || a.Status != account.Disabled {
		t.Errorf("status %s, %v", a.Status, err)
	}
	fail = nil
	if err := to(account.Active); err != nil || fmt.Sprint(opened) != "[fjord-outdoors fjord-outdoors]" {
		t.Errorf("opened %v, %v", opened, err)
	}
	// The client's own trail tells of the status, by the name that its people see.
	lines, _, err := audit.New(f.DB).Find(ctx, f.Actor(f.Fjord, f.Fjord.Admin), audit.View{}, audit.Filter{}, page.Request{})
	if err != nil || lines[0].Action != "account.status_changed" || fmt.Sprint(lines[0].Detail) != "map[after:active before:disabled]" {
		t.Errorf("newest line = %+v, %v", lines, err)
	}
}

func TestFeaturesAreSwitches(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	admin := f.Actor(f.Agency, f.Agency.Admin)
	l, err := f.Accounts.SetFeatures(ctx, admin, "fjord-outdoors", 1, map[account.Feature]bool{account.API: false, account.SSO: true, account.TV: true})
	if err != nil || l.Feature(account.API) || !l.Feature(account.SSO) || !l.Feature(account.TV) || l.Feature(account.Embeds) || l.Version != 2 {
		t.Fatalf("%+v, %v", l, err)
	}
	if err := l.NeedFeature(account.API); !errs.Is(err, "feature_off") {
		t.Error(err)
	}
	if same, err := f.Accounts.SetFeatures(ctx, admin, "fjord-outdoors", 2, map[account.Feature]bool{account.SSO: true}); err != nil || same.Version != 2 {
		t.Errorf("no change made version %d, %v", same.Version, err)
	}
	if _, err := f.Accounts.SetFeatures(ctx, admin, "fjord-outdoors", 2, map[account.Feature]bool{"teleport": true}); !errs.Is(err, "bad_feature") {
		t.Error(err)
	}
}

func TestPoolIsNotGivenTwice(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	admin := f.Actor(f.Agency, f.Agency.Admin)
	// 3 own people, 10 seats given; 7 left for clients of 5.
	if _, err := f.Accounts.SetPool(ctx, f.Agency.ID, account.Limits{Seats: 20, Dashboards: -1, Links: -1, APICalls: -1}); err != nil {
		t.Fatal(err)
	}
	made := make([]error, 4)
	var wg sync.WaitGroup
	for i := range made {
		wg.Go(func() {
			_, made[i] = f.Accounts.CreateClient(ctx, admin, account.Draft{Name: fmt.Sprintf("Client %d", i)})
		})
	}
	wg.Wait()
	good := 0
	for _, err := range made {
		if err == nil {
			good++
		} else if !errs.Is(err, "pool_exhausted") {
			t.Error(err)
		}
	}
	if good != 1 {
		t.Errorf("%d clients of 5 seats were made of 7", good)
	}
	a, err := f.Accounts.ByID(ctx, f.Agency.ID)
	if err != nil || a.Left().Seats != 2 {
		t.Errorf("left = %+v, %v", a.Left(), err)
	}
}

func TestManyClientsAtOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	admin := f.Actor(f.Agency, f.Agency.Admin)
	both := []string{"fjord-outdoors", "solstice-coffee"}
	disabled, trial := account.Disabled, account.Trial
	rows, err := f.Accounts.ChangeClients(ctx, admin, account.Bulk{Clients: both, Status: &disabled, AddTags: []string{"paused"}}, true)
	if err != nil || len(rows) != 2 || fmt.Sprint(rows[0].Changes) != "[status tags]" || rows[0].Problem != nil {
		t.Fatalf("%+v, %v", rows, err)
	}
	if a, err := f.Accounts.ByID(ctx, f.Fjord.ID); err != nil || a.Status != account.Active || a.Version != 1 {
		t.Errorf("a look changed %+v, %v", a, err)
	}
	if _, err := f.Accounts.ChangeClients(ctx, admin, account.Bulk{Clients: both, Status: &disabled, AddTags: []string{"paused"}}, false); err != nil {
		t.Fatal(err)
	}
	if l, err := f.Accounts.GetClient(ctx, admin, "fjord-outdoors"); err != nil || l.Status != account.Disabled || fmt.Sprint(l.Tags) != "[paused]" {
		t.Errorf("%+v, %v", l, err)
	}
	// What was active once has no trial: said for each, and nothing of the rest is done.
	rows, err = f.Accounts.ChangeClients(ctx, admin, account.Bulk{Clients: both, Status: &trial, RemoveTags: []string{"PAUSED"}}, true)
	if err != nil || rows[0].Problem == nil || rows[0].Problem.Code != "bad_status_transition" {
		t.Errorf("%+v, %v", rows, err)
	}
	_, err = f.Accounts.ChangeClients(ctx, admin, account.Bulk{Clients: both, Status: &trial, RemoveTags: []string{"paused"}}, false)
	if !errs.Is(err, "bulk_blocked") {
		t.Error(err)
	}
	if l, err := f.Accounts.GetClient(ctx, admin, "fjord-outdoors"); err != nil || fmt.Sprint(l.Tags) != "[paused]" {
		t.Errorf("%+v, %v", l, err)
	}
	rows, err = f.Accounts.ChangeClients(ctx, admin, account.Bulk{Clients: both, Limits: map[account.Resource]int64{account.Seats: 2}}, true)
	if err != nil || rows[1].Problem == nil || rows[1].Problem.Code != "below_usage" {
		t.Errorf("%+v, %v", rows, err)
	}
	if _, err := f.Accounts.ChangeClients(ctx, admin, account.Bulk{Clients: []string{"fjord-outdoors", "elsewhere"}}, true); !errs.Is(err, "not_found") {
		t.Error(err)
	}
	if _, err := f.Accounts.ChangeClients(ctx, f.Visitor(f.Fjord), account.Bulk{Clients: both}, true); !errs.Is(err, "not_found") {
		t.Error(err)
	}
}

func TestClientsComeAndGoAsCSV(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	admin := f.Actor(f.Agency, f.Agency.Admin)
	const file = "Name,address,Tags,seats,dashboards,status,description\n" +
		"Tide,tide-co,\"retail; gold\",3,unlimited,active,\"=HYPERLINK(\"\"x\"\")\"\nFjord outdoors,,,,,,\nWave,tide-co,,,,,\n,,,,,,\nBad,,,x,,,\n"
	lines, err := f.Accounts.ImportClients(ctx, admin, file, true)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, l := range lines {
		code := "ok"
		if l.Problem != nil {
			code = l.Problem.Code
		}
		got += fmt.Sprintf("%d:%s ", l.Line, code)
	}
	if got != "2:ok 3:name_taken 4:slug_taken 5:name_required 6:bad_limit " {
		t.Errorf("lines = %s", got)
	}
	if _, err := f.Accounts.ImportClients(ctx, admin, file, false); !errs.Is(err, "bulk_blocked") {
		t.Errorf("with bad lines: %v", err)
	}
	for text, code := range map[string]string{"name,colour\n": "bad_csv_column", "address\nx\n": "bad_csv_column", "name\n\"x": "bad_csv", "": "bad_csv"} {
		if _, err := f.Accounts.ImportClients(ctx, admin, text, true); !errs.Is(err, code) {
			t.Errorf("%q: %v, want %s", text, err, code)
		}
	}
	good := strings.SplitAfter(file, "\n")
	if _, err := f.Accounts.ImportClients(ctx, admin, good[0]+good[1], false); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := f.Accounts.ExportClients(ctx, admin, account.Filter{Tag: "gold"}, &out); err != nil {
		t.Fatal(err)
	}
	want := `Tide,,tide-co,"'=HYPERLINK(""x"")",active,gold; retail,,3,unlimited,5,10000,0,0,,,2026-03-02T09:30:00Z`
	if rows := strings.Split(strings.TrimSpace(out.String()), "\n"); len(rows) != 2 || rows[1] != want {
		t.Errorf("export:\n%s\nwant\n%s", out.String(), want)
	}
	if err := f.Accounts.ExportClients(ctx, f.Actor(f.Fjord, f.Fjord.Admin), account.Filter{}, &out); !errs.Is(err, "not_found") {
		t.Error(err)
	}
	// An export is read back as it was, apostrophes and all.
	back := strings.Replace(out.String(), "tide-co", "tide-two", 1)
	back = strings.Replace(back, "\nTide,", "\nTide two,", 1)
	lines, err = f.Accounts.ImportClients(ctx, admin, back, false)
	if err != nil || lines[0].Client.Description != `=HYPERLINK("x")` || lines[0].Client.SeatsLimit != 3 {
		t.Errorf("read back: %+v, %v", lines, err)
	}
}

func TestCallsOfKeysAreCounted(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := clock.NewManual(dbtest.Start)
	f := fixture.New(t, dbtest.Open(t, dbtest.Clock(now)))
	one := account.NewCalls(f.DB, nil, account.CallsConfig{Burst: 5, Write: time.Hour})
	two := account.NewCalls(f.DB, nil, account.CallsConfig{Burst: 5, Write: time.Hour})
	home := *f.Fjord.Account
	home.APILimit = 12
	take := func(c *account.Calls, key id.Key, want string) {
		t.Helper()
		err := c.Take(ctx, key, &home)
		var e *errs.Error
		got := "ok"
		if errors.As(err, &e) {
			got = fmt.Sprintf("%s %v %v", e.Code, e.Params["per"], e.Params["retry_after_s"])
		} else if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for range 5 {
		take(one, "a", "ok")
	}
	take(one, "a", "rate_limited second 1")
	take(one, "b", "ok") // another key has a bucket of its own
	now.Advance(200 * time.Millisecond)
	take(one, "a", "ok")
	take(one, "a", "rate_limited second 1")
	one.Flush(ctx)
	now.Advance(time.Minute)
	for range 5 {
		take(two, "a", "ok") // knows of the seven
	}
	take(two, "b", fmt.Sprintf("rate_limited day %d", 14*3600+29*60)) // until midnight, rounded up
	now.Advance(15 * time.Hour)                                       // another day
	take(two, "a", "ok")
	two.Flush(ctx)
	l, err := f.Accounts.GetClient(ctx, f.Actor(f.Agency, f.Agency.Admin), "fjord-outdoors")
	if err != nil || l.CallsToday != 1 {
		t.Errorf("calls today = %d, %v", l.CallsToday, err)
	}
}

// Two processes that read the time zone before and after its change have different ends for one day: that which was
// stored first holds for both, and nothing that was counted is lost.
func TestADayOfCallsHasOneEnd(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	now := clock.NewManual(dbtest.Start)
	f := fixture.New(t, dbtest.Open(t, dbtest.Clock(now)))
	in := func(hours int) *account.Calls {
		zone := time.FixedZone("", hours*3600)
		return account.NewCalls(f.DB, nil, account.CallsConfig{Write: time.Hour, Zones: func(context.Context, id.Account) (*time.Location, error) { return zone, nil }})
	}
	one, two := in(0), in(2)
	home := *f.Fjord.Account
	home.APILimit = 0
	take := func(c *account.Calls, code string) {
		t.Helper()
		if err := c.Take(ctx, "a", &home); code == "" && err != nil || code != "" && !errs.Is(err, code) {
			t.Errorf("got %v, want %q", err, code)
		}
	}
	take(one, "rate_limited") // each has read that nothing is stored
	take(two, "rate_limited")
	home.APILimit = 7
	for range 3 {
		take(one, "")
		one.Flush(ctx)
		take(two, "")
		two.Flush(ctx)
	}
	take(one, "")
	one.Flush(ctx)
	take(one, "rate_limited")
	var calls, rows int64
	err := f.DB.Read(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `SELECT SUM(calls), COUNT(*) FROM api_calls WHERE account_id = :of`, db.Args{"of": home.ID}, &calls, &rows)
		return err
	})
	if err != nil || calls != 7 || rows != 1 {
		t.Errorf("%d calls in %d days, %v", calls, rows, err)
	}
}
