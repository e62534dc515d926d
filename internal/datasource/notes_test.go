package datasource_test

import (
	"slices"
	"testing"
	"time"

	"octavo/internal/authz"
	"octavo/internal/connector/rest"
	"octavo/internal/dataset"
	"octavo/internal/datasource"
)

// again has a source fetched once more and gives the n-th line of its log.
func (w *web) again(src *datasource.Source, n int) datasource.Run {
	w.t.Helper()
	w.advance(20 * time.Second)
	if _, err := w.RefreshNow(w.t.Context(), w.admin, src.ID); err != nil {
		w.t.Fatal(err)
	}
	return w.ran(w.admin, src, n)
}

// TestHalfAnswers: what came before a page that fails is the data where the request allows it, and everybody is told.
func TestHalfAnswers(t *testing.T) {
	w := newWeb(t)
	ask := w.paged()
	ask.Paginate.Partial = "allow"
	src := w.make(w.admin, ask, 3600)
	if run := w.ran(w.admin, src, 1); run.Outcome != "changed" || len(run.Notes) != 0 {
		t.Fatalf("%+v", run)
	}

	w.api.Heal("/pages")
	w.api.FailAfter("/pages", 2, 3, 503)
	if run := w.again(src, 2); run.Outcome != "changed" || !slices.Equal(run.Notes, []string{"partial"}) || run.Err == nil || run.Err.Code != "service_failed" || run.Rows != 4 || run.Status != 200 {
		t.Errorf("the last page fails: %+v", run)
	}
	got := w.get(w.admin, src)
	if got.State != datasource.Fresh || got.Web.Failures != 0 || got.Web.Err != nil || !slices.Equal(got.Web.Notes, []string{"partial"}) || w.amounts(w.admin, src) != "700 701 702 703" {
		t.Errorf("%+v %+v %s", got, got.Web, w.amounts(w.admin, src))
	}
	w.share(w.admin, src.Key.No, w.Agency.Viewer.ID, authz.View)
	if run := w.runs(w.Actor(w.Agency, w.Agency.Viewer), src)[0]; run.Err != nil || len(run.Notes) != 1 {
		t.Errorf("who may only look is told that it is not whole, and no more: %+v", run)
	}

	w.api.Set("7", 4) // the same rows, now whole
	if run := w.again(src, 3); run.Outcome != "changed" || len(run.Notes) != 0 || run.Err != nil {
		t.Errorf("whole again: %+v", run)
	}
	if got := w.get(w.admin, src); len(got.Web.Notes) != 0 {
		t.Errorf("the note stays: %+v", got.Web)
	}

	w.api.Fail("/pages", 3, 503, 0)
	if run := w.again(src, 4); run.Outcome != "failed" || len(run.Notes) != 0 || w.amounts(w.admin, src) != "700 701 702 703" {
		t.Errorf("the first page fails: %+v", run)
	}

	// What is added to a history would lack the rest for ever; what is told apart by a key comes with the next answer.
	w.api.Set("7", 5)
	n := 4
	for _, c := range []struct {
		h       datasource.History
		outcome string
		whole   string
	}{{datasource.History{Mode: dataset.Append}, "failed", "[]"}, {datasource.History{Mode: dataset.Upsert, UniqueBy: []string{"id"}}, "changed", "[partial]"}} {
		now := w.get(w.admin, src)
		if _, err := w.SetHistory(t.Context(), w.admin, src.ID, now.Version, &c.h); err != nil {
			t.Fatal(err)
		}
		w.api.FailAfter("/pages", 1, 3, 503)
		n++
		if run := w.again(src, n); run.Outcome != c.outcome || (len(run.Notes) == 1) != (c.whole == "[partial]") {
			t.Errorf("history of mode %s: %+v", c.h.Mode, run)
		}
		w.api.Heal("/pages")
	}
	if amounts := w.amounts(w.admin, src); amounts != "700 701 702 703" {
		t.Errorf("rows of a half answer are put in the place of those with the same key: %s", amounts)
	}
}

// TestPagesThatRepeatAreNoted: the warning is not only of trials.
func TestPagesThatRepeatAreNoted(t *testing.T) {
	w := newWeb(t)
	ask := w.request("/again", "7")
	ask.Paginate = &rest.Paginate{Type: "cursor", Param: "cursor", From: "next"}
	src := w.make(w.admin, ask, 0)
	if run := w.ran(w.admin, src, 1); run.Outcome != "changed" || !slices.Equal(run.Notes, []string{"pages_repeat"}) || run.Err != nil {
		t.Errorf("%+v", run)
	}
	if got := w.get(w.admin, src); !slices.Equal(got.Web.Notes, []string{"pages_repeat"}) {
		t.Errorf("%+v", got.Web)
	}
}
