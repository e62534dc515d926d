package datasource_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/connector/rest"
	"octavo/internal/credential"
	"octavo/internal/dataset"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/page"
	"octavo/internal/transfer"
)

// library is where assets come out of the bin.
func (s *setup) library() *asset.Library { return asset.NewLibrary(s.DB, s.assets, s.Users) }

// jobs counts what is to be fetched, and what is being fetched.
func (w *web) jobs() (n int) {
	w.t.Helper()
	w.inAccount(w.Agency.ID, func(tx *db.Tx) error {
		_, err := tx.One(w.t.Context(), `SELECT COUNT(*) FROM jobs WHERE account_id = :account AND kind = 'source.refresh' AND state <> 'done'`, nil, &n)
		return err
	})
	return n
}

// What is used goes to the bin only by force, which takes somebody who manages all data sources.
func TestForcedDeletion(t *testing.T) {
	s := newSetup(t)
	ctx := t.Context()
	admin, editor := s.Actor(s.Agency, s.Agency.Admin), s.Actor(s.Agency, s.Agency.Editor)
	src := s.source(editor, "Orders", orders)
	klip := s.klip(editor, "Mine", []int64{src.Key.No})
	wantCode(t, s.Trash(ctx, admin, src.ID, 1, false), "in_use")
	wantCode(t, s.Trash(ctx, editor, src.ID, 1, true), "permission_denied") // also what is one's own
	wantCode(t, s.Trash(ctx, admin, src.ID, 7, true), "version_conflict")
	wantCode(t, s.Trash(ctx, admin, klip, 1, true), "not_found")
	if _, err := s.Get(ctx, editor, src.ID); err != nil {
		t.Fatalf("after refusals: %v", err)
	}
	if err := s.Trash(ctx, admin, src.ID, 1, true); err != nil {
		t.Fatal(err)
	}
	_, err := s.Get(ctx, editor, src.ID)
	wantCode(t, err, "not_found")
	if _, err := s.library().RestoreFromBin(ctx, admin, src.ID); err != nil {
		t.Fatal(err)
	}
	used, err := s.UsedBy(ctx, editor, src.ID)
	if err != nil || len(used.Klips) != 1 || used.Klips[0].ID != klip {
		t.Errorf("restored: %+v, %v", used, err)
	}
	if got := s.column(editor, src, 1); len(got) != 3 || got[1] != "10" {
		t.Errorf("its data: %v", got)
	}
}

