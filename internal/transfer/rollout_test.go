package transfer_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/transfer"
)

// rollout is one of the template's dashboard into all clients of the world.
func (w *world) rollout() transfer.Rollout {
	in := transfer.Rollout{Assets: []id.Asset{w.trading.Key}}
	for _, c := range w.clients {
		in.Clients = append(in.Clients, c.Slug)
	}
	return in
}

func (w *world) planOf(in transfer.Rollout) *transfer.RolloutPlan {
	w.t.Helper()
	p, err := w.transfer.PlanRollout(w.ctx, w.admin, in)
	w.must(err)
	return p
}

func (w *world) rolledOut() *transfer.RolledOut {
	w.t.Helper()
	in := w.rollout()
	w.tick()
	out, err := w.transfer.RollOut(w.ctx, w.admin, in, w.planOf(in).ID, "")
	w.must(err)
	return out
}

// exec runs a statement in one account.
func (w *world) exec(a id.Account, text string, args db.Args) {
	w.t.Helper()
	w.must(w.db.Tx(w.ctx, db.Account(a), func(tx *db.Tx) error {
		_, err := tx.Exec(w.ctx, text, args)
		return err
	}))
}

// count counts the live assets of an account.
func (w *world) count(a id.Account) (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.ctx, db.Account(a), func(tx *db.Tx) error {
		_, err := tx.One(w.ctx, `SELECT COUNT(*) FROM assets WHERE account_id = :account AND deleted_at IS NULL`, nil, &n)
		return err
	}))
	return n
}

// naming makes a Klip of the agency whose formulas name properties, and gives it to the template's dashboard.
func (w *world) naming(names ...string) *asset.Asset {
	w.t.Helper()
	c := content(asset.Klip, map[string]any{"title": "Named", "names": strings.Join(names, " ")}, map[string]int64{"slotsales9": w.sales.Key.No})
	for _, n := range names {
		c.Refs = append(c.Refs, asset.Ref{Kind: asset.Variable, Name: n})
	}
	var k *asset.Asset
	w.must(w.db.Tx(w.ctx, db.Account(w.parent.ID), func(tx *db.Tx) (err error) {
		k, err = w.assets.Create(w.ctx, tx, w.admin, authz.KlipBuild, asset.Klip, "Named", c)
		return err
	}))
	slots := w.slots(w.trading.Key)
	slots["slotnamed1"] = k.Key.No
	w.trading = w.save(w.admin, w.trading, "Trading", map[string]any{"title": "Trading"}, slots)
	return k
}

func TestRolloutReachesEveryClient(t *testing.T) {
	w := newWorld(t, 3)
	out := w.rolledOut()
	if out.Assets != 6 || len(out.Clients) != 3 {
		t.Fatalf("result %+v", out)
	}
	var first *asset.Asset
	for _, c := range out.Clients {
		a := w.read(id.Asset{Account: c.Account, No: c.First})
		if a.Name != "Trading" || a.Origin != w.trading.Key || a.Import != out.Change {
			t.Errorf("copy in %d: %+v", c.Account, a)
		}
		if first == nil {
			first = a
		}
		if a.Body != first.Body || a.Wiring != first.Wiring {
			t.Error("clients do not share content")
		}
		if n := w.count(c.Account); n != 6 {
			t.Errorf("%d assets in %d", n, c.Account)
		}
	}
	// Again: second copies, with names of their own.
	again := w.rolledOut()
	if got := w.read(id.Asset{Account: again.Clients[0].Account, No: again.Clients[0].First}).Title(); got != "Trading (2)" {
		t.Errorf("second copy is %q", got)
	}
	plan := w.planOf(w.rollout())
	if plan.Clients[0].Here != 1 || plan.Clients[0].EditedHere != 0 {
		t.Errorf("plan knows nothing of copies: %+v", plan.Clients[0])
	}
}

