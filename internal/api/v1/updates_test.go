package v1_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "octavo/internal/api/v1"
	"octavo/internal/asset"
)

// pushed is a template in two clients, one of which edited its copy, and a new version of it.
type pushed struct {
	made            template
	solstice, fjord template
	klip, instances string // paths in the agency
	before          v1.Instances
}

func (w *workshop) pushed() pushed {
	w.t.Helper()
	maya := w.As("admin@northlight.test")
	p := pushed{made: w.template(maya)}
	p.klip = "/northlight/klips/" + p.made.klip
	p.instances = p.klip + "/instances"
	for client, into := range map[string]*template{"solstice-coffee": &p.solstice, "fjord-outdoors": &p.fjord} {
		res := w.bring(maya, client, p.made)
		*into = template{of(w.t, res, "source"), of(w.t, res, "klip"), of(w.t, res, "dashboard")}
	}
	change(w, w.As("admin@solstice.test"), "solstice-coffee", p.solstice.klip, strings.Replace(sum(p.solstice.source, "GROUP(@Region)"), "Total", "Ours", 1))
	change(w, maya, "northlight", p.made.klip, strings.Replace(sum(p.made.source, "SORT(GROUP(@Region), descending)"), "Total", "Everything", 1))
	maya.Get(p.instances).Want(http.StatusOK).JSON(&p.before)
	return p
}

// TestR007OnlyWhoAdministersAllClientsUpdates: others are refused, whatever they know of the list.
func TestR007OnlyWhoAdministersAllClientsUpdates(t *testing.T) {
	w := newWorkshop(t)
	p := w.pushed()
	send := map[string]any{"plan_id": p.before.PlanID}
	w.As("editor@northlight.test").Post(p.klip+"/update-instances", send).Refused(http.StatusForbidden, "permission_denied")
	w.As("viewer@northlight.test").Post(p.klip+"/update-instances", send).Refused(http.StatusNotFound, "not_found")
	w.As("admin@solstice.test").Post(p.klip+"/update-instances", send).Refused(http.StatusNotFound, "not_found")
	maya := w.As("admin@northlight.test")
	maya.Post("/northlight/clients/solstice-coffee/sign-in", nil).Want(http.StatusOK)
	maya.Post("/solstice-coffee/klips/"+p.solstice.klip+"/update-instances", send).Refused(http.StatusNotFound, "not_found")
	if got := w.title("/solstice-coffee/klips/" + p.solstice.klip); got != "Ours" {
		t.Errorf("a refused update reached an instance: %s", got)
	}
}

func (w *workshop) title(path string) string {
	w.t.Helper()
	email := "admin@fjord.test"
	if strings.HasPrefix(path, "/solstice") {
		email = "admin@solstice.test"
	}
	var k v1.KlipDetail
	w.As(email).Get(path).Want(http.StatusOK).JSON(&k)
	return k.Title
}

// TestR035AnUpdateGoesToAllInstances: with R34 what it sends, R36 what it overwrites, R39 the list
// that shows it before, and R43 that none can be picked.
func TestR035AnUpdateGoesToAllInstances(t *testing.T) {
	w := newWorkshop(t)
	p := w.pushed()
	maya := w.As("admin@northlight.test")
	var clients []string
	for _, i := range p.before.Items {
		clients = append(clients, i.Client.Slug)
	}
	if diff := cmp.Diff([]string{"fjord-outdoors", "solstice-coffee"}, clients); diff != "" || p.before.Edited != 1 || p.before.Behind != 2 {
		t.Fatalf("the list before: %+v\n%s", p.before, diff)
	}
	maya.Post(p.klip+"/update-instances", map[string]any{"plan_id": p.before.PlanID, "instances": []any{p.fjord.klip}}).
		Refused(http.StatusUnprocessableEntity, "unknown_field")
	var done v1.UpdateResult
	maya.Post(p.klip+"/update-instances", map[string]any{"plan_id": p.before.PlanID}).Want(http.StatusOK).JSON(&done)
	if done.Updated != 2 {
		t.Errorf("result: %+v", done)
	}
	for _, path := range []string{"/solstice-coffee/klips/" + p.solstice.klip, "/fjord-outdoors/klips/" + p.fjord.klip} {
		if got := w.title(path); got != "Everything" {
			t.Errorf("%s is called %s", path, got)
		}
	}
	// What the client had is a version, told in words, that its administrator restores.
	admin := w.As("admin@solstice.test")
	var list v1.Page[v1.AssetVersion]
	admin.Get("/solstice-coffee/assets/" + p.solstice.klip + "/versions").Want(http.StatusOK).JSON(&list)
	want := asset.Difference{Kind: "renamed", What: "Klip", Name: "Everything", Of: "Ours"}
	if len(list.Items) != 3 || list.Items[0].Change != "update" || list.Items[0].Differences[0] != want || list.Items[1].Name != "Ours" {
		t.Errorf("versions: %+v", list.Items)
	}
	admin.With("If-Match", `"3"`).Post("/solstice-coffee/assets/"+p.solstice.klip+"/restore", map[string]any{"version": 2}).Want(http.StatusOK)
	var after v1.Instances
	maya.Get(p.instances).Want(http.StatusOK).JSON(&after)
	if after.Edited != 1 || w.title("/solstice-coffee/klips/"+p.solstice.klip) != "Ours" {
		t.Errorf("after the restore: %+v", after)
	}
}

