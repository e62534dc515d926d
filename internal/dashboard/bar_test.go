package dashboard_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/dashboard"
	"octavo/internal/db"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/user"
)

func (s *setup) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// board makes a dashboard that a group sees in a way; without a group it is not shared.
func (s *setup) board(who authz.Actor, title string, in map[id.Group]asset.Visibility) string {
	s.t.Helper()
	d, err := s.Create(s.t.Context(), who, doc(title))
	s.must(err)
	s.visible(who, d.ID, in)
	return d.ID
}

func (s *setup) visible(who authz.Actor, public string, in map[id.Group]asset.Visibility) {
	s.t.Helper()
	var shares []asset.Share
	for g, v := range in {
		shares = append(shares, asset.Share{Kind: "group", ID: string(g), Right: authz.View, Visibility: v})
	}
	s.inAccount(who, func(tx *db.Tx) error {
		no, err := s.assets.Resolve(who.Account, public)
		if err != nil {
			return err
		}
		return s.assets.SetShares(s.t.Context(), tx, who, no, shares)
	})
}

func (s *setup) group(h fixture.Home, name string) id.Group {
	s.t.Helper()
	g, err := s.Users.CreateGroup(s.t.Context(), h.Operator(), name, "")
	s.must(err)
	return g.ID
}

func (s *setup) member(h fixture.Home, name string, role authz.Role, groups ...id.Group) authz.Actor {
	s.t.Helper()
	p, err := s.Users.Create(s.t.Context(), h.Operator(), user.Draft{
		Name: name, Email: name + "@people.test", Password: fixture.Password, Roles: []authz.Role{role}, Groups: groups,
	})
	s.must(err)
	return s.Actor(h, p)
}

