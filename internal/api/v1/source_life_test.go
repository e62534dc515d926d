package v1_test

import (
	"net/http"
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
