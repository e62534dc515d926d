package v1_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"octavo/internal/account"
	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/fixture"
	"octavo/internal/user"
)

const clientsPath = "/northlight/clients"

// record changes a client at its present version.
func record(t *testing.T, c *apitest.Client, method, slug, below string, body any) *apitest.Answer {
	t.Helper()
	tag := c.Get(clientsPath + "/" + slug).Want(http.StatusOK).Header.Get("ETag")
	return c.With("If-Match", tag).Do(method, clientsPath+"/"+slug+below, body)
}

func TestR054ClientsAreManagedInTheirSection(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	c.Post(clientsPath, map[string]any{"name": "Tide", "external_id": "crm-1", "tags": []string{"Retail", "gold", "retail "}}).Want(http.StatusCreated)
	c.Post(clientsPath, map[string]any{"name": "Wave", "external_id": "crm-1"}).Refused(http.StatusConflict, "external_id_taken")
	record(t, c, http.MethodPatch, "fjord-outdoors", "", map[string]any{"tags": []string{"retail"}, "external_id": "crm-2"}).Want(http.StatusOK)
	for query, names := range map[string]string{
		"tag=RETAIL": "Fjord Outdoors,Tide", "tag=gold": "Tide", "tag=none": "", "external_id=crm-2": "Fjord Outdoors", "q=crm-1": "Tide",
		"attention=setup": "Tide", "attention=near_limit": "", "attention=trial_ending": "", "tag=retail&sort=-name": "Tide,Fjord Outdoors",
	} {
		if got := strings.Join(allNames(t, c, query+"&limit=1"), ","); got != names {
			t.Errorf("%s shows %q, want %q", query, got, names)
		}
	}
	var tags v1.ClientTags
	c.Get("/northlight/clients-tags").Want(http.StatusOK).JSON(&tags)
	if fmt.Sprint(tags.Items) != "[{gold 1} {Retail 2}]" && fmt.Sprint(tags.Items) != "[{gold 1} {retail 2}]" {
		t.Errorf("tags = %v", tags.Items)
	}
	record(t, c, http.MethodPatch, "tide", "", map[string]any{"tags": []string{"a,b"}}).Refused(http.StatusUnprocessableEntity, "bad_tag")
	record(t, c, http.MethodPatch, "tide", "", map[string]any{"external_id": "crm-2"}).Refused(http.StatusConflict, "external_id_taken")
}

func TestR055AddAClientWithNameAndDescription(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	var got v1.Client
	c.Post(clientsPath, map[string]any{"name": "Tide", "description": "since spring",
		"limits": map[string]any{"seats": 2, "dashboards": 3, "private_links": 0, "api_calls": 100}}).Want(http.StatusCreated).JSON(&got)
	if got.Name != "Tide" || got.Description != "since spring" || got.SeatsLimit != 2 || got.DashboardsLimit != 3 || got.LinksLimit != 0 || got.CallsLimit != 100 {
		t.Errorf("client = %+v", got)
	}
	c.Post(clientsPath, map[string]any{"name": "Bad", "limits": map[string]any{"seats": -2, "dashboards": 3, "private_links": 0, "api_calls": 100}}).
		Refused(http.StatusUnprocessableEntity, "bad_limit")
}

func TestClientDefaultsAreForNewClients(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	a := c.Get("/northlight/client-defaults").Want(http.StatusOK)
	var d v1.ClientDefaults
	a.JSON(&d)
	if d != (v1.ClientDefaults{ClientLimits: v1.ClientLimits{Seats: 5, Dashboards: -1, Links: 5, APICalls: 10000}, TrialDays: 14}) {
		t.Errorf("factory = %+v", d)
	}
	d.Seats, d.TrialDays, d.Support = 9, 30, "help@northlight.test"
	body := map[string]any{"seats": 9, "dashboards": -1, "private_links": 5, "api_calls": 10000, "trial_days": 30, "support": "help@northlight.test"}
	changed := c.With("If-Match", a.Header.Get("ETag")).Put("/northlight/client-defaults", body).Want(http.StatusOK)
	c.With("If-Match", a.Header.Get("ETag")).Put("/northlight/client-defaults", body).Refused(http.StatusConflict, "version_conflict")
	body["trial_days"] = 91
	c.With("If-Match", changed.Header.Get("ETag")).Put("/northlight/client-defaults", body).Refused(http.StatusUnprocessableEntity, "bad_trial_days")
	s.As("editor@northlight.test").With("If-Match", `"1"`).Put("/northlight/client-defaults", body).Refused(http.StatusForbidden, "permission_denied")

	var got v1.Client
	c.Post(clientsPath, map[string]any{"name": "Tide", "status": "trial"}).Want(http.StatusCreated).JSON(&got)
	if got.SeatsLimit != 9 || !got.TrialEndsAt.Equal(s.Clock.Now().AddDate(0, 0, 30)) {
		t.Errorf("a new client = %+v", got)
	}
	c.Get(clientsPath + "/fjord-outdoors").Want(http.StatusOK).JSON(&got)
	if got.SeatsLimit != 5 {
		t.Errorf("a client of before has %d seats", got.SeatsLimit)
	}
}

