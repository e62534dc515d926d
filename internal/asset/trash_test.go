package asset_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

func TestTheBinCountsDashboards(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Editor)
	w.limitDashboards(w.Solstice.ID, 2)
	a, b := w.put(who, asset.Dashboard, "A", nil), w.put(who, asset.Dashboard, "B", nil)
	_, err := w.create(who, asset.Dashboard, "C", content(asset.Dashboard, "C", nil))
	w.refuse("limit_reached", err)
	w.put(who, asset.Klip, "Klips are not counted", nil)
	if n := w.dashboardsUsed(w.Solstice.ID); n != 2 {
		t.Errorf("%d dashboards in use, want 2", n)
	}
	w.must(w.trash(who, a.Key.No, 1))
	if n := w.dashboardsUsed(w.Solstice.ID); n != 1 {
		t.Errorf("%d dashboards in use after one went to the bin", n)
	}
	w.sound()
	c := w.put(who, asset.Dashboard, "C", nil)
	_, err = w.untrash(who, a.Key.No)
	w.refuse("limit_reached", err)
	_, err = w.view(who, a.Key.No)
	w.refuse("not_found", err)
	w.must(w.trash(who, b.Key.No, 1))
	back, err := w.untrash(who, a.Key.No)
	w.must(err)
	if back.Key != a.Key || back.Version != 1 || back.Body != a.Body || back.DeletedAt != 0 || w.dashboardsUsed(w.Solstice.ID) != 2 {
		t.Errorf("back from the bin: %+v, %d in use", back, w.dashboardsUsed(w.Solstice.ID))
	}
	again, err := w.untrash(who, a.Key.No)
	w.must(err)
	if again.Version != 1 || w.dashboardsUsed(w.Solstice.ID) != 2 {
		t.Errorf("what was not in the bin was counted: %d in use", w.dashboardsUsed(w.Solstice.ID))
	}
	w.limitDashboards(w.Solstice.ID, 0)
	w.must(w.trash(who, c.Key.No, 1))
	w.limitDashboards(w.Solstice.ID, -1)
	_, err = w.untrash(who, c.Key.No)
	w.must(err)
	w.sound()
}

// In the bin an asset is gone for everybody and everything, and keeps number, wires, shares and versions.
func TestTheBinHidesAndKeeps(t *testing.T) {
	w := newWorld(t)
	who, viewer := w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Viewer)
	source := w.put(who, asset.Model, "Sales", nil)
	a := w.put(who, asset.Klip, "Revenue", map[string]int64{"slotsource": source.Key.No})
	w.must(w.share(who, a, withUser(viewer, authz.View)))
	_, err := w.save(who, a, 1, "Turnover", content(asset.Klip, "x", map[string]int64{"slotsource": source.Key.No}))
	w.must(err)
	w.must(w.trash(who, a.Key.No, 2))
	for _, who := range []authz.Actor{who, viewer, w.Actor(w.Solstice, w.Solstice.Admin)} {
		w.rights("in the bin", who, a, "not_found", "not_found")
	}
	_, err = w.save(who, a, 2, "X", content(asset.Klip, "y", nil))
	w.refuse("not_found", err)
	_, err = w.restore(who, a.Key.No, 1, 2)
	w.refuse("not_found", err)
	w.refuse("not_found", w.trash(who, a.Key.No, 2))
	public := w.assets.PublicID(a.Key)
	_, err = w.library.Versions(t.Context(), who, public)
	w.refuse("not_found", err)
	_, err = w.library.Shares(t.Context(), who, public)
	w.refuse("not_found", err)
	w.must(w.trash(who, source.Key.No, 1)) // what is in the bin uses nothing
	_, err = w.untrash(who, a.Key.No)
	w.must(err)
	w.rights("back from the bin", viewer, a, "", "permission_denied")
	if got := w.slots(who, a.Key.No); got["slotsource"] != source.Key.No {
		t.Errorf("wires after the bin: %v", got)
	}
	if n := len(w.versions(who, a.Key.No)); n != 2 {
		t.Errorf("%d versions after the bin", n)
	}
	_, err = w.untrash(who, source.Key.No)
	w.must(err)
	w.sound()
}

