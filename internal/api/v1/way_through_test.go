package v1_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/authz"
	"octavo/internal/check"
	"octavo/internal/db"
	"octavo/internal/id"
)

// template is a dashboard of the agency with one Klip over one data source.
type template struct {
	source, klip, dashboard string
}

func (w *workshop) template(c *apitest.Client) template {
	w.t.Helper()
	var t template
	t.source = w.source(c, "northlight", "Orders")
	var k v1.KlipDetail
	c.Do(http.MethodPost, "/northlight/klips", strings.NewReader(sum(t.source, "GROUP(@Region)"))).Want(http.StatusCreated).JSON(&k)
	t.klip = k.ID
	var d v1.DashboardDetail
	c.Post("/northlight/dashboards", map[string]any{"title": "Trading", "placements": []any{
		map[string]any{"klip": t.klip, "x": 3, "y": 0, "w": 6, "h": 13}, map[string]any{"klip": t.klip, "x": 0, "y": 13, "w": 12, "h": 10},
	}}).Want(http.StatusCreated).JSON(&d)
	t.dashboard = d.ID
	return t
}

// bring imports the template's dashboard into a client, as a visitor there.
func (w *workshop) bring(c *apitest.Client, client string, t template) v1.ImportResult {
	w.t.Helper()
	c.Post("/northlight/clients/"+client+"/sign-in", nil).Want(http.StatusOK)
	pick := map[string]any{"from": "northlight", "assets": []any{t.dashboard}}
	var plan v1.ImportPlan
	c.Post("/"+client+"/import/preview", pick).Want(http.StatusOK).JSON(&plan)
	pick["plan_id"] = plan.PlanID
	var res v1.ImportResult
	c.Post("/"+client+"/import", pick).Want(http.StatusOK).JSON(&res)
	return res
}

func of(t *testing.T, res v1.ImportResult, kind string) string {
	t.Helper()
	for _, item := range res.Items {
		if item.Kind == kind {
			return item.ID
		}
	}
	t.Fatalf("no %s in %+v", kind, res.Items)
	return ""
}

// rows gives the texts of the first column that a dashboard shows.
func rows(t *testing.T, c *apitest.Client, account, dashboard string) []string {
	t.Helper()
	var all v1.DashboardResults
	c.Get("/" + account + "/dashboards/" + dashboard + "/results").Want(http.StatusOK).JSON(&all)
	for _, k := range all.Klips {
		if k.Error != nil || k.Result == nil {
			t.Fatalf("no result: %+v", k)
		}
		return k.Result.Components[0].Table.Columns[0].Items.Text
	}
	t.Fatal("no Klip on the dashboard")
	return nil
}

