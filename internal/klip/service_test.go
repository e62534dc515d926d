package klip_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/klip"
	"octavo/internal/page"
)

func fieldOf(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Field
	}
	return ""
}

func TestStarter(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, map[string]any{"workspace": map[string]any{"datasources": []any{src}}})
	if k.Name != "Orders" || k.Component != "chart" || k.Dashboards != 0 || k.Version != 1 {
		t.Errorf("Klip %+v", k)
	}
	if diff := cmp.Diff([]klip.Named{{ID: src, Name: "Orders"}}, k.Sources); diff != "" {
		t.Error(diff)
	}
	chart := w.result(w.admin, k.ID).Result.Components[0].Chart
	if chart == nil || chart.X.Kind != "date" || len(chart.Series) != 1 || chart.Series[0].Type != "line" || chart.X.Items.Text[0] != "2024-03-01" {
		t.Errorf("starter draws %+v", chart)
	}
	empty := w.create(w.admin, map[string]any{})
	if empty.Name != "New Klip" || empty.Component != "simple_value" {
		t.Errorf("Klip %+v", empty)
	}
}

func TestRights(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, "SUM(@Units)"))
	_, err := w.Get(w.ctx(), w.viewer, k.ID)
	wantCode(t, err, "not_found")
	_, err = w.Result(w.ctx(), w.viewer, k.ID, klip.Choices{}, func(string) bool { return true })
	wantCode(t, err, "not_found")
	w.share(w.admin, k.ID, w.viewer.User, authz.View)
	seen, err := w.Get(w.ctx(), w.viewer, k.ID)
	if err != nil || seen.Document != nil || seen.CanEdit {
		t.Errorf("a viewer gets %+v, %v", seen, err)
	}
	if got := column(w.result(w.viewer, k.ID).Result, 0); got != "28" {
		t.Errorf("a viewer sees %q, want 28: rights on sources are not needed", got)
	}
	_, err = w.Save(w.ctx(), w.viewer, k.ID, 1, table(src, "1"))
	wantCode(t, err, "permission_denied")
	wantCode(t, w.Trash(w.ctx(), w.viewer, k.ID, 1), "permission_denied")
	_, err = w.Copy(w.ctx(), w.viewer, k.ID)
	wantCode(t, err, "permission_denied")
	client := w.Visitor(w.Solstice)
	for _, call := range []func() error{
		func() error { _, err := w.Get(w.ctx(), client, k.ID); return err },
		func() error { _, err := w.Save(w.ctx(), client, k.ID, 1, table(src, "1")); return err },
		func() error { _, err := w.Copy(w.ctx(), client, k.ID); return err },
		func() error { return w.Trash(w.ctx(), client, k.ID, 1) },
		func() error { _, _, err := w.UsedBy(w.ctx(), client, k.ID); return err },
		func() error { _, err := w.Get(w.ctx(), w.admin, src); return err },
		func() error { _, err := w.Result(w.ctx(), w.admin, src, klip.Choices{}, nil); return err },
	} {
		wantCode(t, call(), "not_found")
	}
}

func TestSaveNeedsTheCurrentVersion(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, "1"))
	if _, err := w.Save(w.ctx(), w.admin, k.ID, 1, table(src, "2")); err != nil {
		t.Fatal(err)
	}
	_, err := w.Save(w.ctx(), w.admin, k.ID, 1, table(src, "3"))
	wantCode(t, err, "version_conflict")
	if now, err := w.Get(w.ctx(), w.admin, k.ID); err != nil || now.Version != 2 || formulaText(now, 0) != "2" {
		t.Errorf("%+v, %v", now, err)
	}
}

func TestCopyHasNoOrigin(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, "SUM(@Units)"))
	c, err := w.Copy(w.ctx(), w.admin, k.ID)
	if err != nil {
		t.Fatal(err)
	}
	if c.ID == k.ID || c.Name != "Sales (copy)" || !c.Origin.IsZero() || len(c.Sources) != 1 {
		t.Errorf("copy %+v", c)
	}
	if got := column(w.result(w.admin, c.ID).Result, 0); got != "28" {
		t.Errorf("copy shows %q", got)
	}
}

func TestListAndUses(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	a := w.create(w.admin, with(table(src, "1"), "title", "Alpha"))
	b := w.create(w.admin, with(table(src, "1"), "title", "Beta"))
	board := w.dashboard(w.admin, a.ID, a.ID)
	list, next, err := w.List(w.ctx(), w.admin, klip.Filter{}, page.Request{Limit: 1})
	if err != nil || len(list) != 1 || next == nil || list[0].Name != "Alpha" || list[0].Dashboards != 1 || list[0].Component != "table" || len(list[0].Sources) != 1 {
		t.Fatalf("page %+v, %v, %v", list, next, err)
	}
	list, next, err = w.List(w.ctx(), w.admin, klip.Filter{}, page.Request{Limit: 1, After: next})
	if err != nil || len(list) != 1 || next != nil || list[0].ID != b.ID {
		t.Errorf("second page %+v, %v, %v", list, next, err)
	}
	if list, _, err := w.List(w.ctx(), w.viewer, klip.Filter{}, page.Request{}); err != nil || len(list) != 0 {
		t.Errorf("a viewer lists %v, %v", list, err)
	}
	if list, _, err := w.List(w.ctx(), w.admin, klip.Filter{Search: "bet"}, page.Request{}); err != nil || len(list) != 1 {
		t.Errorf("search finds %v, %v", list, err)
	}
	boards, hidden, err := w.UsedBy(w.ctx(), w.admin, a.ID)
	if err != nil || hidden != 0 || len(boards) != 1 || boards[0].ID != board {
		t.Errorf("used by %v, %d, %v", boards, hidden, err)
	}
	w.share(w.admin, a.ID, w.viewer.User, authz.View)
	if boards, hidden, err := w.UsedBy(w.ctx(), w.viewer, a.ID); err != nil || hidden != 1 || len(boards) != 0 {
		t.Errorf("a viewer sees %v, %d, %v", boards, hidden, err)
	}
	wantCode(t, w.Trash(w.ctx(), w.admin, a.ID, 1), "in_use")
	if err := w.Trash(w.ctx(), w.admin, b.ID, 1); err != nil {
		t.Error(err)
	}
	_, err = w.Get(w.ctx(), w.admin, b.ID)
	wantCode(t, err, "not_found")
}

func TestChangesAreInTheTrail(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, "1"))
	if _, err := w.Save(w.ctx(), w.admin, k.ID, 1, plain(t, k.Document)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Save(w.ctx(), w.admin, k.ID, 1, table(src, "2")); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := w.DB.Read(w.ctx(), db.Account(w.admin.Account), func(tx *db.Tx) error {
		got = nil
		return tx.Query(w.ctx(), `SELECT action FROM audit WHERE account_id = :account AND subject = :id ORDER BY id`,
			db.Args{"id": k.ID}, func(scan func(...any) error) error {
				var action string
				err := scan(&action)
				got = append(got, action)
				return err
			})
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"klip.created", "klip.saved"}, got); diff != "" {
		t.Error(diff)
	}
}
