package transfer_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/transfer"
)

// trap runs something once, just before a statement that is waited for.
type trap struct {
	mu   sync.Mutex // guards is and do
	is   func(db.Statement) bool
	do   func()
	left bool // set and not sprung
}

func (t *trap) option() dbtest.Option {
	return dbtest.OnStatement(func(st db.Statement) error {
		t.mu.Lock()
		sprung := t.left && t.is(st)
		do := t.do
		t.left = t.left && !sprung
		t.mu.Unlock()
		if sprung {
			do()
		}
		return nil
	})
}

func (t *trap) set(is func(db.Statement) bool, do func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.is, t.do, t.left = is, do, true
}

func (t *trap) sprung() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.left
}

// TestPushWhileAnotherRuns begins a second change of the same instances while the first
// has written versions and has not committed.
func TestPushWhileAnotherRuns(t *testing.T) {
	for _, name := range []string{"update", "roll back"} {
		t.Run(name, func(t *testing.T) {
			var hold trap
			w, copies := rolledOut(t, 2, hold.option())
			w.recolour("red")
			push := w.pushed().Change
			w.recolour("blue")
			update, back := w.instances().PlanID, w.planBack(push, nil).PlanID
			ctx, cancel := context.WithTimeout(w.ctx, time.Minute) // without the lock it would wait for the first for ever
			defer cancel()
			second := func() error {
				_, err := w.transfer.Update(ctx, w.admin, w.revenue.Key.No, update, "")
				return err
			}
			if name == "roll back" {
				second = func() error {
					_, err := w.transfer.RollBack(ctx, w.admin, w.revenue.Key.No, push, nil, back, "")
					return err
				}
			}
			// PostgreSQL answers while the first is at work; on SQLite the second waits for it.
			want := "plan_changed"
			if dbtest.Postgres() {
				want = "push_running"
			}
			answer := make(chan error, 1)
			hold.set(func(st db.Statement) bool { return strings.Contains(st.Text, "UPDATE assets AS i SET body_id") }, func() {
				if !dbtest.Postgres() {
					go func() { answer <- second() }()
					return
				}
				answer <- second()
			})
			_, err := w.transfer.Update(w.ctx, w.admin, w.revenue.Key.No, update, "")
			w.must(err)
			if err := <-answer; !errs.Is(err, want) {
				t.Errorf("the second: %v, want %s", err, want)
			}
			for i, c := range copies {
				if a := w.read(c); a.Version != 3 || a.Body != w.revenue.Body {
					t.Errorf("instance %d has version %d, as the master %v", i, a.Version, a.Body == w.revenue.Body)
				}
			}
		})
	}
}

// TestPushesAtOnce sends the same plan from several sides.
func TestPushesAtOnce(t *testing.T) {
	w, copies := rolledOut(t, 2)
	for round, key := range []string{"", "k", "", "k2"} {
		w.recolour(fmt.Sprint("colour ", round))
		plan := w.instances().PlanID
		results, failures := make([]*transfer.Updated, 4), make([]error, 4)
		var wg sync.WaitGroup
		for i := range results {
			wg.Go(func() { results[i], failures[i] = w.transfer.Update(w.ctx, w.admin, w.revenue.Key.No, plan, key) })
		}
		wg.Wait()
		var done *transfer.Updated
		n := 0
		for i, err := range failures {
			switch {
			case err == nil && done != nil && key == "":
				t.Errorf("round %d: two were carried out", round)
			case err == nil:
				if done != nil && !cmp.Equal(done, results[i]) {
					t.Errorf("round %d: answers to one key differ:\n%s", round, cmp.Diff(done, results[i]))
				}
				done, n = results[i], n+1
			case key != "" || !errs.Is(err, "push_running") && !errs.Is(err, "plan_changed"):
				t.Errorf("round %d: %v", round, err)
			}
		}
		if n == 0 || key != "" && n != len(results) {
			t.Errorf("round %d: %d were answered well", round, n)
		}
		for i, c := range copies {
			if a := w.read(c); a.Version != int64(round)+2 {
				t.Errorf("round %d: instance %d has version %d", round, i, a.Version)
			}
		}
	}
	pushes, err := w.transfer.Pushes(w.ctx, w.admin, w.revenue.Key.No)
	w.must(err)
	if len(pushes) != 4 {
		t.Errorf("%d updates are listed, want 4", len(pushes))
	}
}

