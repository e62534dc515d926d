package asset_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// told is a group's list as text.
func (w *world) defaults(who authz.Actor, group id.Group) []string {
	w.t.Helper()
	list, err := w.library.Defaults(w.t.Context(), who, group)
	w.must(err)
	out := []string{}
	for _, d := range list {
		out = append(out, d.Title+" "+string(d.Right)+" "+string(d.Visibility))
	}
	return out
}

func (w *world) wantDefaults(what string, who authz.Actor, group id.Group, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), w.defaults(who, group)); diff != "" {
		w.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// A default shares the dashboard and its Klips; right, visibility and order are the group's.
func TestDefaultsShareAndOrder(t *testing.T) {
	w := newWorld(t)
	ctx, admin := t.Context(), w.Actor(w.Solstice, w.Solstice.Admin)
	team := w.group("Team")
	member := w.person(w.Solstice, "cy", authz.ViewOnly, team)
	klip := w.put(admin, asset.Klip, "Revenue", nil)
	a := w.put(admin, asset.Dashboard, "A", map[string]int64{"slotaaaaaa": klip.Key.No})
	b, c := w.put(admin, asset.Dashboard, "B", nil), w.put(admin, asset.Dashboard, "C", nil)
	public := func(x *asset.Asset) string { return w.assets.PublicID(x.Key) }

	w.must(w.library.SetDefault(ctx, admin, team, public(a), authz.None, asset.Required))
	w.must(w.library.SetDefault(ctx, admin, team, public(b), authz.Edit, asset.Added))
	w.must(w.library.SetDefault(ctx, admin, team, public(c), authz.None, ""))
	w.wantDefaults("as they were set", admin, team, "A view required", "B edit added", "C view library")
	w.rights("member", member, a, "", "permission_denied")
	w.rights("member", member, klip, "", "permission_denied")

	_, err := w.library.OrderDefaults(ctx, admin, team, []string{public(c), public(a)})
	w.must(err)
	w.wantDefaults("ordered", admin, team, "C view library", "A view required", "B edit added")
	w.must(w.library.SetDefault(ctx, admin, team, public(b), authz.View, ""))
	w.wantDefaults("a right changes nothing else", admin, team, "C view library", "A view required", "B view added")

	// Sharing by the dialog keeps what it does not name.
	_, err = w.library.SetShares(ctx, admin, public(a), asset.Sharing{With: []asset.Share{withGroup(team, authz.Edit)}})
	w.must(err)
	w.wantDefaults("shared again", admin, team, "C view library", "A edit required", "B view added")

	w.must(w.library.DropDefault(ctx, admin, team, public(a)))
	w.wantDefaults("dropped", admin, team, "C view library", "B view added")
	w.rights("member", member, a, "not_found", "not_found")
	w.refuse("not_found", w.library.DropDefault(ctx, admin, team, public(a)))
	w.must(w.trash(admin, c.Key.No, 1))
	w.wantDefaults("in the bin", admin, team, "B view added")
	w.sound()
}

// Setting one default leaves the other shares of the dashboard as they are, and its Klips
// where somebody took them away.
func TestOneDefaultTouchesNothingElse(t *testing.T) {
	w := newWorld(t)
	ctx, admin, viewer := t.Context(), w.Actor(w.Solstice, w.Solstice.Admin), w.Actor(w.Solstice, w.Solstice.Viewer)
	team := w.group("Team")
	klip := w.put(admin, asset.Klip, "Klip", nil)
	a := w.put(admin, asset.Dashboard, "A", map[string]int64{"slotaaaaaa": klip.Key.No})
	w.must(w.share(admin, a, withUser(viewer, authz.View)))
	w.must(w.share(admin, klip)) // taken from the viewer again
	public := w.assets.PublicID(a.Key)
	w.must(w.library.SetDefault(ctx, admin, team, public, authz.View, asset.Added))
	w.rights("not named", viewer, klip, "not_found", "not_found")
	w.must(w.library.DropDefault(ctx, admin, team, public))
	w.rights("not named", viewer, klip, "not_found", "not_found")
	w.rights("keeps the share", viewer, a, "", "permission_denied")
	w.sound()
}

// The order of a group holds for all its dashboards, also those that whoever orders cannot see.
func TestOrderIsThatOfTheGroup(t *testing.T) {
	w := newWorld(t)
	ctx, admin := t.Context(), w.Actor(w.Solstice, w.Solstice.Admin)
	team := w.group("Team")
	pusher := w.person(w.Solstice, "cy", authz.Editor)
	pusher.Custom = []authz.Permission{authz.GroupView, authz.TabPush}
	public := map[string]string{}
	for _, name := range []string{"A", "B", "C", "D"} {
		a := w.put(admin, asset.Dashboard, name, nil)
		public[name] = w.assets.PublicID(a.Key)
		w.must(w.library.SetDefault(ctx, admin, team, public[name], authz.View, ""))
		if name != "B" {
			w.must(w.share(admin, a, withGroup(team, authz.View), withUser(pusher, authz.View)))
		}
	}
	_, err := w.library.OrderDefaults(ctx, pusher, team, []string{public["B"]})
	w.refuse("not_found", err)
	_, err = w.library.OrderDefaults(ctx, pusher, team, []string{public["D"], public["C"]})
	w.must(err)
	w.wantDefaults("B keeps its place behind A", admin, team, "D view library", "C view library", "A view library", "B view library")
	w.sound()
}

func TestDefaultsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	ctx, admin, editor := t.Context(), w.Actor(w.Solstice, w.Solstice.Admin), w.Actor(w.Solstice, w.Solstice.Editor)
	team := w.group("Team")
	klip := w.put(editor, asset.Klip, "K", nil)
	a := w.put(editor, asset.Dashboard, "A", nil)
	public := w.assets.PublicID(a.Key)
	w.refuse("permission_denied", w.library.SetDefault(ctx, editor, team, public, authz.View, asset.Added))
	w.refuse("permission_denied", w.library.DropDefault(ctx, editor, team, public))
	w.refuse("permission_denied", w.library.ShowAgain(ctx, editor, team, public))
	w.refuse("not_found", w.library.SetDefault(ctx, admin, "nobody", public, authz.View, asset.Added))
	w.refuse("not_found", w.library.SetDefault(ctx, admin, team, w.assets.PublicID(klip.Key), authz.View, asset.Added))
	w.refuse("bad_visibility", w.library.SetDefault(ctx, admin, team, public, authz.View, "loud"))
	w.refuse("bad_right", w.library.SetDefault(ctx, admin, team, public, "own", asset.Added))
	w.refuse("not_found", w.library.ShowAgain(ctx, admin, team, public)) // not shared with the group

	// Without tab.push the dialog may share, and leaves visibilities as they are.
	group := withGroup(team, authz.View)
	w.must(w.share(editor, a, group))
	group.Visibility = asset.Required
	w.refuse("permission_denied", w.share(editor, a, group))
	w.must(w.share(admin, a, group))
	w.must(w.share(editor, a, group)) // as it is
	w.wantDefaults("kept", admin, team, "A view required")
	person := withUser(admin, authz.View)
	person.Visibility = asset.Added
	w.refuse("bad_visibility", w.share(editor, a, person))
	group.Visibility = asset.Added
	w.refuse("bad_visibility", w.share(editor, klip, group))
}

