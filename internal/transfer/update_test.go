package transfer_test

import (
	"errors"
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

// rolledOut is a world whose template is in all its clients; copies of Revenue by client.
func rolledOut(t *testing.T, clients int, options ...dbtest.Option) (*world, []id.Asset) {
	w := newWorld(t, clients, options...)
	var copies []id.Asset
	for _, c := range w.clients {
		copies = append(copies, copyOf(t, w.bring(c, false, w.trading), w.revenue))
	}
	w.tick()
	return w, copies
}

// recolour changes the master and gives the new version.
func (w *world) recolour(colour string) {
	w.t.Helper()
	w.revenue = w.save(w.admin, w.revenue, "Revenue", map[string]any{"title": "Revenue", "colour": colour}, w.slots(w.revenue.Key))
}

func (w *world) instances() *transfer.Instances {
	w.t.Helper()
	l, err := w.transfer.Instances(w.ctx, w.admin, w.revenue.Key.No)
	w.must(err)
	return l
}

func blocks(l *transfer.Instances) []string {
	out := make([]string, len(l.Items))
	for i, item := range l.Items {
		out[i] = string(item.Block) + " " + strings.Join(item.BlockedBy, ",")
	}
	return out
}

func TestUpdateMovesAllInstances(t *testing.T) {
	w, copies := rolledOut(t, 3)
	w.recolour("red")
	edited := w.read(copies[1])
	w.save(w.visitor(w.clients[1]), edited, "Umsatz", map[string]any{"title": "Umsatz", "colour": "blue"}, w.slots(copies[1]))
	l := w.instances()
	if n := l.Count(func(i *transfer.Instance) bool { return i.Behind(l.Master) }); n != 3 {
		t.Errorf("%d behind, want 3", n)
	}
	if !l.Items[1].Edited || l.Items[0].Edited || l.Items[0].HasVersion != 1 || l.Items[0].Dashboards != 1 {
		t.Errorf("instances: %+v", l.Items)
	}
	before := w.read(copies[0])
	w.tick()
	res, err := w.transfer.Update(w.ctx, w.admin, w.revenue.Key.No, l.PlanID, "")
	w.must(err)
	if res.Updated != 3 || res.Unchanged != 0 || res.Blocked != 0 {
		t.Errorf("result %+v", res)
	}
	for i, c := range copies {
		a := w.read(c)
		if a.Body != w.revenue.Body || a.ReceivedBody != w.revenue.Body || a.Name != "Revenue" || a.Edited() {
			t.Errorf("instance %d: %+v", i, a)
		}
	}
	// What an update must keep is the same to the bit.
	after := w.read(copies[0])
	after.Body, after.ReceivedBody, after.Version, after.Change, after.JSON = before.Body, before.ReceivedBody, before.Version, before.Change, before.JSON
	after.ChangedBy = before.ChangedBy
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("an update changed more than it may (-before +after):\n%s", diff)
	}
	// The lost edit is a version.
	w.must(w.db.Read(w.ctx, db.Account(w.clients[1].ID), func(tx *db.Tx) error {
		versions, err := w.assets.Versions(w.ctx, tx, w.visitor(w.clients[1]), copies[1].No)
		if len(versions) != 3 || versions[1].Name != "Umsatz" || versions[1].Body != w.read(copies[1]).ReceivedBody && versions[1].Version != 2 {
			t.Errorf("versions: %+v", versions)
		}
		return err
	}))
	// The same again changes nothing.
	l = w.instances()
	dump := dbtest.Dump(t, w.db)
	res, err = w.transfer.Update(w.ctx, w.admin, w.revenue.Key.No, l.PlanID, "")
	w.must(err)
	if res.Updated != 0 || res.Unchanged != 3 {
		t.Errorf("second update: %+v", res)
	}
	if assetLines(dump) != assetLines(dbtest.Dump(t, w.db)) {
		t.Error("a second update touched assets or versions")
	}
}

