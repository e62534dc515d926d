package dashboard_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/dashboard"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/installation"
	"octavo/internal/page"
)

// setup is a family with a service over its database.
type setup struct {
	*fixture.Family
	t      *testing.T
	assets *asset.Service
	*dashboard.Service
}

func newSetup(t *testing.T) *setup {
	t.Parallel()
	d := dbtest.Open(t)
	keys, err := installation.Load(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	assets := asset.New(id.NewMaker(d.Clock()), keys.IDs)
	return &setup{Family: fixture.New(t, d), t: t, assets: assets, Service: dashboard.New(d, assets)}
}

func (s *setup) inAccount(who authz.Actor, fn func(tx *db.Tx) error) {
	s.t.Helper()
	if err := s.DB.Tx(s.t.Context(), db.Account(who.Account), fn); err != nil {
		s.t.Fatal(err)
	}
}

// klip makes a Klip with one component and gives its public id.
func (s *setup) klip(who authz.Actor, title, component string) string {
	s.t.Helper()
	var public string
	s.inAccount(who, func(tx *db.Tx) error {
		a, err := s.assets.Create(s.t.Context(), tx, who, authz.KlipBuild, asset.Klip, title, asset.Content{Tree: map[string]any{
			"kind": "klip", "schema": 1, "title": title, "components": []any{map[string]any{"id": "cccccccccc", "type": component}},
		}})
		if err == nil {
			public = s.assets.PublicID(a.Key)
		}
		return err
	})
	return public
}

// share gives persons a right to view.
func (s *setup) share(who authz.Actor, public string, users ...id.User) {
	s.t.Helper()
	s.inAccount(who, func(tx *db.Tx) error {
		no, err := s.assets.Resolve(who.Account, public)
		if err != nil {
			return err
		}
		var shares []asset.Share
		for _, u := range users {
			shares = append(shares, asset.Share{Kind: "user", ID: string(u), Right: authz.View})
		}
		return s.assets.SetShares(s.t.Context(), tx, who, no, shares)
	})
}

// body reads the stored body of a dashboard.
func (s *setup) body(who authz.Actor, public string) string {
	s.t.Helper()
	var text string
	s.inAccount(who, func(tx *db.Tx) error {
		no, err := s.assets.Resolve(who.Account, public)
		if err != nil {
			return err
		}
		a, err := s.assets.Viewable(s.t.Context(), tx, who, no)
		if err == nil {
			text = a.JSON
		}
		return err
	})
	return text
}

func (s *setup) create(who authz.Actor, placements ...any) *dashboard.Dashboard {
	s.t.Helper()
	d, err := s.Create(s.t.Context(), who, doc("Sales", placements...))
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func doc(title string, placements ...any) map[string]any {
	return map[string]any{"title": title, "placements": placements}
}

func place(partID, klip string, x, y int) map[string]any {
	return map[string]any{"id": partID, "klip": klip, "x": float64(x), "y": float64(y), "w": 6.0, "h": 12.0}
}

var slotPattern = regexp.MustCompile(`"slot":"([a-z2-7]{10})"`)

// slots are the slots of a body in the order of placement ids.
func slots(body string) []string {
	var out []string
	for _, m := range slotPattern.FindAllStringSubmatch(body, -1) {
		out = append(out, m[1])
	}
	return out
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !errs.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

const (
	partA = "aaaaaaaaaa"
	partB = "bbbbbbbbbb"
)

func TestTwoPlacementsOfOneKlipHaveOneSlot(t *testing.T) {
	s := newSetup(t)
	who := s.Actor(s.Agency, s.Agency.Editor)
	k := s.klip(who, "Revenue", "chart")
	d := s.create(who, place(partA, k, 0, 0), place(partB, k, 6, 0))
	got := slots(s.body(who, d.ID))
	if len(got) != 2 || got[0] != got[1] {
		t.Fatalf("slots %v, want one slot twice", got)
	}
	if d.Klips != 1 || len(d.Document["placements"].([]any)) != 2 {
		t.Errorf("%d Klips in %v, want 1 in two placements", d.Klips, d.Document)
	}
	for _, p := range d.Document["placements"].([]any) {
		if p.(map[string]any)["klip"] != k {
			t.Errorf("placement %v does not show Klip %s", p, k)
		}
	}
}

func TestSlotsStayAndAreNeverReused(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	k, l := s.klip(who, "Revenue", "chart"), s.klip(who, "Orders", "chart")
	d := s.create(who, place(partA, k, 0, 0), place(partB, l, 6, 0))
	first := slots(s.body(who, d.ID))

	save := func(placements ...any) []string {
		t.Helper()
		next, err := s.Save(ctx, who, d.ID, d.Version, doc("Sales", placements...))
		if err != nil {
			t.Fatal(err)
		}
		d = next
		return slots(s.body(who, d.ID))
	}
	if moved := save(place(partA, k, 6, 0), place(partB, l, 0, 0)); !slices.Equal(moved, first) {
		t.Errorf("moving changed slots from %v to %v", first, moved)
	}
	swapped := save(place(partA, l, 6, 0), place(partB, k, 0, 0))
	if want := []string{first[1], first[0]}; !slices.Equal(swapped, want) {
		t.Errorf("slots %v after the Klips changed places, want %v", swapped, want)
	}
	if only := save(place(partA, l, 6, 0)); !slices.Equal(only, first[1:]) {
		t.Errorf("slots %v after a removal, want %v", only, first[1:])
	}
	again := save(place(partA, l, 6, 0), place(partB, k, 0, 0))
	if again[0] != first[1] || slices.Contains(first, again[1]) {
		t.Errorf("slots %v after the Klip came back; its old one was %s and must not return", again, first[0])
	}
}

func TestBodyHoldsNoID(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	k := s.klip(who, "Revenue", "chart")
	d := s.create(who, place(partA, k, 0, 0))
	if body := s.body(who, d.ID); regexp.MustCompile(`[0-9a-f]{32}`).MatchString(body) {
		t.Errorf("an id in %s", body)
	}
	for name, unknown := range map[string]any{"text": k, "list": []any{1.0, k}, "inside": map[string]any{"to": k}, "key": map[string]any{k: true}} {
		tree := doc("Sales", place(partA, k, 0, 0))
		tree["later"] = unknown
		_, err := s.Save(ctx, who, d.ID, d.Version, tree)
		if !errs.Is(err, "id_in_body") {
			t.Errorf("%s: got %v, want id_in_body", name, err)
		}
		in := place(partA, k, 0, 0)
		in["later"] = unknown
		_, err = s.Save(ctx, who, d.ID, d.Version, doc("Sales", in))
		if !errs.Is(err, "id_in_body") {
			t.Errorf("%s in a placement: got %v, want id_in_body", name, err)
		}
	}
}

func TestSave(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	k := s.klip(who, "Revenue", "table")
	d := s.create(who)
	tree := doc("Sales 2026", place(partA, k, 0, 0))
	tree["theme"] = map[string]any{"mood": "calm"}
	saved, err := s.Save(ctx, who, d.ID, 1, tree)
	if err != nil {
		t.Fatal(err)
	}
	if saved.Version != 2 || saved.Name != "Sales 2026" || saved.Document["theme"] == nil {
		t.Errorf("got version %d, %q, %v", saved.Version, saved.Name, saved.Document)
	}
	same, err := s.Save(ctx, who, d.ID, 2, reread(t, saved.Document))
	if err != nil || same.Version != 2 {
		t.Errorf("an equal save made version %d, %v", same.Version, err)
	}
	_, err = s.Save(ctx, who, d.ID, 1, doc(" "))
	wantCode(t, err, "version_conflict") // before anything that is wrong with the document
	small := place(partA, k, 0, 0)
	small["w"] = 3.0
	_, err = s.Save(ctx, who, d.ID, 2, doc("Sales", small))
	wantCode(t, err, "placement_too_small")
	if got, err := s.Get(ctx, who, d.ID); err != nil || got.Name != "Sales 2026" || got.Version != 2 {
		t.Errorf("refused saves left %+v, %v", got, err)
	}
}

func TestRights(t *testing.T) {
	s := newSetup(t)
	ctx := t.Context()
	editor, viewer := s.Actor(s.Agency, s.Agency.Editor), s.Actor(s.Agency, s.Agency.Viewer)
	k := s.klip(editor, "Revenue", "chart")
	d := s.create(editor, place(partA, k, 0, 0))
	hidden := s.create(editor)

	_, err := s.Get(ctx, viewer, d.ID)
	wantCode(t, err, "not_found")
	s.share(editor, d.ID, s.Agency.Viewer.ID)
	if got, err := s.Get(ctx, viewer, d.ID); err != nil || got.Shared != 1 {
		t.Errorf("shared with the viewer: %v, %v", got, err)
	}
	list, _, err := s.List(ctx, viewer, dashboard.Filter{}, page.Request{})
	if err != nil || len(list) != 1 || list[0].ID != d.ID {
		t.Errorf("the viewer's list is %v, %v; want the shared one", list, err)
	}
	if n, err := s.Count(ctx, viewer, dashboard.Filter{}); err != nil || n != 1 {
		t.Errorf("the viewer counts %d, %v", n, err)
	}
	_, err = s.Save(ctx, viewer, d.ID, 1, doc("Mine"))
	wantCode(t, err, "permission_denied")
	_, err = s.Create(ctx, viewer, doc("Mine"))
	wantCode(t, err, "permission_denied")
	_, err = s.Copy(ctx, viewer, d.ID, false)
	wantCode(t, err, "permission_denied")
	_, err = s.AddKlip(ctx, viewer, d.ID, k)
	wantCode(t, err, "permission_denied")
	wantCode(t, s.Trash(ctx, viewer, d.ID, 1, false), "permission_denied")
	wantCode(t, s.Trash(ctx, viewer, hidden.ID, 1, false), "not_found")
	_, err = s.Save(ctx, viewer, hidden.ID, 1, doc("Mine"))
	wantCode(t, err, "not_found")
}

// An editor places only what is shared with it; what lies there already may stay.
func TestOnlyVisibleKlipsArePlaced(t *testing.T) {
	s := newSetup(t)
	ctx := t.Context()
	admin, editor := s.Actor(s.Agency, s.Agency.Admin), s.Actor(s.Agency, s.Agency.Editor)
	secret := s.klip(admin, "Payroll", "chart")
	d := s.create(editor)
	_, err := s.Save(ctx, editor, d.ID, 1, doc("Sales", place(partA, secret, 0, 0)))
	wantCode(t, err, "unknown_klip")
	_, err = s.AddKlip(ctx, editor, d.ID, secret)
	wantCode(t, err, "unknown_klip")
	with, err := s.Save(ctx, admin, d.ID, 1, doc("Sales", place(partA, secret, 0, 0)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Save(ctx, editor, d.ID, with.Version, doc("Sales", place(partA, secret, 6, 0))); err != nil {
		t.Errorf("moving a Klip that is not shared: %v", err)
	}
	_, err = s.AddKlip(ctx, editor, d.ID, d.ID)
	wantCode(t, err, "unknown_klip")
}

func TestForeignIDsAreNotFound(t *testing.T) {
	s := newSetup(t)
	ctx := t.Context()
	agency, client := s.Actor(s.Agency, s.Agency.Admin), s.Actor(s.Solstice, s.Solstice.Admin)
	k := s.klip(agency, "Revenue", "chart")
	d := s.create(agency, place(partA, k, 0, 0))
	own := s.create(client)

	for name, try := range map[string]func(public string) error{
		"Get":      func(p string) error { _, err := s.Get(ctx, client, p); return err },
		"Save":     func(p string) error { _, err := s.Save(ctx, client, p, 1, doc("Mine")); return err },
		"AddKlip":  func(p string) error { _, err := s.AddKlip(ctx, client, p, k); return err },
		"Copy":     func(p string) error { _, err := s.Copy(ctx, client, p, false); return err },
		"Trash":    func(p string) error { return s.Trash(ctx, client, p, 1, false) },
		"MarkSeen": func(p string) error { return s.MarkSeen(ctx, client, p) },

		"TrashKlip":    func(p string) error { return s.TrashKlip(ctx, client, p, 1) },
		"SetLocked":    func(p string) error { _, err := s.SetLocked(ctx, client, p, true); return err },
		"Open":         func(p string) error { return s.Open(ctx, client, p) },
		"CloseTab":     func(p string) error { return s.CloseTab(ctx, client, p) },
		"OrderBar":     func(p string) error { _, err := s.OrderBar(ctx, client, []string{p}); return err },
		"SetFavourite": func(p string) error { return s.SetFavourite(ctx, client, p, true) },
		"SetHome":      func(p string) error { return s.SetHome(ctx, client, p, true) },
		"Place":        func(p string) error { _, err := s.Place(ctx, client, p); return err },
		"SetPlace":     func(p string) error { return s.SetPlace(ctx, client, p, map[string]any{}) },
	} {
		for what, public := range map[string]string{"another account's": d.ID, "no": "junk", "a made-up": strings.Repeat("0", 32), "a Klip's": k} {
			if err := try(public); !errs.Is(err, "not_found") {
				t.Errorf("%s with %s id: %v, want not_found", name, what, err)
			}
		}
	}
	_, err := s.Save(ctx, client, own.ID, 1, doc("Mine", place(partA, k, 0, 0)))
	wantCode(t, err, "unknown_klip")
	_, err = s.AddKlip(ctx, client, own.ID, k)
	wantCode(t, err, "unknown_klip")
	if list, _, err := s.List(ctx, client, dashboard.Filter{}, page.Request{}); err != nil || len(list) != 1 {
		t.Errorf("the client lists %v, %v", list, err)
	}
	ownKlip := s.klip(client, "Own", "chart")
	for _, public := range []string{ownKlip} {
		if _, err := s.Get(ctx, client, public); !errs.Is(err, "not_found") {
			t.Errorf("a Klip opened as a dashboard: %v", err)
		}
	}
}

func TestAddKlip(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	table, value := s.klip(who, "Orders", "table"), s.klip(who, "Net sales", "simple_value")
	d := s.create(who)
	for i, step := range []struct {
		klip string
		want string
	}{{table, "0,0 6x12"}, {value, "6,0 3x5"}, {value, "9,0 3x5"}, {table, "6,5 6x12"}} {
		next, err := s.AddKlip(ctx, who, d.ID, step.klip)
		if err != nil {
			t.Fatal(err)
		}
		list := next.Document["placements"].([]any)
		if len(list) != i+1 || !slices.ContainsFunc(list, func(p any) bool { return at(p) == step.want }) {
			t.Errorf("step %d: no placement at %s in %v", i, step.want, list)
		}
		d = next
	}
	if d.Klips != 2 || d.Version != 5 {
		t.Errorf("%d Klips, version %d", d.Klips, d.Version)
	}
}

func at(placement any) string {
	p := placement.(map[string]any)
	return fmt.Sprintf("%v,%v %vx%v", p["x"], p["y"], p["w"], p["h"])
}

func TestAddingSharesTheKlipWithThoseWhoSeeTheDashboard(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	viewer := s.Actor(s.Agency, s.Agency.Viewer)
	k := s.klip(who, "Revenue", "chart")
	d := s.create(who)
	s.share(who, d.ID, s.Agency.Viewer.ID)
	if _, err := s.AddKlip(ctx, who, d.ID, k); err != nil {
		t.Fatal(err)
	}
	s.inAccount(viewer, func(tx *db.Tx) error {
		no, err := s.assets.Resolve(viewer.Account, k)
		if err != nil {
			return err
		}
		_, err = s.assets.Viewable(ctx, tx, viewer, no)
		return err
	})
}

func TestCopy(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	k := s.klip(who, "Revenue", "chart")
	d := s.create(who, place(partA, k, 3, 2))
	s.share(who, d.ID, s.Agency.Viewer.ID)
	c, err := s.Copy(ctx, who, d.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	if c.ID == d.ID || c.Name != "Sales (copy)" || c.Shared != 0 || c.Version != 1 || !c.Origin.IsZero() {
		t.Errorf("copy %+v", c)
	}
	p := c.Document["placements"].([]any)[0].(map[string]any)
	if p["klip"] != k || p["x"] != 3 || p["y"] != 2 {
		t.Errorf("placement %v", p)
	}
}

func TestTrash(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	k := s.klip(who, "Revenue", "chart")
	d := s.create(who, place(partA, k, 0, 0))
	wantCode(t, s.Trash(ctx, who, d.ID, 9, false), "version_conflict")
	wantCode(t, s.Trash(ctx, who, k, 1, false), "not_found")
	if err := s.Trash(ctx, who, d.ID, 1, false); err != nil {
		t.Fatal(err)
	}
	_, err := s.Get(ctx, who, d.ID)
	wantCode(t, err, "not_found")
	_, err = s.Save(ctx, who, d.ID, 1, doc("Sales"))
	wantCode(t, err, "not_found")
	if list, _, err := s.List(ctx, who, dashboard.Filter{}, page.Request{}); err != nil || len(list) != 0 {
		t.Errorf("list %v, %v", list, err)
	}
}

func TestListPages(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	for _, title := range []string{"beta", "Alpha", "gamma", "Alpha", "delta"} {
		if _, err := s.Create(ctx, who, doc(title)); err != nil {
			t.Fatal(err)
		}
	}
	var titles []string
	req := page.Request{Limit: 2}
	for range 5 {
		list, next, err := s.List(ctx, who, dashboard.Filter{}, req)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			titles = append(titles, d.Name)
		}
		if req.After = next; next == nil {
			break
		}
	}
	if want := []string{"Alpha", "Alpha", "beta", "delta", "gamma"}; !slices.Equal(titles, want) {
		t.Errorf("pages give %v, want %v", titles, want)
	}
	list, _, err := s.List(ctx, who, dashboard.Filter{Search: "LTA"}, page.Request{})
	if err != nil || len(list) != 1 || list[0].Name != "delta" {
		t.Errorf("search gives %v, %v", list, err)
	}
}

// What an import brought is new to each person until that person opens it.
func TestNewUntilSeen(t *testing.T) {
	s := newSetup(t)
	ctx, who, other := t.Context(), s.Actor(s.Agency, s.Agency.Admin), s.Actor(s.Agency, s.Agency.Editor)
	d := s.create(who)
	s.share(who, d.ID, s.Agency.Editor.ID)
	s.inAccount(who, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE assets SET import_id = 1 WHERE account_id = :account`, nil)
		return err
	})
	isNew := func(a authz.Actor) bool {
		t.Helper()
		got, err := s.Get(ctx, a, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		return got.IsNew
	}
	if !isNew(who) || !isNew(other) {
		t.Error("an imported dashboard is not new")
	}
	for range 2 {
		if err := s.MarkSeen(ctx, who, d.ID); err != nil {
			t.Fatal(err)
		}
	}
	if isNew(who) || !isNew(other) {
		t.Error("opening it did not make it old for the one person, or did for the other")
	}
}

func TestTrail(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Visitor(s.Solstice)
	d := s.create(who)
	if _, err := s.Save(ctx, who, d.ID, 1, doc("Renamed")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Save(ctx, who, d.ID, 2, doc("Renamed")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Save(ctx, who, d.ID, 1, doc("Late")); err == nil {
		t.Fatal("a stale save went through")
	}
	if err := s.Trash(ctx, who, d.ID, 2, false); err != nil {
		t.Fatal(err)
	}
	var lines []string
	s.inAccount(who, func(tx *db.Tx) error {
		lines = nil
		return tx.Query(context.Background(), `SELECT action, subject_name, delegated FROM audit
			WHERE account_id = :account AND subject = :subject ORDER BY id`, db.Args{"subject": d.ID}, func(scan func(...any) error) error {
			var action, name string
			var delegated int
			err := scan(&action, &name, &delegated)
			lines = append(lines, fmt.Sprint(action, " ", name, " ", delegated))
			return err
		})
	})
	want := []string{"dashboard.created Sales 1", "dashboard.saved Renamed 1", "dashboard.trashed Renamed 1"}
	if !slices.Equal(lines, want) {
		t.Errorf("trail %v, want %v", lines, want)
	}
	if d.Owner != s.Solstice.Principal {
		t.Errorf("a visitor's dashboard belongs to %s, want the principal", d.Owner)
	}
}

// reread gives a shown document as a browser would send it back.
func reread(t *testing.T, shown map[string]any) map[string]any {
	t.Helper()
	text, err := asset.Write(shown)
	if err != nil {
		t.Fatal(err)
	}
	v, err := asset.ParseJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	return v.(map[string]any)
}

// A Klip that grew since it was placed can still be moved, not resized below what it needs.
func TestAGrownKlipCanBeMoved(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	k := s.klip(who, "Net sales", "simple_value")
	small := func(x, w float64) map[string]any {
		return map[string]any{"id": partA, "klip": k, "x": x, "y": 0.0, "w": w, "h": 5.0}
	}
	d := s.create(who, small(0, 3))
	s.inAccount(who, func(tx *db.Tx) error {
		no, err := s.assets.Resolve(who.Account, k)
		if err != nil {
			return err
		}
		_, err = s.assets.Save(ctx, tx, who, authz.KlipEdit, no, 1, "Net sales", asset.Content{Tree: map[string]any{
			"kind": "klip", "schema": 1, "title": "Net sales", "components": []any{map[string]any{"id": "cccccccccc", "type": "table"}},
		}})
		return err
	})
	if _, err := s.Save(ctx, who, d.ID, 1, doc("Sales", small(6, 3))); err != nil {
		t.Errorf("moving it: %v", err)
	}
	_, err := s.Save(ctx, who, d.ID, 2, doc("Sales", small(6, 2)))
	wantCode(t, err, "placement_too_small")
}

// Who adds at the same moment loses nothing; who saves at the same moment hears of it.
func TestSideBySide(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	d := s.create(who)
	var wg sync.WaitGroup
	var klips []string // different ones: no row of content is shared
	for i := range 3 {
		klips = append(klips, s.klip(who, fmt.Sprint("Revenue ", i), "chart"))
	}
	for _, k := range klips {
		wg.Go(func() {
			if _, err := s.AddKlip(ctx, who, d.ID, k); err != nil {
				t.Errorf("AddKlip: %v", err)
			}
		})
	}
	wg.Wait()
	got, err := s.Get(ctx, who, d.ID)
	if err != nil || len(got.Document["placements"].([]any)) != 3 || got.Version != 4 {
		t.Fatalf("after three at once: %+v, %v", got, err)
	}
	var saved, stale atomic.Int32
	for i := range klips {
		wg.Go(func() {
			switch _, err := s.Save(ctx, who, d.ID, 4, doc(fmt.Sprint("Sales ", i), place(partA, klips[i], 0, 0))); {
			case err == nil:
				saved.Add(1)
			case errs.Is(err, "version_conflict"):
				stale.Add(1)
			default:
				t.Errorf("Save: %v", err)
			}
		})
	}
	wg.Wait()
	if saved.Load() != 1 || stale.Load() != 2 {
		t.Errorf("%d saved and %d heard of the conflict, want 1 and 2", saved.Load(), stale.Load())
	}
}
