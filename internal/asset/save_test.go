package asset_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// told is what a list of versions says, oldest first.
func told(versions []asset.Version) []string {
	var out []string
	for _, v := range slices.Backward(versions) {
		line := fmt.Sprintf("%d %s %s %s", v.Version, v.Kind, v.Name, v.By)
		if v.Current {
			line += " current"
		}
		out = append(out, line)
	}
	return out
}

func TestSaveMakesVersions(t *testing.T) {
	w := newWorld(t)
	editor, admin := w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Admin)
	source := w.put(editor, asset.Model, "Sales", nil)
	a := w.put(editor, asset.Klip, "Revenue", map[string]int64{"slotaaaaaa": source.Key.No})
	if a.Version != 1 || a.Suffix != 1 || a.Owner != editor.User || a.Key.Account != w.Solstice.ID {
		t.Fatalf("created: %+v", a)
	}
	w.tick()
	same := content(asset.Klip, "Revenue", map[string]int64{"slotaaaaaa": source.Key.No})
	got, err := w.save(admin, a, 1, "Revenue", same)
	w.must(err)
	if got.Version != 1 || got.Change != a.Change || len(w.versions(editor, a.Key.No)) != 1 {
		t.Errorf("an equal save made version %d", got.Version)
	}
	w.tick()
	got, err = w.save(admin, a, 1, "Turnover", same)
	w.must(err)
	if got.Version != 2 || got.Name != "Turnover" || got.Body != a.Body || got.ChangedBy != w.Solstice.Admin.Name || got.OwnerName != w.Solstice.Editor.Name {
		t.Errorf("a new name: %+v", got)
	}
	if got.UpdatedAt() != clockMillis(w) {
		t.Errorf("updated at %d, want %d", got.UpdatedAt(), clockMillis(w))
	}
	w.tick()
	got, err = w.save(editor, a, 2, "Turnover", content(asset.Klip, "other", map[string]int64{"slotaaaaaa": source.Key.No}))
	w.must(err)
	if got.Version != 3 || got.Body == a.Body || got.Wiring != a.Wiring {
		t.Errorf("a new body: %+v", got)
	}
	again := w.put(editor, asset.Model, "Targets", nil)
	w.tick()
	got, err = w.save(editor, a, 3, "Turnover", content(asset.Klip, "other", map[string]int64{"slotaaaaaa": again.Key.No}))
	w.must(err)
	if got.Version != 4 || got.Wiring == a.Wiring {
		t.Errorf("a new wire: %+v", got)
	}
	want := []string{
		"1 create Revenue " + w.Solstice.Editor.Name, "2 edit Turnover " + w.Solstice.Admin.Name,
		"3 edit Turnover " + w.Solstice.Editor.Name, "4 edit Turnover " + w.Solstice.Editor.Name + " current",
	}
	if diff := cmp.Diff(want, told(w.versions(editor, a.Key.No))); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	if n := w.number(w.Solstice.ID, `SELECT count(*) FROM versions WHERE account_id = :account`, nil); n != 3 {
		t.Errorf("%d rows of versions, want those of the 3 that were replaced", n)
	}
}

func clockMillis(w *world) int64 { return w.clock.Now().UnixMilli() }

// What a visitor does is told as the agency's, without a name.
func TestVersionsDoNotNameVisitors(t *testing.T) {
	w := newWorld(t)
	visitor := w.Visitor(w.Solstice)
	a := w.put(visitor, asset.Klip, "Revenue", nil)
	if a.Owner != w.Solstice.Principal {
		t.Errorf("owner %s, want the principal", a.Owner)
	}
	for _, v := range w.versions(w.Actor(w.Solstice, w.Solstice.Admin), a.Key.No) {
		if v.By != "" || v.ByID != "" {
			t.Errorf("version by %q %q", v.By, v.ByID)
		}
	}
	seen, err := w.view(w.Actor(w.Solstice, w.Solstice.Admin), a.Key.No)
	w.must(err)
	if seen.ChangedBy != "" {
		t.Errorf("changed by %q", seen.ChangedBy)
	}
}

