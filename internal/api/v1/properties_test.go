package v1_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/klip"
)

// enterAs signs the client's browser in to a client of the agency.
func enterAs(c *apitest.Client, client string) {
	c.Post("/northlight/clients/"+client+"/sign-in", nil).Want(http.StatusOK)
}

// shown is the text of the first cell of the first column of a Klip's table, or the code of its error.
func shown(c *apitest.Client, account, id string) string {
	var r klip.Result
	c.Get("/" + account + "/klips/" + id + "/result").Want(http.StatusOK).JSON(&r)
	one := r.Components[0]
	if one.Error != nil {
		return one.Error.Code + ": " + one.Error.Message
	}
	return one.Table.Columns[0].Items.Text[0]
}

func TestR050ACompanyPropertyIsMadeInAClient(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	enterAs(c, "solstice-coffee")
	var made v1.Property
	a := c.Post("/solstice-coffee/properties", map[string]any{"name": "companyID", "value": "SOL-1187"}).Want(http.StatusCreated)
	a.JSON(&made)
	if made.Value != "SOL-1187" || !made.Locked || a.Header.Get("ETag") != `"1"` {
		t.Errorf("made %+v", made)
	}
	path := "/solstice-coffee/properties/companyID"
	native := s.As("admin@solstice.test")
	native.With("If-Match", `"1"`).Patch(path, map[string]any{"value": "FJ-0093"}).Refused(http.StatusForbidden, "property_locked")
	native.With("If-Match", `"1"`).Delete(path).Refused(http.StatusForbidden, "property_locked")
	s.As("editor@solstice.test").Post("/solstice-coffee/properties", map[string]any{"name": "x"}).Refused(http.StatusForbidden, "permission_denied")
	s.As("viewer@solstice.test").Get("/solstice-coffee/properties").Refused(http.StatusForbidden, "permission_denied")
	s.As("admin@fjord.test").Get("/solstice-coffee/properties").Refused(http.StatusNotFound, "not_found")
	c.Patch(path, map[string]any{"value": "SOL-2"}).Refused(http.StatusPreconditionRequired, "precondition_required")
	c.With("If-Match", `"1"`).Patch(path, map[string]any{"value": "SOL-2"}).Want(http.StatusOK).JSON(&made)
	c.With("If-Match", `"1"`).Patch(path, map[string]any{"value": "SOL-3"}).Refused(http.StatusConflict, "version_conflict")
	var list v1.Properties
	native.Get("/solstice-coffee/properties").Want(http.StatusOK).JSON(&list)
	if len(list.Items) != 1 || list.Items[0].Value != "SOL-2" || list.Items[0].Version != 2 {
		t.Errorf("list %+v", list)
	}
}