// member is somebody of the agency who may update and roll out, by a group that the clients are shared with.
func (w *world) member() authz.Actor {
	w.t.Helper()
	who := w.admin
	who.Via, who.User, who.Owner, who.Roles, who.HomeRoles = authz.ViaSession, "lena", "lena", nil, nil
	who.Custom = []authz.Permission{authz.ClientAccess, authz.ClientLogin, authz.KlipPush, authz.KlipImport, authz.SourceImport, authz.TabImport}
	list := make([]string, len(who.Custom))
	for i, p := range who.Custom {
		list[i] = `"` + string(p) + `"`
	}
	a := w.parent.ID
	w.must(w.db.Tx(w.ctx, db.Account(a), func(tx *db.Tx) error {
		for _, row := range []struct {
			table   string
			columns []string
			values  []any
		}{
			{"users", []string{"account_id", "id", "name", "name_folded", "password_hash", "state", "created_at"}, []any{a, "lena", "Lena", "lena", "", "active", tx.Now}},
			{"roles", []string{"account_id", "id", "name", "name_folded", "permissions", "version", "created_at"},
				[]any{a, "updater", "Updater", "updater", "[" + strings.Join(list, ",") + "]", 1, tx.Now}},
			{"user_roles", []string{"account_id", "user_id", "role"}, []any{a, "lena", "updater"}},
			{"groups", []string{"account_id", "id", "name", "name_folded", "kind"}, []any{a, "team", "Team", "team", "custom"}},
			{"group_members", []string{"account_id", "group_id", "user_id"}, []any{a, "team", "lena"}},
		} {
			if err := tx.Insert(w.ctx, row.table, row.columns, [][]any{row.values}); err != nil {
				return err
			}
		}
		for _, c := range w.clients {
			if err := tx.Insert(w.ctx, "client_shares", []string{"account_id", "client_id", "group_id", "can_manage"}, [][]any{{a, c.ID, "team", 0}}); err != nil {
				return err
			}
		}
		_, err := tx.Exec(w.ctx, `UPDATE assets SET owner_id = 'lena' WHERE account_id = :account`, nil)
		return err
	}))
	return who
}

// losses are ways to lose a client, or the right, with the way back.
func (w *world) losses() map[string][2]func() {
	one := func(a id.Account, text string) func() {
		return func() { w.exec(a, text, db.Args{"client": w.clients[1].ID}) }
	}
	return map[string][2]func(){
		"the client left the group": {
			one(w.parent.ID, `DELETE FROM client_shares WHERE account_id = :account AND client_id = :client`),
			one(w.parent.ID, `INSERT INTO client_shares (account_id, client_id, group_id, can_manage) VALUES (:account, :client, 'team', 0)`),
		},
		"the person left the group": {
			one(w.parent.ID, `DELETE FROM group_members WHERE account_id = :account`),
			one(w.parent.ID, `INSERT INTO group_members (account_id, group_id, user_id) VALUES (:account, 'team', 'lena')`),
		},
		"the person lost the role": {
			one(w.parent.ID, `DELETE FROM user_roles WHERE account_id = :account AND user_id = 'lena'`),
			one(w.parent.ID, `INSERT INTO user_roles (account_id, user_id, role) VALUES (:account, 'lena', 'updater')`),
		},
		"the client was deleted": {
			one(w.clients[1].ID, `UPDATE accounts SET deleted_at = 1 WHERE id = :account`),
			one(w.clients[1].ID, `UPDATE accounts SET deleted_at = NULL WHERE id = :account`),
		},
	}
}

