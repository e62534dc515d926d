package v1_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/fixture"
	"octavo/internal/id"
)

func activity(c *apitest.Client, account, query string) []v1.Activity {
	var p v1.Page[v1.Activity]
	c.Get("/" + account + "/activity?limit=200&" + query).Want(http.StatusOK).JSON(&p)
	return p.Items
}

func TestActivityTellsWhoDidWhat(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	maya := s.As("admin@northlight.test").With("User-Agent", "Test/1.0")
	enterAs(maya, "solstice-coffee")
	maya.Post("/solstice-coffee/properties", map[string]any{"name": "companyId", "value": "=1+1"}).Want(http.StatusCreated)
	maya.With("If-Match", `"1"`).Patch("/solstice-coffee/properties/companyId", map[string]any{"value": "SOL-1"}).Want(http.StatusOK)
	maya.Post("/northlight/property-declarations", map[string]any{"name": "budget"}).Want(http.StatusCreated)

	lines := activity(maya, "northlight", "group=property")
	if len(lines) != 3 || lines[0].Action != "property.declared" || lines[0].Client != nil || lines[0].FromAgency {
		t.Fatalf("lines %+v", lines)
	}
	changed := lines[1]
	value, _ := changed.Detail["value"].(map[string]any)
	if changed.Action != "property.changed" || changed.Client == nil || changed.Client.Name != "Solstice (gold)" || !changed.Visiting || !changed.FromAgency ||
		changed.Agency != "Northlight" || changed.Person.Name != "Northlight admin" || changed.Subject != "companyId" || value["before"] != "=1+1" || value["after"] != "SOL-1" ||
		changed.IP == "" || changed.UserAgent != "Test/1.0" {
		t.Errorf("changed %+v", changed)
	}

	// The client's own people see that the agency did it, until the agency names its people.
	native := s.As("admin@solstice.test")
	own := activity(native, "solstice-coffee", "subject=companyId")
	if len(own) != 2 || own[0].Person.Name != "Northlight" || own[0].Person.ID != "" || own[0].IP != "" || own[0].UserAgent != "" || own[0].Client != nil {
		t.Errorf("own view %+v", own)
	}
	if strings.Contains(native.Get("/solstice-coffee/activity").Body, "Northlight admin") {
		t.Error("the client reads a name of the agency's people")
	}
	if strings.Contains(native.Get("/solstice-coffee/activity-export?format=jsonl").Body, "Northlight admin") {
		t.Error("the client exports a name of the agency's people")
	}
	a := maya.Get("/northlight/settings").Want(http.StatusOK)
	maya.With("If-Match", a.Header.Get("ETag")).Patch("/northlight/settings", map[string]any{"values": map[string]any{"show_visitors": "yes"}}).Want(http.StatusOK)
	if own := activity(native, "solstice-coffee", "subject=companyId"); own[0].Person.Name != "Northlight admin" || own[0].Agency != "Northlight" {
		t.Errorf("with names %+v", own[0])
	}

	for query, want := range map[string]int{
		"client=solstice-coffee&group=property": 2, "client=northlight&group=property": 1, "person=" + url.QueryEscape(string(changed.Person.ID)) + "&group=property": 3,
		"group=property&to=2001-01-01T00:00:00Z": 0, "group=property&from=2001-01-01T00:00:00Z": 3, "person=nobody": 0,
	} {
		if got := activity(maya, "northlight", query); len(got) != want {
			t.Errorf("%s: %d lines, want %d", query, len(got), want)
		}
	}
	maya.Get("/northlight/activity?client=nobody").Refused(http.StatusNotFound, "not_found")
	native.Get("/solstice-coffee/activity?client=fjord-outdoors").Refused(http.StatusNotFound, "not_found")
	s.As("editor@solstice.test").Get("/solstice-coffee/activity").Refused(http.StatusForbidden, "permission_denied")
	s.As("admin@fjord.test").Get("/solstice-coffee/activity").Refused(http.StatusNotFound, "not_found")
	if got := activity(s.As("admin@fjord.test"), "fjord-outdoors", "group=property"); len(got) != 0 {
		t.Errorf("the other client sees %+v", got)
	}

	file := maya.Get("/northlight/activity-export?group=property").Want(http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(file.Body)).ReadAll()
	if err != nil || len(rows) != 4 || rows[2][1] != "solstice-coffee" || rows[2][6] != "property.changed" {
		t.Errorf("file %q, %v", rows, err)
	}
	if got := activity(maya, "northlight", "group=activity&client=northlight"); len(got) != 1 || got[0].Action != "activity.exported" {
		t.Errorf("the export is noted as %+v", got)
	}
}

