package transfer_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/transfer"
)

func TestImportBringsTheClosure(t *testing.T) {
	w := newWorld(t, 2)
	client := w.clients[0]
	res := w.bring(client, false, w.trading)
	if len(res.Items) != 6 {
		t.Fatalf("%d assets came, want 6: %+v", len(res.Items), res.Items)
	}
	dash := w.read(copyOf(t, res, w.trading))
	if dash.JSON != w.trading.JSON && dash.Body != w.trading.Body {
		t.Error("the copy's body is not the master's")
	}
	if dash.Key.Account != client.ID || dash.Origin != w.trading.Key || dash.Owner != client.Principal || dash.Version != 1 {
		t.Errorf("row of the copy: %+v", dash)
	}
	want := map[string]int64{"slotreven1": copyOf(t, res, w.revenue).No, "slotorders": copyOf(t, res, w.orders).No}
	if diff := cmp.Diff(want, w.slots(dash.Key)); diff != "" {
		t.Errorf("wires of the dashboard (-want +got):\n%s", diff)
	}
	want = map[string]int64{"slotsales1": copyOf(t, res, w.sales).No, "slottarget": copyOf(t, res, w.targets).No}
	if diff := cmp.Diff(want, w.slots(copyOf(t, res, w.revenue))); diff != "" {
		t.Errorf("wires of the Klip (-want +got):\n%s", diff)
	}
	// A second client shares bodies and wirings, and the copies of one import share the model's base.
	other := w.bring(w.clients[1], false, w.trading)
	a, b := w.read(copyOf(t, res, w.revenue)), w.read(copyOf(t, other, w.revenue))
	if a.Body != b.Body || a.Wiring != b.Wiring {
		t.Error("two clients do not share content")
	}
}

func TestImportCopiesUploadedContentByPointer(t *testing.T) {
	w := newWorld(t, 1)
	res := w.bring(w.clients[0], false, w.sales)
	source := copyOf(t, res, w.sales)
	w.must(w.db.Read(w.ctx, db.Account(source.Account), func(tx *db.Tx) error {
		var state, description, key string
		ok, err := tx.One(w.ctx, `SELECT s.state, s.description, p.data_key FROM sources s JOIN payloads p ON p.id = s.payload_id
			WHERE s.account_id = :account AND s.no = :no`, db.Args{"no": source.No}, &state, &description, &key)
		if !ok || state != "fresh" || description != "rows of Sales" || key != "sales" {
			t.Errorf("side row: %v %q %q %q", ok, state, description, key)
		}
		return err
	}))
}

func TestImportBringsTags(t *testing.T) {
	w := newWorld(t, 1)
	w.exec(w.parent.ID, `INSERT INTO asset_tags (account_id, no, folded, tag) VALUES (:account, :no, 'shops', 'Shops')`, db.Args{"no": w.sales.Key.No})
	source := copyOf(t, w.bring(w.clients[0], false, w.sales), w.sales)
	w.must(w.db.Read(w.ctx, db.Account(source.Account), func(tx *db.Tx) error {
		var folded, tag string
		ok, err := tx.One(w.ctx, `SELECT folded, tag FROM asset_tags WHERE account_id = :account AND no = :no`, db.Args{"no": source.No}, &folded, &tag)
		if !ok || folded != "shops" || tag != "Shops" {
			t.Errorf("tag of the copy: %v %q %q", ok, folded, tag)
		}
		return err
	}))
}

func TestImportNamesAndReuse(t *testing.T) {
	w := newWorld(t, 1)
	client := w.clients[0]
	first := w.bring(client, false, w.trading)
	second := w.bring(client, true, w.trading)
	if second.Reused != 3 || len(second.Items) != 3 {
		t.Fatalf("reused %d, created %d; want 3 and 3", second.Reused, len(second.Items))
	}
	if got := w.read(copyOf(t, second, w.trading)).Title(); got != "Trading (2)" {
		t.Errorf("second dashboard is %q", got)
	}
	got := w.slots(copyOf(t, second, w.revenue))
	want := map[string]int64{"slotsales1": copyOf(t, first, w.sales).No, "slottarget": copyOf(t, first, w.targets).No}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("wires to reused sources (-want +got):\n%s", diff)
	}
	third := w.bring(client, false, w.trading)
	if third.Reused != 0 || len(third.Items) != 6 {
		t.Errorf("without reuse: reused %d, created %d", third.Reused, len(third.Items))
	}
}

