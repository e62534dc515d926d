package v1_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"octavo/internal/account"
	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
)

// The texts that an agency keeps of a client (R56). None of them is part of another text of the fixture.
const (
	innerName = "Zanzibar-inner-name"
	innerText = "zanzibar-description"
	innerID   = "zanzibar-crm-77"
	innerTag  = "zanzibar-tag"
	otherName = "Quagga-inner-name"
)

var innerTexts = []string{innerName, innerText, innerID, innerTag, otherName, "quagga"}

// placeholder is a name in a path of the OpenAPI document.
var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// TestR056NoAnswerTellsInternalTexts asks every GET route of the OpenAPI document, and then every other
// one with an empty body, as every kind of person of a client.
func TestR056NoAnswerTellsInternalTexts(t *testing.T) {
	s := newWorkshop(t)
	admin := s.Actor(s.Agency, s.Agency.Admin)
	client, err := s.Accounts.CreateClient(t.Context(), admin, account.Draft{Name: innerName, DisplayName: "Harbour", Description: innerText,
		ExternalID: innerID, Tags: []string{innerTag}, Status: account.Active, Slug: "harbour"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accounts.CreateClient(t.Context(), admin, account.Draft{Name: otherName, Description: "quagga", Tags: []string{"quagga"}, Slug: "q-one", DisplayName: "Other"}); err != nil {
		t.Fatal(err)
	}
	s.AddPeople(t, client, "harbour.test")
	// The trail and the list have something to tell of: the agency renames, visits and changes limits.
	agency := s.As("admin@northlight.test")
	record(t, agency, http.MethodPatch, "harbour", "", map[string]any{"description": innerText + " again"}).Want(http.StatusOK)
	record(t, agency, http.MethodPatch, "harbour", "", map[string]any{"status": "disabled"}).Want(http.StatusOK)
	record(t, agency, http.MethodPatch, "harbour", "", map[string]any{"status": "active"}).Want(http.StatusOK)
	agency.Post(clientsPath+"/harbour/sign-in", nil).Want(http.StatusOK)
	if told := agency.Get(clientsPath + "?q=zanzibar").Want(http.StatusOK).Body; !strings.Contains(told, innerName) || !strings.Contains(told, innerTag) {
		t.Fatalf("the agency reads %s", told)
	}

	var doc struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	described, err := s.API.OpenAPI()
	if err == nil {
		err = json.Unmarshal(described, &doc)
	}
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, email := range []string{"admin@harbour.test", "editor@harbour.test", "viewer@harbour.test", "viewer@northlight.test"} {
		c := s.As(email)
		for path, methods := range doc.Paths {
			for method := range methods {
				for _, slug := range []string{"harbour", "northlight", "q-one"} {
					if strings.HasSuffix(path, "/changes") || path == "/sign-out" || !strings.Contains(path, "{account}") && slug != "harbour" {
						continue // a stream, the end of the session, and once is enough
					}
					asked++
					tells(t, c, email, strings.ToUpper(method), fill(path, slug))
				}
			}
		}
	}
	if asked < 300 {
		t.Errorf("only %d calls were made", asked)
	}
}

// Names and ids are unique in an agency, so a refusal says that something is taken; of a client that the person
// does not see it says no more.
func TestRefusalsDoNotTellOfHiddenClients(t *testing.T) {
	w := newWorkshop(t)
	admin := w.As("admin@northlight.test")
	admin.Post(clientsPath, map[string]any{"name": innerName, "external_id": innerID}).Want(http.StatusCreated)
	var manager v1.Role
	admin.Post("/northlight/roles", map[string]any{"name": "Client manager", "permissions": []string{
		"client.access", "client.edit", "client.build"}}).Want(http.StatusCreated).JSON(&manager)
	team := member(t, w.Server, "lena@northlight.test", manager.ID)
	admin.With("If-Match", `"1"`).Put(clientsPath+"/solstice-coffee/access",
		map[string]any{"groups": []map[string]any{{"group": team, "can_manage": true}}}).Want(http.StatusOK)
	lena := w.As("lena@northlight.test")
	hidden := func(a *apitest.Answer, code string, status int) {
		t.Helper()
		a.Refused(status, code)
		if strings.Contains(strings.ToLower(a.Body), "zanzibar-inner") || strings.Contains(strings.ToLower(a.Body), strings.ToLower(innerID)) {
			t.Errorf("the refusal tells of a hidden client: %s", a.Body)
		}
	}
	hidden(lena.Post(clientsPath, map[string]any{"name": "Mine", "external_id": innerID}), "external_id_in_use", http.StatusConflict)
	hidden(lena.Post(clientsPath, map[string]any{"name": innerName}), "name_taken", http.StatusConflict)
	hidden(record(t, lena, http.MethodPatch, "solstice-coffee", "", map[string]any{"external_id": innerID}), "external_id_in_use", http.StatusConflict)
	hidden(record(t, lena, http.MethodPatch, "solstice-coffee", "", map[string]any{"name": innerName}), "name_taken", http.StatusConflict)
	for _, file := range []string{"name,external_id\nMine," + innerID + "\n", "name\n" + strings.ToUpper(innerName) + "\n"} {
		hidden(lena.Post("/northlight/clients-import", map[string]any{"csv": file, "check": true}), "own_group_required", http.StatusUnprocessableEntity)
	}
	// Who sees the client is told which it is.
	p := record(t, admin, http.MethodPatch, "solstice-coffee", "", map[string]any{"external_id": innerID}).Refused(http.StatusConflict, "external_id_taken")
	if p.Params["name"] != innerName {
		t.Errorf("params %v", p.Params)
	}
	record(t, lena, http.MethodPatch, "solstice-coffee", "", map[string]any{"external_id": "solstice-1"}).Want(http.StatusOK)
	lena.Post(clientsPath, map[string]any{"name": "Mine", "external_id": "solstice-1"}).Refused(http.StatusConflict, "external_id_taken")
}

// fill names the account and puts likely values into the other places of a path.
func fill(path, slug string) string {
	path = strings.Replace(path, "{account}", slug, 1)
	return placeholder.ReplaceAllStringFunc(path, func(name string) string {
		if name == "{client}" {
			return "harbour"
		}
		return "0123456789abcdef0123456789abcdef"
	})
}

func tells(t *testing.T, c *apitest.Client, email, method, path string) {
	t.Helper()
	var body any
	if method != http.MethodGet && method != http.MethodDelete {
		body = map[string]any{}
	}
	a := c.With("If-Match", `"1"`).Do(method, path, body)
	if a.Status >= 500 {
		t.Errorf("%s: %s %s: %d %s", email, method, path, a.Status, a.Body)
	}
	all := strings.ToLower(a.Body)
	for name, values := range a.Header {
		all += strings.ToLower(name + strings.Join(values, " "))
	}
	for _, secret := range innerTexts {
		if strings.Contains(all, strings.ToLower(secret)) {
			t.Errorf("%s: %s %s tells %q: %s", email, method, path, secret, a.Body)
		}
	}
}