// wantBar compares a bar; ☆ is a favourite, ⌂ the home dashboard, what is in brackets is not open.
func (s *setup) wantBar(what string, who authz.Actor, want ...string) {
	s.t.Helper()
	items, err := s.Bar(s.t.Context(), who)
	s.must(err)
	got := []string{}
	for _, i := range items {
		text := i.Title() + " " + string(i.Why)
		if i.Why == dashboard.WhyNot {
			text = "(" + i.Title() + ")"
		}
		if i.Favourite {
			text += " ☆"
		}
		if i.Home {
			text += " ⌂"
		}
		got = append(got, text)
	}
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		s.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// D52: the union over groups, the strongest visibility, in the order of groups; own additions after them.
func TestTheBarIsTheUnionOfGroups(t *testing.T) {
	s := newSetup(t)
	ctx, admin := t.Context(), s.Actor(s.Solstice, s.Solstice.Admin)
	a, b := s.group(s.Solstice, "A team"), s.group(s.Solstice, "B team")
	both, none := s.member(s.Solstice, "both", authz.Editor, a, b), s.member(s.Solstice, "none", authz.Editor)
	s.board(admin, "Both", map[id.Group]asset.Visibility{a: asset.Added, b: asset.Required})
	s.board(admin, "Listed", map[id.Group]asset.Visibility{a: asset.InLibrary})
	s.board(admin, "Of B", map[id.Group]asset.Visibility{b: asset.Added})
	last := s.board(admin, "Listed for A, added for B", map[id.Group]asset.Visibility{a: asset.InLibrary, b: asset.Added})
	own := s.board(both, "Mine", nil)
	s.wantBar("union", both, "Both required", "Of B added", "Listed for A, added for B added")
	s.wantBar("nobody's member", none)
	s.wantBar("an administrator is no member either", admin)
	s.wantBar("a visitor", s.Visitor(s.Solstice))
	s.must(s.Open(ctx, both, own))
	s.wantBar("own additions come last", both, "Both required", "Of B added", "Listed for A, added for B added", "Mine own")
	s.must(s.Trash(ctx, admin, last, 1, false))
	s.wantBar("without what is in the bin", both, "Both required", "Of B added", "Mine own")
}

// D53: required stays; added is shown once and stays closed until it is shown again.
func TestClosing(t *testing.T) {
	s := newSetup(t)
	ctx, admin := t.Context(), s.Actor(s.Solstice, s.Solstice.Admin)
	team := s.group(s.Solstice, "Team")
	cy, viewer := s.member(s.Solstice, "cy", authz.Editor, team), s.member(s.Solstice, "vi", authz.ViewOnly, team)
	required := s.board(admin, "Required", map[id.Group]asset.Visibility{team: asset.Required})
	added := s.board(admin, "Added", map[id.Group]asset.Visibility{team: asset.Added})
	s.wantBar("at first", cy, "Required required", "Added added")
	wantCode(t, s.CloseTab(ctx, cy, required), "default_required")
	wantCode(t, s.CloseTab(ctx, viewer, added), "permission_denied") // a View-Only role has no dashboard.tab
	wantCode(t, s.Open(ctx, viewer, added), "permission_denied")
	s.must(s.CloseTab(ctx, cy, added))
	s.wantBar("closed", cy, "Required required")
	s.wantBar("for nobody else", viewer, "Required required", "Added added")
	s.visible(admin, added, map[id.Group]asset.Visibility{team: asset.Added})
	s.wantBar("sharing again does not open it", cy, "Required required")
	s.DB.Clock().(*clock.Manual).Advance(1e9)
	library := asset.NewLibrary(s.DB, s.assets, s.Users)
	s.must(library.ShowAgain(ctx, admin, team, added))
	s.wantBar("shown again", cy, "Required required", "Added added")
	s.DB.Clock().(*clock.Manual).Advance(1e9)
	s.must(s.CloseTab(ctx, cy, added))
	s.wantBar("closed again", cy, "Required required")
	s.must(s.Open(ctx, cy, added))
	s.wantBar("opened", cy, "Required required", "Added added")
	s.visible(admin, added, nil)
	s.wantBar("not shared any more", cy, "Required required")
	wantCode(t, s.Open(ctx, cy, added), "not_found")
	s.visible(admin, required, map[id.Group]asset.Visibility{team: asset.InLibrary})
	s.wantBar("only in the list now", cy)
	s.must(s.Open(ctx, cy, required))
	s.wantBar("opened by hand", cy, "Required own")
	s.must(s.CloseTab(ctx, cy, required))
	s.wantBar("and closed", cy)
}

// D52: personal order wins for what stands in it, required ones too.
func TestOrderOfTheBar(t *testing.T) {
	s := newSetup(t)
	ctx, admin := t.Context(), s.Actor(s.Solstice, s.Solstice.Admin)
	team := s.group(s.Solstice, "Team")
	cy, other := s.member(s.Solstice, "cy", authz.Editor, team), s.member(s.Solstice, "bo", authz.Editor, team)
	x := s.board(admin, "X", map[id.Group]asset.Visibility{team: asset.Required})
	y := s.board(admin, "Y", map[id.Group]asset.Visibility{team: asset.Added})
	z := s.board(cy, "Z", nil)
	s.must(s.Open(ctx, cy, z))
	items, err := s.OrderBar(ctx, cy, []string{z, y})
	s.must(err)
	if got := slices.Collect(func(yield func(string) bool) {
		for _, i := range items {
			yield(i.ID)
		}
	}); !slices.Equal(got, []string{z, y, x}) {
		t.Errorf("order %v", got)
	}
	s.wantBar("ordered", cy, "Z own", "Y added", "X required")
	s.wantBar("for nobody else", other, "X required", "Y added")
	s.board(admin, "New", map[id.Group]asset.Visibility{team: asset.Added})
	s.wantBar("what groups bring later comes last", cy, "Z own", "Y added", "X required", "New added")
	s.must(s.CloseTab(ctx, cy, z))
	s.must(s.Open(ctx, cy, z))
	s.wantBar("what was closed comes back last", cy, "Y added", "X required", "New added", "Z own")
	_, err = s.OrderBar(ctx, cy, []string{s.board(cy, "Not open", nil)})
	wantCode(t, err, "not_found")
	_, err = s.OrderBar(ctx, s.Actor(s.Solstice, s.Solstice.Viewer), []string{y})
	wantCode(t, err, "permission_denied")
}

// D64: favourites, home and places belong to one person in one account.
func TestFavouritesHomeAndPlaces(t *testing.T) {
	s := newSetup(t)
	ctx, admin, visitor := t.Context(), s.Actor(s.Solstice, s.Solstice.Admin), s.Visitor(s.Solstice)
	team := s.group(s.Solstice, "Team")
	vi := s.member(s.Solstice, "vi", authz.ViewOnly, team)
	x := s.board(admin, "X", map[id.Group]asset.Visibility{team: asset.Required})
	y := s.board(admin, "Y", map[id.Group]asset.Visibility{team: asset.InLibrary})
	z := s.board(admin, "Z", nil)
	s.must(s.SetFavourite(ctx, vi, y, true))
	s.wantBar("a star does not open", vi, "X required", "(Y) ☆")
	s.must(s.SetHome(ctx, vi, y, true))
	s.must(s.SetHome(ctx, vi, x, true))
	s.wantBar("one home", vi, "X required ⌂", "(Y) ☆")
	s.must(s.SetHome(ctx, vi, x, false))
	s.must(s.SetFavourite(ctx, vi, y, false))
	s.wantBar("none", vi, "X required")
	wantCode(t, s.SetFavourite(ctx, vi, z, true), "not_found")
	wantCode(t, s.SetHome(ctx, vi, z, true), "not_found")

	place := map[string]any{"scroll": 120.0, "variables": map[string]any{"region": "North"}}
	s.must(s.SetPlace(ctx, vi, x, place))
	got, err := s.Place(ctx, vi, x)
	s.must(err)
	if diff := cmp.Diff(place, got); diff != "" {
		t.Errorf("place (-want +got):\n%s", diff)
	}
	if got, err := s.Place(ctx, admin, x); err != nil || len(got) != 0 {
		t.Errorf("somebody else's place: %v, %v", got, err)
	}
	wantCode(t, s.SetPlace(ctx, vi, x, map[string]any{"text": strings.Repeat("x", 9000)}), "place_too_large")
	wantCode(t, s.SetPlace(ctx, vi, z, place), "not_found")

	// A visitor has a bar of the own in the client.
	s.must(s.Open(ctx, visitor, z))
	s.must(s.SetFavourite(ctx, visitor, x, true))
	s.wantBar("the visitor's", visitor, "Z own", "(X) ☆")
	s.wantBar("the administrator's", admin)
	s.wantBar("the visitor's at home", s.Actor(s.Agency, s.Agency.Admin))
}

// D62: a locked dashboard keeps its layout until an administrator unlocks it.
func TestLocked(t *testing.T) {
	s := newSetup(t)
	ctx, editor, admin := t.Context(), s.Actor(s.Solstice, s.Solstice.Editor), s.Actor(s.Solstice, s.Solstice.Admin)
	k := s.klip(editor, "Revenue", "chart")
	d := s.create(editor, place(partA, k, 0, 0))
	saved, err := s.Save(ctx, editor, d.ID, 1, doc("Renamed", place(partA, k, 0, 0)))
	s.must(err)
	s.share(editor, d.ID, s.Solstice.Viewer.ID)
	_, err = s.SetLocked(ctx, s.Actor(s.Solstice, s.Solstice.Viewer), d.ID, true)
	wantCode(t, err, "permission_denied")
	locked, err := s.SetLocked(ctx, editor, d.ID, true)
	s.must(err)
	if !locked.Locked || !locked.CanEdit || locked.Version != saved.Version {
		t.Errorf("locked: %+v", locked)
	}
	for name, try := range map[string]func(who authz.Actor) error{
		"save": func(who authz.Actor) error { _, err := s.Save(ctx, who, d.ID, 2, doc("X")); return err },
		"no save": func(who authz.Actor) error {
			_, err := s.Save(ctx, who, d.ID, 2, doc("Renamed", place(partA, k, 0, 0)))
			return err
		},
		"add": func(who authz.Actor) error { _, err := s.AddKlip(ctx, who, d.ID, k); return err },
		"restore": func(who authz.Actor) error {
			_, err := asset.NewLibrary(s.DB, s.assets, s.Users).Restore(ctx, who, d.ID, 1, 2)
			return err
		},
	} {
		for _, who := range []authz.Actor{editor, admin} {
			if err := try(who); err == nil {
				t.Errorf("%s: done", name)
			} else {
				wantCode(t, err, "dashboard_locked")
			}
		}
	}
	wantCode(t, s.TrashKlip(ctx, admin, k, 1), "in_use_elsewhere")
	_, err = s.SetLocked(ctx, editor, d.ID, false)
	wantCode(t, err, "permission_denied")
	c, err := s.Copy(ctx, editor, d.ID, false)
	s.must(err)
	if c.Locked {
		t.Error("a copy is locked")
	}
	_, err = s.SetLocked(ctx, admin, d.ID, false)
	s.must(err)
	_, err = s.Save(ctx, editor, d.ID, 2, doc("X"))
	s.must(err)
}

// D63: copies belong to who made them; with Klips, the Klips are other ones.
func TestCopyWithKlips(t *testing.T) {
	s := newSetup(t)
	ctx, owner := t.Context(), s.Actor(s.Solstice, s.Solstice.Admin)
	team := s.group(s.Solstice, "Team")
	cy := s.member(s.Solstice, "cy", authz.Editor, team)
	k, l := s.klip(owner, "Revenue", "chart"), s.klip(owner, "Orders", "table")
	d := s.create(owner, place(partA, k, 0, 0), place(partB, l, 6, 0), place("cccccccccc", k, 0, 12))
	s.visible(owner, d.ID, map[id.Group]asset.Visibility{team: asset.Added})
	plain, err := s.Copy(ctx, cy, d.ID, false)
	s.must(err)
	deep, err := s.Copy(ctx, cy, d.ID, true)
	s.must(err)
	klips := func(d *dashboard.Dashboard) []string {
		var out []string
		for _, p := range d.Placed {
			out = append(out, p.Klip)
		}
		return out
	}
	if diff := cmp.Diff(klips(d), klips(plain)); diff != "" {
		t.Errorf("a plain copy shows other Klips:\n%s", diff)
	}
	of := klips(deep)
	if len(of) != 3 || of[0] != of[2] || of[0] == of[1] || slices.Contains(of, k) || slices.Contains(of, l) {
		t.Errorf("Klips of the deep copy: %v", of)
	}
	if deep.Owner != cy.User || deep.Shared != 0 || !deep.Origin.IsZero() || deep.Title() != "Sales (copy)" {
		t.Errorf("deep copy: %+v", deep)
	}
	s.share(owner, d.ID, s.Solstice.Viewer.ID)
	_, err = s.Copy(ctx, s.Actor(s.Solstice, s.Solstice.Viewer), d.ID, true)
	wantCode(t, err, "permission_denied")
}

// D60: a dashboard may take along the Klips that nothing else shows.
func TestTrashWithKlips(t *testing.T) {
	s := newSetup(t)
	ctx, owner := t.Context(), s.Actor(s.Solstice, s.Solstice.Editor)
	only, shared := s.klip(owner, "Only here", "chart"), s.klip(owner, "Elsewhere too", "table")
	foreign := s.klip(s.Actor(s.Solstice, s.Solstice.Admin), "Somebody else's", "chart")
	s.share(s.Actor(s.Solstice, s.Solstice.Admin), foreign, owner.User)
	d := s.create(owner, place(partA, only, 0, 0), place(partB, shared, 6, 0), place("cccccccccc", foreign, 0, 12))
	s.create(owner, place(partA, shared, 0, 0))
	s.must(s.Trash(ctx, owner, d.ID, 1, true))
	library := asset.NewLibrary(s.DB, s.assets, s.Users)
	for public, want := range map[string]bool{only: false, shared: true, foreign: true} {
		if _, err := library.Versions(ctx, s.Actor(s.Solstice, s.Solstice.Admin), public); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", public, err == nil, want)
		}
	}
	_, err := library.RestoreFromBin(ctx, owner, d.ID)
	s.must(err)
	back, err := s.Get(ctx, owner, d.ID)
	s.must(err)
	if back.ID != d.ID || len(back.Placed) != 3 {
		t.Errorf("back: %+v", back)
	}
	if _, err := library.Versions(ctx, owner, only); err != nil {
		t.Errorf("the Klip did not come back: %v", err)
	}
}