func TestImportRefuses(t *testing.T) {
	w := newWorld(t, 2)
	client := w.clients[0]
	sel := transfer.Selection{From: w.parent.ID, Assets: []id.Asset{w.trading.Key}}
	native := w.visitor(client)
	native.Delegated, native.Home, native.HomeRoles = false, client.ID, native.Roles
	editor := w.visitor(client)
	editor.Roles = []authz.Role{authz.Editor}
	elsewhere := w.visitor(client)
	for _, c := range []struct {
		name string
		who  authz.Actor
		sel  transfer.Selection
		code string
	}{
		{"an administrator of the client itself", native, sel, "import_no_source"},
		{"an editor", editor, sel, "import_admin_only"},
		{"an account of another family", elsewhere, transfer.Selection{From: id.NewAccount(999, 1), Assets: sel.Assets}, "not_found"},
		{"the same account", elsewhere, transfer.Selection{From: client.ID, Assets: sel.Assets}, "not_found"},
		{"an asset of a third account", elsewhere, transfer.Selection{From: w.clients[1].ID, Assets: sel.Assets}, "not_found"},
		{"nothing", elsewhere, transfer.Selection{From: w.parent.ID}, "import_nothing_selected"},
		{"a number that is not there", elsewhere, transfer.Selection{From: w.parent.ID, Assets: []id.Asset{{Account: w.parent.ID, No: 9999}}}, "not_found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := w.transfer.Preview(w.ctx, c.who, c.sel); !errs.Is(err, c.code) {
				t.Errorf("preview: %v, want %s", err, c.code)
			}
			if _, err := w.transfer.Import(w.ctx, c.who, c.sel, "x-y", ""); !errs.Is(err, c.code) {
				t.Errorf("import: %v, want %s", err, c.code)
			}
		})
	}
}

func TestImportPlanMustStillHold(t *testing.T) {
	w := newWorld(t, 1)
	who := w.visitor(w.clients[0])
	sel := transfer.Selection{From: w.parent.ID, Assets: []id.Asset{w.trading.Key}}
	plan := func() string {
		p, err := w.transfer.Preview(w.ctx, who, sel)
		w.must(err)
		return p.ID
	}
	refused := func(name, id string, by authz.Actor) {
		t.Helper()
		if _, err := w.transfer.Import(w.ctx, by, sel, id, ""); !errs.Is(err, "plan_changed") {
			t.Errorf("%s: %v, want plan_changed", name, err)
		}
	}
	old := plan()
	w.clock.Advance(31 * time.Minute)
	refused("after half an hour", old, who)
	fresh := plan()
	other := who
	other.User = "somebody"
	refused("by another person", fresh, other)
	w.revenue = w.save(w.admin, w.revenue, "Revenue", map[string]any{"title": "Revenue", "colour": "red"}, w.slots(w.revenue.Key))
	refused("after a change in the closure", fresh, who)
	refused("made up", "zzz-abc", who)
	if _, err := w.transfer.Import(w.ctx, who, sel, plan(), ""); err != nil {
		t.Errorf("a fresh plan: %v", err)
	}
}

func TestImportBrokenReference(t *testing.T) {
	w := newWorld(t, 1)
	w.must(w.db.Tx(w.ctx, db.Account(w.parent.ID), func(tx *db.Tx) error {
		_, err := tx.Exec(w.ctx, `UPDATE assets SET deleted_at = 1 WHERE account_id = :account AND no = :no`, db.Args{"no": w.targets.Key.No})
		return err
	}))
	_, err := w.transfer.Preview(w.ctx, w.visitor(w.clients[0]), transfer.Selection{From: w.parent.ID, Assets: []id.Asset{w.trading.Key}})
	if !errs.Is(err, "broken_reference") {
		t.Errorf("%v, want broken_reference", err)
	}
}

