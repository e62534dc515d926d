package transfer_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/transfer"
)

// pushed updates all instances of Revenue.
func (w *world) pushed() *transfer.Updated {
	w.t.Helper()
	w.tick()
	res, err := w.transfer.Update(w.ctx, w.admin, w.revenue.Key.No, w.instances().PlanID, "")
	w.must(err)
	w.tick()
	return res
}

func (w *world) planBack(push id.Change, one *id.Asset) *transfer.RollBackPlan {
	w.t.Helper()
	p, err := w.transfer.PreviewRollBack(w.ctx, w.admin, w.revenue.Key.No, push, one)
	w.must(err)
	return p
}

func (w *world) rollBack(push id.Change, one *id.Asset) *transfer.RolledBackResult {
	w.t.Helper()
	res, err := w.transfer.RollBack(w.ctx, w.admin, w.revenue.Key.No, push, one, w.planBack(push, one).PlanID, "")
	w.must(err)
	return res
}

func pushedStates(p *transfer.RollBackPlan) []transfer.PushedState {
	var out []transfer.PushedState
	for _, item := range p.Items {
		out = append(out, item.State)
	}
	return out
}

// versionFields are what each new version changes.
var versionFields = cmpopts.IgnoreFields(asset.Asset{}, "Version", "Change", "ChangedBy")

func TestRollBackGivesBackWhatWasBefore(t *testing.T) {
	w, copies := rolledOut(t, 3)
	w.save(w.visitor(w.clients[1]), w.read(copies[1]), "Umsatz Ü", map[string]any{"title": "Umsatz Ü", "colour": "blue"}, w.slots(copies[1]))
	var before []*asset.Asset
	for _, c := range copies {
		before = append(before, w.read(c))
	}
	w.exec(w.parent.ID, `INSERT INTO users (account_id, id, name, name_folded, password_hash, state, created_at)
		VALUES (:account, 'maya', 'Maya', 'maya', '', 'active', 0)`, nil)
	editedAt := w.instances().Items[1].EditedAt
	w.recolour("red")
	push := w.pushed().Change

	pushes, err := w.transfer.Pushes(w.ctx, w.admin, w.revenue.Key.No)
	w.must(err)
	if len(pushes) != 1 || pushes[0].Change != push || pushes[0].Version != 2 || pushes[0].Instances != 3 || pushes[0].Open != 3 || pushes[0].RolledBack != 0 {
		t.Fatalf("pushes: %+v", pushes)
	}
	p := w.planBack(push, nil)
	if diff := cmp.Diff([]transfer.PushedState{"open", "open", "open"}, pushedStates(p)); diff != "" {
		t.Error(diff)
	}
	if p.Items[0].BackTo != 1 || p.Items[0].Edited || !p.Items[1].Edited || p.Items[1].Client.Name != "Client 01" {
		t.Errorf("plan: %+v", p.Items)
	}
	res := w.rollBack(push, nil)
	if res.RolledBack != 3 || res.Left != 0 || !res.Items[1].Edited || res.Items[0].Result != transfer.RolledBack {
		t.Errorf("result %+v", res)
	}
	for i, c := range copies {
		after := w.read(c)
		if diff := cmp.Diff(before[i], after, versionFields); diff != "" {
			t.Errorf("instance %d is not what it was (-before +after):\n%s", i, diff)
		}
		if after.Version != before[i].Version+2 || after.Edited() != (i == 1) {
			t.Errorf("instance %d: version %d, edited %v", i, after.Version, after.Edited())
		}
	}
	w.must(w.db.Read(w.ctx, db.Account(w.clients[1].ID), func(tx *db.Tx) error {
		var n int
		_, err := tx.One(w.ctx, `SELECT COUNT(*) FROM assets WHERE account_id = :account AND name_folded = :folded`, db.Args{"folded": asset.Fold("Umsatz Ü")}, &n)
		if n != 1 {
			t.Errorf("the name that came back is not found by search")
		}
		return err
	}))
	// Behind again, and part of the next update.
	l := w.instances()
	if n := l.Count(func(i *transfer.Instance) bool { return i.Behind(l.Master) }); n != 3 {
		t.Errorf("%d behind, want 3", n)
	}
	if i := l.Items[1]; i.EditedBy != "Maya" || i.EditedAt != editedAt || l.Items[0].EditedBy != "" || l.Items[0].EditedAt != 0 {
		t.Errorf("edited by %q at %d, want Maya at %d; the other: %+v", i.EditedBy, i.EditedAt, editedAt, l.Items[0])
	}
	if pushes, err = w.transfer.Pushes(w.ctx, w.admin, w.revenue.Key.No); err != nil || pushes[0].Open != 0 || pushes[0].RolledBack != 3 {
		t.Errorf("pushes: %+v %v", pushes, err)
	}
	_, err = w.transfer.RollBack(w.ctx, w.admin, w.revenue.Key.No, push, nil, w.planBack(push, nil).PlanID, "")
	if !errs.Is(err, "nothing_to_roll_back") {
		t.Errorf("rolled back twice: %v", err)
	}
	if again := w.pushed(); again.Updated != 3 {
		t.Errorf("update after a roll back: %+v", again)
	}
}

