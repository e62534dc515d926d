package transfer_test

import (
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

func (w *world) arrival(who authz.Actor, c id.Change) *transfer.Arrival {
	w.t.Helper()
	a, err := w.transfer.Arrival(w.ctx, who, c)
	w.must(err)
	return a
}

func (w *world) undo(who authz.Actor, c id.Change) *transfer.Undone {
	w.t.Helper()
	w.tick()
	out, err := w.transfer.Undo(w.ctx, who, c, w.arrival(who, c).PlanID, "")
	w.must(err)
	return out
}

// dashboards is the number of dashboards that an account is charged for.
func (w *world) dashboards(a id.Account) (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.ctx, db.Account(a), func(tx *db.Tx) error {
		_, err := tx.One(w.ctx, `SELECT dash_used FROM accounts WHERE id = :account`, nil, &n)
		return err
	}))
	return n
}

func TestUndoListsWhatWasDoneSince(t *testing.T) {
	w := newWorld(t, 1)
	client := w.clients[0]
	who := w.visitor(client)
	res := w.bring(client, false, w.trading)
	klip, board := copyOf(t, res, w.revenue), copyOf(t, res, w.trading)
	w.save(who, w.read(klip), "Umsatz", map[string]any{"title": "Umsatz"}, w.slots(klip))
	own := w.put(who, asset.Dashboard, "Own", map[string]any{"title": "Own"}, map[string]int64{"slotklip01": klip.No})
	w.exec(client.ID, `INSERT INTO asset_shares (account_id, no, principal_kind, principal_id, access) VALUES (:account, :no, 'user', 'bo', 'view')`,
		db.Args{"no": board.No})
	a := w.arrival(who, res.Change)
	var got []string
	for _, item := range a.Items {
		got = append(got, fmt.Sprintf("%s %t %d %v %t", item.Name, item.Edited, item.Shared, item.UsedBy, item.Gone))
	}
	want := []string{
		"Trading false 1 [] false", "Umsatz true 0 [Own] false", "Orders false 0 [] false",
		"Sales, clean false 0 [] false", "Sales false 0 [] false", "Targets false 0 [] false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what came (-want +got):\n%s", diff)
	}
	sum := a.Clients[0]
	if sum.Assets != 6 || sum.Edited != 1 || sum.Shared != 1 || sum.Used != 1 || sum.Gone != 0 || sum.Dashboards != 1 {
		t.Errorf("sum %+v", sum)
	}
	if n := w.dashboards(client.ID); n != 2 {
		t.Fatalf("%d dashboards before", n)
	}
	if out := w.undo(who, res.Change); out.Assets != 6 || out.Clients != 1 {
		t.Errorf("undone %+v", out)
	}
	if w.count(client.ID) != 1 || w.dashboards(client.ID) != 1 || w.read(own.Key).DeletedAt != 0 {
		t.Error("more or less than the import is in the bin")
	}
	if a = w.arrival(who, res.Change); a.Clients[0].Gone != 6 || !a.Items[0].Gone {
		t.Errorf("afterwards %+v", a.Clients)
	}
}

func TestReimportAfterUndoLeavesNothing(t *testing.T) {
	w := newWorld(t, 1)
	client := w.clients[0]
	who := w.visitor(client)
	first := w.bring(client, false, w.trading)
	w.undo(who, first.Change)
	w.recolour("red")
	second := w.bring(client, true, w.trading)
	if len(second.Items) != 6 || second.Reused != 0 {
		t.Errorf("second import %+v", second)
	}
	if got := w.read(copyOf(t, second, w.trading)).Title(); got != "Trading" {
		t.Errorf("the dashboard is %q", got)
	}
	if w.count(client.ID) != 6 || w.dashboards(client.ID) != 1 {
		t.Error("remains of the first import")
	}
}

