package asset_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// group makes a group of the client Solstice.
func (w *world) group(name string) id.Group {
	w.t.Helper()
	g, err := w.Users.CreateGroup(w.t.Context(), w.Solstice.Operator(), name, "")
	w.must(err)
	return g.ID
}

// allUsers is the built-in group of an account.
func (w *world) allUsers(who authz.Actor) id.Group {
	w.t.Helper()
	_, groups, err := w.Users.Principals(w.t.Context(), who)
	w.must(err)
	for _, g := range groups {
		if g.BuiltIn {
			return g.ID
		}
	}
	w.t.Fatal("no group All Users")
	return ""
}

func (w *world) share(who authz.Actor, a *asset.Asset, shares ...asset.Share) error {
	return w.in(who, func(tx *db.Tx) error { return w.assets.SetShares(w.t.Context(), tx, who, a.Key.No, shares) })
}

func withUser(who authz.Actor, r authz.Right) asset.Share {
	return asset.Share{Kind: "user", ID: string(who.User), Right: r}
}

func withGroup(g id.Group, r authz.Right) asset.Share {
	return asset.Share{Kind: "group", ID: string(g), Right: r}
}

// listed says whether a list shows the asset to somebody.
func (w *world) listed(who authz.Actor, a *asset.Asset) bool {
	w.t.Helper()
	found := false
	w.must(w.in(who, func(tx *db.Tx) error {
		f := asset.Filter{Kinds: []asset.Kind{a.Kind}, Limit: 100}
		list, err := w.assets.List(w.t.Context(), tx, who, f)
		if err != nil {
			return err
		}
		for _, x := range list {
			found = found || x.Key == a.Key
		}
		n, err := w.assets.Count(w.t.Context(), tx, who, f)
		if int(n) != len(list) {
			w.t.Errorf("Count = %d, List gives %d", n, len(list))
		}
		return err
	}))
	return found
}

// rights checks what somebody may do with an asset, by every way that asks.
func (w *world) rights(what string, who authz.Actor, a *asset.Asset, view, edit string) {
	w.t.Helper()
	_, err := w.view(who, a.Key.No)
	if got := codeOf(err); got != view {
		w.t.Errorf("%s: looking at %s gives %q, want %q", what, a.Name, got, view)
	}
	if got := codeOf(w.mayEdit(who, a)); got != edit {
		w.t.Errorf("%s: changing %s gives %q, want %q", what, a.Name, got, edit)
	}
	if got := w.listed(who, a); got != (view == "") {
		w.t.Errorf("%s: %s is in the list: %v", what, a.Name, got)
	}
	w.must(w.in(who, func(tx *db.Tx) error {
		some, err := w.assets.Some(w.t.Context(), tx, []int64{a.Key.No})
		if err != nil {
			return err
		}
		visible, err := w.assets.Visible(w.t.Context(), tx, who, some)
		if visible[a.Key.No] != (view == "") && some[a.Key.No].DeletedAt == 0 {
			w.t.Errorf("%s: %s is visible: %v", what, a.Name, visible)
		}
		return err
	}))
}

func TestShareRights(t *testing.T) {
	w := newWorld(t)
	owner, admin := w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Admin)
	viewer, editor := w.Actor(w.Solstice, w.Solstice.Viewer), w.person(w.Solstice, "bo", authz.Editor)
	team := w.group("Team")
	member, strange := w.person(w.Solstice, "cy", authz.Editor, team), w.group("Others")
	everybody := w.allUsers(owner)
	const none, denied = "not_found", "permission_denied"
	for _, c := range []struct {
		name                              string
		shares                            []asset.Share
		editorView, editorEdit            string
		memberView, memberEdit            string
		viewerView, viewerEdit, adminEdit string
	}{
		{"nobody", nil, none, none, none, none, none, none, ""},
		{"a person to view", []asset.Share{withUser(editor, authz.View)}, "", denied, none, none, none, none, ""},
		{"a person to edit", []asset.Share{withUser(editor, authz.Edit)}, "", "", none, none, none, none, ""},
		{"a viewer to edit", []asset.Share{withUser(viewer, authz.Edit)}, none, none, none, none, "", denied, ""},
		{"a group to view", []asset.Share{withGroup(team, authz.View)}, none, none, "", denied, none, none, ""},
		{"a group to edit", []asset.Share{withGroup(team, authz.Edit)}, none, none, "", "", none, none, ""},
		{"an empty group", []asset.Share{withGroup(strange, authz.Edit)}, none, none, none, none, none, none, ""},
		{"everybody to view", []asset.Share{withGroup(everybody, authz.View)}, "", denied, "", denied, "", denied, ""},
		{"everybody to edit", []asset.Share{withGroup(everybody, authz.Edit)}, "", "", "", "", "", denied, ""},
		{"the strongest right counts, by group", []asset.Share{withUser(member, authz.View), withGroup(team, authz.Edit), withGroup(everybody, authz.View)},
			"", denied, "", "", "", denied, ""},
		{"the strongest right counts, direct", []asset.Share{withUser(member, authz.Edit), withGroup(team, authz.View), withGroup(everybody, authz.View)},
			"", denied, "", "", "", denied, ""},
	} {
		for _, kind := range []asset.Kind{asset.Klip, asset.Dashboard, asset.Model} {
			a := w.put(owner, kind, string(kind), nil)
			w.must(w.share(owner, a, c.shares...))
			w.rights(c.name+", editor", editor, a, c.editorView, c.editorEdit)
			w.rights(c.name+", member", member, a, c.memberView, c.memberEdit)
			w.rights(c.name+", viewer", viewer, a, c.viewerView, c.viewerEdit)
			w.rights(c.name+", admin", admin, a, "", c.adminEdit)
			w.rights(c.name+", owner", owner, a, "", "")
			w.rights(c.name+", visitor", w.Visitor(w.Solstice), a, "", "")
		}
	}
	w.sound()
}