// A fetch that goes on ends with the source; in the bin nothing fetches, and after it the plan goes on.
func TestDeletionEndsFetches(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	src := w.make(w.admin, w.paged(), 3600)
	w.ran(w.admin, src, 1)
	w.klip(w.admin, "Uses it", []int64{src.Key.No})
	release := w.api.Hold("/pages")
	defer release()
	calls := w.api.Calls("/pages")
	w.advance(time.Hour)
	w.held(calls + 1)
	if err := w.Trash(ctx, w.admin, src.ID, src.Version, true); err != nil {
		t.Fatal(err)
	}
	w.tell()
	w.until("no job", func() bool { return w.jobs() == 0 }) // though the server never answers
	release()
	w.advance(3 * time.Hour)
	if w.tend(); w.jobs() != 0 {
		t.Error("what lies in the bin is fetched")
	}
	if _, err := w.library().RestoreFromBin(ctx, w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	if got := w.get(w.admin, src); got.State != datasource.Stale || w.amounts(w.admin, src) != seven {
		t.Errorf("restored: %s %s", got.State, w.amounts(w.admin, src))
	}
	w.tend()
	w.advance(31 * time.Minute)
	if run := w.ran(w.admin, src, 2); run.Outcome != "unchanged" || run.Reason != "schedule" {
		t.Errorf("%+v", run)
	}
}

// calls counts what the service was asked in all.
func (w *web) calls() int { return w.api.Calls("/orders") }

// A source that is switched off is fetched by nobody and keeps its data; switched on it is fetched at once.
func TestSwitchedOff(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	src := w.make(w.admin, w.request("/orders", "7"), 3600)
	w.ran(w.admin, src, 1)
	viewer := w.Actor(w.Agency, w.Agency.Viewer)
	w.share(w.admin, src.Key.No, viewer.User, authz.View)
	for _, change := range []func(context.Context, authz.Actor, string) (*datasource.Source, error){w.SwitchOff, w.SwitchOn} {
		_, err := change(ctx, viewer, src.ID)
		wantCode(t, err, "permission_denied")
		_, err = change(ctx, w.Actor(w.Solstice, w.Solstice.Admin), src.ID)
		wantCode(t, err, "not_found")
		_, err = change(ctx, w.admin, w.source(w.admin, "File", orders).ID)
		wantCode(t, err, "not_web")
	}
	off, err := w.SwitchOff(ctx, w.admin, src.ID)
	if err != nil || off.State != datasource.Off || off.Web.OffAt == 0 || off.Web.NextAt != 0 || off.Version != src.Version {
		t.Fatalf("%+v %v", off, err)
	}
	if again, err := w.SwitchOff(ctx, w.admin, src.ID); err != nil || again.Web.OffAt != off.Web.OffAt {
		t.Errorf("off again: %+v %v", again, err)
	}
	calls := w.calls()
	_, err = w.RefreshNow(ctx, w.admin, src.ID)
	wantCode(t, err, "source_off")
	wantCode(t, w.RefreshInstance(ctx, w.admin, src.ID, ""), "source_off")
	w.advance(40 * 24 * time.Hour)
	w.tend()
	w.until("no job", func() bool { return w.jobs() == 0 })
	if err := w.Sweep(ctx, w.Accounts.All); err != nil {
		t.Fatal(err)
	}
	var shown datasource.Payload
	w.inAccount(w.Agency.ID, func(tx *db.Tx) error {
		all, err := w.Payloads(ctx, tx, w.admin, []int64{src.Key.No}, datasource.Choices{})
		shown = all[src.Key.No]
		return err
	})
	if shown.Wanted || shown.State != datasource.Off || shown.ID == 0 {
		t.Errorf("what Klips see: %+v", shown)
	}
	if w.jobs() != 0 || w.calls() != calls || w.amounts(w.admin, src) != seven {
		t.Errorf("%d jobs, %d calls, %s", w.jobs(), w.calls()-calls, w.amounts(w.admin, src))
	}
	found := func(state datasource.State) int {
		list, _, err := w.List(ctx, w.admin, datasource.Filter{Choice: asset.Choice{State: string(state)}}, page.Request{})
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if found(datasource.Off) != 1 || found(datasource.Stale) != 0 {
		t.Errorf("%d off, %d stale", found(datasource.Off), found(datasource.Stale))
	}
	if told := w.told(map[string]bool{}); len(told) != 0 {
		t.Errorf("people are told: %q", told)
	}

	// Another request waits until it is on.
	if _, err := w.Reconfigure(ctx, w.admin, src.ID, src.Version, datasource.WebPatch{Request: w.request("/orders", "8"), Format: format.JSON}); err != nil {
		t.Fatal(err)
	}
	if got := w.get(w.admin, src); w.jobs() != 0 || got.State != datasource.Off || got.Web.Waiting {
		t.Errorf("another request: %d jobs, %+v", w.jobs(), got.Web)
	}
	on, err := w.SwitchOn(ctx, w.admin, src.ID)
	if err != nil || on.Web.OffAt != 0 || !on.Web.Waiting || on.Web.NextAt == 0 {
		t.Fatalf("%+v %v", on.Web, err)
	}
	if run := w.ran(w.admin, src, 2); run.Outcome != "changed" || run.Reason != "manual" || w.amounts(w.admin, src) != eight {
		t.Errorf("on again: %+v %s", run, w.amounts(w.admin, src))
	}
	if _, err := w.SwitchOn(ctx, w.admin, src.ID); err != nil {
		t.Error(err)
	}
	w.advance(time.Hour)
	w.ran(w.admin, src, 3)
}

// What somebody chose and nobody fetched yet is not fetched while a source is off, and says why.
func TestSwitchedOffWithValues(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	src := w.make(w.admin, w.request("/orders", "{props.client:7}"), 3600)
	w.ran(w.admin, src, 1)
	if _, err := w.SwitchOff(ctx, w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	var p datasource.Payload
	w.inAccount(w.Agency.ID, func(tx *db.Tx) error {
		all, err := w.Payloads(ctx, tx, w.admin, []int64{src.Key.No}, datasource.Choices{Set: map[string]string{"client": "8"}, Controls: []string{"client"}})
		p = all[src.Key.No]
		return err
	})
	if p.Wanted || p.State != datasource.NoData || p.Refused == nil || p.Refused.Code != "source_off" {
		t.Errorf("%+v", p)
	}
	before := w.jobs()
	if err := w.Want(ctx, w.admin, []datasource.Payload{p}); err != nil || w.jobs() != before {
		t.Errorf("wanted all the same: %v, %d jobs, %d before", err, w.jobs(), before)
	}
}

// A set of values that still waited for its first data is asked for by the next look, and none is old when its source is
// switched on.
func TestSwitchedOnWithValues(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	src := w.make(w.admin, w.request("/orders", "{props.client:7}"), 3600)
	w.ran(w.admin, src, 1)
	chosen := datasource.Choices{Set: map[string]string{"client": "8"}, Controls: []string{"client"}}
	payload := func() (p datasource.Payload) {
		w.inAccount(w.Agency.ID, func(tx *db.Tx) error {
			all, err := w.Payloads(ctx, tx, w.admin, []int64{src.Key.No}, chosen)
			p = all[src.Key.No]
			return err
		})
		return p
	}
	if err := w.Want(ctx, w.admin, []datasource.Payload{payload()}); err != nil {
		t.Fatal(err)
	}
	w.ran(w.admin, src, 2)
	w.inAccount(w.Agency.ID, func(tx *db.Tx) error { // as if it were still waiting
		_, err := tx.Exec(ctx, `UPDATE instances SET payload_id = NULL, tried_at = NULL, state = 'no_data', next_at = NULL WHERE account_id = :account AND key <> '' AND pinned = 0`, nil)
		return err
	})
	if _, err := w.SwitchOff(ctx, w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	w.advance(40 * 24 * time.Hour)
	if _, err := w.SwitchOn(ctx, w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	for _, one := range w.sets(w.admin, src) {
		if one.AccessedAt != w.DB.Clock().Now().UnixMilli() {
			t.Errorf("%v was looked at in %d", one.Variables, one.AccessedAt)
		}
	}
	if p := payload(); !p.Wanted {
		t.Errorf("nobody asks for it: %+v", p)
	}
}

// What an imported source takes from company properties alone, its copy does, too.
func TestCopyOfAnImportedSource(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	client := w.Actor(w.Solstice, w.Solstice.Admin)
	w.prop(client, "client", "7", false)
	src := w.make(client, w.request("/orders", "{props.client}"), 3600)
	w.ran(client, src, 1)
	chooses := func(src *datasource.Source) bool {
		var p datasource.Payload
		w.inAccount(w.Solstice.ID, func(tx *db.Tx) error {
			all, err := w.Payloads(ctx, tx, client, []int64{src.Key.No}, datasource.Choices{Set: map[string]string{"client": "8"}, Controls: []string{"client"}})
			p = all[src.Key.No]
			return err
		})
		if p.Wanted {
			if err := w.Want(ctx, client, []datasource.Payload{p}); err != nil {
				t.Fatal(err)
			}
		}
		return slices.ContainsFunc(w.sets(client, src), func(one datasource.Instance) bool { return one.Variables["client"] == "8" })
	}
	free, err := w.Copy(ctx, client, src.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !chooses(free) {
		t.Error("nobody may choose in a copy of the account's own")
	}
	w.inAccount(w.Solstice.ID, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE assets SET origin_account = :agency, origin_no = 1 WHERE account_id = :account AND no = :no`, db.Args{"agency": w.Agency.ID, "no": src.Key.No})
		return err
	})
	closed, err := w.Copy(ctx, client, src.ID)
	if err != nil {
		t.Fatal(err)
	}
	if chooses(closed) {
		t.Error("somebody may choose in the copy of an imported one")
	}
}

// A source that was given up after failures is switched on as well.
func TestSwitchedOnAfterFailures(t *testing.T) {
	w := newWeb(t)
	src := w.make(w.admin, w.request("/orders", "7"), 3600)
	w.ran(w.admin, src, 1)
	w.inAccount(w.Agency.ID, func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE instances SET state = 'disabled', failures = 20, next_at = NULL WHERE account_id = :account`, nil)
		return err
	})
	w.advance(time.Minute)
	if got := w.get(w.admin, src); got.State != datasource.Disabled {
		t.Fatal(got.State)
	}
	if _, err := w.SwitchOn(t.Context(), w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	w.ran(w.admin, src, 2)
	if got := w.get(w.admin, src); got.State != datasource.Fresh || got.Web.Failures != 0 || got.Web.NextAt == 0 {
		t.Errorf("%s %+v", got.State, got.Web)
	}
}

// A copy asks and refreshes as its source, and is its maker's own.
func TestCopyOfASource(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	src := w.make(w.admin, w.request("/orders", "7"), 3600)
	w.ran(w.admin, src, 1)
	w.klip(w.admin, "Uses it", []int64{src.Key.No})
	editor := w.Actor(w.Agency, w.Agency.Editor)
	_, err := w.Copy(ctx, editor, src.ID)
	wantCode(t, err, "not_found")
	w.share(w.admin, src.Key.No, editor.User, authz.View) // who copies sees the request
	_, err = w.Copy(ctx, editor, src.ID)
	wantCode(t, err, "permission_denied")
	_, err = w.Copy(ctx, w.Actor(w.Solstice, w.Solstice.Admin), src.ID)
	wantCode(t, err, "not_found")
	w.share(w.admin, src.Key.No, editor.User, authz.Edit)
	made, err := w.Copy(ctx, editor, src.ID)
	if err != nil {
		t.Fatal(err)
	}
	if made.Title() != "Orders (copy)" || made.Owner != editor.User || made.ID == src.ID || made.Klips != 0 || made.State == datasource.Off {
		t.Errorf("%+v", made)
	}
	if w.ran(editor, made, 1); w.amounts(editor, made) != seven {
		t.Errorf("its data: %s", w.amounts(editor, made))
	}
	one, err := w.Definition(ctx, w.admin, src.ID)
	two, err2 := w.Definition(ctx, editor, made.ID)
	if err != nil || err2 != nil || !reflect.DeepEqual(one.Request, two.Request) || w.get(editor, made).Web.Refresh.IntervalS != 3600 {
		t.Errorf("%+v %+v, %v %v", one, two, err, err2)
	}
	file := w.source(editor, "File", orders)
	again, err := w.Copy(ctx, editor, file.ID)
	if err != nil || again.State != datasource.Fresh || again.Rows != file.Rows || again.FileName != file.FileName {
		t.Fatalf("%+v %v", again, err)
	}
	if got := w.column(editor, again, 1); len(got) != 3 || got[1] != "10" {
		t.Errorf("rows of the file: %v", got)
	}
	sets := w.pushed(w.admin, datasource.Table{Variables: []string{"region"}})
	w.sent(w.admin, sets, of("region", "north"), `[{"n":1}]`)
	empty, err := w.Copy(ctx, w.admin, sets.ID)
	if err != nil || empty.State != datasource.NoData || empty.ReceivedAt != 0 || empty.Table == nil || len(w.sets(w.admin, empty)) != 0 {
		t.Errorf("rows of sets of values: %+v, %v", empty, err)
	}
}

// The connected account goes along where the maker may use it; without it the copy is off and asks nothing.
func TestCopyAndConnectedAccounts(t *testing.T) {
	g := newGuarded(t)
	w := newWeb(t, strings.TrimPrefix(g.URL, "http://"))
	ctx := t.Context()
	cred, err := w.creds.Create(ctx, w.admin, credential.Draft{Kind: credential.Bearer, Label: "Shop", Hosts: []string{g.URL}, Secret: "MARKfirst"})
	if err != nil {
		t.Fatal(err)
	}
	ask := rest.Spec{URL: g.URL + "/orders"}
	src, err := w.CreateWeb(ctx, w.admin, datasource.WebDraft{Name: "Orders", Request: ask, Format: format.JSON, IntervalS: 3600, Credential: cred.ID})
	if err != nil {
		t.Fatal(err)
	}
	w.ran(w.admin, src, 1)
	mine, err := w.Copy(ctx, w.admin, src.ID)
	if err != nil || mine.State == datasource.Off {
		t.Fatal(mine, err)
	}
	if run := w.ran(w.admin, mine, 1); run.Outcome == "failed" {
		t.Errorf("reads with it: %+v", run)
	}
	editor, client := w.Actor(w.Agency, w.Agency.Editor), w.Actor(w.Solstice, w.Solstice.Admin)
	w.share(w.admin, src.Key.No, editor.User, authz.Edit)
	lent := w.copyInto(src, ask, cred.ID) // as an import makes it
	w.ran(client, lent, 1)
	for _, c := range []struct {
		who authz.Actor
		src *datasource.Source
	}{{editor, src}, {client, lent}, {w.Visitor(w.Solstice), lent}} {
		made, err := w.Copy(ctx, c.who, c.src.ID)
		if err != nil || made.State != datasource.Off {
			t.Fatalf("%s: %+v %v", c.who.Name, made, err)
		}
		w.advance(2 * time.Hour)
		w.tend()
		var with string
		w.inAccount(c.who.Account, func(tx *db.Tx) error {
			_, err := tx.One(ctx, `SELECT COALESCE(credential_id, '') FROM sources WHERE account_id = :account AND no = :no`, db.Args{"no": made.Key.No}, &with)
			return err
		})
		if runs := w.runs(c.who, made); with != "" || len(runs) != 0 {
			t.Errorf("%s: reads with %q, %+v", c.who.Name, with, runs)
		}
	}
}

// The log lists attempts of what the actor may see, of the account and of clients that a grant opens; with a connected account, of
// the sources that read with it.
func TestLog(t *testing.T) {
	g := newGuarded(t)
	w := newWeb(t, strings.TrimPrefix(g.URL, "http://"))
	ctx := t.Context()
	cred, err := w.creds.Create(ctx, w.admin, credential.Draft{Kind: credential.Bearer, Label: "Shop", Hosts: []string{g.URL}, Secret: "MARKfirst"})
	if err != nil {
		t.Fatal(err)
	}
	ask := rest.Spec{URL: g.URL + "/orders"}
	src, err := w.CreateWeb(ctx, w.admin, datasource.WebDraft{Name: "Shop", Request: ask, Format: format.JSON, Credential: cred.ID})
	if err != nil {
		t.Fatal(err)
	}
	w.ran(w.admin, src, 1)
	plain := w.make(w.admin, w.request("/orders", "7"), 0)
	w.ran(w.admin, plain, 1)
	client, other := w.Actor(w.Solstice, w.Solstice.Admin), w.Actor(w.Fjord, w.Fjord.Admin)
	lent := w.copyInto(src, ask, cred.ID)
	w.ran(client, lent, 1)
	theirs := w.make(other, w.request("/gone", "7"), 0)
	w.ran(other, theirs, 1)

	wide := transfer.New(w.DB, w.assets, w.Accounts, w.props)
	names := func(who authz.Actor, f datasource.LogFilter) string {
		t.Helper()
		var out []string
		req := page.Request{Limit: 1}
		for {
			runs, next, err := wide.RefreshLog(ctx, who, w.Service, f, req)
			if err != nil {
				return err.Error()
			}
			for _, r := range runs {
				out = append(out, fmt.Sprintf("%d:%s:%s", r.Account, r.Name, r.Outcome))
			}
			if req.After = next; next == nil {
				return strings.Join(out, " ")
			}
		}
	}
	expect := func(what, got string, want ...string) {
		t.Helper()
		if got != strings.Join(want, " ") {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	line := func(a id.Account, name, outcome string) string { return fmt.Sprintf("%d:%s:%s", a, name, outcome) }
	agency, solstice, fjord := w.Agency.ID, w.Solstice.ID, w.Fjord.ID
	both, err := authz.GrantFamily(w.admin, authz.ClientAccess, []authz.Party{{Account: solstice, CanSee: true}, {Account: fjord, CanSee: true}}, false)
	if err != nil {
		t.Fatal(err)
	}
	one, err := authz.GrantFamily(w.admin, authz.ClientAccess, []authz.Party{{Account: solstice, CanSee: true}, {Account: fjord}}, false)
	if err != nil {
		t.Fatal(err)
	}
	copied := w.get(client, lent).Title()
	expect("own", names(w.admin, datasource.LogFilter{}), line(agency, "Orders", "changed"), line(agency, "Shop", "changed"))
	expect("with both clients", names(w.admin, datasource.LogFilter{Clients: both}),
		line(fjord, "Orders", "failed"), line(solstice, copied, "changed"), line(agency, "Orders", "changed"), line(agency, "Shop", "changed"))
	expect("with one", names(w.admin, datasource.LogFilter{Clients: one, Account: fjord}))
	expect("failed", names(w.admin, datasource.LogFilter{Clients: both, Outcome: "failed"}), line(fjord, "Orders", "failed"))
	expect("of a client", names(w.admin, datasource.LogFilter{Clients: both, Account: solstice}), line(solstice, copied, "changed"))
	expect("of the connected account", names(w.admin, datasource.LogFilter{Clients: both, Credential: cred.ID}), line(solstice, copied, "changed"), line(agency, "Shop", "changed"))
	expect("a client", names(client, datasource.LogFilter{}), line(solstice, copied, "changed"))
	editor := w.Actor(w.Agency, w.Agency.Editor)
	expect("not shared", names(editor, datasource.LogFilter{}))
	w.share(w.admin, plain.Key.No, editor.User, authz.View)
	expect("shared", names(editor, datasource.LogFilter{}), line(agency, "Orders", "changed"))
	_, _, err = w.Log(ctx, w.Actor(w.Agency, w.Agency.Viewer), datasource.LogFilter{}, page.Request{})
	wantCode(t, err, "permission_denied")
	_, _, err = w.Log(ctx, client, datasource.LogFilter{Credential: cred.ID}, page.Request{})
	wantCode(t, err, "not_found")
	_, _, err = w.Log(ctx, editor, datasource.LogFilter{Credential: cred.ID}, page.Request{})
	wantCode(t, err, "not_found")
	expect("later", names(w.admin, datasource.LogFilter{From: w.DB.Clock().Now().Add(time.Minute).UnixMilli()}))
	if err := w.Trash(ctx, w.admin, plain.ID, plain.Version, false); err != nil {
		t.Fatal(err)
	}
	expect("without the bin", names(w.admin, datasource.LogFilter{}), line(agency, "Shop", "changed"))
}

// The limits of the operator hold: sets of values, rows and bytes.
func TestLimitsAreSettings(t *testing.T) {
	w := newWebWith(t, func(c *datasource.Config) { c.Instances, c.Limits.Rows, c.Limits.Bytes = 1, 4, 1000 })
	ctx := t.Context()
	src := w.make(w.admin, w.request("/orders", "{props.client:8}"), 0)
	w.ran(w.admin, src, 1)
	var p datasource.Payload
	w.inAccount(w.Agency.ID, func(tx *db.Tx) error {
		all, err := w.Payloads(ctx, tx, w.admin, []int64{src.Key.No}, datasource.Choices{Set: map[string]string{"client": "7"}, Controls: []string{"client"}})
		p = all[src.Key.No]
		return err
	})
	if p.Refused == nil || p.Refused.Code != "too_many_instances" || p.Refused.Params["limit"] != 1 {
		t.Errorf("a second set of values: %+v", p.Refused)
	}
	large := w.make(w.admin, w.request("/orders", "7"), 0)
	if run := w.ran(w.admin, large, 1); run.Err == nil || run.Err.Code != "too_large" || run.Err.Params["limit"] != "rows" || run.Err.Params["allowed"] != 4.0 {
		t.Errorf("five rows and their names: %+v", run.Err)
	}
	if _, err := w.send(w.admin, "big.csv", strings.NewReader(strings.Repeat("a,b\n", 300))); !errs.Is(err, "too_large") {
		t.Errorf("1,200 bytes: %v", err)
	}
}

// Rows beyond the limit are left out where a source wants that, and it is said; else, and where rows are kept, the refresh fails.
func TestRowsBeyondTheLimit(t *testing.T) {
	w := newWebWith(t, func(c *datasource.Config) { c.Limits.Rows = 4 })
	ctx := t.Context()
	src := w.make(w.admin, w.request("/orders", "7"), 0)
	if run := w.ran(w.admin, src, 1); run.Err == nil || run.Err.Code != "too_large" {
		t.Fatalf("%+v", run)
	}
	viewer := w.Actor(w.Agency, w.Agency.Viewer)
	w.share(w.admin, src.Key.No, viewer.User, authz.View)
	_, err := w.SetOnLimit(ctx, viewer, src.ID, src.Version, datasource.LimitTruncate)
	wantCode(t, err, "permission_denied")
	_, err = w.SetOnLimit(ctx, w.admin, src.ID, src.Version+1, datasource.LimitTruncate)
	wantCode(t, err, "version_conflict")
	_, err = w.SetOnLimit(ctx, w.admin, src.ID, src.Version, "some")
	wantCode(t, err, "bad_limit_policy")
	set, err := w.SetOnLimit(ctx, w.admin, src.ID, src.Version, datasource.LimitTruncate)
	if err != nil || set.Web.OnLimit != datasource.LimitTruncate {
		t.Fatal(set, err)
	}
	refresh := func(n int) datasource.Run {
		t.Helper()
		w.advance(time.Minute)
		if _, err := w.RefreshNow(ctx, w.admin, src.ID); err != nil {
			t.Fatal(err)
		}
		return w.ran(w.admin, src, n)
	}
	if run := refresh(2); run.Err != nil || len(run.Notes) != 1 || run.Notes[0] != datasource.NoteTruncated || w.amounts(w.admin, src) != "700 701 702" {
		t.Errorf("%+v %s", run, w.amounts(w.admin, src))
	}
	if got := w.get(w.admin, src); got.State != datasource.Fresh || len(got.Web.Notes) != 1 || got.Rows != 3 {
		t.Errorf("%+v %+v", got, got.Web)
	}
	if run := refresh(3); run.Status != 200 || len(run.Notes) != 1 { // the service is not asked whether its answer is the same
		t.Errorf("rows are still missing: %+v", run)
	}
	w.api.Set("7", 2)
	if run := refresh(4); len(run.Notes) != 0 || len(w.get(w.admin, src).Web.Notes) != 0 {
		t.Errorf("all rows came: %+v", run)
	}
	kept := &datasource.History{Mode: dataset.Append}
	_, err = w.SetHistory(ctx, w.admin, src.ID, src.Version, kept)
	wantCode(t, err, "history_needs_all")
	if _, err := w.SetOnLimit(ctx, w.admin, src.ID, src.Version, datasource.LimitFail); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SetHistory(ctx, w.admin, src.ID, src.Version, kept); err != nil {
		t.Fatal(err)
	}
	w.api.Set("7", 5)
	if run := refresh(5); run.Err == nil || run.Err.Code != "too_large" {
		t.Errorf("rows that are kept: %+v", run)
	}
	_, err = w.SetOnLimit(ctx, w.admin, src.ID, src.Version, datasource.LimitTruncate)
	wantCode(t, err, "history_needs_all")
}