func TestTheGridOfProperties(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	c.Post("/northlight/property-declarations", map[string]any{"name": "companyID", "required": true}).Want(http.StatusCreated)
	c.Post("/northlight/property-declarations", map[string]any{"name": "budget", "type": "number"}).Want(http.StatusCreated)
	cell := func(client, name, value string, version int) map[string]any {
		return map[string]any{"client": client, "name": name, "value": value, "version": version}
	}
	p := c.Put("/northlight/clients-properties", map[string]any{"cells": []any{
		cell("solstice-coffee", "companyID", "SOL-1", 0), cell("fjord-outdoors", "budget", "much", 0), cell("nobody", "companyID", "x", 0),
	}}).Refused(http.StatusUnprocessableEntity, "cells_refused")
	faults, _ := p.Params["cells"].([]any)
	if len(faults) != 2 || faults[0].(map[string]any)["code"] != "bad_property_value" || faults[1].(map[string]any)["code"] != "not_found" {
		t.Errorf("faults %v", faults)
	}
	var g v1.PropertyGrid
	c.Get("/northlight/clients-properties?missing=companyID&count=1").Want(http.StatusOK).JSON(&g)
	if len(g.Items) != 2 || *g.Count != 2 || len(g.Items[0].Cells) != 0 {
		t.Errorf("something was saved: %+v", g)
	}
	var saved v1.SavedCells
	c.Put("/northlight/clients-properties", map[string]any{"cells": []any{cell("solstice-coffee", "companyID", "SOL-1", 0)}}).Want(http.StatusOK).JSON(&saved)
	var needs v1.ClientNeeds
	c.Get("/northlight/clients-attention").Want(http.StatusOK).JSON(&needs)
	if len(needs.Items) == 0 || needs.Items[0] != (v1.ClientNeed{Cause: "property", Clients: 1, Things: 1}) {
		t.Errorf("fjord lacks companyID; budget is not required: %+v", needs.Items)
	}
	var lacking v1.Page[v1.Client]
	c.Get("/northlight/clients?attention=property").Want(http.StatusOK).JSON(&lacking)
	if len(lacking.Items) != 1 || lacking.Items[0].Slug != "fjord-outdoors" || lacking.Items[0].PropsMissing != 1 {
		t.Errorf("clients that lack a property: %+v", lacking.Items)
	}
	record(t, c, http.MethodPatch, "fjord-outdoors", "", map[string]any{"status": "disabled"}).Want(http.StatusOK) // asks for nobody
	c.Get("/northlight/clients-attention").Want(http.StatusOK).JSON(&needs)
	if slices.ContainsFunc(needs.Items, func(n v1.ClientNeed) bool { return n.Cause == "property" }) {
		t.Errorf("a disabled client needs nobody: %+v", needs.Items)
	}
	record(t, c, http.MethodPatch, "fjord-outdoors", "", map[string]any{"status": "active"}).Want(http.StatusOK)
	if len(saved.Cells) != 1 || saved.Cells[0].Version != 1 || !saved.Cells[0].Locked {
		t.Errorf("saved %+v", saved)
	}
	var first, second v1.PropertyGrid
	c.Get("/northlight/clients-properties?limit=1").Want(http.StatusOK).JSON(&first)
	c.Get("/northlight/clients-properties?limit=1&cursor=" + url.QueryEscape(*first.NextCursor)).Want(http.StatusOK).JSON(&second)
	if first.Items[0].Client != "fjord-outdoors" || second.Items[0].Client != "solstice-coffee" || second.NextCursor != nil || len(second.Items[0].Cells) != 1 {
		t.Errorf("pages %+v, %+v", first, second)
	}
	file := c.Get("/northlight/clients-properties.csv").Want(http.StatusOK)
	if file.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(file.Body, "solstice-coffee,Solstice (gold),SOL-1,\n") {
		t.Errorf("file %q", file.Body)
	}
	var cells v1.NewCells
	c.Do(http.MethodPost, "/northlight/clients-properties.csv", strings.NewReader("client address,companyID\nfjord-outdoors,FJ-1\n")).Want(http.StatusOK).JSON(&cells)
	if len(cells.Cells) != 1 || cells.Cells[0].Value != "FJ-1" {
		t.Errorf("read %+v", cells)
	}
	for _, email := range []string{"viewer@northlight.test", "admin@solstice.test"} {
		home := "northlight"
		if strings.HasSuffix(email, "solstice.test") {
			home = "solstice-coffee"
		}
		other := s.As(email)
		other.Get("/"+home+"/clients-properties").Refused(http.StatusNotFound, "not_found")
		other.Get("/"+home+"/clients-properties.csv").Refused(http.StatusNotFound, "not_found")
		other.Put("/"+home+"/clients-properties", map[string]any{"cells": []any{}}).Refused(http.StatusNotFound, "not_found")
	}
	s.As("admin@solstice.test").Post("/solstice-coffee/property-declarations", map[string]any{"name": "x"}).Refused(http.StatusNotFound, "not_found")
}

