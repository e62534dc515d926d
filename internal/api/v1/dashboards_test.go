package v1_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
)

func TestDashboard(t *testing.T) {
	s := newStudio(t)
	c := s.As("editor@northlight.test")
	k := s.klip("Revenue")
	d := s.dashboard(c, "northlight", "Sales")
	path := "/northlight/dashboards/" + d.ID
	if d.Version != 1 || d.Klips != 0 || d.Owner.Name != "Northlight editor" || d.Document["title"] != "Sales" || len(d.Document["placements"].([]any)) != 0 {
		t.Errorf("created %+v", d)
	}
	doc := map[string]any{
		"title": "Sales", "theme": map[string]any{"mood": "calm"},
		"placements": []any{
			map[string]any{"id": "aaaaaaaaaa", "klip": k, "x": 0, "y": 0, "w": 6, "h": 12, "glue": true},
			map[string]any{"klip": k, "x": 6, "y": 0, "w": 6, "h": 12, "auto": false},
		},
	}
	c.Put(path, doc).Refused(http.StatusPreconditionRequired, "precondition_required")
	saved := c.With("If-Match", `"1"`).Put(path, doc).Want(http.StatusOK)
	saved.JSON(&d)
	places := d.Document["placements"].([]any)
	first, second := places[0].(map[string]any), places[1].(map[string]any)
	if saved.Header.Get("ETag") != `"2"` || d.Klips != 1 || first["klip"] != k || first["glue"] != true || first["auto"] != true ||
		second["auto"] != false || len(second["id"].(string)) != 10 || d.Document["theme"] == nil || strings.Contains(saved.Body, "slot") {
		t.Errorf("saved %s", saved.Body)
	}
	c.With("If-Match", `"2"`).Put(path, map[string]any(d.Document)).Want(http.StatusOK).JSON(&d)
	if d.Version != 2 {
		t.Errorf("saving what was read made version %d", d.Version)
	}
	c.With("If-Match", `"1"`).Put(path, doc).Refused(http.StatusConflict, "version_conflict")
	var added v1.DashboardDetail
	c.Post(path+"/klips", map[string]any{"klip": k}).Want(http.StatusOK).JSON(&added)
	if len(added.Document["placements"].([]any)) != 3 || added.Version != 3 {
		t.Errorf("added %+v", added)
	}
	var copied v1.DashboardDetail
	c.Post(path+"/copy", nil).Want(http.StatusCreated).JSON(&copied)
	if copied.ID == d.ID || copied.Title != "Sales (copy)" || len(copied.Document["placements"].([]any)) != 3 {
		t.Errorf("copy %+v", copied)
	}
	var list v1.Page[v1.Dashboard]
	c.Get("/northlight/dashboards?count=1").Want(http.StatusOK).JSON(&list)
	if len(list.Items) != 2 || *list.Count != 2 || list.Items[0].Klips != 1 {
		t.Errorf("list %+v", list)
	}
	c.With("If-Match", `"3"`).Delete(path).Want(http.StatusNoContent)
	c.Get(path).Refused(http.StatusNotFound, "not_found")
}

func TestDashboardDocumentsAreReadStrictly(t *testing.T) {
	s := newStudio(t)
	c := s.As("editor@northlight.test").With("Content-Type", "application/json")
	k := s.klip("Revenue")
	post := func(body, code string) {
		t.Helper()
		c.Do(http.MethodPost, "/northlight/dashboards", strings.NewReader(body)).Refused(http.StatusUnprocessableEntity, code)
	}
	post(`{"title":"A","title":"B"}`, "bad_body")
	post(`{"title":"A","later":12345678901234567890}`, "bad_body")
	post(`{"title":"A","later":"`+k+`"}`, "id_in_body")
	post(`{"title":" "}`, "name_required")
	post(`{"title":1}`, "invalid_input")
	post(`{}`, "invalid_input")
	post(`{"title":"A","placements":[{"klip":"`+k+`","x":0,"y":0,"w":6,"h":12},{"klip":"`+k+`","x":5,"y":11,"w":6,"h":12}]}`, "placement_overlap")
	post(`{"title":"A","placements":[{"klip":"`+k+`","x":0,"y":0,"w":2,"h":4}]}`, "placement_too_small")
	p := c.Do(http.MethodPost, "/northlight/dashboards", strings.NewReader(`{"title":"A","placements":[{"klip":"x","x":0,"y":0,"w":6,"h":12}]}`)).
		Refused(http.StatusUnprocessableEntity, "unknown_klip")
	if p.Field != "placements/0/klip" {
		t.Errorf("field %q", p.Field)
	}
	s.As("viewer@northlight.test").Post("/northlight/dashboards", map[string]any{"title": "A"}).Refused(http.StatusForbidden, "permission_denied")
}