// D60: a Klip on dashboards goes only with them all changed, or not at all.
func TestTrashKlipEverywhere(t *testing.T) {
	s := newSetup(t)
	ctx, owner, admin := t.Context(), s.Actor(s.Solstice, s.Solstice.Editor), s.Actor(s.Solstice, s.Solstice.Admin)
	k, l := s.klip(owner, "Revenue", "chart"), s.klip(owner, "Orders", "table")
	d := s.create(owner, place(partA, k, 0, 0), place(partB, l, 6, 0), place("cccccccccc", k, 0, 12))
	s.share(owner, k, admin.User)
	hidden := s.create(admin, place(partA, k, 0, 0))
	wantCode(t, s.TrashKlip(ctx, owner, k, 1), "in_use_elsewhere") // on a dashboard that is not the owner's
	if now, err := s.Get(ctx, owner, d.ID); err != nil || len(now.Placed) != 3 {
		t.Errorf("a refused deletion changed the dashboard: %+v, %v", now, err)
	}
	s.must(s.Trash(ctx, admin, hidden.ID, 1, false))
	wantCode(t, s.TrashKlip(ctx, owner, k, 7), "version_conflict")
	s.must(s.TrashKlip(ctx, owner, k, 1))
	now, err := s.Get(ctx, owner, d.ID)
	s.must(err)
	if len(now.Placed) != 1 || now.Placed[0].Klip != l || now.Version != 2 {
		t.Errorf("after the Klip went: %+v", now)
	}
}
