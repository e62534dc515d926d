package datasource_test

import (
	"strings"
	"testing"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/dataset"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/page"
	"octavo/internal/setting"
)

func (w *web) status(a id.Account, to account.Status) {
	w.t.Helper()
	w.inAccount(a, func(tx *db.Tx) error {
		_, err := tx.Exec(w.t.Context(), `UPDATE accounts SET status = :to WHERE id = :account`, db.Args{"to": string(to)})
		return err
	})
}

// quiet waits until no job of the service is due or runs any more.
func (w *web) quiet() {
	w.t.Helper()
	w.until("the end of all jobs", func() bool {
		n := 0
		err := w.DB.Read(w.t.Context(), db.System(), func(tx *db.Tx) error {
			_, err := tx.One(w.t.Context(), `SELECT COUNT(*) FROM jobs WHERE state IN ('waiting', 'running') OR state = 'later' AND due_at <= :now`, db.Args{"now": tx.Now}, &n)
			return err
		})
		return err == nil && n == 0
	})
}

func (w *web) tend() {
	w.t.Helper()
	if err := w.Tend(w.t.Context(), w.Accounts.All); err != nil {
		w.t.Fatal(err)
	}
}

// TestStatusOfTheAccount is data-sources.md §10.2 and line 22 of its checklist.
func TestStatusOfTheAccount(t *testing.T) {
	w := newWeb(t)
	client := w.Visitor(w.Solstice)
	src := w.make(client, w.request("/orders", "7"), 3600)
	w.ran(client, src, 1)
	push := w.pushed(client, datasource.Table{})
	deliver := func() error {
		_, err := w.Deliver(t.Context(), client, push.ID, datasource.Delivery{Mode: dataset.Append, Body: strings.NewReader(`[{"n":1}]`)})
		return err
	}

	w.status(client.Account, account.Setup)
	w.advance(3 * time.Hour)
	w.tend()
	w.advance(time.Hour)
	w.quiet()
	w.ran(client, src, 1) // nothing by itself
	if _, err := w.RefreshNow(t.Context(), client, src.ID); err != nil {
		t.Fatal(err)
	}
	if run := w.ran(client, src, 2); run.Reason != "manual" || run.Err != nil {
		t.Errorf("by hand in set-up: %+v", run)
	}
	if err := deliver(); err != nil {
		t.Errorf("a push in set-up: %v", err)
	}

	w.status(client.Account, account.Disabled)
	w.advance(3 * time.Hour)
	w.tend()
	w.advance(time.Hour)
	w.quiet()
	if _, err := w.RefreshNow(t.Context(), client, src.ID); !errs.Is(err, "account_disabled") {
		t.Errorf("by hand in a disabled account: %v", err)
	}
	if err := deliver(); !errs.Is(err, "account_disabled") {
		t.Errorf("a push to a disabled account: %v", err)
	}
	w.ran(client, src, 2)
	if w.amounts(client, src) != seven {
		t.Error("its data is gone")
	}

	w.status(client.Account, account.Active)
	w.tend()
	w.advance(30 * time.Minute) // over which what is overdue is spread
	if run := w.ran(client, src, 3); run.Reason != "schedule" {
		t.Errorf("after the account is back: %+v", run)
	}
}

// TestOnlyWhileSomebodyIsThere: data that rests is fetched as soon as somebody looks, and all of it soon after that.
func TestOnlyWhileSomebodyIsThere(t *testing.T) {
	w := newWeb(t)
	client := w.Visitor(w.Solstice)
	a, b := w.make(client, w.request("/orders", "7"), 3600), w.make(client, w.request("/orders", "8"), 3600)
	always := w.make(client, w.request("/orders.csv", "8"), 3600)
	plain := w.make(client, w.request("/orders", "8"), 3600) // as the account has it
	w.policy(client, datasource.PolicyActive)
	for _, src := range []*datasource.Source{a, b, always, plain} {
		w.ran(client, src, 1)
	}
	for src, policy := range map[*datasource.Source]string{a: datasource.PolicyActive, b: datasource.PolicyActive, always: datasource.PolicyAlways} {
		_, err := w.SetSchedule(t.Context(), client, src.ID, src.Version, datasource.Refresh{Mode: "interval", IntervalS: 3600, Policy: policy})
		if err != nil {
			t.Fatal(err)
		}
	}
	w.advance(2 * time.Hour)
	w.ran(client, always, 2)
	w.quiet()
	w.tend()
	w.quiet()
	w.ran(client, a, 1)
	if got := w.get(client, a); got.State != datasource.Fresh {
		t.Errorf("two hours are not too old yet: %s", got.State)
	}
	w.advance(time.Hour)
	w.ran(client, always, 3)
	if got := w.get(client, a); got.State != datasource.Stale {
		t.Errorf("three hours are: %s", got.State)
	}
	for state, want := range map[string]int{"stale": 3, "fresh": 0, "failing": 1} { // CSV is no JSON
		f := datasource.Filter{}
		f.State = state
		rows, _, err := w.List(t.Context(), client, f, page.Request{Limit: 9})
		if err != nil || len(rows) != want {
			t.Errorf("%d sources are %s, want %d, %v", len(rows), state, want, err)
		}
	}

	w.ran(client, plain, 1)
	w.policy(client, datasource.PolicyAlways)
	w.tend()
	w.quiet()
	w.advance(30 * time.Minute) // over which what is overdue is spread
	if run := w.ran(client, plain, 2); run.Reason != "schedule" {
		t.Errorf("the account has its data fetched again: %+v", run)
	}
	w.quiet()
	w.ran(client, b, 1)

	w.look(client, a) // at a Klip of it
	if run := w.ran(client, a, 2); run.Reason != "view" {
		t.Errorf("somebody looks: %+v", run)
	}
	w.quiet()
	w.ran(client, b, 1)
	w.inAccount(client.Account, func(tx *db.Tx) error {
		return tx.Insert(t.Context(), "visits", []string{"account_id", "session_id", "started_at", "used_at"}, [][]any{{client.Account, "s", tx.Now, tx.Now}})
	})
	w.tend()
	if run := w.ran(client, b, 2); run.Reason != "schedule" {
		t.Errorf("somebody is there: %+v", run)
	}
	if got := w.get(client, b); got.State != datasource.Fresh || got.Web.NextAt <= w.DB.Clock().Now().UnixMilli() {
		t.Errorf("%s, next at %d", got.State, got.Web.NextAt)
	}
}