func TestR057OnlyTheAgencySetsTheStatus(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	var got v1.Client
	c.Post(clientsPath, map[string]any{"name": "Tide", "status": "trial"}).Want(http.StatusCreated).JSON(&got)
	if got.Status != "trial" || fmt.Sprint(got.NextStatuses) != "[active disabled]" {
		t.Errorf("client = %+v", got)
	}
	record(t, c, http.MethodPatch, "tide", "", map[string]any{"status": "active"}).Want(http.StatusOK)
	for email, home := range map[string]string{"admin@fjord.test": "fjord-outdoors", "editor@northlight.test": "northlight", "viewer@northlight.test": "northlight"} {
		s.As(email).With("If-Match", `"1"`).Patch("/"+home+"/clients/fjord-outdoors", map[string]any{"status": "disabled"}).Refused(http.StatusNotFound, "not_found")
	}
	record(t, c, http.MethodPatch, "solstice-coffee", "", map[string]any{"status": "disabled"}).Want(http.StatusOK)
}

func TestR058DeletionNeedsTheTypedName(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	path := clientsPath + "/solstice-coffee"
	inside := s.As("viewer@solstice.test")
	visitor := s.As("admin@northlight.test")
	visitor.Post(path+"/sign-in", nil).Want(http.StatusOK)
	visitor.Get("/solstice-coffee/context").Want(http.StatusOK)

	before := c.Get(path).Want(http.StatusOK).Body
	for _, typed := range []string{"", "?confirm=", "?confirm=solstice+(gold)", "?confirm=Solstice+Coffee"} {
		c.Delete(path+typed).Refused(http.StatusBadRequest, "confirmation_required")
	}
	if after := c.Get(path).Want(http.StatusOK).Body; after != before {
		t.Errorf("something was changed: %s", after)
	}
	var loss v1.ClientLoss
	c.Get(path + "/deletion").Want(http.StatusOK).JSON(&loss)
	if loss.Users != 3 || loss.KeepS != 30*24*60*60 {
		t.Errorf("loss = %+v", loss)
	}
	s.As("editor@northlight.test").Delete(path+"?confirm=Solstice+(gold)").Refused(http.StatusNotFound, "not_found")

	c.Delete(path + "?confirm=Solstice+(gold)").Want(http.StatusOK)
	c.Get(path).Refused(http.StatusNotFound, "not_found")
	if names := allNames(t, c, "limit=50"); fmt.Sprint(names) != "[Fjord Outdoors]" {
		t.Errorf("the list shows %v", names)
	}
	inside.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
	visitor.Get("/solstice-coffee/context").Refused(http.StatusNotFound, "not_found")
	s.Browser().Post("/sign-in", signIn("viewer@solstice.test", fixture.Password)).Refused(http.StatusUnauthorized, "sign_in_failed")
	if _, err := s.Users.Create(context.Background(), s.Fjord.Operator(), user.Draft{Name: "X", Email: "viewer@solstice.test", Password: fixture.Password}); err == nil {
		t.Error("an address of a client in the bin was free")
	}

	// It comes back as it was, and its people sign in anew.
	s.Clock.Advance(29 * 24 * time.Hour)
	c = s.As("admin@northlight.test")
	var bin v1.Page[v1.DeletedClient]
	c.Get("/northlight/deleted-clients").Want(http.StatusOK).JSON(&bin)
	if len(bin.Items) != 1 || bin.Items[0].Name != "Solstice (gold)" || !bin.Items[0].PurgeAt.Equal(bin.Items[0].DeletedAt.AddDate(0, 0, 30)) {
		t.Errorf("bin = %+v", bin.Items)
	}
	s.As("editor@northlight.test").Get("/northlight/deleted-clients").Refused(http.StatusNotFound, "not_found")
	s.As("admin@fjord.test").Get("/fjord-outdoors/deleted-clients").Refused(http.StatusNotFound, "not_found")
	s.As("admin@fjord.test").Post("/fjord-outdoors/deleted-clients/solstice-coffee/restore", nil).Refused(http.StatusNotFound, "not_found")
	c.Post("/northlight/deleted-clients/solstice-coffee/restore", nil).Want(http.StatusOK)
	c.Post("/northlight/deleted-clients/solstice-coffee/restore", nil).Refused(http.StatusNotFound, "not_found")
	c.Get(path).Want(http.StatusOK)
	s.As("viewer@solstice.test").Get("/solstice-coffee/context").Want(http.StatusOK)
}

