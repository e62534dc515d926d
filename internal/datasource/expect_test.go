package datasource_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"octavo/internal/asset"
	"octavo/internal/dataset"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/page"
)

// TestExpected is expect_every_s of data-sources.md §10.1: data that are sent, and do not come again in time, are stale
// wherever their state is told, until others come.
func TestExpected(t *testing.T) {
	w := newWeb(t)
	ctx, who := t.Context(), w.admin
	file := w.source(who, "Targets", "month,sum\nJan,1\n")
	push := w.pushed(who, datasource.Table{})
	fetched := w.make(who, w.request("/orders", "7"), 60)
	send := func() {
		t.Helper()
		if _, err := w.Deliver(ctx, who, push.ID, datasource.Delivery{Mode: dataset.Replace, Body: strings.NewReader(`[{"day":"2026-01-01"}]`)}); err != nil {
			t.Fatal(err)
		}
	}
	states := func(when string, ofFile, ofPush datasource.State) {
		t.Helper()
		for src, want := range map[*datasource.Source]datasource.State{file: ofFile, push: ofPush} {
			got, err := w.Get(ctx, who, src.ID)
			if err != nil || got.State != want {
				t.Errorf("%s: %s is %s, want %s, %v", when, src.Name, got.State, want, err)
			}
			list, _, err := w.List(ctx, who, datasource.Filter{Search: src.Name, Choice: asset.Choice{State: string(want)}}, page.Request{Limit: 5})
			if err != nil || len(list) != 1 {
				t.Errorf("%s: lists of what is %s have %d of %s, %v", when, want, len(list), src.Name, err)
			}
			err = w.DB.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
				all, err := w.Payloads(ctx, tx, who, []int64{src.Key.No}, datasource.Choices{})
				if got := all[src.Key.No].State; got != want {
					t.Errorf("%s: Klips see that %s is %s, want %s", when, src.Name, got, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	set := func(src *datasource.Source, every int) {
		t.Helper()
		got, err := w.SetExpected(ctx, who, src.ID, src.Version, every)
		if err != nil || got.ExpectS != every || got.Version != src.Version {
			t.Fatal(got, err)
		}
	}

	set(push, 3600)
	states("nothing came yet", datasource.Fresh, datasource.NoData)
	send()
	set(file, 86400)
	w.advance(59 * time.Minute)
	states("in time", datasource.Fresh, datasource.Fresh)
	w.advance(2 * time.Minute)
	states("the push is late", datasource.Fresh, datasource.Stale)
	send()
	states("it came", datasource.Fresh, datasource.Fresh)
	w.advance(24 * time.Hour)
	states("a day later", datasource.Stale, datasource.Stale)
	if _, err := w.replace(who, file.ID, w.upload(who, "targets.csv", "month,sum\nFeb,2\n").ID); err != nil {
		t.Fatal(err)
	}
	states("a file came", datasource.Fresh, datasource.Stale)
	earlier, err := w.Earlier(ctx, who, file.ID, "")
	if err != nil || len(earlier) == 0 {
		t.Fatal(earlier, err)
	}
	if _, err := w.RollBack(ctx, who, file.ID, earlier[0].ID); err != nil {
		t.Fatal(err)
	}
	states("data of the day before are taken back", datasource.Stale, datasource.Stale)
	set(file, 0)
	set(push, 7*86400)
	states("expected otherwise", datasource.Fresh, datasource.Fresh)

	seen := map[string]bool{}
	mailed := func(when string, want ...string) {
		t.Helper()
		if got := w.told(seen); !slices.Equal(got, want) {
			t.Errorf("%s: the mails say %q, want %q", when, got, want)
		}
	}
	mailed("in time")
	set(push, 3600)
	late := w.Agency.Admin.Email + ": " + push.Name + ": New data should come within one hour, and none did."
	mailed("late", late)
	w.advance(2 * time.Hour)
	mailed("said once a day")
	send()
	mailed("it came", w.Agency.Admin.Email+": "+push.Name+": its data come again.")
	w.advance(24 * time.Hour)
	mailed("late again", late)
	set(push, 0)
	mailed("not expected any more")

	for _, every := range []int{-1, 59, 367 * 86400} {
		_, err := w.SetExpected(ctx, who, file.ID, file.Version, every)
		wantCode(t, err, "bad_expectation")
	}
	_, err = w.SetExpected(ctx, who, fetched.ID, fetched.Version, 3600)
	wantCode(t, err, "bad_expectation")
	_, err = w.SetExpected(ctx, who, file.ID, file.Version+1, 3600)
	wantCode(t, err, "version_conflict")
	_, err = w.SetExpected(ctx, w.Actor(w.Solstice, w.Solstice.Admin), file.ID, file.Version, 3600)
	wantCode(t, err, "not_found")
}
