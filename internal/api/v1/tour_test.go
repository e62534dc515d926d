package v1_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/asset"
	"octavo/internal/id"
	"octavo/internal/tour"
)

// The steps of the tour tick by what happened, for the person who did it or for all of the agency, and in any order.
func TestTourTicksByDoing(t *testing.T) {
	w := newWorkshop(t)
	maya, editor := w.As("admin@northlight.test"), w.As("editor@northlight.test")
	read := func(c *apitest.Client) (out v1.Tour) {
		t.Helper()
		c.Get("/northlight/tour").Want(http.StatusOK).JSON(&out)
		return out
	}
	if got := read(maya); len(got.Steps) != 0 || got.Hidden {
		t.Fatalf("a tour without a demo: %+v", got)
	}
	made := w.template(maya)
	shown := of(t, w.bring(maya, "solstice-coffee", made), "dashboard")
	maya.Post("/northlight/clients", map[string]any{"name": "Marigold Home", "status": "setup"}).Want(http.StatusCreated)
	w.offerTour(shown, "marigold-home")

	open := []v1.TourStep{
		{ID: tour.Look, Client: v1.SlugName{Slug: "solstice-coffee", Name: "Solstice (gold)"}, Dashboard: shown},
		{ID: tour.SetUp, Client: v1.SlugName{Slug: "marigold-home", Name: "Marigold Home"}, Property: "companyId"},
		{ID: tour.Activate, Client: v1.SlugName{Slug: "marigold-home", Name: "Marigold Home"}},
	}
	want := func(when string) {
		t.Helper()
		if diff := cmp.Diff(open, read(maya).Steps); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	want("at first")
	if got := read(editor); len(got.Steps) != 0 {
		t.Errorf("for somebody who has neither client: %+v", got)
	}

	w.bring(maya, "marigold-home", made)
	open[1].Imported = true
	want("after the import")
	maya.Post("/marigold-home/properties", map[string]any{"name": "companyId", "value": "MH-2044"}).Want(http.StatusCreated)
	open[1].Filled, open[1].Done = true, true
	want("with companyId")
	w.As("admin@solstice.test").Get("/solstice-coffee/dashboards/" + shown).Want(http.StatusOK)
	want("after somebody else had a look")
	maya.Get("/solstice-coffee/dashboards/" + shown).Want(http.StatusOK)
	open[0].Done = true
	want("after a look")
	a := maya.Get("/northlight/clients/marigold-home").Want(http.StatusOK)
	maya.With("If-Match", a.Header.Get("ETag")).Patch("/northlight/clients/marigold-home", map[string]any{"status": "active"}).Want(http.StatusOK)
	open[2].Done = true
	want("after it was activated")

	maya.Put("/northlight/tour/hidden", nil).Want(http.StatusNoContent)
	maya.Put("/northlight/tour/hidden", nil).Want(http.StatusNoContent)
	if !read(maya).Hidden || read(editor).Hidden {
		t.Error("the tour is put away by and for one person")
	}
	maya.Delete("/northlight/tour/hidden").Want(http.StatusNoContent)
	if read(maya).Hidden {
		t.Error("the tour does not come back")
	}

	maya.Delete("/northlight/clients/marigold-home?confirm=Marigold+Home").Want(http.StatusOK)
	open = open[:1]
	want("without the client")
	w.As("viewer@northlight.test").Get("/northlight/tour").Refused(http.StatusNotFound, "not_found")
	w.As("admin@solstice.test").Get("/solstice-coffee/tour").Refused(http.StatusNotFound, "not_found")
}

// offerTour is what the making of the demo ends with.
func (w *workshop) offerTour(dashboard, empty string) {
	w.t.Helper()
	no, err := asset.New(id.NewMaker(w.DB.Clock()), w.API.Keys.IDs).Resolve(w.Solstice.ID, dashboard)
	if err != nil {
		w.t.Fatal(err)
	}
	client, err := w.Accounts.BySlug(w.t.Context(), empty)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.API.Tour.Offer(w.t.Context(), tour.Objects{
		Agency: w.Agency.ID, Shown: w.Solstice.ID, Dashboard: no, New: client.ID, Property: "companyId",
	}); err != nil {
		w.t.Fatal(err)
	}
}
