package datasource_test

import (
	"testing"
	"time"

	"octavo/internal/dataset"
	"octavo/internal/datasource"
)

// What each refresh brings becomes part of a table, once for each.
func TestHistory(t *testing.T) {
	w := newWeb(t)
	src := w.make(w.admin, w.request("/orders", "7"), 3600)
	w.ran(w.admin, src, 1)
	set := func(h *datasource.History) (*datasource.Source, error) {
		return w.SetHistory(t.Context(), w.admin, src.ID, src.Version, h)
	}
	for _, h := range []datasource.History{{}, {Mode: dataset.Replace}, {Mode: dataset.Upsert}, {Mode: dataset.Append, UniqueBy: []string{"amount"}},
		{Mode: dataset.Append, Keep: &datasource.Keep{Days: 2}}} {
		_, err := set(&h)
		wantCode(t, err, "bad_table")
	}
	_, err := w.SetHistory(t.Context(), w.admin, src.ID, src.Version+1, nil)
	wantCode(t, err, "version_conflict")
	got, err := set(&datasource.History{Mode: dataset.Append, Keep: &datasource.Keep{Rows: 7}})
	if err != nil || got.Web.History == nil || got.Version != src.Version {
		t.Fatalf("%+v, %v", got, err)
	}
	w.api.Set("7", 2)
	w.advance(time.Hour)
	if run := w.ran(w.admin, src, 2); run.Outcome != "changed" || w.amounts(w.admin, src) != seven+" 700 701" {
		t.Errorf("appended: %+v %s", run, w.amounts(w.admin, src))
	}
	w.advance(time.Hour)
	if run := w.ran(w.admin, src, 3); run.Outcome != "unchanged" || w.amounts(w.admin, src) != seven+" 700 701" {
		t.Errorf("nothing new: %+v %s", run, w.amounts(w.admin, src))
	}
	w.api.Set("7", 1)
	w.advance(time.Hour)
	if w.ran(w.admin, src, 4); w.amounts(w.admin, src) != "701 702 703 704 700 701 700" {
		t.Errorf("the oldest go: %s", w.amounts(w.admin, src))
	}
	list, err := w.Earlier(t.Context(), w.admin, src.ID, "")
	if err != nil || len(list) != 2 {
		t.Fatalf("%d earlier ones, %v", len(list), err)
	}
	if _, err := w.RollBack(t.Context(), w.admin, src.ID, list[1].ID); err != nil || w.amounts(w.admin, src) != seven {
		t.Errorf("rolled back: %s, %v", w.amounts(w.admin, src), err)
	}
	if _, err := set(&datasource.History{Mode: dataset.Upsert, UniqueBy: []string{"amount"}}); err != nil {
		t.Fatal(err)
	}
	w.api.Set("7", 6)
	w.advance(time.Hour)
	if w.ran(w.admin, src, 5); w.amounts(w.admin, src) != seven+" 705" {
		t.Errorf("upserted: %s", w.amounts(w.admin, src))
	}
	if _, err := set(&datasource.History{Mode: dataset.Upsert, UniqueBy: []string{"nothing"}}); err != nil {
		t.Fatal(err)
	}
	w.api.Set("7", 2)
	w.advance(time.Hour)
	if run := w.ran(w.admin, src, 6); run.Outcome != "failed" || run.Err.Code != "unknown_column" || w.amounts(w.admin, src) != seven+" 705" {
		t.Errorf("a key that is not there: %+v %s", run, w.amounts(w.admin, src))
	}
	if _, err := set(nil); err != nil {
		t.Fatal(err)
	}
	w.api.Set("7", 3)
	w.advance(time.Minute)
	if _, err := w.RefreshNow(t.Context(), w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	if w.ran(w.admin, src, 7); w.amounts(w.admin, src) != "700 701 702" {
		t.Errorf("without a history: %s", w.amounts(w.admin, src))
	}
}
