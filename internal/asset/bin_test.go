package asset_test

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
	"octavo/internal/page"
)

// bin is what somebody finds in the bin, newest first.
func (w *world) bin(who authz.Actor, f asset.BinFilter) []string {
	w.t.Helper()
	out := []string{}
	req := page.Request{Limit: 2}
	for {
		rows, next, err := w.library.Bin(w.t.Context(), who, f, req)
		w.must(err)
		for _, b := range rows {
			out = append(out, b.Title()+" by "+b.DeletedBy)
			if b.GoesAt()-b.DeletedAt != (30 * 24 * time.Hour).Milliseconds() {
				w.t.Errorf("%s goes after %d ms", b.Title(), b.GoesAt()-b.DeletedAt)
			}
		}
		if next == nil {
			return out
		}
		req.After = next
	}
}

func TestWhoFindsWhatInTheBin(t *testing.T) {
	w := newWorld(t)
	owner, editor := w.Actor(w.Solstice, w.Solstice.Editor), w.person(w.Solstice, "bo", authz.Editor)
	admin, visitor := w.Actor(w.Solstice, w.Solstice.Admin), w.Visitor(w.Solstice)
	for i, c := range []struct {
		kind   asset.Kind
		name   string
		by     authz.Actor
		shares []asset.Share
	}{
		{asset.Dashboard, "Board", owner, []asset.Share{withUser(editor, authz.View)}},
		{asset.Klip, "Klip", owner, []asset.Share{withUser(editor, authz.Edit)}},
		{asset.Model, "Model", visitor, nil},
	} {
		a := w.put(owner, c.kind, c.name, nil)
		w.must(w.share(owner, a, c.shares...))
		w.clock.Advance(time.Duration(i+1) * time.Minute)
		w.must(w.trash(c.by, a.Key.No, 1))
	}
	by := w.Solstice.Editor.Name
	all := []string{"Model by ", "Klip by " + by, "Board by " + by}
	for name, c := range map[string]struct {
		who  authz.Actor
		f    asset.BinFilter
		want []string
	}{
		"owner":             {owner, asset.BinFilter{}, all},
		"admin":             {admin, asset.BinFilter{}, all},
		"visitor":           {visitor, asset.BinFilter{}, all},
		"a kind":            {admin, asset.BinFilter{Kinds: []asset.Kind{asset.Klip}}, all[1:2]},
		"a name":            {admin, asset.BinFilter{Search: "BOA"}, all[2:]},
		"shared to edit":    {editor, asset.BinFilter{}, all[1:2]},
		"a viewer":          {w.Actor(w.Solstice, w.Solstice.Viewer), asset.BinFilter{}, nil},
		"another client":    {w.Actor(w.Fjord, w.Fjord.Admin), asset.BinFilter{}, nil},
		"the agency itself": {w.Actor(w.Agency, w.Agency.Admin), asset.BinFilter{}, nil},
	} {
		if diff := cmp.Diff(append([]string{}, c.want...), w.bin(c.who, c.f)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Klips that went with a dashboard come back with it; one that went on its own does not.
func TestADashboardBringsItsKlipsBack(t *testing.T) {
	w := newWorld(t)
	ctx, owner, viewer := t.Context(), w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Viewer)
	with, before := w.put(owner, asset.Klip, "With", nil), w.put(owner, asset.Klip, "Before", nil)
	board := w.put(owner, asset.Dashboard, "Board", map[string]int64{"slotaaaaaa": with.Key.No, "slotbbbbbb": before.Key.No})
	w.must(w.share(owner, board, withUser(viewer, authz.View)))
	w.must(w.in(owner, func(tx *db.Tx) error {
		for _, no := range []int64{board.Key.No, with.Key.No} {
			if _, err := w.assets.Trash(ctx, tx, owner, no, 1); err != nil {
				return err
			}
		}
		return nil
	}))
	w.clock.Advance(time.Minute)
	w.must(w.trash(owner, before.Key.No, 1))
	_, err := w.library.RestoreFromBin(ctx, viewer, w.assets.PublicID(board.Key))
	w.refuse("permission_denied", err)
	_, err = w.library.RestoreFromBin(ctx, owner, w.assets.PublicID(board.Key))
	w.must(err)
	w.rights("back with its rights", viewer, board, "", "permission_denied")
	w.rights("back with it", viewer, with, "", "permission_denied")
	w.rights("went on its own", viewer, before, "not_found", "not_found")
	w.sound()
}

func TestPurge(t *testing.T) {
	w := newWorld(t)
	ctx, owner := t.Context(), w.Actor(w.Solstice, w.Solstice.Editor)
	editor := w.person(w.Solstice, "bo", authz.Editor)
	klip := w.put(owner, asset.Klip, "Klip", nil)
	board := w.put(owner, asset.Dashboard, "Board", map[string]int64{"slotaaaaaa": klip.Key.No})
	w.must(w.share(owner, board, withUser(editor, authz.Edit)))
	public := w.assets.PublicID(board.Key)
	w.refuse("not_found", w.library.Purge(ctx, owner, public)) // not in the bin
	_, err := w.save(owner, board, 1, "Board", content(asset.Dashboard, "more", map[string]int64{"slotaaaaaa": klip.Key.No}))
	w.must(err)
	w.must(w.trash(owner, board.Key.No, 2))
	w.refuse("permission_denied", w.library.Purge(ctx, editor, public))
	w.must(w.library.Purge(ctx, owner, public))
	w.refuse("not_found", w.library.Purge(ctx, owner, public))
	_, err = w.library.RestoreFromBin(ctx, owner, public)
	w.refuse("not_found", err)
	for _, table := range []string{"assets", "versions", "asset_shares"} {
		if n := w.number(owner.Account, `SELECT COUNT(*) FROM `+table+` WHERE account_id = :account AND no = :no`, db.Args{"no": board.Key.No}); n != 0 {
			t.Errorf("%d rows of %s are left", n, table)
		}
	}
	w.sound()
}

// After 30 days the bin empties itself; what was restored in between stays.
func TestTheBinEmptiesItself(t *testing.T) {
	w := newWorld(t)
	owner, agency := w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Agency, w.Agency.Admin)
	gone, back, again := w.put(owner, asset.Klip, "Gone", nil), w.put(owner, asset.Klip, "Back", nil), w.put(owner, asset.Klip, "Again", nil)
	theirs := w.put(agency, asset.Dashboard, "Of the agency", nil)
	w.must(w.trash(agency, theirs.Key.No, 1))
	for _, a := range []*asset.Asset{gone, back, again} {
		w.must(w.trash(owner, a.Key.No, 1))
	}
	w.clock.Advance(24 * time.Hour)
	for _, a := range []*asset.Asset{back, again} {
		_, err := w.untrash(owner, a.Key.No)
		w.must(err)
	}
	w.must(w.trash(owner, again.Key.No, 1))
	there := func() []bool {
		var out []bool
		for _, a := range []*asset.Asset{gone, back, again, theirs} {
			out = append(out, w.number(a.Key.Account, `SELECT COUNT(*) FROM assets WHERE account_id = :account AND no = :no`, db.Args{"no": a.Key.No}) == 1)
		}
		return out
	}
	for _, c := range []struct {
		after time.Duration
		want  []bool
	}{
		{29*24*time.Hour - time.Minute, []bool{true, true, true, true}},
		{time.Minute, []bool{false, true, true, false}},
		{24 * time.Hour, []bool{false, true, false, false}},
	} {
		w.clock.Advance(c.after)
		w.must(w.library.EmptyBins(t.Context(), w.Accounts.All))
		if got := there(); !slices.Equal(got, c.want) {
			t.Errorf("after %v more: %v, want %v", c.after, got, c.want)
		}
	}
	w.rights("was restored", owner, back, "", "")
	w.sound()
}

// The agency's bin comes first and cannot be emptied; that of the client is all the same.
func TestABinThatFailsKeepsNoOtherWaiting(t *testing.T) {
	broken := errors.New("the disk is full")
	var refuse atomic.Int64 // the account whose assets cannot be removed
	w := newWorld(t, dbtest.OnStatement(func(s db.Statement) error {
		if strings.HasPrefix(s.Text, "DELETE FROM assets") && s.Bound["account"] == refuse.Load() {
			return broken
		}
		return nil
	}))
	for _, who := range []authz.Actor{w.Actor(w.Agency, w.Agency.Admin), w.Actor(w.Solstice, w.Solstice.Admin)} {
		w.must(w.trash(who, w.put(who, asset.Klip, "Old", nil).Key.No, 1))
	}
	w.clock.Advance(asset.BinAge)
	refuse.Store(int64(w.Agency.ID))
	if err := w.library.EmptyBins(t.Context(), w.Accounts.All); !errors.Is(err, broken) {
		t.Errorf("emptying says %v", err)
	}
	for a, want := range map[id.Account]int64{w.Agency.ID: 1, w.Solstice.ID: 0} {
		if n := w.number(a, `SELECT COUNT(*) FROM assets WHERE account_id = :account`, nil); int64(n) != want {
			t.Errorf("account %d has %d assets, want %d", a, n, want)
		}
	}
}

// What was restored after a purge had read it keeps everything, also when it was deleted again.
func TestAPurgeLeavesWhatWasRestoredMeanwhile(t *testing.T) {
	w := newWorld(t)
	ctx, owner, viewer := t.Context(), w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Viewer)
	a := w.put(owner, asset.Klip, "Klip", nil)
	w.must(w.share(owner, a, withUser(viewer, authz.View)))
	w.must(w.trash(owner, a.Key.No, 1))
	var read *asset.Asset
	w.must(w.in(owner, func(tx *db.Tx) error {
		some, err := w.assets.Some(ctx, tx, []int64{a.Key.No})
		read = some[a.Key.No]
		return err
	}))
	purge := func() (gone bool) {
		w.must(w.in(owner, func(tx *db.Tx) (err error) {
			gone, err = asset.PurgeAsRead(ctx, w.library, tx, owner, read)
			return err
		}))
		return gone
	}
	_, err := w.untrash(owner, a.Key.No)
	w.must(err)
	if purge() {
		t.Error("a restored asset was purged")
	}
	w.rights("restored", viewer, a, "", "permission_denied")
	w.tick()
	w.must(w.trash(owner, a.Key.No, 1))
	if purge() {
		t.Error("an asset was purged for an earlier deletion")
	}
	_, err = w.untrash(owner, a.Key.No)
	w.must(err)
	w.rights("restored again", viewer, a, "", "permission_denied")
	w.sound()
}

// A table with rows of assets that purge does not know would keep them for ever.
func TestPurgeKnowsAllTablesOfAssets(t *testing.T) {
	w := newWorld(t)
	var found []string
	for table := range db.Tables() {
		columns := dbtest.Columns(t, w.DB, table)
		if slices.Contains(columns, "account_id") && slices.Contains(columns, "no") {
			found = append(found, table)
		}
	}
	slices.Sort(found)
	known := slices.Sorted(slices.Values(asset.TablesOfAssets))
	if diff := cmp.Diff(found, known); diff != "" {
		t.Errorf("tables with account_id and no, and those that purge empties:\n%s", diff)
	}
}
