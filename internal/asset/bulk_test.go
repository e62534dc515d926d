package asset_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// refused gives what a change of many names as in the way: titles and codes.
func (w *world) refused(err error) []string {
	w.t.Helper()
	w.refuse("bulk_refused", err)
	e := (*errs.Error)(nil)
	if !errors.As(err, &e) {
		return nil
	}
	var out []string
	for _, r := range e.Params["items"].([]asset.Refused) {
		out = append(out, r.Title+" "+r.Code)
	}
	slices.Sort(out)
	return out
}

// A change of many is made to all of them or to none, and says of each why not.
func TestManyAreChangedOrNone(t *testing.T) {
	w := newWorld(t)
	ctx, editor, other := t.Context(), w.Actor(w.Solstice, w.Solstice.Editor), w.person(w.Solstice, "bo", authz.Editor)
	viewer := w.Actor(w.Solstice, w.Solstice.Viewer)
	free, used, theirs := w.put(editor, asset.Klip, "Free", nil), w.put(editor, asset.Klip, "Used", nil), w.put(other, asset.Klip, "Theirs", nil)
	unseen := w.put(other, asset.Klip, "Unseen", nil)
	w.put(editor, asset.Dashboard, "Board", map[string]int64{"slotaaaaaa": used.Key.No})
	foreign := w.put(w.Actor(w.Fjord, w.Fjord.Admin), asset.Klip, "Foreign", nil)
	w.must(w.share(other, theirs, withUser(editor, authz.View)))
	public := func(list ...*asset.Asset) []string {
		var out []string
		for _, a := range list {
			out = append(out, w.assets.PublicID(a.Key))
		}
		return out
	}
	want := func(what string, got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: refused %q, want %q", what, got, want)
		}
	}
	all := public(free, used, theirs, unseen, foreign)
	want("bin", w.refused(w.library.TrashAll(ctx, editor, all)), " not_found", " not_found", "Theirs permission_denied", "Used in_use")
	w.rights("nothing went", editor, free, "", "")
	want("tags", w.refused(w.library.TagAll(ctx, editor, all, []string{"x"}, nil)), " not_found", " not_found", "Theirs permission_denied")
	want("shares", w.refused(w.library.ShareAll(ctx, editor, public(free, theirs, unseen, foreign), []asset.Share{withUser(viewer, authz.View)}, false)),
		" not_found", " not_found", "Theirs permission_denied")
	want("restore", w.refused(w.library.RestoreAll(ctx, editor, all)), " not_found", " not_found", "Theirs permission_denied")
	w.rights("not shared", viewer, free, "not_found", "not_found")
	if tags, err := w.library.Tags(ctx, editor, []asset.Kind{asset.Klip}); err != nil || len(tags) > 0 {
		t.Errorf("tags stayed: %v, %v", tags, err)
	}

	two := public(free, used)
	w.must(w.share(editor, free, withUser(viewer, authz.Edit)))
	w.must(w.library.ShareAll(ctx, editor, two, []asset.Share{withUser(viewer, authz.View), withUser(editor, authz.View)}, false))
	w.rights("shared", viewer, used, "", "permission_denied")
	shares, err := w.library.Shares(ctx, editor, two[0])
	w.must(err)
	if len(shares) != 1 || shares[0].Right != authz.Edit {
		t.Errorf("a stronger right is taken away, or the owner is shared with: %+v", shares)
	}
	lines := func(a *asset.Asset, action string) int64 {
		return w.number(editor.Account, `SELECT COUNT(*) FROM audit WHERE account_id = :account AND action = :action AND subject = :id`,
			db.Args{"action": action, "id": w.assets.PublicID(a.Key)})
	}
	had := lines(free, "klip.shared")
	w.must(w.library.ShareAll(ctx, editor, two, []asset.Share{withUser(viewer, authz.View)}, false))
	if lines(free, "klip.shared") != had || lines(used, "klip.shared") != 1 {
		t.Errorf("lines of shares: %d, %d of what had them", lines(free, "klip.shared")-had, lines(used, "klip.shared"))
	}
	w.must(w.library.TagAll(ctx, editor, public(free), []string{"Sales"}, nil))
	w.must(w.library.TagAll(ctx, editor, two, []string{"sales"}, []string{"nothing"}))
	w.must(w.library.TagAll(ctx, editor, two, nil, []string{"nothing"}))
	if lines(free, "klip.tagged") != 1 || lines(used, "klip.tagged") != 1 {
		t.Errorf("lines of tags: %d, %d", lines(free, "klip.tagged"), lines(used, "klip.tagged"))
	}
	if n := w.number(editor.Account, `SELECT COUNT(*) FROM audit WHERE account_id = :account AND action = 'klip.tagged' AND detail LIKE '%nothing%'`, nil); n != 0 {
		t.Errorf("%d lines name a tag that nothing had", n)
	}
	w.must(w.library.TagAll(ctx, editor, two, nil, []string{"Sales"}))
	w.refuse("unknown_principal", w.library.ShareAll(ctx, editor, two, []asset.Share{{Kind: "user", ID: "nobody", Right: authz.View}}, false))
	w.refuse("bad_tag", w.library.TagAll(ctx, editor, two, []string{"a,b"}, nil))
	w.refuse("text_too_long", w.library.TagAll(ctx, editor, two, []string{strings.Repeat("x", 41)}, nil))
	w.refuse("too_many_assets", w.library.TrashAll(ctx, editor, make([]string, asset.MaxBulk+1)))
	many := make([]string, 21)
	for i := range many {
		many[i] = strings.Repeat("t", i+1)
	}
	want("too many tags", w.refused(w.library.TagAll(ctx, editor, two, many, nil)), "Free too_many_tags", "Used too_many_tags")

	w.must(w.library.TrashAll(ctx, editor, append(public(free), two[0])))
	w.rights("in the bin", editor, free, "not_found", "not_found")
	want("again", w.refused(w.library.TrashAll(ctx, editor, public(free))), "Free not_found")
	want("not theirs to restore", w.refused(w.library.RestoreAll(ctx, viewer, public(free))), "Free permission_denied")
	w.must(w.library.RestoreAll(ctx, editor, public(free, used)))
	w.rights("back", editor, free, "", "")
	w.sound()
}

// What goes to the bin together uses nothing that goes along, whatever the order of the ids, which is random.
func TestADashboardGoesToTheBinWithItsKlips(t *testing.T) {
	w := newWorld(t)
	ctx, editor := t.Context(), w.Actor(w.Solstice, w.Solstice.Editor)
	orders := map[bool]bool{}
	for len(orders) < 2 {
		klip := w.put(editor, asset.Klip, "Revenue", nil)
		board := w.put(editor, asset.Dashboard, "Board", map[string]int64{"slotaaaaaa": klip.Key.No})
		other := w.put(editor, asset.Dashboard, "Other", map[string]int64{"slotaaaaaa": klip.Key.No})
		ids := []string{w.assets.PublicID(klip.Key), w.assets.PublicID(board.Key)}
		orders[ids[0] < ids[1]] = true
		if got := w.refused(w.library.TrashAll(ctx, editor, ids)); !slices.Equal(got, []string{"Revenue in_use"}) {
			t.Errorf("on another dashboard: %q", got)
		}
		w.rights("nothing went", editor, board, "", "")
		w.must(w.trash(editor, other.Key.No, 1))
		w.must(w.library.TrashAll(ctx, editor, ids))
		w.rights("went along", editor, klip, "not_found", "not_found")
	}
	w.sound()
}