func TestPurgeNowFreesNamesAndAddresses(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	c.Delete("/northlight/deleted-clients/solstice-coffee?confirm=Solstice+(gold)").Refused(http.StatusNotFound, "not_found") // not in the bin
	c.Delete(clientsPath + "/solstice-coffee?confirm=Solstice+(gold)").Want(http.StatusOK)
	c.Post(clientsPath, map[string]any{"name": "Solstice (gold)"}).Want(http.StatusCreated) // the name is free at once
	c.Post("/northlight/deleted-clients/solstice-coffee/restore", nil).Refused(http.StatusConflict, "name_taken")
	c.Delete("/northlight/deleted-clients/solstice-coffee?confirm=x").Refused(http.StatusBadRequest, "confirmation_required")
	c.Delete("/northlight/deleted-clients/solstice-coffee?confirm=Solstice+(gold)").Want(http.StatusNoContent)
	var bin v1.Page[v1.DeletedClient]
	c.Get("/northlight/deleted-clients").Want(http.StatusOK).JSON(&bin)
	if len(bin.Items) != 0 {
		t.Errorf("bin = %+v", bin.Items)
	}
	if _, err := s.Users.Create(context.Background(), s.Fjord.Operator(), user.Draft{Name: "X", Email: "viewer@solstice.test", Password: fixture.Password}); err != nil {
		t.Errorf("the address is not free: %v", err)
	}
}

func TestR059AndR063LimitsAreSavedTogether(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	limits := func(seats, dashboards, links, calls int) map[string]any {
		return map[string]any{"seats": seats, "dashboards": dashboards, "private_links": links, "api_calls": calls}
	}
	for _, status := range []string{"trial", "active"} {
		c.Post(clientsPath, map[string]any{"name": status + " one", "status": status}).Want(http.StatusCreated)
		var got v1.ClientResources
		record(t, c, http.MethodPut, status+"-one", "/limits", limits(7, 8, 9, 1000)).Want(http.StatusOK).JSON(&got)
		if got.Seats.Limit != 7 || got.Dashboards.Limit != 8 || got.Links.Limit != 9 || got.APICalls.Limit != 1000 || got.Seats.Left != -1 {
			t.Errorf("limits = %+v", got)
		}
		record(t, c, http.MethodPut, status+"-one", "/limits", limits(1, 1, 0, 0)).Want(http.StatusOK)
	}
	// Three people are there, so two seats are refused, and the other three values stay as they are.
	before := c.Get(clientsPath + "/fjord-outdoors/limits").Want(http.StatusOK).Body
	p := record(t, c, http.MethodPut, "fjord-outdoors", "/limits", limits(2, 50, 50, 50)).Refused(http.StatusConflict, "below_usage")
	if p.Params["resource"] != "seats" || p.Params["used"] != 3.0 || p.Params["wanted"] != 2.0 || p.Field != "seats" {
		t.Errorf("problem = %+v", p)
	}
	record(t, c, http.MethodPut, "fjord-outdoors", "/limits", limits(5, 0, 5, 5)).Refused(http.StatusConflict, "active_needs_allocation")
	if after := c.Get(clientsPath + "/fjord-outdoors/limits").Want(http.StatusOK).Body; after != before {
		t.Errorf("limits = %s, were %s", after, before)
	}
	c.With("If-Match", `"1"`).Put(clientsPath+"/trial-one/limits", limits(1, 1, 1, 1)).Refused(http.StatusConflict, "version_conflict")
	c.Put(clientsPath+"/trial-one/limits", limits(1, 1, 1, 1)).Refused(http.StatusPreconditionRequired, "precondition_required")
}

func TestR060AndR077SeatsLimitPeople(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	record(t, c, http.MethodPut, "fjord-outdoors", "/limits", map[string]any{"seats": 4, "dashboards": -1, "private_links": 5, "api_calls": 5}).Want(http.StatusOK)
	add := func(name string) error {
		_, err := s.Users.Create(context.Background(), s.Fjord.Operator(), user.Draft{Name: name, Email: name + "@fjord.test", Password: fixture.Password})
		return err
	}
	if err := add("fourth"); err != nil {
		t.Fatal(err)
	}
	if err := add("fifth"); err == nil || !strings.Contains(err.Error(), "seats_exhausted") {
		t.Errorf("the fifth of four: %v", err)
	}
	record(t, c, http.MethodPut, "fjord-outdoors", "/limits", map[string]any{"seats": 5, "dashboards": -1, "private_links": 5, "api_calls": 5}).Want(http.StatusOK)
	if err := add("fifth"); err != nil {
		t.Error(err)
	}
}