func TestRepeatedCreationMakesOneDashboard(t *testing.T) {
	s := newStudio(t)
	c := s.As("editor@northlight.test").With("Idempotency-Key", "once")
	first, second := s.dashboard(c, "northlight", "Sales"), s.dashboard(c, "northlight", "Sales")
	if first.ID != second.ID {
		t.Error("the repeated call made a second dashboard")
	}
}

func TestVersionsAndRestore(t *testing.T) {
	s := newStudio(t)
	c := s.As("editor@northlight.test")
	d := s.dashboard(c, "northlight", "Sales")
	c.With("If-Match", `"1"`).Put("/northlight/dashboards/"+d.ID, map[string]any{"title": "Renamed"}).Want(http.StatusOK)
	path := "/northlight/assets/" + d.ID
	var versions v1.Page[v1.AssetVersion]
	c.Get(path + "/versions").Want(http.StatusOK).JSON(&versions)
	if len(versions.Items) != 2 || !versions.Items[0].Current || versions.Items[0].Name != "Renamed" || versions.Items[0].Change != "edit" ||
		versions.Items[1].Change != "create" || versions.Items[1].By.Name != "Northlight editor" || versions.Items[1].By.ID != s.Agency.Editor.ID {
		t.Errorf("versions %+v", versions)
	}
	c.Post(path+"/restore", map[string]any{"version": 1}).Refused(http.StatusPreconditionRequired, "precondition_required")
	c.With("If-Match", `"1"`).Post(path+"/restore", map[string]any{"version": 1}).Refused(http.StatusConflict, "version_conflict")
	c.With("If-Match", `"2"`).Post(path+"/restore", map[string]any{"version": 9}).Refused(http.StatusNotFound, "version_gone")
	var now v1.Restored
	c.With("If-Match", `"2"`).Post(path+"/restore", map[string]any{"version": 1}).Want(http.StatusOK).JSON(&now)
	c.Get("/northlight/dashboards/" + d.ID).Want(http.StatusOK).JSON(&d)
	if now.Version != 3 || d.Version != 3 || d.Title != "Sales" {
		t.Errorf("restored %+v, %+v", now, d)
	}
}

func TestShares(t *testing.T) {
	s := newStudio(t)
	c, viewer := s.As("editor@northlight.test"), s.As("viewer@northlight.test")
	k := s.klip("Revenue")
	d := s.dashboard(c, "northlight", "Sales")
	c.Post("/northlight/dashboards/"+d.ID+"/klips", map[string]any{"klip": k}).Want(http.StatusOK)
	path := "/northlight/assets/" + d.ID + "/shares"
	viewer.Get("/northlight/dashboards/"+d.ID).Refused(http.StatusNotFound, "not_found")

	put := func(kind, id, right string) map[string]any {
		return map[string]any{"items": []any{map[string]any{"kind": kind, "id": id, "right": right}}}
	}
	c.Put(path, put("user", string(s.Solstice.Viewer.ID), "view")).Refused(http.StatusUnprocessableEntity, "unknown_principal")
	c.Put(path, put("user", string(s.Agency.Viewer.ID), "own")).Refused(http.StatusUnprocessableEntity, "invalid_input")
	var got v1.Shares
	c.Put(path, put("user", string(s.Agency.Viewer.ID), "view")).Want(http.StatusOK).JSON(&got)
	want := []v1.Share{{Kind: "user", ID: string(s.Agency.Viewer.ID), Right: "view", Name: "Northlight viewer"}}
	if !slices.Equal(got.Items, want) {
		t.Errorf("shares %+v, want %+v", got.Items, want)
	}
	c.Get(path).Want(http.StatusOK).JSON(&got)
	if !slices.Equal(got.Items, want) {
		t.Errorf("shares read %+v", got.Items)
	}
	viewer.Get("/northlight/dashboards/" + d.ID).Want(http.StatusOK)
	viewer.Get(path).Refused(http.StatusForbidden, "permission_denied")
	viewer.Put(path, map[string]any{"items": []any{}}).Refused(http.StatusForbidden, "permission_denied")
	viewer.With("If-Match", `"2"`).Post("/northlight/assets/"+d.ID+"/restore", map[string]any{"version": 1}).Refused(http.StatusForbidden, "permission_denied")

	var principals v1.Principals
	c.Get("/northlight/principals").Want(http.StatusOK).JSON(&principals)
	everybody := string(principals.Groups[0].ID)
	c.Put(path, put("group", everybody, "edit")).Want(http.StatusOK).JSON(&got)
	if len(got.Items) != 1 || got.Items[0].Name != principals.Groups[0].Name || got.Items[0].Right != "edit" {
		t.Errorf("shared with a group: %+v", got.Items)
	}
	c.Put(path, map[string]any{"items": []any{}}).Want(http.StatusOK)
	viewer.Get("/northlight/dashboards/"+d.ID).Refused(http.StatusNotFound, "not_found")
}
