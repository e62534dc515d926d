package v1_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/authz"
)

func TestOnlyTheAgencySeesClients(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	var page v1.Page[v1.Client]
	s.As("admin@northlight.test").Get("/northlight/clients?count=1").Want(http.StatusOK).JSON(&page)
	if len(page.Items) != 2 || page.NextCursor != nil || page.Count == nil || *page.Count != 2 {
		t.Fatalf("page = %+v", page)
	}
	got := page.Items[1]
	if got.Name != "Solstice (gold)" || got.DisplayName != "Solstice Coffee" || got.Slug != "solstice-coffee" || got.Description != "pays late" ||
		got.SeatsUsed != 3 || got.SeatsLimit != 5 || got.DashboardsLimit != -1 || got.LastSignInAt != nil || !got.CanSignIn || got.Status != "active" {
		t.Errorf("client = %+v", got)
	}

	var none v1.Page[v1.Client]
	s.As("editor@northlight.test").Get("/northlight/clients").Want(http.StatusOK).JSON(&none)
	if none.Items == nil || len(none.Items) != 0 {
		t.Errorf("an editor without a share sees %v", none.Items)
	}
	editor := s.As("editor@northlight.test").With("If-Match", `"1"`)
	editor.Get("/northlight/clients/solstice-coffee").Refused(http.StatusNotFound, "not_found")
	editor.Patch("/northlight/clients/solstice-coffee", map[string]any{"name": "Mine"}).Refused(http.StatusNotFound, "not_found")
	editor.Post("/northlight/clients/solstice-coffee/sign-in", nil).Refused(http.StatusNotFound, "not_found")
	for _, email := range []string{"viewer@northlight.test", "admin@solstice.test"} {
		c, home := s.As(email), "northlight"
		if strings.HasSuffix(email, "solstice.test") {
			home = "solstice-coffee"
		}
		for _, path := range []string{"/clients", "/clients-summary", "/clients/fjord-outdoors", "/clients/solstice-coffee"} {
			c.Get("/"+home+path).Refused(http.StatusNotFound, "not_found")
		}
		c.Post("/"+home+"/clients", map[string]any{"name": "Mine"}).Refused(http.StatusNotFound, "not_found")
	}
	s.As("editor@northlight.test").Post("/northlight/clients", map[string]any{"name": "Mine"}).Refused(http.StatusForbidden, "permission_denied")
}

func TestR056ClientPeopleNeverReadInternalTexts(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@solstice.test")
	for _, path := range []string{"/me", "/solstice-coffee/context", "/solstice-coffee/people", "/solstice-coffee/principals"} {
		a := c.Get(path).Want(http.StatusOK)
		for _, secret := range []string{"gold", "pays late", "Fjord", "fjord"} {
			if strings.Contains(a.Body, secret) {
				t.Errorf("%s tells %q: %s", path, secret, a.Body)
			}
		}
	}
}

func TestAddClient(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	a := c.Post("/northlight/clients", map[string]any{"name": "Marigold (trial)", "display_name": "Café Märigold & Co.", "description": "x"}).Want(http.StatusCreated)
	var got v1.Client
	a.JSON(&got)
	if got.Slug != "cafe-marigold-co" || got.Status != "setup" || got.Version != 1 || a.Header.Get("ETag") != `"1"` {
		t.Errorf("client = %+v, ETag %s", got, a.Header.Get("ETag"))
	}
	c.Post("/northlight/clients", map[string]any{"name": "Second", "display_name": "Cafe Marigold Co"}).Want(http.StatusCreated).JSON(&got)
	if got.Slug != "cafe-marigold-co-2" {
		t.Errorf("second address = %s", got.Slug)
	}
	for _, want := range []struct {
		body        map[string]any
		status      int
		code, field string
	}{
		{map[string]any{"name": "MARIGOLD (Trial) "}, 409, "name_taken", "name"},
		{map[string]any{"name": "A", "slug": "solstice-coffee"}, 409, "slug_taken", "slug"},
		{map[string]any{"name": "B", "slug": "oauth"}, 422, "slug_reserved", "slug"},
		{map[string]any{"name": "C", "slug": "No Good"}, 422, "bad_slug", "slug"},
		{map[string]any{"name": "  "}, 422, "name_required", "name"},
		{map[string]any{"name": strings.Repeat("x", 121)}, 422, "text_too_long", "name"},
		{map[string]any{"name": "D", "status": "gone"}, 422, "invalid_input", "status"},
		{map[string]any{"name": "E", "colour": "red"}, 422, "unknown_field", "colour"},
		{map[string]any{"Name": "F"}, 422, "invalid_input", ""},
		{map[string]any{"name": 7}, 422, "invalid_input", "name"},
		{map[string]any{"name": "G\u0000"}, 400, "bad_request", ""},
		{map[string]any{"name": "H", "description": "bell \u0007"}, 422, "bad_text", "description"},
		{map[string]any{}, 422, "invalid_input", ""},
	} {
		p := c.Post("/northlight/clients", want.body).Refused(want.status, want.code)
		if want.field != "" && p.Field != want.field {
			t.Errorf("%v: field %q, want %q", want.body, p.Field, want.field)
		}
	}
	if p := c.Post("/northlight/clients", map[string]any{"name": "A", "slug": "solstice-coffee"}).Refused(409, "slug_taken"); p.Params["proposal"] != "solstice-coffee-2" {
		t.Errorf("proposal = %v", p.Params)
	}
	var sum v1.ClientsSummary
	c.Get("/northlight/clients-summary").Want(http.StatusOK).JSON(&sum)
	if sum != (v1.ClientsSummary{Total: 4, Setup: 2, Active: 2}) {
		t.Errorf("summary = %+v", sum)
	}
}