// A dashboard that the agency built once is imported by two clients; neither Klip nor source is
// touched, and each shows what its own property says.
func TestPropertiesLetTemplatesTravel(t *testing.T) {
	w := newWorkshop(t)
	c := w.As("admin@northlight.test")
	made := template{source: w.source(c, "northlight", "Orders")}
	made.klip = w.klip(c, "northlight", sum(made.source, `SUM(SELECT(@Amount, @Region = $companyID))`)).ID
	var board v1.DashboardDetail
	c.Post("/northlight/dashboards", map[string]any{"title": "Board", "placements": []any{map[string]any{"klip": made.klip, "x": 0, "y": 0, "w": 6, "h": 12}}}).
		Want(http.StatusCreated).JSON(&board)
	made.dashboard = board.ID
	copies := map[string]string{}

	t.Run("R46 a generic dashboard is built in the parent", func(t *testing.T) {
		if got := shown(c, "northlight", made.klip); got != "missing_variable: Set the company property companyID." {
			t.Errorf("the template shows %q", got)
		}
		for _, client := range []string{"solstice-coffee", "fjord-outdoors"} {
			copies[client] = of(t, w.bring(c, client, made), "klip")
			if got := shown(c, client, copies[client]); got != "missing_variable: Set the company property companyID." {
				t.Errorf("%s without a value shows %q", client, got)
			}
		}
	})
	t.Run("R45 nothing is set up anew but the property", func(t *testing.T) {
		c.Put("/northlight/clients-properties", map[string]any{"cells": []any{
			map[string]any{"client": "solstice-coffee", "name": "companyID", "value": "North", "version": 0},
			map[string]any{"client": "fjord-outdoors", "name": "companyID", "value": "South", "version": 0},
		}}).Want(http.StatusOK)
		for client, klip := range copies {
			var k v1.KlipDetail
			c.Get("/" + client + "/klips/" + klip).Want(http.StatusOK).JSON(&k)
			if k.Version != 1 {
				t.Errorf("%s: the Klip has version %d", client, k.Version)
			}
		}
	})
	t.Run("R53 the formula uses the client's own value", func(t *testing.T) {
		for range 2 { // the second time from the store of results
			for client, want := range map[string]string{"solstice-coffee": "€12", "fjord-outdoors": "€21"} {
				if got := shown(c, client, copies[client]); got != want {
					t.Errorf("%s shows %q, want %q", client, got, want)
				}
			}
		}
		c.Put("/northlight/clients-properties", map[string]any{"cells": []any{
			map[string]any{"client": "solstice-coffee", "name": "companyID", "value": "South", "version": 1},
		}}).Want(http.StatusOK)
		if got := shown(c, "solstice-coffee", copies["solstice-coffee"]); got != "€21" {
			t.Errorf("after the change %q", got)
		}
	})
}

func TestR090AssetsAreMadeDirectlyInTheClient(t *testing.T) {
	w := newWorkshop(t)
	c := w.As("admin@northlight.test")
	enterAs(c, "solstice-coffee")
	src := w.source(c, "solstice-coffee", "Orders")
	k := w.klip(c, "solstice-coffee", sum(src, "SUM(@Amount)"))
	var board v1.DashboardDetail
	c.Post("/solstice-coffee/dashboards", map[string]any{"title": "Board", "placements": []any{map[string]any{"klip": k.ID, "x": 0, "y": 0, "w": 6, "h": 12}}}).
		Want(http.StatusCreated).JSON(&board)
	native := w.As("admin@solstice.test")
	if got := shown(native, "solstice-coffee", k.ID); got != "€33" {
		t.Errorf("the client's administrator sees %q", got)
	}
	native.Get("/solstice-coffee/dashboards/" + board.ID).Want(http.StatusOK)
	for _, path := range []string{"/klips/" + k.ID, "/dashboards/" + board.ID, "/data-sources/" + src} {
		c.Get("/northlight"+path).Refused(http.StatusNotFound, "not_found")
	}
	if k.Origin != nil || board.Origin != nil {
		t.Errorf("made, not imported: %+v, %+v", k.Origin, board.Origin)
	}
}