func TestRolloutFillsIn(t *testing.T) {
	w := newWorld(t, 2)
	w.naming("companyID", "region", "company.name")
	w.exec(w.parent.ID, `INSERT INTO variables (account_id, name, type, default_json) VALUES (:account, 'region', 'text', '"north"')`, nil)
	in := w.rollout()
	plan := w.planOf(in)
	if len(plan.Needs) != 1 || plan.Needs[0].Name != "companyID" || len(plan.Needs[0].Missing) != 2 || plan.Needs[0].By[0].Name != "Named" {
		t.Fatalf("needs %+v", plan.Needs)
	}
	refuse := func(code string, values ...transfer.RolloutValue) {
		t.Helper()
		in.Values = values
		if _, err := w.transfer.RollOut(w.ctx, w.admin, in, plan.ID, ""); !errs.Is(err, code) {
			t.Errorf("%v, want %s", err, code)
		}
	}
	one := w.clients[0].Slug
	refuse("value_not_missing", transfer.RolloutValue{Client: one, Name: "region", Value: "x"})
	refuse("value_not_missing", transfer.RolloutValue{Client: "nobody", Name: "companyID", Value: "x"})
	refuse("cells_refused", transfer.RolloutValue{Client: one, Name: "companyID", Value: strings.Repeat("x", 20_000)})
	in.Values = []transfer.RolloutValue{{Client: one, Name: "companyID", Value: "1017"}}
	out, err := w.transfer.RollOut(w.ctx, w.admin, in, plan.ID, "")
	w.must(err)
	if out.Left != 1 {
		t.Errorf("%d values left, want 1", out.Left)
	}
	after := w.planOf(w.rollout())
	if len(after.Clients[0].Missing) != 0 || !slices.Equal(after.Clients[1].Missing, []string{"companyID"}) {
		t.Errorf("missing afterwards: %+v", after.Clients)
	}
	// The import of one client asks for the same.
	sel := transfer.Selection{From: w.parent.ID, Assets: in.Assets}
	who := w.visitor(w.clients[1])
	preview, err := w.transfer.Preview(w.ctx, who, sel)
	w.must(err)
	if len(preview.Needs) != 1 {
		t.Fatalf("needs %+v", preview.Needs)
	}
	sel.Values = []transfer.Value{{Account: w.clients[1].ID, Name: "companyID", Value: "1021"}}
	res, err := w.transfer.Import(w.ctx, who, sel, preview.ID, "")
	w.must(err)
	if res.Left != 0 {
		t.Errorf("%d left", res.Left)
	}
}

