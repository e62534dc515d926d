package v1_test

import (
	"net/http"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
)

// A used data source goes to the bin by force, its Klips say so, and out of the bin everything is as it was.
func TestForcedDeletionOverHTTP(t *testing.T) {
	w := newWorkshop(t)
	maya := w.As("admin@northlight.test")
	made := w.template(maya)
	path := "/northlight/data-sources/" + made.source
	answer := func() v1.KlipAnswer {
		var all v1.DashboardResults
		maya.Get("/northlight/dashboards/" + made.dashboard + "/results").Want(http.StatusOK).JSON(&all)
		return all.Klips[made.klip]
	}
	before := answer()
	refused := maya.With("If-Match", `"1"`).Delete(path).Refused(http.StatusConflict, "in_use")
	if refused.Params["count"] != 1.0 {
		t.Errorf("refused: %v", refused.Params)
	}
	w.As("editor@northlight.test").With("If-Match", `"1"`).Delete(path+"?force=true").Refused(http.StatusNotFound, "not_found")
	maya.With("If-Match", `"1"`).Delete(path + "?force=true").Want(http.StatusNoContent)
	broken := answer()
	src := broken.Sources[0]
	if src.State != "deleted" || src.DeletedAt == nil || src.Name == "" || broken.Result.Components[0].Error == nil || broken.Result.Components[0].Error.Code != "deleted_reference" {
		t.Errorf("without its source: %+v %+v", src, broken.Result)
	}
	maya.Post("/northlight/bin/"+made.source+"/restore", nil).Want(http.StatusNoContent)
	if after := answer(); after.Hash != before.Hash || after.Sources[0].State != "fresh" || after.Sources[0].DeletedAt != nil {
		t.Errorf("restored: %+v, before %+v", after, before)
	}
}

// The log and its file are the same attempts, page by page; what begins a formula in a sheet does not in the file.
func TestRefreshLogOverHTTP(t *testing.T) {
	w := newWorkshop(t)
	maya := w.As("admin@northlight.test")
	var src v1.DataSource
	maya.Post("/northlight/data-sources", map[string]any{"name": "=Orders", "push": map[string]any{}}).Want(http.StatusCreated).JSON(&src)
	path := "/northlight/data-sources/" + src.ID
	for range 3 {
		maya.With("Content-Type", "application/json").Do(http.MethodPost, path+"/data", strings.NewReader(`[{"n":1}]`)).Want(http.StatusOK)
	}
	var first, last v1.Page[v1.LoggedRefresh]
	maya.Get("/northlight/refresh-log?limit=2").Want(http.StatusOK).JSON(&first)
	maya.Get("/northlight/refresh-log?limit=2&cursor=" + *first.NextCursor).Want(http.StatusOK).JSON(&last)
	if len(first.Items) != 2 || len(last.Items) != 1 || last.NextCursor != nil || first.Items[0].Source.Title != "=Orders" || first.Items[0].Reason != "push" {
		t.Errorf("%+v %+v", first, last)
	}
	file := string(maya.Get("/northlight/refresh-log.csv").Want(http.StatusOK).Body)
	if lines := strings.Split(strings.TrimSpace(file), "\n"); len(lines) != 4 || !strings.Contains(lines[1], "'=Orders") {
		t.Errorf("the file: %s", file)
	}
	maya.Get("/northlight/refresh-log?client=elsewhere").Refused(http.StatusNotFound, "not_found")
	maya.Get("/northlight/refresh-log.csv?credential=0123456789abcdef0123456789abcdef").Refused(http.StatusNotFound, "not_found")
	var none v1.Page[v1.LoggedRefresh]
	maya.Get("/northlight/refresh-log?client=solstice-coffee").Want(http.StatusOK).JSON(&none)
	if len(none.Items) != 0 {
		t.Errorf("of the client: %+v", none)
	}
}
