package v1_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/asset"
	"octavo/internal/klip"
)

// sourceOf uploads a text as a data source.
func (w *workshop) sourceOf(c *apitest.Client, account, name, csv string) string {
	w.t.Helper()
	var up v1.Upload
	c.Do(http.MethodPost, "/"+account+"/uploads?name="+name+".csv", strings.NewReader(csv)).Want(http.StatusCreated).JSON(&up)
	var src v1.DataSource
	c.Post("/"+account+"/data-sources", map[string]any{"name": name, "upload_id": up.ID}).Want(http.StatusCreated).JSON(&src)
	return src.ID
}

func TestReplaceSource(t *testing.T) {
	w := newWorkshop(t)
	maya := w.As("admin@northlight.test")
	made := w.template(maya)
	res := w.bring(maya, "solstice-coffee", made)
	copies := template{of(t, res, "source"), of(t, res, "klip"), of(t, res, "dashboard")}
	w.share(maya, "solstice-coffee", copies.dashboard)
	admin := w.As("admin@solstice.test")
	own := w.sourceOf(admin, "solstice-coffee", "Own", "Region,Amount\nPorto,4\n")
	other := w.sourceOf(admin, "solstice-coffee", "Other", "Place,Amount\nPorto,4\n")
	typed := w.sourceOf(admin, "solstice-coffee", "Typed", "Region,Amount\n7,4\n")
	path := "/solstice-coffee/klips/" + copies.klip

	for to, want := range map[string]klip.Use{
		own:   {What: "Region", Type: "text", Becomes: "text", Fit: klip.FitSame, Parts: []string{"Amount"}},
		other: {What: "Region", Type: "text", Becomes: "", Fit: klip.FitMissing, Parts: []string{"Amount"}},
		typed: {What: "Region", Type: "text", Becomes: "number", Fit: klip.FitOtherType, Parts: []string{"Amount"}},
	} {
		var plan v1.SourceReplacement
		admin.Get(path + "/replace-source?from=" + copies.source + "&to=" + to).Want(http.StatusOK).JSON(&plan)
		if diff := cmp.Diff([]klip.Use{want}, plan.Uses); diff != "" {
			t.Errorf("%s (-want +got):\n%s", plan.To.Name, diff)
		}
	}
	swap := map[string]any{"from": copies.source, "to": own}
	admin.Post(path+"/replace-source", swap).Refused(http.StatusPreconditionRequired, "precondition_required")
	admin.With("If-Match", `"1"`).Post(path+"/replace-source", map[string]any{"from": own, "to": other}).Refused(http.StatusUnprocessableEntity, "unknown_source")
	admin.With("If-Match", `"1"`).Post(path+"/replace-source", map[string]any{"from": copies.source, "to": made.source}).Refused(http.StatusUnprocessableEntity, "unknown_source")
	var k v1.KlipDetail
	admin.With("If-Match", `"1"`).Post(path+"/replace-source", swap).Want(http.StatusOK).JSON(&k)
	if k.Version != 2 || len(k.Sources) != 1 || k.Sources[0].ID != own {
		t.Errorf("replaced: %+v", k)
	}
	if diff := cmp.Diff([]string{"Porto"}, rows(t, admin, "solstice-coffee", copies.dashboard)); diff != "" {
		t.Errorf("what is shown (-want +got):\n%s", diff)
	}
	admin.With("If-Match", `"1"`).Post(path+"/replace-source", map[string]any{"from": own, "to": other}).Refused(http.StatusConflict, "version_conflict")

	t.Run("its versions say so in words", func(t *testing.T) {
		var list v1.Page[v1.AssetVersion]
		admin.Get("/solstice-coffee/assets/" + copies.klip + "/versions").Want(http.StatusOK).JSON(&list)
		want := []asset.Difference{{Kind: "replaced", What: "data source", Name: "Own", Of: "Orders"}}
		if diff := cmp.Diff(want, list.Items[0].Differences); diff != "" || list.Items[0].Change != "rebind" || len(list.Items[1].Differences) != 0 {
			t.Errorf("versions %+v (-want +got):\n%s", list.Items, diff)
		}
		w.As("viewer@solstice.test").Get("/solstice-coffee/assets/" + copies.klip + "/versions").Want(http.StatusOK).JSON(&list)
		if len(list.Items) != 2 || len(list.Items[0].Differences) != 0 {
			t.Errorf("a viewer is told %+v", list.Items)
		}
	})
	t.Run("R38 an update keeps it", func(t *testing.T) {
		change(w, maya, "northlight", made.klip, sum(made.source, `SORT(GROUP(@Region), descending)`))
		w.update(maya, made.klip)
		if diff := cmp.Diff([]string{"Porto"}, rows(t, admin, "solstice-coffee", copies.dashboard)); diff != "" {
			t.Errorf("what is shown after an update (-want +got):\n%s", diff)
		}
	})
	w.proveReferences(t)
}

// TestR044CopiesAndDetachedKlipsAreNoInstances: neither is reached by an update; a copy says where it came from.
func TestR044CopiesAndDetachedKlipsAreNoInstances(t *testing.T) {
	w := newWorkshop(t)
	maya := w.As("admin@northlight.test")
	made := w.template(maya)
	instance := of(t, w.bring(maya, "solstice-coffee", made), "klip")
	detached := of(t, w.bring(maya, "fjord-outdoors", made), "klip")
	var copied v1.KlipDetail
	admin := w.As("admin@solstice.test")
	admin.Post("/solstice-coffee/klips/"+instance+"/copy", nil).Want(http.StatusCreated).JSON(&copied)
	if copied.Origin != nil || copied.CopiedFrom != "Total" {
		t.Errorf("the copy: %+v", copied.Klip)
	}
	var again v1.KlipDetail
	admin.Post("/solstice-coffee/klips/"+copied.ID+"/copy", nil).Want(http.StatusCreated).JSON(&again)
	if again.CopiedFrom != "" {
		t.Errorf("a copy of the copy says %q", again.CopiedFrom)
	}
	var k v1.KlipDetail
	there := w.As("admin@fjord.test")
	w.As("editor@fjord.test").With("If-Match", `"1"`).Post("/fjord-outdoors/klips/"+detached+"/detach", nil).Refused(http.StatusNotFound, "not_found")
	there.With("If-Match", `"1"`).Post("/fjord-outdoors/klips/"+detached+"/detach", nil).Want(http.StatusOK).JSON(&k)
	if k.Origin != nil || k.Version != 1 {
		t.Errorf("detached: %+v", k.Klip)
	}
	there.With("If-Match", `"1"`).Post("/fjord-outdoors/klips/"+detached+"/detach", nil).Refused(http.StatusConflict, "not_an_instance")

	change(w, maya, "northlight", made.klip, strings.Replace(sum(made.source, "GROUP(@Region)"), "Total", "Everything", 1))
	w.update(maya, made.klip)
	for path, want := range map[string]string{
		"/solstice-coffee/klips/" + instance: "Everything", "/solstice-coffee/klips/" + copied.ID: "Total (copy)", "/fjord-outdoors/klips/" + detached: "Total",
	} {
		maya := w.As(map[bool]string{true: "admin@solstice.test", false: "admin@fjord.test"}[strings.HasPrefix(path, "/solstice")])
		maya.Get(path).Want(http.StatusOK).JSON(&k)
		if k.Title != want {
			t.Errorf("%s is called %s, want %s", path, k.Title, want)
		}
	}
	w.proveReferences(t)
}
