package purge

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/page"
	"octavo/internal/user"
)

// demoWorld is a world in which the agency with its people and Solstice are the demo, and Fjord is somebody's own.
type demoWorld struct {
	*world
	demo   *Demo
	assets *asset.Service
	admin  authz.Actor
}

func newDemoWorld(t *testing.T, more ...dbtest.Option) *demoWorld {
	t.Helper()
	w := &demoWorld{world: newWorld(t, more...)}
	codec, err := id.NewCodec(make([]byte, id.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	w.assets = asset.New(id.NewMaker(w.DB.Clock()), codec)
	w.admin = w.Actor(w.Agency, w.Agency.Admin)
	w.demo = NewDemo(w.DB, w.Accounts, w.Users, asset.NewLibrary(w.DB, w.assets, w.Users))
	return w
}

// put makes an asset that uses others of its account.
func (w *demoWorld) put(who authz.Actor, kind asset.Kind, name string, uses ...int64) int64 {
	w.t.Helper()
	c := asset.Content{Wires: map[string]int64{}}
	slots := []any{}
	for i, no := range uses {
		slot := string(rune('a' + i))
		c.Wires[slot] = no
		c.Refs = append(c.Refs, asset.Ref{Kind: asset.Strong, Name: slot})
		slots = append(slots, slot)
	}
	c.Tree = map[string]any{"kind": string(kind), "schema": 1, "note": name, "slots": slots}
	var no int64
	w.in(who.Account, func(tx *db.Tx) error {
		build := map[asset.Kind]authz.Permission{asset.Dashboard: authz.TabBuild, asset.Klip: authz.KlipBuild, asset.Source: authz.SourceCreate}[kind]
		a, err := w.assets.Create(context.Background(), tx, who, build, kind, name, c)
		if err == nil {
			no = a.Key.No
		}
		return err
	})
	return no
}

func (w *demoWorld) in(a id.Account, fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.DB.Tx(context.Background(), db.Account(a), fn); err != nil {
		w.t.Fatal(err)
	}
}

// remember is what the making of the demo ends with.
func (w *demoWorld) remember() {
	w.t.Helper()
	if err := w.demo.Remember(context.Background(), w.Agency.ID, []id.Account{w.Solstice.ID}); err != nil {
		w.t.Fatal(err)
	}
	if err := w.DB.Tx(context.Background(), db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(context.Background(), `INSERT INTO installation (name, value) VALUES ('demo', 'made'), ('demo_password', 'x'), ('tour', '{}')`, nil)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
}

// left names the assets of an account.
func (w *demoWorld) left(a id.Account) (names []string) {
	w.t.Helper()
	err := w.DB.Read(context.Background(), db.Account(a), func(tx *db.Tx) error {
		names = nil
		return tx.Query(context.Background(), `SELECT name FROM assets WHERE account_id = :account ORDER BY name`, nil, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			names = append(names, name)
			return err
		})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return names
}

// people lists the people of the actor's account.
func (w *demoWorld) people(who authz.Actor) []*user.Person {
	w.t.Helper()
	people, _, err := w.Users.List(context.Background(), who, user.Filter{}, page.Request{Limit: 50})
	if err != nil {
		w.t.Fatal(err)
	}
	return people
}

// furnish gives the demo a template of three, and Solstice one dashboard.
func (w *demoWorld) furnish() (orders, klip, trading int64) {
	w.t.Helper()
	orders = w.put(w.admin, asset.Source, "Orders")
	klip = w.put(w.admin, asset.Klip, "Revenue", orders)
	trading = w.put(w.admin, asset.Dashboard, "Trading", klip)
	w.put(w.Visitor(w.Solstice), asset.Dashboard, "Trading")
	w.in(w.Agency.ID, func(tx *db.Tx) error {
		return tx.Insert(context.Background(), "property_declarations", []string{"account_id", "name", "type", "description", "required", "default_text", "place", "version"},
			[][]any{{w.Agency.ID, "companyId", "text", "", 1, "", 1, 1}, {w.Agency.ID, "currency", "text", "", 0, "", 2, 1}})
	})
	w.remember()
	return orders, klip, trading
}

func TestDemoGoesExactly(t *testing.T) {
	w := newDemoWorld(t)
	ctx := context.Background()
	orders, _, _ := w.furnish()

	// What somebody made beside it, and of it.
	own := w.put(w.admin, asset.Klip, "My Klip", orders)
	w.put(w.Actor(w.Agency, w.Agency.Editor), asset.Dashboard, "Mine", own)
	w.put(w.Visitor(w.Solstice), asset.Dashboard, "Theirs")
	w.put(w.Visitor(w.Fjord), asset.Dashboard, "Fjord's")
	if _, err := w.Users.Create(ctx, w.Solstice.Operator(), user.Draft{Name: "Nora", Email: "nora@x.test", Password: "correct horse battery", Roles: []authz.Role{authz.ViewOnly}}); err != nil {
		t.Fatal(err)
	}
	w.in(w.Fjord.ID, func(tx *db.Tx) error {
		return tx.Insert(ctx, "properties", []string{"account_id", "name", "type", "value", "locked", "hidden", "description", "version", "changed_at"},
			[][]any{{w.Fjord.ID, "currency", "text", "NOK", 0, 0, "", 1, 1}})
	})

	l, err := w.demo.Preview(ctx, w.admin)
	if err != nil {
		t.Fatal(err)
	}
	said := func(things []DemoThing) string {
		var out []string
		for _, x := range things {
			out = append(out, strings.Trim(x.Client+"/"+x.Kind+" "+x.Name+" "+strings.Join(x.UsedBy, ","), "/ "))
		}
		return strings.Join(out, "; ")
	}
	if len(l.Clients) != 1 || l.Clients[0] != (DemoClient{"solstice-coffee", "Solstice (gold)", 4, 2, 0, 0}) || l.Dashboards != 1 || l.Klips != 1 || l.Sources != 0 {
		t.Errorf("what goes: %+v", l)
	}
	if got := said(l.Kept); got != "source Orders My Klip" {
		t.Errorf("what stays: %s", got)
	}
	if got := said(l.Touched); got != "Solstice (gold)/dashboard Theirs; Solstice (gold)/person Nora" {
		t.Errorf("what was made since: %s", got)
	}
	if !slices.Equal(l.People, []string{"Northlight editor", "Northlight viewer"}) || !slices.Equal(l.Properties, []string{"companyId"}) || !slices.Equal(l.KeptProperties, []string{"currency"}) {
		t.Errorf("people %v, properties %v, kept %v", l.People, l.Properties, l.KeptProperties)
	}

	before := dbtest.Dump(t, w.DB)
	for _, c := range []struct {
		name, typed, code string
		who               authz.Actor
	}{
		{"not confirmed", "demo", "demo_unconfirmed", w.admin},
		{"without the password", DemoWord, "password_needed", func() authz.Actor { a := w.admin; a.ProvedAt = 0; return a }()},
		{"an editor", DemoWord, "not_found", w.Actor(w.Agency, w.Agency.Editor)},
		{"a visitor", DemoWord, "not_found", w.Visitor(w.Solstice)},
		{"an administrator of the client", DemoWord, "not_found", w.Actor(w.Solstice, w.Solstice.Admin)},
	} {
		if _, err := w.demo.Remove(ctx, c.who, c.typed); !errs.Is(err, c.code) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if dbtest.Dump(t, w.DB) != before {
		t.Error("a refusal changed something")
	}

	if l, err = w.demo.Remove(ctx, w.admin, DemoWord); err != nil {
		t.Fatal(err)
	}
	if len(l.Clients) != 1 || l.Dashboards != 1 || len(l.People) != 2 {
		t.Errorf("what went: %+v", l)
	}
	for table, column := range w.carriers() {
		if n := w.rows(table, column, w.Solstice.ID); n > 0 {
			t.Errorf("%d rows of the client stay in %s", n, table)
		}
	}
	if got := w.left(w.Agency.ID); !slices.Equal(got, []string{"Mine", "My Klip", "Orders"}) {
		t.Errorf("the agency has %v", got)
	}
	if got := w.left(w.Fjord.ID); !slices.Equal(got, []string{"Fjord's"}) {
		t.Errorf("the other client has %v", got)
	}
	people := w.people(w.admin)
	if len(people) != 1 || !people[0].Contact {
		t.Errorf("the agency has the people %+v", people)
	}
	for table, want := range map[string]string{"installation": "removed", "property_declarations": "currency"} {
		if got := dbtest.DumpOf(t, w.DB, table); strings.Count(got, "\n") > 2 && table == "installation" || !strings.Contains(got, want) || strings.Contains(got, "companyId") {
			t.Errorf("%s:\n%s", table, got)
		}
	}
	agency, err := w.Accounts.ByID(ctx, w.Agency.ID)
	if err != nil || agency.DashboardsUsed != 1 || agency.SeatsUsed != 1 {
		t.Errorf("the agency counts %d dashboards and %d people, %v", agency.DashboardsUsed, agency.SeatsUsed, err)
	}
	if _, err := w.demo.Remove(ctx, w.admin, DemoWord); !errs.Is(err, "not_found") {
		t.Errorf("a second time: %v", err)
	}
	if yes, err := w.demo.Removable(ctx, w.admin); yes || err != nil {
		t.Errorf("it can still be removed: %v, %v", yes, err)
	}
	// The addresses of those who went are free.
	if _, err := w.Users.Create(ctx, w.Agency.Operator(), user.Draft{Name: "Ed", Email: "editor@solstice.test", Password: "correct horse battery", Roles: []authz.Role{authz.Editor}}); err != nil {
		t.Error(err)
	}
}

// Another administrator of the agency may remove the demo too: the person who came with it goes, and whose contact that was.
func TestDemoIsRemovedByAnother(t *testing.T) {
	w := newDemoWorld(t)
	ctx := context.Background()
	w.furnish()
	w.put(w.admin, asset.Dashboard, "Made later")
	real, err := w.Users.Create(ctx, w.Agency.Operator(), user.Draft{Name: "Rita", Email: "rita@own.test", Password: "correct horse battery", Roles: []authz.Role{authz.Admin}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Accounts.DeleteClient(ctx, w.admin, "solstice-coffee", "Solstice (gold)"); err != nil { // in the bin it is the demo's all the same
		t.Fatal(err)
	}
	rita := w.Actor(w.Agency, real)
	if _, err := w.demo.Remove(ctx, rita, DemoWord); err != nil {
		t.Fatal(err)
	}
	people := w.people(rita)
	if len(people) != 1 || people[0].ID != real.ID || !people[0].Contact {
		t.Errorf("the agency has the people %+v", people)
	}
	if n := w.rows("accounts", "id", w.Solstice.ID); n != 0 {
		t.Error("the client in the bin stays")
	}
	w.in(w.Agency.ID, func(tx *db.Tx) error {
		var owner id.User
		_, err := tx.One(ctx, `SELECT owner_id FROM assets WHERE account_id = :account AND name = 'Made later'`, nil, &owner)
		if owner != real.ID {
			t.Errorf("what was made later belongs to %s", owner)
		}
		return err
	})
}

// At whichever statement the removal fails, everything is as it was; a sample of them is asked.
func TestDemoGoesAsAWhole(t *testing.T) {
	var fault dbtest.Fault
	w := newDemoWorld(t, dbtest.Failing(&fault))
	w.furnish()
	before := dbtest.Dump(t, w.DB)
	broken := errors.New("broken on purpose")
	for n := 1; ; n += 13 {
		fault.At(n, broken)
		_, err := w.demo.Remove(context.Background(), w.admin, DemoWord)
		if fault.Pending() {
			if err != nil || n < 30 {
				t.Fatalf("after %d statements: %v", n-1, err)
			}
			fault.At(0, nil)
			break
		}
		if err == nil {
			t.Fatalf("statement %d failed, and the demo went", n)
		}
		if dbtest.Dump(t, w.DB) != before {
			t.Fatalf("statement %d failed, and something is changed", n)
		}
	}
	if n := w.rows("accounts", "id", w.Solstice.ID); n != 0 {
		t.Error("the client is still there")
	}
}