func TestRollBackLeavesWhatWasChangedSince(t *testing.T) {
	w, copies := rolledOut(t, 4)
	w.recolour("red")
	push := w.pushed().Change
	w.save(w.visitor(w.clients[0]), w.read(copies[0]), "Revenue", map[string]any{"title": "Revenue", "colour": "green"}, w.slots(copies[0]))
	w.must(w.db.Tx(w.ctx, db.Account(w.clients[2].ID), func(tx *db.Tx) error {
		_, err := tx.Exec(w.ctx, `UPDATE assets SET deleted_at = 1 WHERE account_id = :account AND no = :no`, db.Args{"no": copies[2].No})
		return err
	}))
	edited := w.read(copies[0])
	res := w.rollBack(push, nil)
	if res.RolledBack != 2 || res.Left != 2 || res.Items[0].Result != transfer.ChangedSince || res.Items[2].Result != transfer.InBin {
		t.Errorf("result %+v", res)
	}
	if diff := cmp.Diff(edited, w.read(copies[0])); diff != "" {
		t.Errorf("an instance that was changed since was touched:\n%s", diff)
	}
	// A second update hides the first.
	w.recolour("blue")
	w.pushed()
	if got := pushedStates(w.planBack(push, nil)); got[1] != transfer.ChangedSince {
		t.Errorf("states after a second update: %v", got)
	}
}

func TestRollBackOfALaterUpdateIsNoneOfTheEarlier(t *testing.T) {
	w, copies := rolledOut(t, 2)
	w.recolour("red")
	first := w.pushed().Change
	w.recolour("blue")
	second := w.pushed().Change
	w.rollBack(second, nil)
	w.save(w.visitor(w.clients[0]), w.read(copies[0]), "Revenue", map[string]any{"title": "Mine"}, w.slots(copies[0]))
	if diff := cmp.Diff([]transfer.PushedState{"changed_since", "changed_since"}, pushedStates(w.planBack(first, nil))); diff != "" {
		t.Error("the first:", diff)
	}
	if diff := cmp.Diff([]transfer.PushedState{"changed_since", "rolled_back"}, pushedStates(w.planBack(second, nil))); diff != "" {
		t.Error("the second, of which one was edited again:", diff)
	}
	pushes, err := w.transfer.Pushes(w.ctx, w.admin, w.revenue.Key.No)
	w.must(err)
	for i, p := range pushes {
		if plan := w.planBack(p.Change, nil); plan.Push != p {
			t.Errorf("update %d is listed as %+v, its plan says %+v", i, p, plan.Push)
		}
	}
}