func TestR064ThePoolSaysWhomToAsk(t *testing.T) {
	t.Parallel()
	s := apitest.New(t, func(d *v1.Deps) { d.Accounts = account.New(d.DB, account.Config{Contact: "sales@octavo.test"}) })
	ctx := context.Background()
	c := s.As("admin@northlight.test")
	// Three own people and twice five seats given: 13 of 15.
	if _, err := s.Accounts.SetPool(ctx, s.Agency.ID, account.Limits{Seats: 15, Dashboards: -1, Links: -1, APICalls: -1}); err != nil {
		t.Fatal(err)
	}
	var got v1.ClientResources
	c.Get(clientsPath + "/fjord-outdoors/limits").Want(http.StatusOK).JSON(&got)
	if got.Seats.Left != 2 || got.Dashboards.Left != -1 {
		t.Errorf("left = %+v", got)
	}
	body := map[string]any{"seats": 8, "dashboards": -1, "private_links": 5, "api_calls": 5}
	p := record(t, c, http.MethodPut, "fjord-outdoors", "/limits", body).Refused(http.StatusConflict, "pool_exhausted")
	if p.Params["contact"] != "sales@octavo.test" || p.Params["left"] != 2.0 || p.Params["resource"] != "seats" {
		t.Errorf("problem = %+v", p)
	}
	body["seats"] = -1
	record(t, c, http.MethodPut, "fjord-outdoors", "/limits", body).Refused(http.StatusConflict, "pool_exhausted")
	c.Post(clientsPath, map[string]any{"name": "Tide"}).Refused(http.StatusConflict, "pool_exhausted")
	body["seats"] = 7
	record(t, c, http.MethodPut, "fjord-outdoors", "/limits", body).Want(http.StatusOK)
	_, err := s.Users.Create(ctx, s.Agency.Operator(), user.Draft{Name: "X", Email: "x@northlight.test", Password: fixture.Password})
	if err == nil || !strings.Contains(err.Error(), "seats_exhausted") {
		t.Errorf("the agency took a seat that a client has: %v", err)
	}
	// Deletion gives seats back; a restoration takes them again.
	c.Delete(clientsPath + "/fjord-outdoors?confirm=Fjord+Outdoors").Want(http.StatusOK)
	c.Post(clientsPath, map[string]any{"name": "Tide"}).Want(http.StatusCreated)
	c.Post("/northlight/deleted-clients/fjord-outdoors/restore", nil).Refused(http.StatusConflict, "pool_exhausted")
}

// Clients that had no limit before the pool got one stand in nobody's way; only a change that gives without a limit is refused.
func TestAClientWithoutLimitBlocksNoOther(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	// Both clients of the fixture have dashboards without a limit.
	pool := account.Limits{Seats: -1, Dashboards: 100, Links: -1, APICalls: -1}
	if _, err := s.Accounts.SetPool(context.Background(), s.Agency.ID, pool); err != nil {
		t.Fatal(err)
	}
	limits := func(seats, dashboards int) map[string]any {
		return map[string]any{"seats": seats, "dashboards": dashboards, "private_links": 5, "api_calls": 10000}
	}
	record(t, c, http.MethodPut, "fjord-outdoors", "/limits", limits(4, -1)).Want(http.StatusOK) // its seats only
	record(t, c, http.MethodPut, "fjord-outdoors", "/limits", limits(4, 60)).Want(http.StatusOK)
	record(t, c, http.MethodPut, "fjord-outdoors", "/limits", limits(4, 20)).Want(http.StatusOK)
	for _, dashboards := range []int{-1, 101} {
		p := record(t, c, http.MethodPut, "fjord-outdoors", "/limits", limits(4, dashboards)).Refused(http.StatusConflict, "pool_exhausted")
		if p.Params["resource"] != "dashboards" || p.Params["left"] != 80.0 {
			t.Errorf("%d dashboards: %+v", dashboards, p.Params)
		}
	}
	bulk := map[string]any{"clients": []string{"fjord-outdoors", "solstice-coffee"}, "dashboards": -1}
	c.Post("/northlight/clients-bulk", bulk).Refused(http.StatusConflict, "pool_exhausted")
	c.Post(clientsPath, map[string]any{"name": "Tide", "limits": limits(2, -1)}).Refused(http.StatusConflict, "pool_exhausted")
	c.Post("/northlight/clients-import", map[string]any{"csv": "name,dashboards\nTide,unlimited\n"}).Refused(http.StatusConflict, "pool_exhausted")
	c.Post(clientsPath, map[string]any{"name": "Tide", "limits": limits(2, 30)}).Want(http.StatusCreated)
	c.Delete(clientsPath + "/fjord-outdoors?confirm=Fjord+Outdoors").Want(http.StatusOK)
	c.Post("/northlight/deleted-clients/fjord-outdoors/restore", nil).Want(http.StatusOK)
	// What comes back without a limit asks for all of it.
	c.Delete(clientsPath + "/solstice-coffee?confirm=Solstice+(gold)").Want(http.StatusOK)
	c.Post("/northlight/deleted-clients/solstice-coffee/restore", nil).Refused(http.StatusConflict, "pool_exhausted")
}