func TestImportIsRefusedWhenDashboardsAreFull(t *testing.T) {
	w := newWorld(t, 1)
	w.must(w.db.Tx(w.ctx, db.Account(w.clients[0].ID), func(tx *db.Tx) error {
		_, err := tx.Exec(w.ctx, `UPDATE accounts SET dash_limit = 0 WHERE id = :account`, nil)
		return err
	}))
	who := w.visitor(w.clients[0])
	sel := transfer.Selection{From: w.parent.ID, Assets: []id.Asset{w.trading.Key}}
	plan, err := w.transfer.Preview(w.ctx, who, sel)
	w.must(err)
	before := dbtest.Dump(t, w.db)
	if _, err := w.transfer.Import(w.ctx, who, sel, plan.ID, "key"); !errs.Is(err, "limit_reached") {
		t.Errorf("%v, want limit_reached", err)
	}
	if diff := cmp.Diff(before, dbtest.Dump(t, w.db)); diff != "" {
		t.Errorf("a refused import left something:\n%s", diff)
	}
}

func TestImportSameKeyGivesTheFirstResult(t *testing.T) {
	w := newWorld(t, 1)
	who := w.visitor(w.clients[0])
	sel := transfer.Selection{From: w.parent.ID, Assets: []id.Asset{w.trading.Key}}
	plan, err := w.transfer.Preview(w.ctx, who, sel)
	w.must(err)
	first, err := w.transfer.Import(w.ctx, who, sel, plan.ID, "k1")
	w.must(err)
	before := dbtest.Dump(t, w.db)
	again, err := w.transfer.Import(w.ctx, who, sel, plan.ID, "k1")
	w.must(err)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("second answer differs (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(before, dbtest.Dump(t, w.db)); diff != "" {
		t.Errorf("the second call wrote something:\n%s", diff)
	}
	sel.Reuse = true
	if _, err := w.transfer.Import(w.ctx, who, sel, plan.ID, "k1"); !errs.Is(err, "idempotency_key_reused") {
		t.Errorf("another request with the key: %v", err)
	}
}

// Every statement of an import fails once; nothing must be left of any of them.
func TestImportIsAllOrNothing(t *testing.T) {
	var fault dbtest.Fault
	w := newWorld(t, 1, dbtest.Failing(&fault))
	who := w.visitor(w.clients[0])
	sel := transfer.Selection{From: w.parent.ID, Assets: []id.Asset{w.trading.Key}}
	plan, err := w.transfer.Preview(w.ctx, who, sel)
	w.must(err)
	before := dbtest.Dump(t, w.db)
	boom := errors.New("the disk is on fire")
	n := 1
	for ; ; n++ {
		fault.At(n, boom)
		_, err := w.transfer.Import(w.ctx, who, sel, plan.ID, "k")
		if fault.Pending() { // the import had fewer statements
			fault.At(0, nil)
			w.must(err)
			break
		}
		if !errors.Is(err, boom) {
			t.Fatalf("statement %d failed, import said %v", n, err)
		}
		if after := dbtest.Dump(t, w.db); after != before {
			t.Fatalf("statement %d failed and something was left:\n%s", n, cmp.Diff(before, after))
		}
	}
	if n < 15 {
		t.Errorf("only %d statements were seen", n-1)
	}
}

func TestClosureEqualsReachableSet(t *testing.T) {
	w := newWorld(t, 1)
	who := w.visitor(w.clients[0])
	for _, c := range []struct {
		pick *asset.Asset
		want []*asset.Asset
	}{
		{w.sales, []*asset.Asset{w.sales}},
		{w.model, []*asset.Asset{w.model, w.sales}},
		{w.orders, []*asset.Asset{w.orders, w.model, w.sales}},
		{w.revenue, []*asset.Asset{w.revenue, w.sales, w.targets}},
	} {
		plan, err := w.transfer.Preview(w.ctx, who, transfer.Selection{From: w.parent.ID, Assets: []id.Asset{c.pick.Key}})
		w.must(err)
		got, want := map[string]bool{}, map[string]bool{}
		for _, item := range plan.Items {
			got[fmt.Sprint(item.Node.No, item.Node.Selected)] = true
		}
		for i, a := range c.want {
			want[fmt.Sprint(a.Key.No, i == 0)] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("closure of %s (-want +got):\n%s", c.pick.Name, diff)
		}
	}
}
