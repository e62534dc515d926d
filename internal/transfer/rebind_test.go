package transfer_test

import (
	"testing"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/transfer"
)

// rebind gives a copy of Revenue another target for slots.
func (w *world) rebind(who authz.Actor, no int64, slot string, target int64) *asset.Asset {
	w.t.Helper()
	w.tick()
	var out *asset.Asset
	w.must(w.db.Tx(w.ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := w.assets.Viewable(w.ctx, tx, who, no)
		if err != nil {
			return err
		}
		out, err = w.assets.Rebind(w.ctx, tx, who, authz.KlipEdit, no, a.Version, []string{slot}, target)
		return err
	}))
	return out
}

func TestReboundInstanceIsCheckedAgainstWhatItWasGiven(t *testing.T) {
	w, copies := rolledOut(t, 1)
	visitor := w.visitor(w.clients[0])
	given := w.slots(copies[0])["slottarget"]
	own := w.source(visitor, "Own targets", "own")
	before := w.read(copies[0])
	bound := w.rebind(visitor, copies[0].No, "slottarget", own.Key.No)
	if bound.Version != before.Version+1 || bound.Body != before.Body || bound.Wiring == before.Wiring {
		t.Errorf("re-bound: %+v", bound)
	}
	// What it was given is gone for good: the mark on the wire still says what that was.
	w.must(w.db.Tx(w.ctx, db.Account(w.clients[0].ID), func(tx *db.Tx) error {
		for _, table := range []string{"assets", "sources"} {
			if _, err := tx.Exec(w.ctx, `DELETE FROM `+table+` WHERE account_id = :account AND no = :no`, db.Args{"no": given}); err != nil {
				return err
			}
		}
		return nil
	}))
	w.recolour("red")
	l := w.instances()
	if !l.Items[0].Rebound || l.Items[0].Edited || l.Items[0].Block != transfer.Clear {
		t.Errorf("instance: %+v", l.Items[0])
	}
	w.pushed()
	if got := w.slots(copies[0])["slottarget"]; got != own.Key.No {
		t.Errorf("the re-bound slot leads to %d, want %d", got, own.Key.No)
	}
	w.save(w.admin, w.targets, "Targets", map[string]any{"connector": "upload", "format": "json"}, nil)
	w.wantBlocked("datasource_changed Targets")
}

func TestRebindingBackIsNoReboundAnyMore(t *testing.T) {
	w, copies := rolledOut(t, 1)
	visitor := w.visitor(w.clients[0])
	given := w.slots(copies[0])["slottarget"]
	before := w.read(copies[0])
	w.rebind(visitor, copies[0].No, "slottarget", w.source(visitor, "Own targets", "own").Key.No)
	if back := w.rebind(visitor, copies[0].No, "slottarget", given); back.Wiring != before.Wiring || back.Edited() {
		t.Errorf("back at what was given: %+v", back)
	}
	again := w.rebind(visitor, copies[0].No, "slottarget", given)
	if again.Version != before.Version+2 {
		t.Errorf("the same target makes version %d", again.Version)
	}
}

func TestDetachedKlipIsNoInstance(t *testing.T) {
	w, copies := rolledOut(t, 2)
	w.recolour("red")
	push := w.pushed().Change
	visitor := w.visitor(w.clients[0])
	detach := func(who authz.Actor, no, version int64) (a *asset.Asset, err error) {
		err = w.db.Tx(w.ctx, db.Account(who.Account), func(tx *db.Tx) error {
			a, err = w.assets.Detach(w.ctx, tx, who, no, version)
			return err
		})
		return a, err
	}
	now := w.read(copies[0])
	editor := authz.Actor{Account: w.clients[0].ID, Roles: []authz.Role{authz.Editor}, User: now.Owner, Owner: now.Owner}
	if _, err := detach(editor, copies[0].No, now.Version); !errs.Is(err, "permission_denied") {
		t.Errorf("an editor detaches: %v", err)
	}
	if _, err := detach(visitor, copies[0].No, now.Version-1); !errs.Is(err, "version_conflict") {
		t.Errorf("over an old version: %v", err)
	}
	plan := w.planBack(push, nil).PlanID
	a, err := detach(visitor, copies[0].No, now.Version)
	w.must(err)
	if !a.Origin.IsZero() || a.Body != now.Body || a.Edited() {
		t.Errorf("detached: %+v", a)
	}
	if _, err := detach(visitor, copies[0].No, now.Version); !errs.Is(err, "not_an_instance") {
		t.Errorf("detached twice: %v", err)
	}
	if l := w.instances(); len(l.Items) != 1 || l.Items[0].Key != copies[1] {
		t.Errorf("instances: %+v", l.Items)
	}
	// A roll back that was planned before is not carried out, and one of today leaves it.
	if _, err := w.transfer.RollBack(w.ctx, w.admin, w.revenue.Key.No, push, nil, plan, ""); !errs.Is(err, "plan_changed") {
		t.Errorf("a plan from before: %v", err)
	}
	if res := w.rollBack(push, nil); res.RolledBack != 1 || res.Items[0].Result != transfer.Detached {
		t.Errorf("roll back: %+v", res)
	}
	if w.read(copies[0]).Body != now.Body {
		t.Error("a detached Klip was rolled back")
	}
}