func TestUndoRefuses(t *testing.T) {
	w := newWorld(t, 2)
	client := w.clients[0]
	who := w.visitor(client)
	res := w.bring(client, false, w.trading)
	plan := w.arrival(who, res.Change).PlanID
	editor, elsewhere := who, w.visitor(w.clients[1])
	editor.Roles = []authz.Role{authz.Editor}
	for name, c := range map[string]struct {
		who    authz.Actor
		change id.Change
		plan   string
		code   string
	}{
		"an editor":              {editor, res.Change, plan, "permission_denied"},
		"another client":         {elsewhere, res.Change, plan, "not_found"},
		"the agency's own place": {w.admin, res.Change, plan, "not_found"},
		"no such import":         {who, res.Change + 1, plan, "not_found"},
		"no plan":                {who, res.Change, "x-y", "plan_changed"},
	} {
		if _, err := w.transfer.Undo(w.ctx, c.who, c.change, c.plan, ""); !errs.Is(err, c.code) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	w.save(who, w.read(copyOf(t, res, w.revenue)), "Umsatz", map[string]any{"title": "Umsatz"}, w.slots(copyOf(t, res, w.revenue)))
	if _, err := w.transfer.Undo(w.ctx, who, res.Change, plan, ""); !errs.Is(err, "plan_changed") {
		t.Errorf("edited meanwhile: %v", err)
	}
	plan = w.arrival(who, res.Change).PlanID
	w.clock.Advance(31 * time.Minute)
	if _, err := w.transfer.Undo(w.ctx, who, res.Change, plan, ""); !errs.Is(err, "plan_changed") {
		t.Errorf("half an hour later: %v", err)
	}
}

func TestUndoOfARollout(t *testing.T) {
	w := newWorld(t, 3)
	out := w.rolledOut()
	touched := w.visitor(w.clients[1])
	var klip id.Asset
	for _, item := range w.arrival(touched, out.Change).Items {
		if item.Kind == asset.Klip && item.Name == "Revenue" {
			klip = item.Key
		}
	}
	w.save(touched, w.read(klip), "Umsatz", map[string]any{"title": "Umsatz"}, w.slots(klip))
	a := w.arrival(w.admin, out.Change)
	if !a.Rollout || len(a.Clients) != 3 || len(a.Items) != 1 || a.Items[0].Name != "Umsatz" || a.Clients[1].Edited != 1 {
		t.Fatalf("roll-out %+v", a)
	}
	// One client takes its own part back; a deleted client is left out.
	if u := w.undo(w.visitor(w.clients[0]), out.Change); u.Assets != 6 {
		t.Errorf("one client's part: %+v", u)
	}
	w.exec(w.clients[2].ID, `UPDATE accounts SET deleted_at = 1 WHERE id = :account`, nil)
	if u := w.undo(w.admin, out.Change); u.Assets != 6 || u.Clients != 1 {
		t.Errorf("the rest: %+v", u)
	}
	// The same key gives the first answer; without a key there is nothing to do any more.
	plan := w.arrival(w.admin, out.Change).PlanID
	first, err := w.transfer.Undo(w.ctx, w.admin, out.Change, plan, "k")
	w.must(err)
	before := dbtest.Dump(t, w.db)
	again, err := w.transfer.Undo(w.ctx, w.admin, out.Change, plan, "k")
	w.must(err)
	if *first != *again || before != dbtest.Dump(t, w.db) || again.Assets != 0 {
		t.Errorf("a repeated key: %+v", again)
	}
}

func TestImportWithoutWhatWasDeleted(t *testing.T) {
	w := newWorld(t, 1)
	who := w.visitor(w.clients[0])
	w.exec(w.parent.ID, `UPDATE assets SET deleted_at = 1 WHERE account_id = :account AND no = :no`, db.Args{"no": w.model.Key.No})
	sel := transfer.Selection{From: w.parent.ID, Assets: []id.Asset{w.trading.Key}}
	_, err := w.transfer.Preview(w.ctx, who, sel)
	if !errs.Is(err, "broken_reference") {
		t.Fatalf("%v, want broken_reference", err)
	}
	sel.Without = true
	plan, err := w.transfer.Preview(w.ctx, who, sel)
	w.must(err)
	var warned []string
	for _, item := range plan.Items {
		if len(item.Node.Broken) > 0 {
			warned = append(warned, fmt.Sprint(item.Node.Name, item.Warnings, item.Node.Broken[0].Name))
		}
	}
	if diff := cmp.Diff([]string{"Orders[without_data]Sales, clean"}, warned); diff != "" {
		t.Error(diff)
	}
	res, err := w.transfer.Import(w.ctx, who, sel, plan.ID, "")
	w.must(err)
	if len(res.Items) != 5 || len(w.slots(copyOf(t, res, w.orders))) != 0 || res.Lost != 0 {
		t.Errorf("result %+v", res)
	}
	sel.Without = false
	if _, err := w.transfer.Import(w.ctx, who, sel, plan.ID, ""); !errs.Is(err, "broken_reference") {
		t.Errorf("%v", err)
	}
}

func TestHelpAfterTwoFailures(t *testing.T) {
	w := newWorld(t, 1)
	who := w.visitor(w.clients[0])
	w.exec(w.clients[0].ID, `UPDATE accounts SET support = 'help@northlight.test' WHERE id = :account`, nil)
	sel := transfer.Selection{From: w.parent.ID, Assets: []id.Asset{w.trading.Key, w.sales.Key}}
	turned := transfer.Selection{From: w.parent.ID, Assets: []id.Asset{w.sales.Key, w.trading.Key}, Reuse: true}
	help := func(sel transfer.Selection) transfer.Help {
		h, err := w.transfer.Help(w.ctx, who, sel)
		w.must(err)
		return *h
	}
	broken := errs.New(errs.Conflict, "broken_reference", "x")
	w.transfer.NoteFailure(w.ctx, who, sel, errs.New(errs.Conflict, "plan_changed", "x"))
	w.transfer.NoteFailure(w.ctx, who, sel, broken)
	if got := help(sel); got != (transfer.Help{Failures: 1}) {
		t.Errorf("after one: %+v", got)
	}
	w.transfer.NoteFailure(w.ctx, who, turned, fmt.Errorf("a disk"))
	if got := help(sel); got != (transfer.Help{Failures: 2, Support: "help@northlight.test"}) {
		t.Errorf("after two: %+v", got)
	}
	if got := help(transfer.Selection{From: w.parent.ID, Assets: sel.Assets[:1]}); got.Failures != 0 {
		t.Errorf("another selection: %+v", got)
	}
	w.clock.Advance(61 * time.Minute)
	if got := help(sel); got.Failures != 0 {
		t.Errorf("an hour later: %+v", got)
	}
}