func TestSharesAreReplacedAndCounted(t *testing.T) {
	w := newWorld(t)
	owner, viewer := w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Viewer)
	a, other := w.put(owner, asset.Klip, "Revenue", nil), w.put(owner, asset.Klip, "Orders", nil)
	public := w.assets.PublicID(a.Key)
	team := w.group("Team")
	got, err := w.library.SetShares(t.Context(), owner, public, asset.Sharing{With: []asset.Share{withGroup(team, authz.Edit), withUser(viewer, authz.View)}})
	w.must(err)
	want := []asset.Share{
		{Kind: "group", ID: string(team), Right: authz.Edit, Name: "Team"},
		{Kind: "user", ID: string(viewer.User), Right: authz.View, Name: w.Solstice.Viewer.Name},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shares (-want +got):\n%s", diff)
	}
	got, err = w.library.Shares(t.Context(), owner, public)
	w.must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shares read (-want +got):\n%s", diff)
	}
	var counts map[int64]int
	w.must(w.in(owner, func(tx *db.Tx) (err error) {
		counts, err = w.assets.ShareCounts(t.Context(), tx, []int64{a.Key.No, other.Key.No})
		return err
	}))
	if diff := cmp.Diff(map[int64]int{a.Key.No: 2}, counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	w.must(w.share(owner, a))
	w.rights("after all shares were taken away", viewer, a, "not_found", "not_found")
	if v := w.versions(owner, a.Key.No); len(v) != 1 {
		t.Error("sharing made a version")
	}
}

func TestSharesThatAreRefused(t *testing.T) {
	w := newWorld(t)
	owner, viewer := w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Viewer)
	editor := w.person(w.Solstice, "bo", authz.Editor)
	foreign := w.Actor(w.Fjord, w.Fjord.Viewer)
	a := w.put(owner, asset.Klip, "Revenue", nil)
	for name, c := range map[string]struct {
		share asset.Share
		code  string
	}{
		"person of another client": {withUser(foreign, authz.View), "unknown_principal"},
		"person of the agency":     {withUser(w.Actor(w.Agency, w.Agency.Admin), authz.View), "unknown_principal"},
		"group of another client":  {withGroup(w.allUsers(w.Actor(w.Fjord, w.Fjord.Admin)), authz.View), "unknown_principal"},
		"the principal":            {asset.Share{Kind: "user", ID: string(w.Solstice.Principal), Right: authz.View}, "unknown_principal"},
		"nobody":                   {asset.Share{Kind: "user", Right: authz.View}, "unknown_principal"},
		"a group's id as a person": {asset.Share{Kind: "user", ID: string(w.allUsers(owner)), Right: authz.View}, "unknown_principal"},
		"another kind":             {asset.Share{Kind: "account", ID: string(viewer.User), Right: authz.View}, "unknown_principal"},
		"no right":                 {withUser(viewer, authz.None), "bad_right"},
		"another right":            {withUser(viewer, "own"), "bad_right"},
	} {
		w.must(w.share(owner, a, withUser(editor, authz.View)))
		if got := codeOf(w.share(owner, a, withUser(viewer, authz.View), c.share)); got != c.code {
			t.Errorf("%s: %q, want %q", name, got, c.code)
		}
		w.rights(name+" changes nothing", editor, a, "", "permission_denied")
		w.rights(name+" changes nothing", viewer, a, "not_found", "not_found")
	}
	w.refuse("permission_denied", w.share(editor, a))
	w.must(w.share(owner, a, withUser(viewer, authz.Edit)))
	w.refuse("permission_denied", w.share(viewer, a))
	w.refuse("not_found", w.share(editor, a))
	public := w.assets.PublicID(a.Key)
	_, err := w.library.Shares(t.Context(), editor, public)
	w.refuse("not_found", err)
	_, err = w.library.Shares(t.Context(), viewer, public) // sees the Klip, but has no user.view
	w.refuse("permission_denied", err)
	w.must(w.trash(owner, a.Key.No, 1))
	w.refuse("not_found", w.share(owner, a))
}