func TestChangeClient(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	path := "/northlight/clients/solstice-coffee"
	change := map[string]any{"name": "Solstice", "display_name": ""}
	c.Patch(path, change).Refused(http.StatusPreconditionRequired, "precondition_required")
	c.With("If-Match", "*").Patch(path, change).Refused(http.StatusPreconditionRequired, "precondition_required")
	c.With("If-Match", `"x"`).Patch(path, change).Refused(http.StatusUnprocessableEntity, "bad_etag")

	a := c.With("If-Match", `"1"`).Patch(path, change).Want(http.StatusOK)
	var got v1.Client
	a.JSON(&got)
	if got.Name != "Solstice" || got.DisplayName != "" || got.Description != "pays late" || got.Version != 2 || a.Header.Get("ETag") != `"2"` {
		t.Errorf("client = %+v, ETag %s", got, a.Header.Get("ETag"))
	}
	p := c.With("If-Match", `"1"`).Patch(path, change).Refused(http.StatusConflict, "version_conflict")
	if p.Params["version"] != float64(2) {
		t.Errorf("params = %v", p.Params)
	}
	fresh := c.With("If-Match", `W/"2"`)
	fresh.Patch(path, map[string]any{"name": "FJORD outdoors"}).Refused(http.StatusConflict, "name_taken")
	fresh.Patch(path, map[string]any{"slug": "northlight"}).Refused(http.StatusConflict, "slug_taken")
	if same := fresh.Patch(path, map[string]any{"name": nil, "slug": "solstice-coffee"}).Want(http.StatusOK); same.Header.Get("ETag") != `"2"` {
		t.Errorf("a patch without a change made version %s", same.Header.Get("ETag"))
	}
	fresh.Patch(path, map[string]any{"slug": "solstice"}).Want(http.StatusOK)
	c.Get(path).Refused(http.StatusNotFound, "not_found")
	c.Get("/northlight/clients/solstice").Want(http.StatusOK)
	if name := s.As("admin@solstice.test").Get("/solstice/context").Want(http.StatusOK).Object()["account"].(map[string]any)["name"]; name != "Solstice" {
		t.Errorf("shown name = %v", name)
	}
}

func TestStatusOfClient(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	version := 0
	to := func(status string) *apitest.Answer {
		a := c.With("If-Match", fmt.Sprintf("%q", fmt.Sprint(version))).Patch("/northlight/clients/tide", map[string]any{"status": status})
		if a.Status == http.StatusOK {
			version++
		}
		return a
	}
	c.Post("/northlight/clients", map[string]any{"name": "Tide"}).Want(http.StatusCreated)
	version = 1
	var got v1.Client
	to("trial").Want(http.StatusOK).JSON(&got)
	if got.TrialEndsAt == nil || !got.TrialEndsAt.Equal(s.Clock.Now().AddDate(0, 0, 14)) {
		t.Errorf("trial ends %v", got.TrialEndsAt)
	}
	to("setup").Refused(http.StatusConflict, "bad_status_transition")
	to("disabled").Want(http.StatusOK)
	to("trial").Want(http.StatusOK) // days are left
	to("active").Want(http.StatusOK)
	to("trial").Refused(http.StatusConflict, "bad_status_transition")
	to("disabled").Want(http.StatusOK)
	to("trial").Refused(http.StatusConflict, "bad_status_transition") // it was active once
	to("active").Want(http.StatusOK)
}