func TestRolloutNamesAllClientsThatAreFull(t *testing.T) {
	w := newWorld(t, 3)
	for _, c := range w.clients[:2] {
		w.exec(c.ID, `UPDATE accounts SET dash_limit = 0 WHERE id = :account`, nil)
	}
	in := w.rollout()
	plan := w.planOf(in)
	if plan.Clients[0].Ready() || plan.Clients[1].Ready() || !plan.Clients[2].Ready() {
		t.Fatalf("clients %+v", plan.Clients)
	}
	before := dbtest.Dump(t, w.db)
	_, err := w.transfer.RollOut(w.ctx, w.admin, in, plan.ID, "")
	if !errs.Is(err, "plan_changed") { // the plan is for the ready ones
		t.Errorf("with the full ones: %v", err)
	}
	w.exec(w.clients[0].ID, `UPDATE accounts SET dash_limit = 5 WHERE id = :account`, nil)
	w.exec(w.clients[1].ID, `UPDATE accounts SET dash_limit = 5 WHERE id = :account`, nil)
	plan = w.planOf(in)
	for _, c := range w.clients[:2] {
		w.exec(c.ID, `UPDATE accounts SET dash_limit = 0 WHERE id = :account`, nil)
	}
	_, err = w.transfer.RollOut(w.ctx, w.admin, in, plan.ID, "")
	var e *errs.Error
	if !errors.As(err, &e) || e.Code != "limit_reached" {
		t.Fatalf("%v, want limit_reached", err)
	}
	if diff := cmp.Diff([]string{w.clients[0].Slug, w.clients[1].Slug}, e.Params["clients"]); diff != "" {
		t.Errorf("clients named (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, dbtest.Dump(t, w.db)); diff != "" {
		t.Errorf("a refused roll-out left something:\n%s", diff)
	}
	in.Clients = []string{w.clients[2].Slug}
	if _, err := w.transfer.RollOut(w.ctx, w.admin, in, w.planOf(w.rollout()).ID, ""); err != nil {
		t.Errorf("the ready one with the plan of all: %v", err)
	}
}

func TestRolloutRefuses(t *testing.T) {
	w := newWorld(t, 2)
	in := w.rollout()
	plan := w.planOf(in)
	visitor, editor, importer := w.visitor(w.clients[0]), w.admin, w.admin
	editor.Roles, editor.HomeRoles = []authz.Role{authz.Editor}, []authz.Role{authz.Editor}
	importer.Roles, importer.HomeRoles = nil, nil
	importer.Custom = []authz.Permission{authz.ClientAccess, authz.ClientLogin, authz.KlipImport}
	many := in
	for i := range 1001 {
		many.Clients = append(many.Clients, fmt.Sprint("c", i))
	}
	strange := in
	strange.Clients = append(slices.Clone(in.Clients), "nobody")
	none, foreign, bad := in, in, in
	none.Assets = nil
	foreign.Assets = []id.Asset{{Account: w.clients[0].ID, No: 1}}
	bad.Clients = nil
	for name, c := range map[string]struct {
		who  authz.Actor
		in   transfer.Rollout
		code string
	}{
		"a visitor in a client":             {visitor, in, "not_found"},
		"an editor of the agency":           {editor, in, "permission_denied"},
		"who may import Klips only":         {importer, in, "permission_denied"},
		"more than 1,000 clients":           {w.admin, many, "too_many_clients"},
		"a client that is not there":        {w.admin, strange, "not_found"},
		"no client":                         {w.admin, bad, "not_found"},
		"nothing":                           {w.admin, none, "import_nothing_selected"},
		"an asset that is not the agency's": {w.admin, foreign, "not_found"},
	} {
		if _, err := w.transfer.PlanRollout(w.ctx, c.who, c.in); !errs.Is(err, c.code) {
			t.Errorf("plan, %s: %v, want %s", name, err, c.code)
		}
		if _, err := w.transfer.RollOut(w.ctx, c.who, c.in, plan.ID, ""); !errs.Is(err, c.code) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestRolloutPlanMustStillHold(t *testing.T) {
	w := newWorld(t, 2)
	in := w.rollout()
	refused := func(name, plan string, who authz.Actor, code string) {
		t.Helper()
		if _, err := w.transfer.RollOut(w.ctx, who, in, plan, ""); !errs.Is(err, code) {
			t.Errorf("%s: %v, want %s", name, err, code)
		}
	}
	plan := w.planOf(in).ID
	other := w.admin
	other.User = "somebody"
	refused("another person", plan, other, "plan_changed")
	w.revenue = w.save(w.admin, w.revenue, "Revenue", map[string]any{"title": "Revenue", "colour": "red"}, w.slots(w.revenue.Key))
	refused("the master changed", plan, w.admin, "plan_changed")
	sel := transfer.Selection{From: w.parent.ID, Assets: in.Assets}
	import1, err := w.transfer.Preview(w.ctx, w.visitor(w.clients[0]), sel)
	w.must(err)
	one := in
	one.Clients = in.Clients[:1]
	if _, err := w.transfer.RollOut(w.ctx, w.admin, one, import1.ID, ""); !errs.Is(err, "plan_changed") {
		t.Errorf("the plan of an import: %v", err)
	}
	plan = w.planOf(in).ID
	disabled := account.Disabled
	_, err = w.accounts.ChangeClients(w.ctx, w.admin, account.Bulk{Clients: in.Clients[:1], Status: &disabled}, false)
	w.must(err)
	out, err := w.transfer.RollOut(w.ctx, w.admin, in, plan, "") // status does not matter
	w.must(err)
	if len(out.Clients) != 2 {
		t.Errorf("a disabled client was left out: %+v", out)
	}
	plan = w.planOf(in).ID
	w.exec(w.clients[1].ID, `UPDATE accounts SET deleted_at = 1 WHERE id = :account`, nil)
	refused("a client was deleted", plan, w.admin, "not_found")
}

func TestRolloutKeyGivesTheFirstResult(t *testing.T) {
	w := newWorld(t, 2)
	in := w.rollout()
	plan := w.planOf(in).ID
	first, err := w.transfer.RollOut(w.ctx, w.admin, in, plan, "k")
	w.must(err)
	before := dbtest.Dump(t, w.db)
	again, err := w.transfer.RollOut(w.ctx, w.admin, in, plan, "k")
	w.must(err)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("second answer (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(before, dbtest.Dump(t, w.db)); diff != "" {
		t.Errorf("the second call wrote something:\n%s", diff)
	}
}

// written are the tables that a roll-out, or taking it back, can write.
var written = []string{
	"accounts", "assets", "sources", "asset_tags", "variables", "properties", "wirings", "wires", "changes", "change_accounts", "nodes",
	"audit", "idempotency",
}

// failing lets every statement of work fail once; nothing may be left of any of them.
func failing(t *testing.T, w *world, fault *dbtest.Fault, least int, work func() error) {
	t.Helper()
	dump := func() string { return dbtest.DumpOf(t, w.db, written...) }
	before := dump()
	boom := errors.New("the disk is on fire")
	n := 1
	for ; ; n++ {
		fault.At(n, boom)
		err := work()
		if fault.Pending() { // there were fewer statements
			fault.At(0, nil)
			w.must(err)
			break
		}
		if !errors.Is(err, boom) {
			t.Fatalf("statement %d failed, the answer was %v", n, err)
		}
		if after := dump(); after != before {
			t.Fatalf("statement %d failed and something was left:\n%s", n, cmp.Diff(before, after))
		}
	}
	if n <= least {
		t.Errorf("only %d statements were seen", n-1)
	}
}

func TestRolloutAndUndoAreAllOrNothing(t *testing.T) {
	var fault dbtest.Fault
	w := newWorld(t, 2, dbtest.Failing(&fault))
	w.naming("companyID")
	in := w.rollout()
	in.Values = []transfer.RolloutValue{{Client: w.clients[0].Slug, Name: "companyID", Value: "1017"}}
	plan := w.planOf(in).ID
	var out *transfer.RolledOut
	failing(t, w, &fault, 20, func() (err error) {
		out, err = w.transfer.RollOut(w.ctx, w.admin, in, plan, "k")
		return err
	})
	w.tick()
	a, err := w.transfer.Arrival(w.ctx, w.admin, out.Change)
	w.must(err)
	failing(t, w, &fault, 12, func() error {
		_, err := w.transfer.Undo(w.ctx, w.admin, out.Change, a.PlanID, "k2")
		return err
	})
	for _, c := range w.clients {
		if n := w.count(c.ID); n != 0 {
			t.Errorf("%d assets are left in %s", n, c.Name)
		}
	}
}

// chain makes n data sources of the agency, each a model over the one before; the last wire leads to end.
func (w *world) chain(n int) *asset.Asset {
	w.t.Helper()
	last := w.sales
	w.must(w.db.Tx(w.ctx, db.Account(w.parent.ID), func(tx *db.Tx) (err error) {
		for range n {
			last, err = w.assets.Create(w.ctx, tx, w.admin, authz.SourceCreate, asset.Model, "Model",
				content(asset.Model, map[string]any{"columns": "all"}, map[string]int64{"base": last.Key.No}))
			if err != nil {
				return err
			}
		}
		return nil
	}))
	return last
}

func TestRolloutOfTooMuchAndOfCycles(t *testing.T) {
	w := newWorld(t, 1)
	in := w.rollout()
	last := w.chain(500) // and the raw source below
	in.Assets = []id.Asset{last.Key}
	if _, err := w.transfer.PlanRollout(w.ctx, w.admin, in); !errs.Is(err, "import_too_large") {
		t.Errorf("501 assets: %v", err)
	}
	in.Assets = []id.Asset{{Account: w.parent.ID, No: last.Key.No - 1}}
	if p := w.planOf(in); len(p.Items) != 500 {
		t.Errorf("%d assets, want 500", len(p.Items))
	}
	// Nothing of the product makes a cycle; the wiring of a model is exchanged by hand.
	w.exec(w.parent.ID, `UPDATE assets SET base = base + :far WHERE account_id = :account AND no = :no`,
		db.Args{"no": last.Key.No - 10, "far": int64(8)})
	in.Assets = []id.Asset{{Account: w.parent.ID, No: last.Key.No - 5}}
	if _, err := w.transfer.PlanRollout(w.ctx, w.admin, in); !errs.Is(err, "cyclic_source") {
		t.Errorf("a cycle: %v", err)
	}
}