func TestR075ClientsHaveNoClients(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	visitor := s.As("admin@northlight.test")
	visitor.Post(clientsPath+"/fjord-outdoors/sign-in", nil).Want(http.StatusOK)
	for _, c := range []*apitest.Client{s.As("admin@fjord.test"), visitor} {
		c.Post("/fjord-outdoors/clients", map[string]any{"name": "Mine"}).Refused(http.StatusNotFound, "not_found")
		for _, path := range []string{"clients", "clients-summary", "clients-attention", "clients-tags", "clients-export", "client-defaults", "deleted-clients", "clients/solstice-coffee/limits"} {
			c.Get("/fjord-outdoors/"+path).Refused(http.StatusNotFound, "not_found")
		}
		c.Post("/fjord-outdoors/clients-bulk", map[string]any{"clients": []string{"solstice-coffee"}, "status": "disabled"}).Refused(http.StatusNotFound, "not_found")
		c.Post("/fjord-outdoors/clients-import", map[string]any{"csv": "name\nX\n"}).Refused(http.StatusNotFound, "not_found")
	}
}

func TestR076TheAgencyAddsAndRemovesClients(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	c.Post(clientsPath, map[string]any{"name": "Tide"}).Want(http.StatusCreated)
	c.Post(clientsPath+"/tide/sign-in", nil).Want(http.StatusOK)
	c.Get("/tide/context").Want(http.StatusOK)
	c.Delete(clientsPath + "/tide?confirm=Tide").Want(http.StatusOK)
	c.Get("/tide/context").Refused(http.StatusNotFound, "not_found")
}

func TestR078R079AndR092StatusOpensAndCloses(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	ctx := context.Background()
	c.Post(clientsPath, map[string]any{"name": "Tide"}).Want(http.StatusCreated)
	tide, err := s.Accounts.BySlug(ctx, "tide")
	if err != nil {
		t.Fatal(err)
	}
	person, err := s.Users.Create(ctx, tide.Operator(), user.Draft{Name: "Ida", Email: "ida@tide.test", Password: fixture.Password, Roles: s.Fjord.Admin.Roles})
	if err != nil {
		t.Fatal(err)
	}
	enter := func() *apitest.Answer { return s.Browser().Post("/sign-in", signIn("ida@tide.test", fixture.Password)) }
	enter().Refused(http.StatusUnauthorized, "sign_in_failed")
	record(t, c, http.MethodPatch, "tide", "", map[string]any{"status": "active"}).Want(http.StatusOK)
	enter().Want(http.StatusOK)
	browser := s.As("ida@tide.test")
	who := s.Actor(fixture.Home{Account: tide}, person)
	_, key, err := s.Users.CreateKey(ctx, who, "test")
	if err != nil {
		t.Fatal(err)
	}
	program := s.Browser().With("Authorization", "Bearer "+key)
	program.Get("/tide/context").Want(http.StatusOK)

	record(t, c, http.MethodPatch, "tide", "", map[string]any{"status": "disabled"}).Want(http.StatusOK)
	browser.Get("/tide/context").Refused(http.StatusUnauthorized, "sign_in_required")
	program.Get("/tide/context").Refused(http.StatusForbidden, "account_disabled") // a program is told why (data-sources.md §10.2)
	enter().Refused(http.StatusUnauthorized, "sign_in_failed")
	c.Post(clientsPath+"/tide/sign-in", nil).Want(http.StatusOK) // the agency still works there (D8)
	c.Get("/tide/context").Want(http.StatusOK)
	record(t, c, http.MethodPatch, "tide", "", map[string]any{"status": "active"}).Want(http.StatusOK)
	enter().Want(http.StatusOK)
	program.Get("/tide/context").Want(http.StatusOK)
}