func TestRollBackOfOneInstance(t *testing.T) {
	w, copies := rolledOut(t, 3)
	w.recolour("red")
	push := w.pushed().Change
	if res := w.rollBack(push, &copies[1]); res.RolledBack != 1 || res.Items[0].Slug != w.clients[1].Slug {
		t.Errorf("result %+v", res)
	}
	for i, c := range copies {
		if back := w.read(c).Body != w.revenue.Body; back != (i == 1) {
			t.Errorf("instance %d: rolled back %v", i, back)
		}
	}
	if diff := cmp.Diff([]transfer.PushedState{"open", "rolled_back", "open"}, pushedStates(w.planBack(push, nil))); diff != "" {
		t.Error(diff)
	}
	if res := w.rollBack(push, nil); res.RolledBack != 2 || res.Left != 1 {
		t.Errorf("the others: %+v", res)
	}
	stranger := w.revenue.Key
	if _, err := w.transfer.PreviewRollBack(w.ctx, w.admin, w.revenue.Key.No, push, &stranger); !errs.Is(err, "not_found") {
		t.Errorf("an asset that the update did not change: %v", err)
	}
}

func TestRollBackRefuses(t *testing.T) {
	w, copies := rolledOut(t, 2)
	w.recolour("red")
	push := w.pushed().Change
	plan := w.planBack(push, nil).PlanID
	refused := func(name, code string, who authz.Actor, klip int64, plan string) {
		t.Helper()
		if _, err := w.transfer.RollBack(w.ctx, who, klip, push, nil, plan, ""); !errs.Is(err, code) {
			t.Errorf("%s: %v, want %s", name, err, code)
		}
	}
	editor := w.admin
	editor.Roles = []authz.Role{authz.Editor}
	refused("an editor", "permission_denied", editor, w.revenue.Key.No, plan)
	refused("a visitor of a client", "not_found", w.visitor(w.clients[0]), w.revenue.Key.No, plan)
	person := w.admin
	person.Via, person.User = authz.ViaSession, "somebody"
	refused("somebody who administers nothing", "push_needs_all_clients", person, w.revenue.Key.No, plan)
	other := w.admin
	other.User = "another"
	refused("another person's plan", "plan_changed", other, w.revenue.Key.No, plan)
	refused("an update of another Klip", "roll_back_expired", w.admin, w.orders.Key.No, plan)
	w.save(w.visitor(w.clients[0]), w.read(copies[0]), "Revenue", map[string]any{"title": "Mine"}, w.slots(copies[0]))
	refused("an instance edited meanwhile", "plan_changed", w.admin, w.revenue.Key.No, plan)
	w.clock.Advance(31 * 24 * time.Hour)
	if _, err := w.transfer.PreviewRollBack(w.ctx, w.admin, w.revenue.Key.No, push, nil); !errs.Is(err, "roll_back_expired") {
		t.Errorf("after 31 days: %v", err)
	}
	if pushes, err := w.transfer.Pushes(w.ctx, w.admin, w.revenue.Key.No); err != nil || len(pushes) != 0 {
		t.Errorf("listed after 31 days: %+v %v", pushes, err)
	}
}

func TestRollBackIsAllOrNothing(t *testing.T) {
	var fault dbtest.Fault
	w, _ := rolledOut(t, 2, dbtest.Failing(&fault))
	w.recolour("red")
	push := w.pushed().Change
	plan := w.planBack(push, nil).PlanID
	before := dbtest.Dump(t, w.db)
	boom := errors.New("the disk is on fire")
	for n := 1; ; n++ {
		fault.At(n, boom)
		res, err := w.transfer.RollBack(w.ctx, w.admin, w.revenue.Key.No, push, nil, plan, "k")
		if fault.Pending() {
			fault.At(0, nil)
			w.must(err)
			if n < 14 {
				t.Errorf("only %d statements were seen", n-1)
			}
			done := dbtest.Dump(t, w.db)
			again, err := w.transfer.RollBack(w.ctx, w.admin, w.revenue.Key.No, push, nil, plan, "k")
			w.must(err)
			if diff := cmp.Diff(res, again); diff != "" || dbtest.Dump(t, w.db) != done {
				t.Errorf("the same key again is not answered like the first:\n%s", diff)
			}
			return
		}
		if !errors.Is(err, boom) {
			t.Fatalf("statement %d failed, roll back said %v", n, err)
		}
		if after := dbtest.Dump(t, w.db); after != before {
			t.Fatalf("statement %d failed and something was left:\n%s", n, cmp.Diff(before, after))
		}
	}
}
