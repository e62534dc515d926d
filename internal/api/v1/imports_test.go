package v1_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
)

// preview asks what an import of some assets would do.
func preview(c *apitest.Client, into, from string, assets ...string) (v1.ImportPlan, map[string]any) {
	pick := map[string]any{"from": from, "assets": assets}
	var plan v1.ImportPlan
	c.Post("/"+into+"/import/preview", pick).Want(http.StatusOK).JSON(&plan)
	pick["plan_id"] = plan.PlanID
	return plan, pick
}

// carry imports assets at once.
func carry(c *apitest.Client, into, from string, assets ...string) v1.ImportResult {
	_, pick := preview(c, into, from, assets...)
	var res v1.ImportResult
	c.Post("/"+into+"/import", pick).Want(http.StatusOK).JSON(&res)
	return res
}

func kindsOf(res v1.ImportResult) []string {
	var out []string
	for _, item := range res.Items {
		out = append(out, item.Kind)
	}
	slices.Sort(out)
	return out
}

// Who may bring what from where to where, and what comes along.
func TestImportsBetweenAccounts(t *testing.T) {
	w := newWorkshop(t)
	maya := w.As("admin@northlight.test")
	made := w.template(maya)
	spare := w.source(maya, "northlight", "Spare")
	two := w.klip(maya, "northlight", strings.Replace(sum(made.source, "SUM(@Amount)"), `"datasources":[`, `"datasources":["`+spare+`",`, 1))
	for _, slug := range []string{"solstice-coffee", "fjord-outdoors"} {
		maya.Post("/northlight/clients/"+slug+"/sign-in", nil).Want(http.StatusOK)
	}

	t.Run("R1 R2 each kind comes from the agency into a client", func(t *testing.T) {
		for asset, want := range map[string][]string{
			made.source: {"source"}, made.klip: {"klip", "source"}, made.dashboard: {"dashboard", "klip", "source"},
		} {
			if diff := cmp.Diff(want, kindsOf(carry(maya, "fjord-outdoors", "northlight", asset))); diff != "" {
				t.Error(diff)
			}
		}
	})
	t.Run("R9 a Klip brings all data sources that are attached to it, also those no formula uses", func(t *testing.T) {
		if diff := cmp.Diff([]string{"klip", "source", "source"}, kindsOf(carry(maya, "fjord-outdoors", "northlight", two.ID))); diff != "" {
			t.Error(diff)
		}
	})
	var here v1.ImportResult
	t.Run("R16 R51 a dashboard brings its Klips and their data", func(t *testing.T) {
		plan, _ := preview(maya, "solstice-coffee", "northlight", made.dashboard)
		var along []string
		for _, item := range plan.Items {
			if !item.Selected {
				along = append(along, item.Kind)
			}
		}
		if diff := cmp.Diff([]string{"klip", "source"}, along); diff != "" {
			t.Errorf("R21 what comes along is listed beside what was selected: %s", diff)
		}
		var before v1.Page[v1.Dashboard]
		maya.Get("/solstice-coffee/dashboards").Want(http.StatusOK).JSON(&before)
		if len(before.Items) != 0 {
			t.Error("R22 a preview has imported something")
		}
		here = carry(maya, "solstice-coffee", "northlight", made.dashboard)
		if diff := cmp.Diff([]string{"dashboard", "klip", "source"}, kindsOf(here)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("R23 what came is in the lists of its kind and can be put on dashboards", func(t *testing.T) {
		admin := w.As("admin@solstice.test")
		for list, kind := range map[string]string{"dashboards": "dashboard", "klips": "klip", "data-sources": "source"} {
			if a := admin.Get("/solstice-coffee/" + list).Want(http.StatusOK); !strings.Contains(a.Body, of(t, here, kind)) {
				t.Errorf("%s is not in %s", kind, list)
			}
		}
		var own v1.DashboardDetail
		admin.Post("/solstice-coffee/dashboards", map[string]any{"title": "Own"}).Want(http.StatusCreated).JSON(&own)
		admin.Post("/solstice-coffee/dashboards/"+own.ID+"/klips", map[string]any{"klip": of(t, here, "klip")}).Want(http.StatusOK)
	})
	t.Run("R3 a client’s dashboard comes into the agency", func(t *testing.T) {
		if n := len(carry(maya, "northlight", "solstice-coffee", of(t, here, "dashboard")).Items); n != 3 {
			t.Errorf("%d came", n)
		}
	})
	t.Run("R4 from one client into another", func(t *testing.T) {
		if n := len(carry(maya, "fjord-outdoors", "solstice-coffee", of(t, here, "dashboard")).Items); n != 3 {
			t.Errorf("%d came", n)
		}
	})
	t.Run("R89 from every other account that the person manages, and from no other", func(t *testing.T) {
		from := func(c *apitest.Client, account string) (out []string) {
			var list v1.Page[v1.ImportAccount]
			c.Get("/" + account + "/import/accounts").Want(http.StatusOK).JSON(&list)
			for _, one := range list.Items {
				out = append(out, one.Slug)
			}
			slices.Sort(out)
			return out
		}
		everything := from(maya, "solstice-coffee")
		if !slices.Contains(everything, "northlight") || !slices.Contains(everything, "fjord-outdoors") || slices.Contains(everything, "solstice-coffee") {
			t.Errorf("Maya may take from %v", everything)
		}
		for _, slug := range everything { // what is offered can be looked into
			maya.Get("/solstice-coffee/import/assets?kind=klip&from=" + slug).Want(http.StatusOK)
		}
		w.As("admin@solstice.test").Get("/solstice-coffee/import/accounts").Refused(http.StatusForbidden, "import_no_source") // manages no other
	})
	t.Run("R6 only who is signed in to the receiving account as an administrator", func(t *testing.T) {
		pick := map[string]any{"from": "northlight", "assets": []any{made.dashboard}}
		w.As("editor@solstice.test").Post("/solstice-coffee/import/preview", pick).Refused(http.StatusForbidden, "import_admin_only")
		w.As("admin@solstice.test").Post("/solstice-coffee/import/preview", pick).Refused(http.StatusForbidden, "import_no_source")
		other := w.As("admin@northlight.test") // not signed in to the client
		other.Post("/solstice-coffee/import/preview", pick).Refused(http.StatusForbidden, "visit_required")
	})
	t.Run("R20 the list is narrowed", func(t *testing.T) {
		list := func(query string) string {
			return maya.Get("/solstice-coffee/import/assets?from=northlight&" + query).Want(http.StatusOK).Body
		}
		for query, want := range map[string]bool{
			"kind=source": true, "kind=source&on=" + made.dashboard: false, "kind=source&type=raw": true, "kind=source&type=model": false,
			"kind=source&type=merged": false, "kind=source&q=spa": true, "kind=source&since=2020-01-01T00:00:00Z": true,
			"kind=source&since=2038-01-01T00:00:00Z": false, "kind=source&owner=nobody": false,
		} {
			if got := strings.Contains(list(query), spare); got != want {
				t.Errorf("%s shows it: %v", query, got)
			}
		}
		var owners v1.Page[v1.Named]
		maya.Get("/solstice-coffee/import/owners?from=northlight&kind=source").Want(http.StatusOK).JSON(&owners)
		if len(owners.Items) != 1 || !strings.Contains(list("kind=source&owner="+string(owners.Items[0].ID)), spare) {
			t.Errorf("owners %+v", owners.Items)
		}
	})
	w.proveReferences(t)
}

// An import is taken back and made again; when it keeps failing, somebody is named.
func TestImportsAreTakenBack(t *testing.T) {
	w := newWorkshop(t)
	maya := w.As("admin@northlight.test")
	made := w.template(maya)
	first := w.bring(maya, "solstice-coffee", made)
	path := "/solstice-coffee/imports/" + first.ID

	t.Run("R26 deleted as a whole, repaired, imported again, no remains", func(t *testing.T) {
		w.share(maya, "solstice-coffee", of(t, first, "dashboard"))
		var a v1.Arrival
		maya.Get(path).Want(http.StatusOK).JSON(&a)
		if len(a.Items) != 3 || a.Clients[0].Shared == 0 || a.Rollout {
			t.Errorf("what came: %+v", a)
		}
		var origin v1.DashboardDetail
		maya.Get("/solstice-coffee/dashboards/" + of(t, first, "dashboard")).Want(http.StatusOK).JSON(&origin)
		if origin.Origin == nil || origin.Origin.Import != first.ID {
			t.Errorf("the dashboard does not name its import: %+v", origin.Origin)
		}
		maya.Post(path+"/delete", map[string]any{"plan_id": "x-y"}).Refused(http.StatusConflict, "plan_changed")
		maya.Post(path+"/delete", map[string]any{"plan_id": a.PlanID}).Want(http.StatusOK)
		maya.Get("/solstice-coffee/dashboards/"+of(t, first, "dashboard")).Refused(http.StatusNotFound, "not_found")
		maya.Get("/solstice-coffee/imports/0000000000000001").Refused(http.StatusNotFound, "not_found")
		maya.Get("/solstice-coffee/imports/nothing").Refused(http.StatusNotFound, "not_found")
		change(w, maya, "northlight", made.klip, sum(made.source, `SORT(GROUP(@Region), descending)`))
		second := w.bring(maya, "solstice-coffee", made)
		if diff := cmp.Diff([]string{"South", "North"}, rows(t, maya, "solstice-coffee", of(t, second, "dashboard"))); diff != "" {
			t.Error(diff)
		}
		for _, item := range second.Items {
			if strings.Contains(item.Name, "(2)") {
				t.Errorf("%s stands beside remains", item.Name)
			}
		}
	})
	t.Run("R27 after two failures the support address is named", func(t *testing.T) {
		var d v1.ClientDefaults
		got := maya.Get("/northlight/client-defaults").Want(http.StatusOK)
		got.JSON(&d)
		d.Support = "help@northlight.test"
		maya.With("If-Match", got.Header.Get("ETag")).Put("/northlight/client-defaults", d).Want(http.StatusOK)
		_, pick := preview(maya, "solstice-coffee", "northlight", made.dashboard)
		maya.With("If-Match", etag(maya, "/northlight/clients/solstice-coffee/limits")).
			Put("/northlight/clients/solstice-coffee/limits", map[string]any{"seats": 5, "dashboards": 1, "private_links": -1, "api_calls": -1}).Want(http.StatusOK)
		var help v1.ImportHelp
		for n := 1; n <= 2; n++ {
			maya.Post("/solstice-coffee/import", pick).Refused(http.StatusConflict, "limit_reached")
			maya.Post("/solstice-coffee/import/help", map[string]any{"from": "northlight", "assets": []any{made.dashboard}}).Want(http.StatusOK).JSON(&help)
			want := v1.ImportHelp{Failures: n}
			if n == 2 {
				want.Support = "help@northlight.test"
			}
			if help != want {
				t.Errorf("after %d: %+v", n, help)
			}
		}
	})
	w.proveReferences(t)
}

// etag asks for the version of something.
func etag(c *apitest.Client, path string) string {
	return c.Get(path).Want(http.StatusOK).Header.Get("ETag")
}

// One dashboard for all clients, each with its own value.
func TestR005OneDesignForManyClients(t *testing.T) {
	w := newWorkshop(t)
	maya := w.As("admin@northlight.test")
	src := w.source(maya, "northlight", "Orders")
	klip := w.klip(maya, "northlight", sum(src, `CONCAT("Client ", $companyID)`))
	var board v1.DashboardDetail
	maya.Post("/northlight/dashboards", map[string]any{"title": "Trading", "placements": []any{map[string]any{"klip": klip.ID, "x": 0, "y": 0, "w": 6, "h": 13}}}).
		Want(http.StatusCreated).JSON(&board)
	body := map[string]any{"assets": []any{board.ID}, "clients": []any{"solstice-coffee", "fjord-outdoors"}}
	var plan v1.RolloutPlan
	maya.Post("/northlight/roll-out/plan", body).Want(http.StatusOK).JSON(&plan)
	if len(plan.Needs) != 1 || plan.Needs[0].Name != "companyID" || len(plan.Clients) != 2 || len(plan.Clients[0].Missing) != 1 || len(plan.Items) != 3 {
		t.Fatalf("plan %+v", plan)
	}
	body["plan_id"] = plan.PlanID
	body["values"] = []any{
		map[string]any{"client": "solstice-coffee", "name": "companyID", "value": "1017"},
		map[string]any{"client": "fjord-outdoors", "name": "companyID", "value": "1021"},
	}
	call := maya.With("Idempotency-Key", "once")
	var out, again v1.RolledOut
	call.Post("/northlight/roll-out", body).Want(http.StatusOK).JSON(&out)
	call.Post("/northlight/roll-out", body).Want(http.StatusOK).JSON(&again)
	if diff := cmp.Diff(out, again); diff != "" || out.Left != 0 || len(out.Clients) != 2 {
		t.Fatalf("result %+v, the same call again: %s", out, diff)
	}
	want := map[string]string{"solstice-coffee": "Client 1017", "fjord-outdoors": "Client 1021"}
	for _, c := range out.Clients {
		maya.Post("/northlight/clients/"+c.Slug+"/sign-in", nil).Want(http.StatusOK)
		if got := rows(t, maya, c.Slug, c.ID); !slices.Contains(got, want[c.Slug]) {
			t.Errorf("%s shows %v", c.Slug, got)
		}
	}
	var list v1.Page[v1.RolloutCandidate]
	maya.Get("/northlight/roll-out/clients?property=companyID").Want(http.StatusOK).JSON(&list)
	if len(list.Items) != 2 || list.Items[0].Value != "1021" {
		t.Errorf("clients to choose from: %+v", list.Items)
	}
	var a v1.Arrival
	maya.Get("/northlight/imports/" + out.ID).Want(http.StatusOK).JSON(&a)
	maya.Post("/northlight/imports/"+out.ID+"/delete", map[string]any{"plan_id": a.PlanID}).Want(http.StatusOK)
	for _, c := range out.Clients {
		maya.Get("/"+c.Slug+"/dashboards/"+c.ID).Refused(http.StatusNotFound, "not_found")
	}
	w.proveReferences(t)
}