// From a file to a client's dashboard, and an update of it: the whole way.
func TestWayThrough(t *testing.T) {
	w := newWorkshop(t)
	maya := w.As("admin@northlight.test")
	made := w.template(maya)
	res := w.bring(maya, "solstice-coffee", made)
	copies := template{of(t, res, "source"), of(t, res, "klip"), of(t, res, "dashboard")}
	viewer := w.As("viewer@solstice.test")

	t.Run("R14 a copy has an identity of its own", func(t *testing.T) {
		if copies.klip == made.klip || copies.source == made.source || copies.dashboard == made.dashboard {
			t.Error("a copy has the id of its master")
		}
		maya.Get("/solstice-coffee/klips/"+made.klip).Refused(http.StatusNotFound, "not_found")
	})
	t.Run("R17 the layout is kept", func(t *testing.T) {
		if diff := cmp.Diff(boxes(maya, "northlight", made.dashboard), boxes(maya, "solstice-coffee", copies.dashboard)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("R24 it is new in the list of the client's administrators", func(t *testing.T) {
		var list v1.Page[v1.Dashboard]
		w.As("admin@solstice.test").Get("/solstice-coffee/dashboards").Want(http.StatusOK).JSON(&list)
		if len(list.Items) != 1 || !list.Items[0].IsNew || list.Items[0].Origin == nil {
			t.Errorf("list: %+v", list.Items)
		}
	})
	t.Run("R25 nobody else sees it before it is shared", func(t *testing.T) {
		viewer.Get("/solstice-coffee/dashboards/"+copies.dashboard).Refused(http.StatusNotFound, "not_found")
		viewer.Get("/solstice-coffee/dashboards/"+copies.dashboard+"/results").Refused(http.StatusNotFound, "not_found")
	})
	w.share(maya, "solstice-coffee", copies.dashboard)
	if diff := cmp.Diff([]string{"North", "South"}, rows(t, viewer, "solstice-coffee", copies.dashboard)); diff != "" {
		t.Errorf("what the viewer sees (-want +got):\n%s", diff)
	}
	t.Run("R34 R35 a change of the master reaches all instances", func(t *testing.T) {
		w.bring(maya, "fjord-outdoors", made)
		change(w, maya, "northlight", made.klip, sum(made.source, `SORT(GROUP(@Region), descending)`))
		var list v1.Instances
		maya.Get("/northlight/klips/" + made.klip + "/instances").Want(http.StatusOK).JSON(&list)
		if len(list.Items) != 2 || list.Behind != 2 || list.Blocked != 0 {
			t.Fatalf("instances: %+v", list)
		}
		var done v1.UpdateResult
		maya.Post("/northlight/klips/"+made.klip+"/update-instances", map[string]any{"plan_id": list.PlanID}).Want(http.StatusOK).JSON(&done)
		if done.Updated != 2 || done.Push == "" {
			t.Errorf("result: %+v", done)
		}
		if diff := cmp.Diff([]string{"South", "North"}, rows(t, viewer, "solstice-coffee", copies.dashboard)); diff != "" {
			t.Errorf("what the viewer sees now (-want +got):\n%s", diff)
		}
	})
	t.Run("a roll back gives viewers what they saw before", func(t *testing.T) { w.rollsBack(t, maya, viewer, made, copies) })
	t.Run("R32 R38 own data stays through an update", func(t *testing.T) {
		var up v1.Upload
		maya.Do(http.MethodPost, "/solstice-coffee/uploads?name=orders.csv", strings.NewReader("Region,Amount\nPorto,4\n")).Want(http.StatusCreated).JSON(&up)
		maya.Post("/solstice-coffee/data-sources/"+copies.source+"/payload", map[string]any{"upload_id": up.ID}).Want(http.StatusOK)
		if diff := cmp.Diff([]string{"Porto"}, rows(t, viewer, "solstice-coffee", copies.dashboard)); diff != "" {
			t.Error(diff)
		}
		change(w, maya, "northlight", made.klip, sum(made.source, `GROUP(@Region)`))
		w.update(maya, made.klip)
		if diff := cmp.Diff([]string{"Porto"}, rows(t, viewer, "solstice-coffee", copies.dashboard)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("R6 attacks", func(t *testing.T) { w.attacks(t, made, copies) })
	w.proveReferences(t)
}

// rollsBack takes the update back that turned the order of rows, and makes it again.
func (w *workshop) rollsBack(t *testing.T, maya, viewer *apitest.Client, made, copies template) {
	path := "/northlight/klips/" + made.klip + "/pushes"
	var list v1.Pushes
	maya.Get(path).Want(http.StatusOK).JSON(&list)
	var drift v1.Drift
	maya.Get("/northlight/klips/" + made.klip + "/drift").Want(http.StatusOK).JSON(&drift)
	if drift.Total != 2 || drift.UpToDate != 2 || drift.Behind != 0 {
		t.Errorf("drift: %+v", drift)
	}
	if len(list.Items) != 1 || list.Items[0].Open != 2 || list.Items[0].Version != 2 || list.Items[0].By == "" {
		t.Fatalf("updates: %+v", list.Items)
	}
	path += "/" + list.Items[0].ID
	var plan v1.RollBackPlan
	maya.Get(path).Want(http.StatusOK).JSON(&plan)
	var done v1.RollBackResult
	send := map[string]any{"plan_id": plan.PlanID}
	maya.With("Idempotency-Key", "back").Post(path+"/roll-back", send).Want(http.StatusOK).JSON(&done)
	if done.RolledBack != 2 || done.Left != 0 || len(plan.Items) != 2 || plan.Items[0].BackTo != 1 {
		t.Errorf("roll back: %+v of %+v", done, plan)
	}
	maya.Get("/northlight/klips/" + made.klip + "/drift").Want(http.StatusOK).JSON(&drift)
	var client v1.Client
	maya.Get("/northlight/clients/solstice-coffee").Want(http.StatusOK).JSON(&client)
	if drift.Behind != 2 || drift.BehindBy[0].Versions != 1 || client.InstancesBehind != 1 || client.InstancesTotal != 1 {
		t.Errorf("drift after a roll back: %+v, of the client %+v", drift, client)
	}
	again := done
	maya.With("Idempotency-Key", "back").Post(path+"/roll-back", send).Want(http.StatusOK).JSON(&again)
	if diff := cmp.Diff(done, again); diff != "" {
		t.Errorf("repeated with its key:\n%s", diff)
	}
	maya.Post(path+"/roll-back", send).Refused(http.StatusConflict, "plan_changed")
	maya.Get(path+"?instance="+made.klip).Refused(http.StatusNotFound, "not_found")
	if diff := cmp.Diff([]string{"North", "South"}, rows(t, viewer, "solstice-coffee", copies.dashboard)); diff != "" {
		t.Errorf("what the viewer sees after a roll back (-want +got):\n%s", diff)
	}
	w.update(maya, made.klip)
	if diff := cmp.Diff([]string{"South", "North"}, rows(t, viewer, "solstice-coffee", copies.dashboard)); diff != "" {
		t.Errorf("what the viewer sees after the update is made again (-want +got):\n%s", diff)
	}
}

// boxes gives the placements of a dashboard without their ids.
func boxes(c *apitest.Client, account, dashboard string) []string {
	var out []string
	doc := c.Get("/" + account + "/dashboards/" + dashboard).Want(http.StatusOK).Object()["dashboard"].(map[string]any)
	for _, p := range doc["placements"].([]any) {
		box := p.(map[string]any)
		out = append(out, fmt.Sprint(box["x"], box["y"], box["w"], box["h"], box["id"]))
	}
	return out
}

// share lets all users of an account see a dashboard.
func (w *workshop) share(c *apitest.Client, account, dashboard string) {
	w.t.Helper()
	groups := c.Get("/" + account + "/principals").Want(http.StatusOK).Object()["groups"].([]any)
	everybody := groups[0].(map[string]any)["id"]
	c.Put("/"+account+"/assets/"+dashboard+"/shares", map[string]any{"items": []any{
		map[string]any{"kind": "group", "id": everybody, "right": "view"},
	}}).Want(http.StatusOK)
}

// change saves a document over the current version.
func change(w *workshop, c *apitest.Client, account, klip, document string) {
	w.t.Helper()
	var k v1.KlipDetail
	c.Get("/" + account + "/klips/" + klip).Want(http.StatusOK).JSON(&k)
	c.With("If-Match", v1.ETag(k.Version)).Do(http.MethodPut, "/"+account+"/klips/"+klip, strings.NewReader(document)).Want(http.StatusOK)
}

func (w *workshop) update(c *apitest.Client, klip string) {
	w.t.Helper()
	var list v1.Instances
	c.Get("/northlight/klips/" + klip + "/instances").Want(http.StatusOK).JSON(&list)
	c.Post("/northlight/klips/"+klip+"/update-instances", map[string]any{"plan_id": list.PlanID}).Want(http.StatusOK)
}

// attacks tries, as people of a client and of another client, to reach what is not theirs.
func (w *workshop) attacks(t *testing.T, made, copies template) {
	admin, viewer, other := w.As("admin@solstice.test"), w.As("viewer@solstice.test"), w.As("admin@fjord.test")
	pick := map[string]any{"from": "northlight", "assets": []any{made.dashboard}}
	admin.Post("/solstice-coffee/import/preview", pick).Refused(http.StatusForbidden, "import_no_source")
	viewer.Post("/solstice-coffee/import/preview", pick).Refused(http.StatusForbidden, "import_admin_only")
	admin.Get("/northlight/dashboards").Refused(http.StatusNotFound, "not_found")
	admin.Get("/fjord-outdoors/dashboards").Refused(http.StatusNotFound, "not_found")
	admin.Get("/solstice-coffee/klips/"+copies.klip+"/instances").Refused(http.StatusNotFound, "not_found")
	admin.Post("/northlight/klips/"+made.klip+"/update-instances", map[string]any{"plan_id": "x"}).Refused(http.StatusNotFound, "not_found")
	for kind, own := range map[string]string{"klips": copies.klip, "data-sources": copies.source, "dashboards": copies.dashboard} {
		other.Get("/fjord-outdoors/"+kind+"/"+own).Refused(http.StatusNotFound, "not_found")
		other.Get("/solstice-coffee/"+kind+"/"+own).Refused(http.StatusNotFound, "not_found")
	}
	for _, made := range []string{made.klip, made.source, made.dashboard} {
		admin.Get("/solstice-coffee/assets/"+made+"/versions").Refused(http.StatusNotFound, "not_found")
		admin.Get("/solstice-coffee/assets/"+made+"/shares").Refused(http.StatusNotFound, "not_found")
	}
	foreign := sum(made.source, "GROUP(@Region)")
	admin.Do(http.MethodPost, "/solstice-coffee/klip-preview", strings.NewReader(`{"klip":`+foreign+`}`)).Refused(http.StatusUnprocessableEntity, "unknown_source")
	admin.Do(http.MethodPost, "/solstice-coffee/klips", strings.NewReader(foreign)).Refused(http.StatusUnprocessableEntity, "unknown_source")
	maya := w.As("admin@northlight.test")
	maya.Get("/solstice-coffee/dashboards").Refused(http.StatusForbidden, "visit_required")
	maya.Post("/solstice-coffee/import", pick).Refused(http.StatusForbidden, "visit_required")
}

// proveReferences runs octavo check and looks into every body for ids.
func (w *workshop) proveReferences(t *testing.T) {
	t.Helper()
	found, err := check.Run(context.Background(), w.DB, nil)
	if err != nil || len(found) > 0 {
		t.Errorf("check: %v %v", found, err)
	}
	forbidden := map[any]string{}
	add := func(kind string) func(scan func(...any) error) error {
		return func(scan func(...any) error) error {
			var v any
			err := scan(&v)
			switch x := v.(type) {
			case int64:
				forbidden[float64(x)] = kind
			default:
				forbidden[fmt.Sprint(x)] = kind
			}
			return err
		}
	}
	accounts := []id.Account{w.Solstice.ID, w.Fjord.ID}
	grant := authz.GrantOperator(w.Agency.ID, accounts, false)
	var bodies []string
	err = w.DB.Read(context.Background(), db.Across(grant), func(tx *db.Tx) error {
		mine := `(account_id = :account OR account_id IN {each :accounts})`
		for kind, text := range map[string]string{
			"user":            `SELECT id FROM users WHERE ` + mine,
			"account":         `SELECT id FROM accounts WHERE id = :account OR id IN {each :accounts}`,
			"public account":  `SELECT public_id FROM accounts WHERE id = :account OR id IN {each :accounts}`,
			"address":         `SELECT slug FROM accounts WHERE id = :account OR id IN {each :accounts}`,
			"change":          `SELECT id FROM changes WHERE ` + mine,
			"body":            `SELECT id FROM bodies WHERE family_id = :family`,
			"wiring":          `SELECT id FROM wirings WHERE family_id = :family`,
			"payload":         `SELECT id FROM payloads WHERE family_id = :family`,
			"file of payload": `SELECT file_name FROM payloads WHERE family_id = :family`,
		} {
			if err := tx.Query(context.Background(), text, nil, add(kind)); err != nil {
				return err
			}
		}
		err := tx.Query(context.Background(), `SELECT account_id, no FROM assets WHERE `+mine, nil, func(scan func(...any) error) error {
			var a id.Asset
			err := scan(&a.Account, &a.No)
			forbidden[w.API.Keys.IDs.Format(a)] = "asset"
			return err
		})
		if err != nil {
			return err
		}
		return tx.Query(context.Background(), `SELECT json FROM bodies WHERE family_id = :family`, nil, func(scan func(...any) error) error {
			var text string
			err := scan(&text)
			bodies = append(bodies, text)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(bodies) < 3 || len(forbidden) < 20 {
		t.Fatalf("%d bodies and %d ids: the proof saw too little", len(bodies), len(forbidden))
	}
	for _, text := range bodies {
		var tree any
		if err := json.Unmarshal([]byte(text), &tree); err != nil {
			t.Fatal(err)
		}
		eachValue(tree, func(v any) {
			if kind, bad := forbidden[v]; bad {
				t.Errorf("a body holds the %s %v: %s", kind, v, text)
			}
		})
	}
}

// eachValue visits all texts and numbers of a tree, keys included.
func eachValue(v any, visit func(any)) {
	switch x := v.(type) {
	case map[string]any:
		for k, child := range x {
			visit(k)
			eachValue(child, visit)
		}
	case []any:
		for _, child := range x {
			eachValue(child, visit)
		}
	case string, float64:
		visit(v)
	}
}