// TestR038AnUpdateKeepsWhatClientsSetUp: ids, places on dashboards, rights and favourites.
func TestR038AnUpdateKeepsWhatClientsSetUp(t *testing.T) {
	w := newWorkshop(t)
	p := w.pushed()
	maya, admin := w.As("admin@northlight.test"), w.As("admin@solstice.test")
	maya.Post("/northlight/clients/solstice-coffee/sign-in", nil).Want(http.StatusOK)
	w.share(maya, "solstice-coffee", p.solstice.dashboard)
	admin.Do(http.MethodPut, "/solstice-coffee/dashboards/"+p.solstice.dashboard+"/favourite", nil).Want(http.StatusNoContent)
	kept := []string{
		"/solstice-coffee/dashboards/" + p.solstice.dashboard, "/solstice-coffee/assets/" + p.solstice.dashboard + "/shares",
		"/solstice-coffee/assets/" + p.solstice.klip + "/shares", "/solstice-coffee/bar", "/solstice-coffee/data-sources/" + p.solstice.source,
	}
	read := func() map[string]any {
		out := map[string]any{}
		for _, path := range kept {
			object := admin.Get(path).Want(http.StatusOK).Object()
			delete(object, "klips") // results, not set up
			out[path] = object
		}
		return out
	}
	admin.Get("/solstice-coffee/dashboards/" + p.solstice.dashboard).Want(http.StatusOK) // seen: no mark of the first look any more
	before := read()
	w.update(maya, p.made.klip)
	if diff := cmp.Diff(before, read()); diff != "" {
		t.Errorf("an update changed more than the Klip (-before +after):\n%s", diff)
	}
	if got := w.title("/solstice-coffee/klips/" + p.solstice.klip); got != "Everything" {
		t.Errorf("the instance is called %s", got)
	}
	w.proveReferences(t)
}

// TestAnInstanceOpenInAnEditorIsNotOverwritten: its save is refused after an update (D87), and an
// update that was planned before a save is refused after it.
func TestAnInstanceOpenInAnEditorIsNotOverwritten(t *testing.T) {
	w := newWorkshop(t)
	p := w.pushed()
	maya, admin := w.As("admin@northlight.test"), w.As("admin@fjord.test")
	path := "/fjord-outdoors/klips/" + p.fjord.klip
	document := sum(p.fjord.source, "SUM(@Amount)")
	admin.With("If-Match", `"1"`).Do(http.MethodPut, path, strings.NewReader(document)).Want(http.StatusOK)
	maya.Post(p.klip+"/update-instances", map[string]any{"plan_id": p.before.PlanID}).Refused(http.StatusConflict, "plan_changed")
	w.update(maya, p.made.klip)
	admin.With("If-Match", `"2"`).Do(http.MethodPut, path, strings.NewReader(document)).Refused(http.StatusConflict, "version_conflict")
	admin.Do(http.MethodPost, "/fjord-outdoors/klips", strings.NewReader(document)).Want(http.StatusCreated) // kept as a copy
	if got := w.title(path); got != "Everything" {
		t.Errorf("the instance is called %s", got)
	}
}

// TestAnUpdateWhileAClientGoes: a client that is disabled is updated like the others; with the
// template in the bin there is nothing to push.
func TestAnUpdateWhileAClientGoes(t *testing.T) {
	w := newWorkshop(t)
	p := w.pushed()
	maya := w.As("admin@northlight.test")
	tag := maya.Get("/northlight/clients/fjord-outdoors").Want(http.StatusOK).Header.Get("ETag")
	maya.With("If-Match", tag).Do(http.MethodPatch, "/northlight/clients/fjord-outdoors", strings.NewReader(`{"status":"disabled"}`)).Want(http.StatusOK)
	var done v1.UpdateResult
	maya.Post(p.klip+"/update-instances", map[string]any{"plan_id": p.before.PlanID}).Want(http.StatusOK).JSON(&done)
	if done.Updated != 2 {
		t.Errorf("with a disabled client: %+v", done)
	}
	uses := maya.Get("/northlight/klips/" + p.made.klip).Want(http.StatusOK)
	maya.With("If-Match", uses.Header.Get("ETag")).Delete("/northlight/klips/" + p.made.klip + "?everywhere=true").Want(http.StatusNoContent)
	maya.Post(p.klip+"/update-instances", map[string]any{"plan_id": p.before.PlanID}).Refused(http.StatusNotFound, "not_found")
	maya.Get(p.klip+"/pushes/"+done.Push).Refused(http.StatusNotFound, "not_found")
	var client v1.Client
	maya.Get("/northlight/clients/solstice-coffee").Want(http.StatusOK).JSON(&client)
	if client.InstancesTotal != 0 || client.InstancesOrphan != 1 {
		t.Errorf("instances without a template: %+v", client)
	}
}