func TestStaleSavesAreRefused(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Editor)
	a := w.put(who, asset.Klip, "Revenue", nil)
	_, err := w.save(who, a, 1, "A", content(asset.Klip, "A", nil))
	w.must(err)
	for _, expected := range []int64{0, 1, 3} {
		_, err := w.save(who, a, expected, "B", content(asset.Klip, "B", nil))
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != "version_conflict" || e.Kind != errs.Conflict || e.Params["version"] != int64(2) {
			t.Errorf("expected version %d: %#v", expected, err)
		}
		_, err = w.restore(who, a.Key.No, 1, expected)
		w.refuse("version_conflict", err)
		w.refuse("version_conflict", w.trash(who, a.Key.No, expected))
	}
	// Even what is equal to the current content is refused over a version that is not current.
	_, err = w.save(who, a, 1, "A", content(asset.Klip, "A", nil))
	w.refuse("version_conflict", err)
	if got := told(w.versions(who, a.Key.No)); len(got) != 2 {
		t.Errorf("a refusal left versions: %q", got)
	}
}

// Of many saves over the same version one wins, and the others hear why.
func TestSavesAtTheSameMoment(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Editor)
	a := w.put(who, asset.Klip, "Revenue", nil)
	const people = 6
	results := make([]error, people)
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			_, results[i] = w.save(who, a, 1, "Revenue", content(asset.Klip, fmt.Sprint("by ", i), nil))
		})
	}
	wg.Wait()
	won := 0
	for _, err := range results {
		if err == nil {
			won++
		} else {
			w.refuse("version_conflict", err)
		}
	}
	if won != 1 || len(w.versions(who, a.Key.No)) != 2 {
		t.Errorf("%d saves won, versions %q", won, told(w.versions(who, a.Key.No)))
	}
}

func TestRestore(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Editor)
	one, two := w.put(who, asset.Model, "One", nil), w.put(who, asset.Model, "Two", nil)
	first := content(asset.Klip, "first", map[string]int64{"slotaaaaaa": one.Key.No})
	a, err := w.create(who, asset.Klip, "First", first)
	w.must(err)
	w.tick()
	second, err := w.save(who, a, 1, "Second", content(asset.Klip, "second", map[string]int64{"slotbbbbbb": two.Key.No}))
	w.must(err)
	w.tick()
	back, err := w.restore(who, a.Key.No, 1, 2)
	w.must(err)
	if back.Version != 3 || back.Name != "First" || back.Body != a.Body || back.Wiring != a.Wiring {
		t.Errorf("restored: %+v", back)
	}
	if diff := cmp.Diff(map[string]int64{"slotaaaaaa": one.Key.No}, w.slots(who, a.Key.No)); diff != "" {
		t.Errorf("wires (-want +got):\n%s", diff)
	}
	for _, version := range []int64{1, 3} { // equal to the current, and the current itself
		same, err := w.restore(who, a.Key.No, version, 3)
		w.must(err)
		if same.Version != 3 {
			t.Errorf("restoring version %d made version %d", version, same.Version)
		}
	}
	_, err = w.restore(who, a.Key.No, 9, 3)
	w.refuse("version_gone", err)
	_, err = w.restore(who, a.Key.No, 0, 3)
	w.refuse("version_gone", err)
	w.tick()
	again, err := w.restore(who, a.Key.No, 2, 3)
	w.must(err)
	if again.Version != 4 || again.Body != second.Body || again.Name != "Second" {
		t.Errorf("restored: %+v", again)
	}
	if got := w.versions(who, a.Key.No); got[0].Kind != "restore" || got[1].Kind != "restore" || got[2].Kind != "edit" {
		t.Errorf("versions: %q", told(got))
	}
	w.sound()
}