// opened is the last statement before which what the actor may reach can change unnoticed.
// PostgreSQL: the transaction has begun. SQLite lets nobody write beside one, so it is the
// reading of the clients, whose snapshot is older than what is changed now.
func opened(st db.Statement) bool {
	if dbtest.Postgres() {
		return st.Scope == "family" && strings.Contains(st.Text, "FROM user_roles")
	}
	return st.Scope == "system" && strings.Contains(st.Text, "FROM client_shares")
}

func TestClientsAreAskedForAgainInTheMiddle(t *testing.T) {
	var middle trap
	w, copies := rolledOut(t, 2, middle.option())
	who := w.member()
	klip := w.revenue.Key.No
	out := w.rollout()
	plan, err := w.transfer.PlanRollout(w.ctx, who, out)
	w.must(err)
	rolled, err := w.transfer.RollOut(w.ctx, who, out, plan.ID, "")
	w.must(err)
	w.recolour("red")
	push := w.pushed().Change
	w.recolour("blue")
	works := map[string]func() (carryOut func() error){
		"update": func() func() error {
			l, err := w.transfer.Instances(w.ctx, who, klip)
			w.must(err)
			return func() error { _, err := w.transfer.Update(w.ctx, who, klip, l.PlanID, ""); return err }
		},
		"roll back": func() func() error {
			p, err := w.transfer.PreviewRollBack(w.ctx, who, klip, push, nil)
			w.must(err)
			return func() error { _, err := w.transfer.RollBack(w.ctx, who, klip, push, nil, p.PlanID, ""); return err }
		},
		"roll-out": func() func() error {
			p, err := w.transfer.PlanRollout(w.ctx, who, out)
			w.must(err)
			return func() error { _, err := w.transfer.RollOut(w.ctx, who, out, p.ID, ""); return err }
		},
		"undo": func() func() error {
			a, err := w.transfer.Arrival(w.ctx, who, rolled.Change)
			w.must(err)
			return func() error { _, err := w.transfer.Undo(w.ctx, who, rolled.Change, a.PlanID, ""); return err }
		},
	}
	before := dbtest.DumpOf(t, w.db, "assets", "versions", "changes", "audit")
	for loss, way := range w.losses() {
		for name, plan := range works {
			carryOut := plan()
			middle.set(opened, way[0])
			if err := carryOut(); !middle.sprung() || !errs.Is(err, "not_found") {
				t.Errorf("%s, %s: %v, want not_found", name, loss, err)
			}
			if diff := cmp.Diff(before, dbtest.DumpOf(t, w.db, "assets", "versions", "changes", "audit")); diff != "" {
				t.Fatalf("%s, %s: something was written:\n%s", name, loss, diff)
			}
			way[1]()
		}
	}
	for name, plan := range works {
		if name != "roll back" { // the update hides what it would roll back
			w.must(plan()())
		}
	}
	if a := w.read(copies[1]); a.Body != w.revenue.Body {
		t.Error("the update was not carried out in the end")
	}
}

// TestPlanAfterAClientIsLost looks first, loses a client, and carries out then.
func TestPlanAfterAClientIsLost(t *testing.T) {
	w, copies := rolledOut(t, 2)
	who := w.member()
	w.recolour("red")
	losses := w.losses()
	for loss, want := range map[string]string{
		"the client left the group": "push_needs_all_clients",
		"the client was deleted":    "plan_changed",
	} {
		l, err := w.transfer.Instances(w.ctx, who, w.revenue.Key.No)
		w.must(err)
		losses[loss][0]()
		if _, err := w.transfer.Update(w.ctx, who, w.revenue.Key.No, l.PlanID, ""); !errs.Is(err, want) {
			t.Errorf("%s: %v, want %s", loss, err, want)
		}
		losses[loss][1]()
	}
	for i, c := range copies {
		if v := w.read(c).Version; v != 1 {
			t.Errorf("instance %d has version %d", i, v)
		}
	}
}