func TestDefaultsOfOtherAccounts(t *testing.T) {
	w := newWorld(t)
	ctx, team := t.Context(), w.group("Team")
	solstice := w.Actor(w.Solstice, w.Solstice.Admin)
	a := w.assets.PublicID(w.put(solstice, asset.Dashboard, "A", nil).Key)
	w.must(w.library.SetDefault(ctx, solstice, team, a, authz.View, asset.Added))
	for _, who := range []authz.Actor{w.Actor(w.Fjord, w.Fjord.Admin), w.Actor(w.Agency, w.Agency.Admin), w.Visitor(w.Fjord)} {
		_, err := w.library.Defaults(ctx, who, team)
		w.refuse("not_found", err)
		_, err = w.library.OrderDefaults(ctx, who, team, []string{a})
		w.refuse("not_found", err)
		own := w.allUsers(who)
		_, err = w.library.OrderDefaults(ctx, who, own, []string{a})
		w.refuse("not_found", err)
		w.refuse("not_found", w.library.SetDefault(ctx, who, own, a, authz.View, asset.Added))
	}
	w.wantDefaults("untouched", w.Visitor(w.Solstice), team, "A view added")
}

// D56: a Klip that the sharer leaves out is not shared along, and stays left out.
func TestHiddenKlips(t *testing.T) {
	w := newWorld(t)
	ctx, owner := t.Context(), w.Actor(w.Solstice, w.Solstice.Editor)
	viewer, other := w.Actor(w.Solstice, w.Solstice.Viewer), w.person(w.Solstice, "bo", authz.ViewOnly)
	shown, left := w.put(owner, asset.Klip, "Shown", nil), w.put(owner, asset.Klip, "Left out", nil)
	board := w.put(owner, asset.Dashboard, "Board", map[string]int64{"slotaaaaaa": shown.Key.No, "slotbbbbbb": left.Key.No})
	second := w.put(owner, asset.Dashboard, "Second", map[string]int64{"slotaaaaaa": left.Key.No})
	public := func(a *asset.Asset) string { return w.assets.PublicID(a.Key) }
	set := func(hidden []string, with ...asset.Share) {
		t.Helper()
		_, err := w.library.SetShares(ctx, owner, public(board), asset.Sharing{With: with, Hidden: hidden})
		w.must(err)
	}
	const none, denied = "not_found", "permission_denied"
	set([]string{public(left)}, withUser(viewer, authz.View))
	w.rights("left out", viewer, left, none, none)
	w.rights("left out", viewer, shown, "", denied)
	set(nil, withUser(viewer, authz.View), withUser(other, authz.View)) // somebody more: still left out
	w.rights("left out for the second", other, left, none, none)
	reach, err := w.library.Reach(ctx, owner, public(board))
	w.must(err)
	want := []asset.ReachKlip{
		{ID: public(left), Title: "Left out", Hidden: true, CanDelete: true},
		{ID: public(shown), Title: "Shown", OnlyHere: true, CanDelete: true},
	}
	if diff := cmp.Diff(want, reach.Klips); diff != "" || !reach.IsOwner || reach.Owner != w.Solstice.Editor.Name {
		t.Errorf("reach %+v (-want +got):\n%s", reach, diff)
	}
	set([]string{}, withUser(viewer, authz.View), withUser(other, authz.View))
	w.rights("ticked again", viewer, left, "", denied)
	w.must(w.share(owner, second, withUser(other, authz.View)))
	set([]string{public(left)}, withUser(viewer, authz.View), withUser(other, authz.View))
	w.rights("left out again", viewer, left, none, none)
	w.rights("seen by way of another dashboard", other, left, "", denied)
	set([]string{}, withUser(viewer, authz.View), withUser(other, authz.View))
	w.must(w.share(owner, left, withUser(viewer, authz.Edit)))
	set([]string{public(left)}, withUser(viewer, authz.View), withUser(other, authz.View))
	w.rights("may edit it: not taken away", viewer, left, "", denied)
	_, err = w.library.SetShares(ctx, owner, public(board), asset.Sharing{Hidden: []string{public(second)}})
	w.refuse("not_found", err)
	w.sound()
}