func TestActivityTellsWhereSignInsComeFrom(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	s.Browser().With("User-Agent", "Test/2.0").Post("/sign-in", signIn("editor@northlight.test", fixture.Password)).Want(http.StatusOK)
	s.Browser().With("User-Agent", "Test/3.0").Post("/reset", map[string]any{"email": "viewer@northlight.test"}).Want(http.StatusNoContent)
	work(t, s)
	secret := token(t, outbox(t, s, "password_reset", "viewer@northlight.test"))
	s.Browser().With("User-Agent", "Test/3.0").Post("/reset/password", map[string]any{"token": secret, "password": strong}).Want(http.StatusOK)

	admin := s.As("admin@northlight.test")
	for person, want := range map[id.User]string{s.Agency.Editor.ID: "user.signed_in Test/2.0", s.Agency.Viewer.ID: "user.password_reset Test/3.0"} {
		lines := activity(admin, "northlight", "person="+string(person))
		if len(lines) != 1 || lines[0].Action+" "+lines[0].UserAgent != want || lines[0].IP == "" {
			t.Errorf("lines %+v, want %s", lines, want)
		}
	}
}

func TestActivityTellsOfRefusedSignIns(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	admin := s.As("admin@northlight.test")
	guess := func(email string) {
		s.Browser().With("User-Agent", "Test/4.0").Post("/sign-in", signIn(email, "not the password")).Refused(http.StatusUnauthorized, "sign_in_failed")
	}
	refused := func() (out []string) {
		work(t, s)
		for _, l := range activity(admin, "northlight", "subject="+string(s.Agency.Editor.ID)) {
			if l.Action == "user.created" {
				continue
			}
			if out = append(out, l.Action); l.UserAgent != "Test/4.0" || l.IP == "" || l.Person.Name != "Octavo" {
				t.Errorf("line %+v", l)
			}
		}
		return out
	}
	guess("Editor@NORTHLIGHT.test")
	guess("nobody@northlight.test")
	if lines := activity(admin, "northlight", "subject="+string(s.Agency.Editor.ID)); len(lines) != 1 {
		t.Errorf("%d lines before the job: the time tells who is known", len(lines))
	}
	if got := refused(); len(got) != 1 || got[0] != "user.sign_in_refused" {
		t.Errorf("after one try %v", got)
	}
	for range 9 {
		guess("editor@northlight.test")
	}
	s.Browser().Post("/sign-in", signIn("editor@northlight.test", "not the password")).Refused(http.StatusTooManyRequests, "too_many_tries")
	if got := refused(); len(got) != 11 || strings.Count(strings.Join(got, " "), "user.locked") != 1 {
		t.Errorf("after the lock %v", got)
	}
	// A wrong present password is no sign-in: only the lock is told.
	viewer := s.As("viewer@northlight.test").With("User-Agent", "Test/4.0")
	for i := range 10 {
		viewer.Post("/northlight/profile/password", map[string]any{"present": "not the password", "password": strong}).Refused(http.StatusUnprocessableEntity, "password_wrong")
		work(t, s)
		lines := activity(admin, "northlight", "subject="+string(s.Agency.Viewer.ID))
		locked := strings.Count(fmt.Sprint(lines), "user.locked")
		if strings.Contains(fmt.Sprint(lines), "user.sign_in_refused") || locked != i/9 {
			t.Errorf("after %d wrong present passwords: %+v", i+1, lines)
		}
	}
	if got := s.As("admin@fjord.test").Get("/fjord-outdoors/activity").Want(http.StatusOK); strings.Contains(got.Body, "refused") {
		t.Errorf("another account reads %s", got.Body)
	}
}