func TestListOfClientsByPages(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	for i := range 7 {
		c.Post("/northlight/clients", map[string]any{"name": fmt.Sprintf("Client %d", i), "status": []string{"setup", "active"}[i%2]}).Want(http.StatusCreated)
	}
	s.As("viewer@fjord.test")
	want := map[string]string{
		"":                       "Client 0,Client 1,Client 2,Client 3,Client 4,Client 5,Client 6,Fjord Outdoors,Solstice (gold)",
		"sort=-name":             "Solstice (gold),Fjord Outdoors,Client 6,Client 5,Client 4,Client 3,Client 2,Client 1,Client 0",
		"status=active&q=CLIENT": "Client 1,Client 3,Client 5",
		"q=coffee":               "Solstice (gold)",
		"q=%25":                  "",
		"q=_jord":                "",
	}
	for query, names := range want {
		for _, limit := range []int{1, 2, 3, 200} {
			if got := strings.Join(allNames(t, c, fmt.Sprintf("%s&limit=%d", query, limit)), ","); got != names {
				t.Errorf("%q by %d = %s, want %s", query, limit, got, names)
			}
		}
	}
	for _, sort := range []string{"status", "-status", "seats_used", "-dashboards_used", "created_at", "-last_sign_in_at"} {
		got := allNames(t, c, "sort="+sort+"&limit=2")
		if len(got) != 9 {
			t.Errorf("sort=%s shows %d of 9: %v", sort, len(got), got)
		}
		if sort == "-last_sign_in_at" && got[0] != "Fjord Outdoors" {
			t.Errorf("last sign-in first = %v", got)
		}
	}
	c.Get("/northlight/clients?limit=201").Refused(http.StatusUnprocessableEntity, "invalid_input")
	c.Get("/northlight/clients?sort=description").Refused(http.StatusUnprocessableEntity, "invalid_input")
	c.Get("/northlight/clients?find=x").Refused(http.StatusUnprocessableEntity, "unknown_field")
	c.Get("/northlight/clients?q=%00").Refused(http.StatusUnprocessableEntity, "bad_text")
}

func allNames(t *testing.T, c *apitest.Client, query string) []string {
	t.Helper()
	var names []string
	cursor := ""
	for range 20 {
		var page v1.Page[v1.Client]
		c.Get("/northlight/clients?" + query + "&cursor=" + url.QueryEscape(cursor)).Want(http.StatusOK).JSON(&page)
		for _, item := range page.Items {
			names = append(names, item.Name)
		}
		if page.NextCursor == nil {
			return names
		}
		cursor = *page.NextCursor
	}
	t.Fatal("the list does not end")
	return nil
}

func TestCursorOfAnotherListIsRefused(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	var page v1.Page[v1.Client]
	c.Get("/northlight/clients?limit=1&q=o").Want(http.StatusOK).JSON(&page)
	cursor := url.QueryEscape(*page.NextCursor)
	c.Get("/northlight/clients?limit=5&q=o&cursor=" + cursor).Want(http.StatusOK) // another size is the same list
	for _, path := range []string{
		"/northlight/clients?limit=1&cursor=" + cursor,
		"/northlight/clients?limit=1&q=o&sort=-name&cursor=" + cursor,
		"/northlight/people?limit=1&q=o&cursor=" + cursor,
		"/northlight/clients?limit=1&q=o&cursor=AAAA",
		"/northlight/clients?limit=1&q=o&cursor=%21",
	} {
		c.Get(path).Refused(http.StatusUnprocessableEntity, "cursor_refused")
	}
}

func TestClientsTellOfTheirAssets(t *testing.T) {
	w := newWorkshop(t)
	maya := w.As("admin@northlight.test")
	made := w.template(maya)
	w.bring(maya, "fjord-outdoors", made)
	facts := func() string {
		got := maya.Get("/northlight/clients/fjord-outdoors").Want(http.StatusOK).Object()
		return fmt.Sprint(got["sources_total"], got["sources_fresh"], got["instances_total"], got["instances_behind"])
	}
	if got := facts(); got != "1 1 1 0" {
		t.Errorf("after the import: %s", got)
	}
	change(w, maya, "northlight", made.klip, sum(made.source, "GROUP(@Month)"))
	if got := facts(); got != "1 1 1 1" {
		t.Errorf("after a change of the template: %s", got)
	}
}

func TestPeopleAndGroups(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("editor@solstice.test")
	var page v1.Page[v1.Person]
	c.Get("/solstice-coffee/people?count=1").Want(http.StatusOK).JSON(&page)
	if len(page.Items) != 3 || *page.Count != 3 {
		t.Fatalf("people = %+v", page.Items)
	}
	if p := page.Items[0]; p.ID != s.Solstice.Admin.ID || p.Email != "admin@solstice.test" || p.Role != authz.Admin || p.LastSignInAt != nil {
		t.Errorf("first person = %+v", p)
	}
	if p := page.Items[1]; p.LastSignInAt == nil || !p.LastSignInAt.Equal(s.Clock.Now()) {
		t.Errorf("last sign-in of the editor = %v", p.LastSignInAt)
	}
	var all v1.Principals
	c.Get("/solstice-coffee/principals").Want(http.StatusOK).JSON(&all)
	if len(all.Users) != 3 || len(all.Groups) != 1 || all.Groups[0].Name != "All Users" || all.Groups[0].Members != 3 || !all.Groups[0].BuiltIn {
		t.Errorf("principals = %+v", all)
	}
	s.As("viewer@solstice.test").Get("/solstice-coffee/people").Refused(http.StatusForbidden, "permission_denied")
}