// 50 versions are kept however old they are, and older ones for 30 days after they were replaced.
func TestOldVersionsAreDropped(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Editor)
	a := w.put(who, asset.Klip, "Revenue", nil)
	version := int64(1)
	next := func() {
		t.Helper()
		_, err := w.save(who, a, version, "Revenue", content(asset.Klip, fmt.Sprint("version ", version+1), nil))
		w.must(err)
		version++
	}
	oldest := func() int64 {
		t.Helper()
		return w.number(w.Solstice.ID, `SELECT min(version) FROM versions WHERE account_id = :account AND no = :no`, db.Args{"no": a.Key.No})
	}
	for version < 60 {
		next()
		w.clock.Advance(time.Hour)
	}
	if oldest() != 1 {
		t.Fatalf("of 60 versions within 3 days the oldest kept is %d", oldest())
	}
	w.clock.Advance(30*24*time.Hour - 60*time.Hour) // version 1 was replaced at hour 0; this is hour 719
	next()
	if oldest() != 1 {
		t.Errorf("an hour before the 30 days are over the oldest kept is %d", oldest())
	}
	w.clock.Advance(2 * time.Hour) // hour 721: version 1 is over, version 2 (hour 1) is not
	next()
	if got := oldest(); got != 2 {
		t.Errorf("after 30 days and an hour the oldest kept is %d, want 2", got)
	}
	w.clock.Advance(365 * 24 * time.Hour)
	next() // version 63
	if got := oldest(); got != 13 {
		t.Errorf("after a year the oldest kept is %d, want 13: 50 that were replaced", got)
	}
	if n := len(w.versions(who, a.Key.No)); n != 51 {
		t.Errorf("%d versions are listed, want 50 and the current", n)
	}
	_, err := w.restore(who, a.Key.No, 12, version)
	w.refuse("version_gone", err)
	_, err = w.restore(who, a.Key.No, 13, version)
	w.must(err)
	w.sound()
}

func TestBodiesAndNamesThatCannotBe(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Editor)
	bad := content(asset.Klip, "nul \x00", nil)
	_, err := w.create(who, asset.Klip, "Revenue", bad)
	w.refuse("bad_body", err)
	a := w.put(who, asset.Klip, "Revenue", nil)
	_, err = w.save(who, a, 1, "Revenue", bad)
	w.refuse("bad_body", err)
	big := content(asset.Klip, "", nil)
	big.Tree["text"] = strings.Repeat("x", asset.MaxBytes)
	_, err = w.save(who, a, 1, "Revenue", big)
	w.refuse("body_too_large", err)
	if len(w.versions(who, a.Key.No)) != 1 {
		t.Error("a refused body left a version")
	}
	for name, want := range map[string]string{
		"": "name_required", " \t\n": "name_required", "a\x00b": "bad_text", "bell \a": "bad_text", "\xff": "bad_text", "two\nlines": "bad_text",
		fmt.Sprintf("%0201d", 1): "name_too_long",
	} {
		_, err := asset.CheckName(name, "title")
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != want || e.Field != "title" {
			t.Errorf("name %.20q: %v, want %s", name, err, want)
		}
	}
	long := fmt.Sprintf("%0200d", 1)
	for name, want := range map[string]string{" Umsätze 🚀 ": "Umsätze 🚀", long: long} {
		if got, err := asset.CheckName(name, "title"); got != want || err != nil {
			t.Errorf("name %.20q: %q, %v", name, got, err)
		}
	}
}