// policy says when an account has data fetched.
func (w *web) policy(who authz.Actor, policy string) {
	w.t.Helper()
	settings := setting.New(w.DB)
	_, version, err := settings.List(w.t.Context(), who)
	if err == nil {
		_, _, err = settings.Set(w.t.Context(), who, version, map[string]*string{setting.Refreshes: &policy})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// look has the data wanted that a Klip of a source shows.
func (w *web) look(who authz.Actor, src *datasource.Source) {
	w.t.Helper()
	var all map[int64]datasource.Payload
	err := w.DB.Read(w.t.Context(), db.Account(who.Account), func(tx *db.Tx) (err error) {
		all, err = w.Payloads(w.t.Context(), tx, who, []int64{src.Key.No}, datasource.Choices{})
		return err
	})
	if p := all[src.Key.No]; err != nil || !p.Wanted {
		w.t.Fatalf("nothing is wanted of %+v, %v", p, err)
	}
	if err := w.Want(w.t.Context(), who, []datasource.Payload{all[src.Key.No]}); err != nil {
		w.t.Fatal(err)
	}
}

// TestSchedulesOfSources: moments are those of the account's zone, and a change of the schedule moves them.
func TestSchedulesOfSources(t *testing.T) {
	w := newWeb(t)
	src := w.make(w.admin, w.request("/orders", "7"), 0)
	w.ran(w.admin, src, 1)
	set := func(r datasource.Refresh) *datasource.Source {
		t.Helper()
		got, err := w.SetSchedule(t.Context(), w.admin, src.ID, src.Version, r)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := set(datasource.Refresh{Mode: "times", Times: []string{"18:00", "06:30"}, Zone: "Asia/Tokyo", IntervalS: 5})
	next := time.UnixMilli(got.Web.NextAt).In(time.FixedZone("", 9*3600))
	if text := next.Format("15:04:05"); text != "06:30:00" && text != "18:00:00" || got.Web.Refresh.IntervalS != 0 || got.Web.Refresh.Times[0] != "06:30" {
		t.Errorf("next at %s of %+v", next, got.Web.Refresh)
	}
	w.advance(12 * time.Hour)
	w.ran(w.admin, src, 2)
	if got = w.get(w.admin, src); got.Web.NextAt <= next.UnixMilli() || got.Web.NextAt > next.Add(13*time.Hour).UnixMilli() {
		t.Errorf("after a run: next at %d", got.Web.NextAt)
	}
	if got = set(datasource.Refresh{Mode: "never"}); got.Web.NextAt != 0 || got.State != datasource.Fresh {
		t.Errorf("never: %+v", got.Web)
	}
	w.advance(1000 * time.Hour)
	w.quiet()
	w.ran(w.admin, src, 2)
	if got = w.get(w.admin, src); got.State != datasource.Fresh {
		t.Errorf("what is never fetched is %s", got.State)
	}
	for _, who := range []authz.Actor{w.Actor(w.Agency, w.Agency.Viewer), w.Actor(w.Solstice, w.Solstice.Admin)} {
		if _, err := w.SetSchedule(t.Context(), who, src.ID, src.Version, datasource.Refresh{Mode: "never"}); err == nil {
			t.Error("somebody else sets the schedule")
		}
	}
}