func TestTheBinRefusesWhatIsInUse(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Editor)
	klip := w.put(who, asset.Klip, "Revenue", nil)
	one := w.put(who, asset.Dashboard, "One", map[string]int64{"slotaaaaaa": klip.Key.No, "slotbbbbbb": klip.Key.No})
	two := w.put(who, asset.Dashboard, "Two", map[string]int64{"slotaaaaaa": klip.Key.No})
	err := w.trash(who, klip.Key.No, 1)
	var e *errs.Error
	if !errors.As(err, &e) || e.Code != "in_use" || e.Kind != errs.Conflict {
		t.Fatalf("in use: %v", err)
	}
	if diff := cmp.Diff([]string{"One", "Two"}, e.Params["used_by"]); diff != "" {
		t.Errorf("used by (-want +got):\n%s", diff)
	}
	w.must(w.trash(who, one.Key.No, 1))
	w.refuse("in_use", w.trash(who, klip.Key.No, 1))
	_, err = w.save(who, two, 1, "Two", content(asset.Dashboard, "empty", nil))
	w.must(err)
	c := content(asset.Klip, "link", nil)
	c.Refs, c.Wires = []asset.Ref{{Kind: asset.Weak, Name: "slotlinked"}}, map[string]int64{"slotlinked": klip.Key.No}
	_, err = w.create(who, asset.Klip, "Links to it", c)
	w.must(err)
	w.must(w.trash(who, klip.Key.No, 1)) // older versions, the bin and links hold nothing
}

func TestTheBinAsksForRights(t *testing.T) {
	w := newWorld(t)
	owner, viewer := w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Viewer)
	editor, hidden := w.person(w.Solstice, "bo", authz.Editor), w.person(w.Solstice, "cy", authz.Editor)
	a := w.put(owner, asset.Klip, "Revenue", nil)
	w.must(w.share(owner, a, withUser(viewer, authz.Edit), withUser(editor, authz.View)))
	for _, live := range []bool{true, false} {
		if !live {
			w.must(w.trash(owner, a.Key.No, 1))
		}
		for _, c := range []struct {
			who  authz.Actor
			code string
		}{{viewer, "permission_denied"}, {editor, "permission_denied"}, {hidden, "not_found"}} {
			got, err := w.untrash(c.who, a.Key.No)
			if codeOf(err) != c.code || got != nil {
				t.Errorf("live %v, %s takes it out of the bin: %v, want %s", live, c.who.Name, err, c.code)
			}
			if live {
				w.refuse(c.code, w.trash(c.who, a.Key.No, 1))
			}
		}
	}
	if _, err := w.untrash(w.Actor(w.Solstice, w.Solstice.Admin), a.Key.No); err != nil {
		t.Error(err)
	}
}

// Of many who do the same at once one succeeds, and it is counted once.
func TestTheBinAtTheSameMoment(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Editor)
	const people = 8
	for range 5 {
		a := w.put(who, asset.Dashboard, "Trading", nil)
		before := w.dashboardsUsed(w.Solstice.ID)
		results := make([]error, people)
		atOnce := func(fn func() error) {
			var wg sync.WaitGroup
			for i := range people {
				wg.Go(func() { results[i] = fn() })
			}
			wg.Wait()
		}
		atOnce(func() error { return w.trash(who, a.Key.No, 1) })
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else {
				w.refuse("not_found", err)
			}
		}
		if n := w.dashboardsUsed(w.Solstice.ID); won != 1 || n != before-1 {
			t.Fatalf("%d moved it to the bin; %d dashboards in use, %d before", won, n, before)
		}
		atOnce(func() error { _, err := w.untrash(who, a.Key.No); return err })
		for _, err := range results {
			if err != nil {
				w.refuse("version_conflict", err)
			}
		}
		if n := w.dashboardsUsed(w.Solstice.ID); n != before {
			t.Fatalf("after the bin %d dashboards are in use, %d before", n, before)
		}
	}
	trashed := w.number(w.Solstice.ID, `SELECT count(*) FROM changes WHERE account_id = :account AND kind = :kind`, db.Args{"kind": "trash"})
	if trashed != 5 {
		t.Errorf("%d changes of kind trash, want 5", trashed)
	}
	w.sound()
}

// A Klip must not lie in the bin while a dashboard shows it, also when both happen at the same moment.
func TestBinAndUseAtTheSameMoment(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Admin)
	for range 12 {
		klip := w.put(who, asset.Klip, "Revenue", nil)
		board := w.put(who, asset.Dashboard, "Trading", nil)
		var used, binned error
		var both sync.WaitGroup
		both.Go(func() {
			_, used = w.save(who, board, 1, "Trading", content(asset.Dashboard, "x", map[string]int64{"k": klip.Key.No}))
		})
		both.Go(func() { binned = w.trash(who, klip.Key.No, 1) })
		both.Wait()
		switch {
		case used == nil:
			w.refuse("in_use", binned)
		case binned == nil:
			w.refuse("not_found", used)
		default:
			t.Errorf("neither: %v, %v", used, binned)
		}
		if used == nil {
			w.must(w.trash(who, board.Key.No, 2))
		} else {
			w.must(w.trash(who, board.Key.No, 1))
		}
	}
}
