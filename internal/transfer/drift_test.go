package transfer_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/transfer"
)

// drifted is a world of four clients: two behind, one of them edited; one re-bound; one up to date but edited.
func drifted(t *testing.T, options ...dbtest.Option) *world {
	w, copies := rolledOut(t, 4, options...)
	w.recolour("red")
	w.pushed()
	w.recolour("blue")
	w.recolour("green")
	w.pushed()
	// Clients 0 and 1 go back to what they had: version 2 of 4.
	pushes, err := w.transfer.Pushes(w.ctx, w.admin, w.revenue.Key.No)
	w.must(err)
	w.rollBack(pushes[0].Change, &copies[0])
	w.rollBack(pushes[0].Change, &copies[1])
	colour := func(i int) {
		w.save(w.visitor(w.clients[i]), w.read(copies[i]), "Revenue", map[string]any{"title": "Revenue", "colour": "own"}, w.slots(copies[i]))
	}
	colour(1)
	colour(3)
	visitor := w.visitor(w.clients[2])
	slots := w.slots(copies[2])
	slots["slottarget"] = w.source(visitor, "Own targets", "own").Key.No
	w.save(visitor, w.read(copies[2]), "Revenue", map[string]any{"title": "Revenue", "colour": "green"}, slots)
	return w
}

func TestDriftOfAKlip(t *testing.T) {
	w := drifted(t)
	d, err := w.transfer.KlipDrift(w.ctx, w.admin, w.revenue.Key.No)
	w.must(err)
	want := &transfer.Drift{Version: 4, Total: 4, UpToDate: 2, Behind: 2, BehindBy: []transfer.BehindBy{{Versions: 2, Instances: 2}}, Edited: 2, Rebound: 1}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("drift (-want +got):\n%s", diff)
	}
	// What the counts say is what the list says.
	l := w.instances()
	if l.Count(func(i *transfer.Instance) bool { return i.Behind(l.Master) }) != d.Behind ||
		l.Count(func(i *transfer.Instance) bool { return i.Edited }) != d.Edited ||
		l.Count(func(i *transfer.Instance) bool { return i.Rebound }) != d.Rebound || len(l.Items) != d.Total {
		t.Errorf("the list says otherwise: %+v", l.Items)
	}
	for _, who := range []authz.Actor{w.visitor(w.clients[0]), {Account: w.clients[0].ID, Roles: []authz.Role{authz.Admin}}} {
		if _, err := w.transfer.KlipDrift(w.ctx, who, w.revenue.Key.No); !errs.Is(err, "not_found") {
			t.Errorf("drift in a client: %v", err)
		}
	}
}

func TestDriftOfClientsIsOneStatement(t *testing.T) {
	var log dbtest.Log
	w := drifted(t, dbtest.Record(&log))
	w.must(w.db.Tx(w.ctx, db.Account(w.parent.ID), func(tx *db.Tx) error {
		_, err := tx.Exec(w.ctx, `UPDATE assets SET deleted_at = 1 WHERE account_id = :account AND no = :no`, db.Args{"no": w.orders.Key.No})
		return err
	}))
	grant, err := w.accounts.Grant(w.ctx, w.admin, authz.ClientAccess, false)
	w.must(err)
	log.Reset()
	facts, err := w.transfer.ClientFacts(w.ctx, grant)
	w.must(err)
	statements := 0
	for _, st := range log.Statements() {
		if strings.Contains(st.Text, "FROM assets") {
			statements++
		}
	}
	if statements != 2 {
		t.Errorf("%d statements for four clients, want 2", statements)
	}
	want := []transfer.ClientDrift{
		{InstancesTotal: 1, InstancesBehind: 1, InstancesOrphaned: 1},
		{InstancesTotal: 1, InstancesBehind: 1, InstancesEdited: 1, InstancesOrphaned: 1},
		{InstancesTotal: 1, InstancesRebound: 1, InstancesOrphaned: 1},
		{InstancesTotal: 1, InstancesEdited: 1, InstancesOrphaned: 1},
	}
	for i, c := range w.clients {
		if diff := cmp.Diff(want[i], facts[c.ID].ClientDrift); diff != "" {
			t.Errorf("client %d (-want +got):\n%s", i, diff)
		}
		if facts[c.ID].SourcesTotal == 0 {
			t.Errorf("client %d: no data sources counted", i)
		}
	}
}