// Whoever shares a dashboard takes away no rights on Klips of others, and is not told of
// Klips that are not theirs to see.
func TestHiddenKlipsOfOthers(t *testing.T) {
	w := newWorld(t)
	ctx, owner := t.Context(), w.Actor(w.Solstice, w.Solstice.Editor)
	sharer, viewer := w.person(w.Solstice, "bo", authz.Editor), w.Actor(w.Solstice, w.Solstice.Viewer)
	seen, unseen, own := w.put(owner, asset.Klip, "Seen", nil), w.put(owner, asset.Klip, "Unseen", nil), w.put(owner, asset.Klip, "Of the sharer", nil)
	board := w.put(owner, asset.Dashboard, "Board", map[string]int64{
		"slotaaaaaa": seen.Key.No, "slotbbbbbb": unseen.Key.No, "slotcccccc": own.Key.No,
	})
	public := func(a *asset.Asset) string { return w.assets.PublicID(a.Key) }
	set := func(who authz.Actor, hidden []string) error {
		_, err := w.library.SetShares(ctx, who, public(board), asset.Sharing{
			With: []asset.Share{withUser(sharer, authz.Edit), withUser(viewer, authz.View)}, Hidden: hidden,
		})
		return err
	}
	lines := func(a *asset.Asset) int64 {
		return w.number(owner.Account, `SELECT COUNT(*) FROM audit WHERE account_id = :account AND action = 'klip.shared' AND subject = :id`,
			db.Args{"id": public(a)})
	}
	w.must(set(owner, []string{public(unseen)}))
	w.must(w.share(owner, seen, withUser(sharer, authz.View), withUser(viewer, authz.View))) // given directly
	w.must(w.share(owner, own, withUser(sharer, authz.Edit), withUser(viewer, authz.View)))
	direct := lines(own)

	reach, err := w.library.Reach(ctx, sharer, public(board))
	w.must(err)
	if titles := []string{"Of the sharer", "Seen"}; len(reach.Klips) != 2 || reach.Klips[0].Title != titles[0] || reach.Klips[1].Title != titles[1] {
		t.Errorf("reach of somebody who may not see all: %+v", reach.Klips)
	}
	w.refuse("not_found", set(sharer, []string{public(unseen)}))
	w.must(set(sharer, []string{public(seen), public(own)}))
	w.rights("a Klip of somebody else", viewer, seen, "", "permission_denied")
	w.rights("a Klip that the sharer may edit", viewer, own, "not_found", "not_found")
	w.rights("hidden before, and still", viewer, unseen, "not_found", "not_found")
	if n := lines(own) - direct; n != 1 || lines(unseen) != 0 {
		t.Errorf("%d lines say that the Klip was taken away", n)
	}
	w.must(set(sharer, []string{}))
	w.rights("hidden by somebody else, and still", viewer, unseen, "not_found", "not_found")
	kept := func() int64 {
		return w.number(owner.Account, `SELECT COUNT(*) FROM share_exceptions WHERE account_id = :account AND no = :no`, db.Args{"no": board.Key.No})
	}
	if n := kept(); n != 1 {
		t.Errorf("%d exceptions, want that of the owner", n)
	}
	_, err = w.save(owner, board, 1, "Board", content(asset.Dashboard, "less", map[string]int64{"slotaaaaaa": seen.Key.No, "slotcccccc": own.Key.No}))
	w.must(err)
	w.must(set(sharer, []string{}))
	if n := kept(); n != 0 {
		t.Errorf("%d exceptions of Klips that are not on the dashboard", n)
	}
	w.sound()
}

