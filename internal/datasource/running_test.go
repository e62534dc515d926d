package datasource_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"octavo/internal/authz"
	"octavo/internal/connector/rest"
	"octavo/internal/datasource"
	"octavo/internal/format"
)

// paged is a request whose answer comes in three pages of two orders.
func (w *web) paged() rest.Spec {
	r := w.request("/pages", "7")
	r.Paginate = &rest.Paginate{Type: "page", Param: "page", TotalPages: "pages"}
	return r
}

// tell is the tick of the process that tells what is fetched.
func (w *web) tell() {
	w.t.Helper()
	if err := w.TellFetches(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *web) running(who authz.Actor, src *datasource.Source) []datasource.Running {
	w.t.Helper()
	list, err := w.Running(w.t.Context(), who, src.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// held waits until the n-th call of /pages has come and the fetch is one that lasts.
func (w *web) held(n int) {
	w.t.Helper()
	w.until("the held page", func() bool { return w.api.Calls("/pages") == n })
	w.tell()
	w.advance(2 * time.Second)
	w.tell()
}

func TestRunningRefreshIsToldAndStopped(t *testing.T) {
	w := newWeb(t)
	release := w.api.HoldAfter("/pages", 2)
	defer release()
	src := w.make(w.admin, w.paged(), 3600)
	viewer := w.Actor(w.Agency, w.Agency.Viewer)

	if _, err := w.Running(t.Context(), viewer, src.ID); err == nil {
		t.Error("who may not see the source sees what is fetched")
	}
	w.until("the third page", func() bool { return w.api.Calls("/pages") == 3 })
	if list := w.running(w.admin, src); len(list) != 1 || list[0].Step != "waiting" || list[0].Reason != "manual" {
		t.Errorf("before it lasts: %+v", list)
	}
	w.held(3)
	w.share(w.admin, src.Key.No, w.Agency.Viewer.ID, authz.View)
	list := w.running(viewer, src)
	if len(list) != 1 || list[0].Step != "asking" || list[0].Pages != 2 || list[0].Rows != 4 || list[0].Bytes == 0 || list[0].Reason != "manual" || list[0].Since == 0 {
		t.Fatalf("%+v", list)
	}
	wantCode(t, w.StopRefresh(t.Context(), viewer, src.ID, ""), "permission_denied")
	wantCode(t, w.StopRefresh(t.Context(), w.Actor(w.Solstice, w.Solstice.Admin), src.ID, ""), "not_found")
	wantCode(t, w.StopRefresh(t.Context(), w.admin, src.ID, "other"), "refresh_not_running")

	if err := w.StopRefresh(t.Context(), w.admin, src.ID, ""); err != nil {
		t.Fatal(err)
	}
	w.tell()
	if run := w.ran(w.admin, src, 1); run.Outcome != "cancelled" || run.Err != nil {
		t.Errorf("%+v", run)
	}
	now := w.DB.Clock().Now().UnixMilli()
	if got := w.get(w.admin, src); got.State != datasource.NoData || got.Web.Failures != 0 || got.Web.Waiting || got.Web.NextAt <= now || got.Web.NextAt > now+3600_000 {
		t.Errorf("%+v %+v", got, got.Web)
	}
	if list := w.running(w.admin, src); len(list) != 0 {
		t.Errorf("it has ended: %+v", list)
	}
	wantCode(t, w.StopRefresh(t.Context(), w.admin, src.ID, ""), "refresh_not_running")
	release()

	if _, err := w.RefreshNow(t.Context(), w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 2); run.Outcome != "changed" || run.Pages != 3 || w.amounts(w.admin, src) != seven {
		t.Errorf("asked again at once: %+v %s", run, w.amounts(w.admin, src))
	}

	calls := w.api.Calls("/pages")
	w.api.Set("7", 1)
	defer w.api.Hold("/pages")()
	w.advance(time.Hour)
	w.held(calls + 1)
	if list := w.running(w.admin, src); len(list) != 1 || list[0].Pages != 0 || list[0].Reason != "schedule" {
		t.Fatalf("by the clock: %+v", list)
	}
	if err := w.StopRefresh(t.Context(), w.admin, src.ID, ""); err != nil {
		t.Fatal(err)
	}
	w.tell()
	w.ran(w.admin, src, 3)
	got := w.get(w.admin, src)
	if got.State != datasource.Fresh || got.Web.NextAt <= w.DB.Clock().Now().UnixMilli() || w.amounts(w.admin, src) != seven {
		t.Errorf("the data of before: %+v %+v %s", got, got.Web, w.amounts(w.admin, src))
	}
}

// TestTrialIsToldToWhoTries: what a trial does is told under the name that it was given, to nobody else who knows the name; when
// who tries goes away, so does the reading.
func TestTrialIsToldToWhoTries(t *testing.T) {
	w := newWeb(t)
	defer w.api.Hold("/pages")()
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	ended := make(chan error, 1)
	go func() {
		_, err := w.Try(ctx, w.admin, datasource.Trial{Request: w.paged(), Format: format.JSON, Watch: "a name"})
		ended <- err
	}()
	w.held(1)
	list, err := w.Watched(t.Context(), w.admin, "a name")
	if err != nil || len(list) != 1 || list[0].Step != "asking" || list[0].Reason != "trial" || list[0].Since == 0 {
		t.Errorf("%+v, %v", list, err)
	}
	for name, who := range map[string]authz.Actor{"a name": w.Actor(w.Agency, w.Agency.Editor), "another": w.admin} {
		if list, err := w.Watched(t.Context(), who, name); err != nil || len(list) != 0 {
			t.Errorf("%s: %+v, %v", name, list, err)
		}
	}
	if _, err := w.Watched(t.Context(), w.Actor(w.Agency, w.Agency.Viewer), "a name"); err == nil {
		t.Error("who may try nothing asks what trials do")
	}
	leave()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the trial ended with %v", err)
	}
	w.tell()
	if list, err := w.Watched(t.Context(), w.admin, "a name"); err != nil || len(list) != 0 {
		t.Errorf("it has ended: %+v, %v", list, err)
	}
}

// TestLeftOverTellsNothing: what a process told that died is believed for half a minute, and a wish to end a fetch ends no later
// one.
func TestLeftOverTellsNothing(t *testing.T) {
	w := newWeb(t)
	release := w.api.Hold("/pages")
	defer release()
	src := w.make(w.admin, w.paged(), 0)
	w.held(1)
	if list := w.running(w.admin, src); len(list) != 1 {
		t.Fatalf("%+v", list)
	}
	w.advance(31 * time.Second) // nobody tells
	if list := w.running(w.admin, src); len(list) != 1 || list[0].Step != "waiting" {
		t.Errorf("after half a minute of silence: %+v", list)
	}
	w.tell()
	if err := w.StopRefresh(t.Context(), w.admin, src.ID, ""); err != nil {
		t.Fatal(err)
	}
	release() // it ends by itself before anybody reads the wish
	if run := w.ran(w.admin, src, 1); run.Outcome != "changed" {
		t.Errorf("%+v", run)
	}
	release = w.api.Hold("/pages")
	defer release()
	calls := w.api.Calls("/pages")
	w.advance(16 * time.Second)
	if _, err := w.RefreshNow(t.Context(), w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	w.held(calls + 1)
	w.tell()
	release()
	if run := w.ran(w.admin, src, 2); run.Outcome != "unchanged" {
		t.Errorf("a wish of before ended it: %+v", run)
	}
}

// TestRunningOfASetOfValues: which one it is, only who may change the source is told.
func TestRunningOfASetOfValues(t *testing.T) {
	s, _ := newResting(t)
	admin, viewer := s.Actor(s.Agency, s.Agency.Admin), s.Actor(s.Agency, s.Agency.Viewer)
	src, err := s.CreateWeb(t.Context(), admin, datasource.WebDraft{Name: "Orders", Request: rest.Spec{URL: "https://example.com/?of={company.name}"}, Format: format.JSON})
	if err != nil {
		t.Fatal(err)
	}
	s.share(admin, src.Key.No, s.Agency.Viewer.ID, authz.View)
	for who, shown := range map[*authz.Actor]int{&admin: 1, &viewer: 0} {
		list, err := s.Running(t.Context(), *who, src.ID)
		if err != nil || len(list) == 0 || len(list[0].Variables) != shown {
			t.Errorf("%s: %+v, %v", who.Name, list, err)
		}
	}
}

func TestRefreshThatWaitsIsTakenBack(t *testing.T) {
	s, _ := newResting(t) // nobody does the jobs
	admin := s.Actor(s.Agency, s.Agency.Admin)
	src, err := s.CreateWeb(t.Context(), admin, datasource.WebDraft{Name: "Orders", Request: rest.Spec{URL: "https://example.com/orders"}, Format: format.JSON, IntervalS: 3600})
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Running(t.Context(), admin, src.ID)
	if err != nil || len(list) != 1 || list[0].Step != "waiting" {
		t.Fatalf("%+v, %v", list, err)
	}
	if err := s.StopRefresh(t.Context(), admin, src.ID, ""); err != nil {
		t.Fatal(err)
	}
	got, err := s.Get(t.Context(), admin, src.ID)
	if err != nil || got.State != datasource.NoData || got.Web.Waiting || got.Web.NextAt <= s.DB.Clock().Now().UnixMilli() {
		t.Errorf("%+v %+v, %v", got, got.Web, err)
	}
	runs, err := s.Runs(t.Context(), admin, src.ID, "")
	if err != nil || len(runs) != 1 || runs[0].Outcome != "cancelled" {
		t.Errorf("%+v, %v", runs, err)
	}
	wantCode(t, s.StopRefresh(t.Context(), admin, src.ID, ""), "refresh_not_running")
	made, err := s.CreatePushed(t.Context(), admin, datasource.TableDraft{Name: "Pushed"})
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, s.StopRefresh(t.Context(), admin, made.ID, ""), "not_web")
}