// assetLines keeps the lines of a dump that tell of assets and versions.
func assetLines(dump string) string {
	var out []string
	for _, line := range strings.Split(dump, "\n") {
		if strings.HasPrefix(line, "assets") || strings.HasPrefix(line, "versions") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func TestUpdateWritesOnlyTheseColumns(t *testing.T) {
	var log dbtest.Log
	w, _ := rolledOut(t, 1, dbtest.Record(&log))
	w.recolour("red")
	plan := w.instances().PlanID
	log.Reset()
	_, err := w.transfer.Update(w.ctx, w.admin, w.revenue.Key.No, plan, "")
	w.must(err)
	got := map[string]bool{}
	for _, st := range log.Statements() {
		text := strings.Join(strings.Fields(st.Text), " ")
		if _, set, ok := strings.Cut(text, "UPDATE assets AS i SET "); ok {
			set, _, _ = strings.Cut(set, " WHERE ")
			for _, part := range strings.Split(set, ", ") {
				name, _, _ := strings.Cut(part, " = ")
				got[name] = true
			}
			continue
		}
		if strings.HasPrefix(text, "UPDATE ") || strings.HasPrefix(text, "DELETE ") {
			t.Errorf("an update also runs %s", text)
		}
	}
	want := map[string]bool{"body_id": true, "received_body": true, "name": true, "name_folded": true, "version": true, "change_id": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns written (-want +got):\n%s", diff)
	}
}

func TestUpdateBlocks(t *testing.T) {
	t.Run("a source was added", func(t *testing.T) {
		w, _ := rolledOut(t, 1)
		extra := w.source(w.admin, "Extra", "extra")
		slots := w.slots(w.revenue.Key)
		slots["slotextra1"] = extra.Key.No
		w.revenue = w.save(w.admin, w.revenue, "Revenue", map[string]any{"title": "Revenue"}, slots)
		w.wantBlocked("datasource_added Extra")
	})
	t.Run("a source was exchanged in the same slot", func(t *testing.T) {
		w, _ := rolledOut(t, 1)
		extra := w.source(w.admin, "Extra", "extra")
		slots := w.slots(w.revenue.Key)
		slots["slottarget"] = extra.Key.No
		w.revenue = w.save(w.admin, w.revenue, "Revenue", map[string]any{"title": "Revenue"}, slots)
		w.wantBlocked("datasource_added Extra")
	})
	t.Run("a source was changed", func(t *testing.T) {
		w, _ := rolledOut(t, 1)
		w.save(w.admin, w.targets, "Targets", map[string]any{"connector": "upload", "format": "json"}, nil)
		w.wantBlocked("datasource_changed Targets")
	})
	t.Run("a source below a model was changed", func(t *testing.T) {
		w, _ := rolledOut(t, 1)
		w.save(w.admin, w.sales, "Sales", map[string]any{"connector": "upload", "format": "xlsx"}, nil)
		l, err := w.transfer.Instances(w.ctx, w.admin, w.orders.Key.No)
		w.must(err)
		if diff := cmp.Diff([]string{"datasource_changed Sales, clean"}, blocks(l)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a source was renamed only", func(t *testing.T) {
		w, _ := rolledOut(t, 1)
		w.save(w.admin, w.targets, "Goals", map[string]any{"connector": "upload", "format": "csv", "options": map[string]any{"note": "targets"}}, nil)
		if diff := cmp.Diff([]string{" "}, blocks(w.instances())); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a model was merged", func(t *testing.T) {
		w, _ := rolledOut(t, 2)
		w.model = w.save(w.admin, w.model, "Sales, clean", map[string]any{"columns": "all"},
			map[string]int64{"base": w.sales.Key.No, "slotmerge1": w.targets.Key.No})
		l, err := w.transfer.Instances(w.ctx, w.admin, w.orders.Key.No)
		w.must(err)
		if diff := cmp.Diff([]string{"merged_model Sales, clean", "merged_model Sales, clean"}, blocks(l)); diff != "" {
			t.Error(diff)
		}
		_, err = w.transfer.Update(w.ctx, w.admin, w.orders.Key.No, l.PlanID, "")
		if !errs.Is(err, "all_blocked") {
			t.Errorf("update: %v, want all_blocked", err)
		}
	})
}

func (w *world) wantBlocked(want string) {
	w.t.Helper()
	if diff := cmp.Diff([]string{want}, blocks(w.instances())); diff != "" {
		w.t.Error(diff)
	}
}

func TestUpdateLeavesBlockedOnesAsTheyAre(t *testing.T) {
	w, copies := rolledOut(t, 3)
	w.must(w.db.Tx(w.ctx, db.Account(w.clients[1].ID), func(tx *db.Tx) error {
		_, err := tx.Exec(w.ctx, `UPDATE assets SET deleted_at = 1 WHERE account_id = :account AND kind = 'source' AND name = 'Targets'`, nil)
		return err
	}))
	w.recolour("red")
	before := w.read(copies[1])
	l := w.instances()
	if diff := cmp.Diff([]string{" ", "binding_broken Targets", " "}, blocks(l)); diff != "" {
		t.Fatal(diff)
	}
	res, err := w.transfer.Update(w.ctx, w.admin, w.revenue.Key.No, l.PlanID, "")
	w.must(err)
	if res.Updated != 2 || res.Blocked != 1 || res.Items[1].Result != "blocked" {
		t.Errorf("result %+v", res)
	}
	if diff := cmp.Diff(before, w.read(copies[1])); diff != "" {
		t.Errorf("a blocked instance changed:\n%s", diff)
	}
}

func TestUpdateKeepsReboundSources(t *testing.T) {
	w, copies := rolledOut(t, 1)
	visitor := w.visitor(w.clients[0])
	own := w.source(visitor, "Own targets", "own")
	slots := w.slots(copies[0])
	slots["slottarget"] = own.Key.No
	w.save(visitor, w.read(copies[0]), "Revenue", map[string]any{"title": "Revenue"}, slots)
	w.recolour("red")
	l := w.instances()
	if !l.Items[0].Rebound || l.Items[0].Edited || l.Items[0].Block != transfer.Clear {
		t.Errorf("instance: %+v", l.Items[0])
	}
	_, err := w.transfer.Update(w.ctx, w.admin, w.revenue.Key.No, l.PlanID, "")
	w.must(err)
	if got := w.slots(copies[0])["slottarget"]; got != own.Key.No {
		t.Errorf("the re-bound slot leads to %d, want %d", got, own.Key.No)
	}
}

func TestUpdateRefuses(t *testing.T) {
	w, copies := rolledOut(t, 2)
	w.recolour("red")
	plan := w.instances().PlanID
	refused := func(name, code string, who authz.Actor, plan string) {
		t.Helper()
		if _, err := w.transfer.Update(w.ctx, who, w.revenue.Key.No, plan, ""); !errs.Is(err, code) {
			t.Errorf("%s: %v, want %s", name, err, code)
		}
	}
	editor := w.admin
	editor.Roles = []authz.Role{authz.Editor}
	refused("an editor", "permission_denied", editor, plan)
	refused("a visitor of a client", "not_found", w.visitor(w.clients[0]), plan)
	person := w.admin
	person.Via, person.User = authz.ViaSession, "somebody"
	refused("somebody who administers nothing", "push_needs_all_clients", person, plan)
	other := w.admin
	other.User = "another"
	refused("another person's plan", "plan_changed", other, plan)
	w.save(w.visitor(w.clients[0]), w.read(copies[0]), "Revenue", map[string]any{"title": "Mine"}, w.slots(copies[0]))
	refused("an instance edited meanwhile", "plan_changed", w.admin, plan)
}

func TestUpdateIsAllOrNothing(t *testing.T) {
	var fault dbtest.Fault
	w, _ := rolledOut(t, 2, dbtest.Failing(&fault))
	w.recolour("red")
	plan := w.instances().PlanID
	before := dbtest.Dump(t, w.db)
	boom := errors.New("the disk is on fire")
	for n := 1; ; n++ {
		fault.At(n, boom)
		_, err := w.transfer.Update(w.ctx, w.admin, w.revenue.Key.No, plan, "k")
		if fault.Pending() {
			fault.At(0, nil)
			w.must(err)
			if n < 12 {
				t.Errorf("only %d statements were seen", n-1)
			}
			return
		}
		if !errors.Is(err, boom) {
			t.Fatalf("statement %d failed, update said %v", n, err)
		}
		if after := dbtest.Dump(t, w.db); after != before {
			t.Fatalf("statement %d failed and something was left:\n%s", n, cmp.Diff(before, after))
		}
	}
}

func TestCopyOfAnInstanceIsNoInstance(t *testing.T) {
	w, copies := rolledOut(t, 1)
	visitor := w.visitor(w.clients[0])
	instance := w.read(copies[0])
	own := w.put(visitor, asset.Klip, "Revenue in our colours", map[string]any{"title": "Revenue in our colours"}, w.slots(copies[0]))
	w.recolour("red")
	l := w.instances()
	if len(l.Items) != 1 || l.Items[0].Key != instance.Key {
		t.Fatalf("instances: %+v", l.Items)
	}
	_, err := w.transfer.Update(w.ctx, w.admin, w.revenue.Key.No, l.PlanID, "")
	w.must(err)
	if diff := cmp.Diff(own, w.read(own.Key), cmp.FilterPath(func(p cmp.Path) bool {
		return p.Last().String() == ".JSON" || p.Last().String() == ".OwnerName"
	}, cmp.Ignore())); diff != "" {
		t.Errorf("the copy changed:\n%s", diff)
	}
}

func TestInstancesOfAnotherFamilyAreNeverSeen(t *testing.T) {
	w, _ := rolledOut(t, 1)
	stranger, err := w.accounts.CreateParent(w.ctx, account.Draft{Name: "Rival"})
	w.must(err)
	who := stranger.Operator()
	for no := int64(1); no < 8; no++ {
		if l, err := w.transfer.Instances(w.ctx, who, no); !errs.Is(err, "not_found") {
			t.Errorf("number %d: %v, %v", no, l, err)
		}
	}
}