// Whoever may edit may give that away, and is told so instead of "not found".
func TestAnEditorMayGiveUpTheOwnRight(t *testing.T) {
	w := newWorld(t)
	owner, viewer := w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Viewer)
	editor := w.person(w.Solstice, "bo", authz.Editor)
	a := w.put(owner, asset.Klip, "Revenue", nil)
	w.must(w.share(owner, a, withUser(editor, authz.Edit)))
	got, err := w.library.SetShares(t.Context(), editor, w.assets.PublicID(a.Key), asset.Sharing{With: []asset.Share{withUser(viewer, authz.View)}})
	w.must(err)
	if len(got) != 1 || got[0].ID != string(viewer.User) {
		t.Errorf("shares: %+v", got)
	}
	w.rights("after giving up", editor, a, "not_found", "not_found")
	w.rights("after giving up", viewer, a, "", "permission_denied")
}

// Who may see a dashboard may see its Klips; a stronger right on a Klip stays, and sources are not shared.
func TestDashboardsTakeTheirKlipsAlong(t *testing.T) {
	w := newWorld(t)
	owner, viewer := w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Viewer)
	editor := w.person(w.Solstice, "bo", authz.Editor)
	source := w.put(owner, asset.Model, "Sales", nil)
	revenue := w.put(owner, asset.Klip, "Revenue", map[string]int64{"slotsource": source.Key.No})
	orders, linked, apart := w.put(owner, asset.Klip, "Orders", nil), w.put(owner, asset.Klip, "Linked", nil), w.put(owner, asset.Klip, "Apart", nil)
	c := content(asset.Dashboard, "Trading", map[string]int64{"slotaaaaaa": revenue.Key.No, "slotbbbbbb": orders.Key.No})
	c.Refs = append(c.Refs, asset.Ref{Kind: asset.Weak, Name: "slotlinked"})
	c.Wires["slotlinked"] = linked.Key.No
	board, err := w.create(owner, asset.Dashboard, "Trading", c)
	w.must(err)
	w.must(w.share(owner, orders, withUser(editor, authz.Edit)))
	w.must(w.share(owner, board, withUser(viewer, authz.View), withUser(editor, authz.Edit)))
	const none, denied = "not_found", "permission_denied"
	w.rights("viewer", viewer, board, "", denied)
	w.rights("viewer", viewer, revenue, "", denied)
	w.rights("viewer", viewer, orders, "", denied)
	w.rights("editor", editor, board, "", "")
	w.rights("editor", editor, revenue, "", denied) // looking is enough for a dashboard
	w.rights("editor", editor, orders, "", "")      // was shared for editing before
	for _, a := range []*asset.Asset{source, linked, apart} {
		w.rights("viewer", viewer, a, none, none)
		w.rights("editor", editor, a, none, none)
	}
	w.must(w.share(owner, revenue, withUser(editor, authz.Edit)))
	w.rights("a Klip's shares do not touch the dashboard", viewer, board, "", denied)
	w.rights("a Klip's shares are its own", viewer, revenue, none, none)
	w.sound()
}

func TestSeenIsPerPerson(t *testing.T) {
	w := newWorld(t)
	owner, viewer := w.Actor(w.Solstice, w.Solstice.Editor), w.Actor(w.Solstice, w.Solstice.Viewer)
	a := w.put(owner, asset.Dashboard, "Trading", nil)
	mark := func(who authz.Actor) error {
		return w.in(who, func(tx *db.Tx) error { return w.assets.MarkSeen(t.Context(), tx, who, a.Key.No) })
	}
	seen := func(who authz.Actor) bool {
		var out map[int64]bool
		w.must(w.in(who, func(tx *db.Tx) (err error) {
			out, err = w.assets.Seen(t.Context(), tx, who, []int64{a.Key.No})
			return err
		}))
		return out[a.Key.No]
	}
	w.refuse("not_found", mark(viewer))
	w.must(mark(owner))
	w.must(mark(owner))
	if !seen(owner) || seen(viewer) {
		t.Errorf("seen by the owner %v, by the viewer %v", seen(owner), seen(viewer))
	}
}