// A wire is stored for a slot that the body names, and goes with it.
func TestWiresFollowTheBody(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Editor)
	target := w.put(who, asset.Model, "Sales", nil)
	c := content(asset.Klip, "x", map[string]int64{"slotaaaaaa": target.Key.No})
	c.Refs = append(c.Refs, asset.Ref{Kind: asset.Weak, Name: "slotweak22"}, asset.Ref{Kind: asset.Variable, Name: "slotvar333"})
	c.Wires = map[string]int64{"slotaaaaaa": target.Key.No, "slotweak22": target.Key.No, "slotvar333": target.Key.No, "slotnoref4": target.Key.No}
	a, err := w.create(who, asset.Klip, "Revenue", c)
	w.must(err)
	want := map[string]int64{"slotaaaaaa": target.Key.No, "slotweak22": target.Key.No}
	if diff := cmp.Diff(want, w.slots(who, a.Key.No)); diff != "" {
		t.Errorf("wires (-want +got):\n%s", diff)
	}
	var users, links []asset.Link
	w.must(w.in(who, func(tx *db.Tx) (err error) {
		if users, err = w.assets.Users(t.Context(), tx, []int64{target.Key.No}); err == nil {
			links, err = w.assets.Links(t.Context(), tx, []int64{a.Key.No})
		}
		return err
	}))
	both := []asset.Link{
		{From: a.Key.No, To: target.Key.No, Slot: "slotaaaaaa", Kind: asset.Strong},
		{From: a.Key.No, To: target.Key.No, Slot: "slotweak22", Kind: asset.Weak},
	}
	if diff := cmp.Diff(both, users); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(both, links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	_, err = w.save(who, a, 1, "Revenue", content(asset.Klip, "y", nil))
	w.must(err)
	if got := w.slots(who, a.Key.No); len(got) != 0 {
		t.Errorf("wires of slots that went: %v", got)
	}
}

// Numbers are given once, also beside each other and after the bin.
func TestNumbersAreNeverGivenTwice(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Admin)
	var mu sync.Mutex
	seen := map[int64]int{}
	var wg sync.WaitGroup
	failures := make([]error, 6)
	for i := range failures {
		wg.Go(func() {
			for range 5 {
				a, err := w.create(who, asset.Klip, "Revenue", content(asset.Klip, "x", nil))
				if err != nil {
					failures[i] = err
					return
				}
				if i%2 == 0 {
					if err := w.trash(who, a.Key.No, 1); err != nil {
						failures[i] = err
						return
					}
				}
				mu.Lock()
				seen[a.Key.No]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	w.must(errors.Join(failures...))
	if len(seen) != 30 {
		t.Errorf("30 assets have %d numbers: %v", len(seen), seen)
	}
	other := w.put(w.Actor(w.Fjord, w.Fjord.Admin), asset.Klip, "Revenue", nil)
	if other.Key.No != 1 {
		t.Errorf("the first asset of another account has number %d", other.Key.No)
	}
	if w.assets.PublicID(other.Key) == w.assets.PublicID(id.Asset{Account: w.Solstice.ID, No: 1}) {
		t.Error("one public id for two assets")
	}
	_, err := w.create(w.Actor(w.Solstice, w.Solstice.Viewer), asset.Klip, "Revenue", content(asset.Klip, "x", nil))
	w.refuse("permission_denied", err)
}

func TestCopyTitleStaysWithinTheLimit(t *testing.T) {
	for _, title := range []string{"A", strings.Repeat("ä", 200)} {
		got := asset.CopyTitle(title)
		if _, err := asset.CheckName(got, "title"); err != nil || !strings.HasSuffix(got, " (copy)") {
			t.Errorf("CopyTitle(%d characters) = %q, %v", len([]rune(title)), got, err)
		}
	}
}

// A copy says its title in row and body alike.
func TestADuplicateHasItsOwnTitle(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Editor)
	source := w.put(who, asset.Model, "Orders", nil)
	klip := w.put(who, asset.Klip, "Revenue", map[string]int64{"slotaaaaaa": source.Key.No})
	w.must(w.in(who, func(tx *db.Tx) error {
		c, err := w.assets.Duplicate(t.Context(), tx, who, authz.KlipBuild, klip.Key.No, "Revenue (2)")
		if err != nil {
			return err
		}
		c, err = w.assets.Viewable(t.Context(), tx, who, c.Key.No)
		if err == nil && (c.Title() != "Revenue (2)" || !strings.Contains(c.JSON, `"title":"Revenue (2)"`) || c.Wiring != klip.Wiring) {
			t.Errorf("copy %q: %s", c.Title(), c.JSON)
		}
		return err
	}))
	w.sound()
}