// D58: only the owner and administrators give an asset away; the owner cannot be shared with or un-shared.
func TestOwnersGiveAway(t *testing.T) {
	w := newWorld(t)
	ctx, owner := t.Context(), w.Actor(w.Solstice, w.Solstice.Editor)
	editor, viewer := w.person(w.Solstice, "bo", authz.Editor), w.Actor(w.Solstice, w.Solstice.Viewer)
	a := w.put(owner, asset.Dashboard, "A", nil)
	public := w.assets.PublicID(a.Key)
	w.must(w.share(owner, a, withUser(owner, authz.View), withUser(editor, authz.Edit)))
	w.rights("the owner's own share is passed over", owner, a, "", "")
	if shares, err := w.library.Shares(ctx, owner, public); err != nil || len(shares) != 1 {
		t.Errorf("shares %v, %v", shares, err)
	}
	w.must(w.share(editor, a, withUser(editor, authz.Edit)))
	w.rights("after somebody else shared", owner, a, "", "")
	w.refuse("permission_denied", w.library.SetOwner(ctx, editor, public, editor.User))
	w.refuse("not_found", w.library.SetOwner(ctx, viewer, public, viewer.User))
	for _, to := range []id.User{w.Fjord.Admin.ID, w.Agency.Admin.ID, w.Solstice.Principal, ""} {
		w.refuse("unknown_principal", w.library.SetOwner(ctx, owner, public, to))
	}
	w.must(w.library.SetOwner(ctx, owner, public, editor.User))
	w.must(w.library.SetOwner(ctx, w.Actor(w.Solstice, w.Solstice.Admin), public, editor.User)) // again: nothing to do
	w.refuse("permission_denied", w.library.SetOwner(ctx, owner, public, owner.User))
	w.rights("the owner before may edit", owner, a, "", "")
	w.must(w.share(editor, a))
	w.rights("and can be un-shared now", owner, a, "not_found", "not_found")
	w.must(w.library.SetOwner(ctx, w.Visitor(w.Solstice), public, owner.User))
	w.rights("given back", owner, a, "", "")
	w.rights("and the one in between keeps a share", editor, a, "", "")
	w.sound()
}
