package datasource_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"octavo/internal/connector/rest"
	"octavo/internal/dataset"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// TestColumnsThatChange is on_schema_change of data-sources.md §10.9.
func TestColumnsThatChange(t *testing.T) {
	var body atomic.Value
	service := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		text := body.Load().(string)
		if code, err := strconv.Atoi(text); err == nil { // in place of data
			rw.Header().Set("Retry-After", "60")
			rw.WriteHeader(code)
		}
		_, _ = rw.Write([]byte(text))
	}))
	defer service.Close()
	body.Store(`[{"amount":1,"code":"a"}]`)
	w := newWeb(t, strings.TrimPrefix(service.URL, "http://"))
	src := w.make(w.admin, rest.Spec{URL: service.URL}, 3600)
	w.ran(w.admin, src, 1)
	ctx := t.Context()
	policy := func(p string) {
		t.Helper()
		if got, err := w.SetOnSchemaChange(ctx, w.admin, src.ID, src.Version, p); err != nil || got.Web.OnColumns != p {
			t.Fatalf("%s: %+v, %v", p, got, err)
		}
	}
	n := 1
	next := func(text string) datasource.Run {
		t.Helper()
		body.Store(text)
		n++
		w.advance(time.Hour)
		return w.ran(w.admin, src, n)
	}

	if run := next(`[{"amount":2,"net":5,"code":"a"}]`); run.Outcome != "changed" || !slices.Equal(run.Columns.Added, []string{"net"}) || run.Columns.Missing != nil {
		t.Errorf("added: %+v", run)
	}
	policy(datasource.ColumnsIgnore)
	if run := next(`[{"amount":3,"code":"a"}]`); run.Outcome != "changed" || run.Columns.Missing != nil {
		t.Errorf("ignored: %+v", run)
	}
	policy(datasource.ColumnsAsk)
	if run := next(`[{"amount":4,"code":"b"}]`); run.Outcome != "changed" {
		t.Errorf("other rows are no question: %+v", run)
	}
	run := next(`[{"amount":5,"discount":"b"}]`)
	if run.Outcome != "held" || run.Err == nil || run.Err.Code != "columns_changed" || !slices.Equal(run.Columns.Missing, []string{"code"}) || !slices.Equal(run.Columns.Added, []string{"discount"}) {
		t.Errorf("held: %+v", run)
	}
	got := w.get(w.admin, src)
	if got.State != datasource.Failing || got.Web.HeldAt == 0 || got.Web.Failures != 0 || got.Web.NextAt == 0 || w.amounts(w.admin, src) != "4" {
		t.Errorf("what is there stays: %+v %s", got.Web, w.amounts(w.admin, src))
	}
	held, err := w.Held(ctx, w.admin, src.ID)
	if err != nil || len(held.Sheets) != 1 || held.Sheets[0].Columns[1].Name != "discount" || held.Sheets[0].Preview[1][0] != "5" {
		t.Fatalf("%+v, %v", held, err)
	}
	next(`[{"amount":6,"discount":"c"}]`) // the newest is what waits
	if _, err := w.AcceptColumns(ctx, w.admin, src.ID, held.Payload); !errs.Is(err, "data_changed") {
		t.Errorf("accepted without having been seen: %v", err)
	}
	for _, who := range []string{"viewer", "stranger"} {
		actor := w.Actor(w.Agency, w.Agency.Viewer)
		if who == "stranger" {
			actor = w.Actor(w.Solstice, w.Solstice.Admin)
		}
		if _, err := w.Held(ctx, actor, src.ID); err == nil {
			t.Errorf("a %s sees what waits", who)
		}
		if _, err := w.AcceptColumns(ctx, actor, src.ID, held.Payload); err == nil {
			t.Errorf("a %s accepts", who)
		}
	}
	if held, err = w.Held(ctx, w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	if got, err = w.AcceptColumns(ctx, w.admin, src.ID, held.Payload); err != nil || got.State != datasource.Fresh || got.Web.HeldAt != 0 || got.Web.Err != nil || w.amounts(w.admin, src) != "6" {
		t.Errorf("%+v, %v, %s", got, err, w.amounts(w.admin, src))
	}
	if _, err := w.AcceptColumns(ctx, w.admin, src.ID, held.Payload); !errs.Is(err, "nothing_held") {
		t.Errorf("accepted twice: %v", err)
	}
	earlier, err := w.Earlier(ctx, w.admin, src.ID, "")
	if err != nil || len(earlier) == 0 {
		t.Errorf("%v, %v", earlier, err)
	}

	next(`[{"amount":7}]`)
	if run := next(`[{"amount":8,"discount":"d"}]`); run.Outcome != "changed" || w.get(w.admin, src).Web.HeldAt != 0 || w.amounts(w.admin, src) != "8" {
		t.Errorf("the columns are back: %+v", run)
	}
	next(`[{"amount":9}]`)
	body.Store("404")
	if _, err := w.Reconfigure(ctx, w.admin, src.ID, src.Version, datasource.WebPatch{Request: rest.Spec{URL: service.URL + "/other"}, Format: "json"}); err != nil {
		t.Fatal(err)
	}
	n++
	if run := w.ran(w.admin, src, n); run.Outcome != "failed" || run.Reason != "change" {
		t.Errorf("the first try: %+v", run)
	}
	body.Store(`[{"amount":10}]`)
	refreshed := func() datasource.Run {
		t.Helper()
		w.advance(time.Minute)
		if _, err := w.RefreshNow(ctx, w.admin, src.ID); err != nil {
			t.Fatal(err)
		}
		n++
		return w.ran(w.admin, src, n)
	}
	if run := refreshed(); run.Outcome != "changed" || w.get(w.admin, src).Web.HeldAt != 0 || w.amounts(w.admin, src) != "10" {
		t.Errorf("who changes the request is not asked, whichever try it is: %+v", run)
	}
	body.Store(`[{"amount":11,"net":1}]`)
	if run := refreshed(); run.Outcome != "held" {
		t.Errorf("the same request: %+v", run)
	}
	accept := func() *datasource.Source {
		t.Helper()
		held, err := w.Held(ctx, w.admin, src.ID)
		if err == nil {
			got, err = w.AcceptColumns(ctx, w.admin, src.ID, held.Payload)
		}
		if err != nil || got.Web.HeldAt != 0 {
			t.Fatalf("%+v, %v", got, err)
		}
		return got
	}
	body.Store("404")
	refreshed()
	failing := w.get(w.admin, src)
	if got := accept(); got.State != datasource.Failing || got.Web.Failures != 1 || got.Web.Err == nil || got.Web.Err.Code != "service_not_found" ||
		got.Web.NextAt != failing.Web.NextAt || w.amounts(w.admin, src) != "11" {
		t.Errorf("accepted while the service is away: %+v %+v", got, got.Web)
	}
	body.Store(`[{"amount":12}]`)
	refreshed()
	body.Store("429")
	refreshed()
	if got := accept(); got.State != datasource.Fresh || got.Web.Err == nil || got.Web.Err.Code != "service_limited" || got.Web.NextAt == 0 {
		t.Errorf("accepted while the service puts off: %+v %+v", got, got.Web)
	}
	body.Store(`[{"amount":13,"net":1}]`)
	refreshed()
	w.inAccount(w.admin.Account, func(tx *db.Tx) error { // as after 20 failures
		_, err := tx.Exec(ctx, `UPDATE instances SET state = 'disabled', failures = 20, next_at = NULL, error = '{"code":"service_not_found"}' WHERE account_id = :account AND no = :no`,
			db.Args{"no": src.Key.No})
		return err
	})
	if got := accept(); got.State != datasource.Disabled || got.Web.Err == nil || got.Web.NextAt != 0 || w.amounts(w.admin, src) != "13" {
		t.Errorf("accepted when it is tried no more: %+v %+v", got, got.Web)
	}
	if _, err := w.SetOnSchemaChange(ctx, w.admin, src.ID, src.Version+1, "perhaps"); !errs.Is(err, "bad_columns_policy") {
		t.Error(err)
	}

	grow := &datasource.History{Mode: dataset.Append}
	if _, err := w.SetHistory(ctx, w.admin, src.ID, src.Version+1, grow); !errs.Is(err, "history_takes_columns") {
		t.Errorf("a history that somebody is asked about: %v", err)
	}
	if _, err = w.SetOnSchemaChange(ctx, w.admin, src.ID, src.Version+1, datasource.ColumnsAdd); err == nil {
		_, err = w.SetHistory(ctx, w.admin, src.ID, src.Version+1, grow)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.SetOnSchemaChange(ctx, w.admin, src.ID, src.Version+1, datasource.ColumnsAsk); !errs.Is(err, "history_takes_columns") {
		t.Errorf("somebody is asked about a history: %v", err)
	}
	body.Store(`[{"amount":14,"gross":1}]`)
	if run := refreshed(); run.Outcome != "changed" || !slices.Equal(run.Columns.Added, []string{"gross"}) || run.Columns.Missing != nil || w.amounts(w.admin, src) != "13 14" {
		t.Errorf("new columns of a history: %+v %s", run, w.amounts(w.admin, src))
	}
}
