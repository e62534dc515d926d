package v1_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/authz"
	"octavo/internal/user"
)

func TestTheAccountInThePathIsChecked(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	for email, foreign := range map[string][]string{
		"admin@northlight.test":  {"nowhere", "sign-in", "NORTHLIGHT"},
		"editor@northlight.test": {"solstice-coffee", "nowhere"},
		"viewer@northlight.test": {"solstice-coffee"},
		"admin@solstice.test":    {"northlight", "fjord-outdoors", "nowhere"},
	} {
		c := s.As(email)
		for _, slug := range foreign {
			c.Get("/"+slug+"/context").Refused(http.StatusNotFound, "not_found")
		}
	}
	s.As("admin@solstice.test").Get("/solstice-coffee/context").Want(http.StatusOK)
	s.Browser().Get("/northlight/context").Refused(http.StatusUnauthorized, "sign_in_required")
	s.As("admin@northlight.test").Get("/northlight/nothing-here").Refused(http.StatusNotFound, "not_found")
}

func TestVisit(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	c.Get("/solstice-coffee/context").Refused(http.StatusForbidden, "visit_required")

	var start v1.VisitStart
	c.Post("/northlight/clients/solstice-coffee/sign-in", nil).Want(http.StatusOK).JSON(&start)
	if start.Slug != "solstice-coffee" || !start.EndsAt.Equal(s.Clock.Now().Add(time.Hour)) {
		t.Errorf("visit = %+v", start)
	}
	var got v1.Context
	c.Get("/solstice-coffee/context").Want(http.StatusOK).JSON(&got)
	if got.Visit == nil || got.Visit.Agency != (v1.SlugName{Slug: "northlight", Name: "Northlight"}) {
		t.Errorf("visit in the context = %+v", got.Visit)
	}
	if got.Role != authz.Admin || got.Account.Kind != "client" || got.Account.Name != "Solstice Coffee" || got.User.ID != s.Agency.Admin.ID {
		t.Errorf("context = %+v", got)
	}
	if slices.Contains(got.Permissions, authz.ClientLogin) || !slices.Contains(got.Permissions, authz.KlipImport) {
		t.Errorf("permissions = %v", got.Permissions)
	}
	c.Get("/northlight/context").Want(http.StatusOK) // side by side

	s.As("admin@northlight.test").Get("/solstice-coffee/context").Refused(http.StatusForbidden, "visit_required") // of one session only

	if end := c.Delete("/solstice-coffee/visit").Want(http.StatusOK).Object(); end["slug"] != "northlight" {
		t.Errorf("end = %v", end)
	}
	c.Get("/solstice-coffee/context").Refused(http.StatusForbidden, "visit_required")
	c.Delete("/northlight/visit").Refused(http.StatusNotFound, "not_found")
}

func TestVisitorCannotGoFurther(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	c.Post("/northlight/clients/solstice-coffee/sign-in", nil).Want(http.StatusOK)
	c.Post("/solstice-coffee/clients/fjord-outdoors/sign-in", nil).Refused(http.StatusNotFound, "not_found")
	c.Get("/solstice-coffee/clients").Refused(http.StatusNotFound, "not_found")
	if _, _, err := s.Users.CreateKey(context.Background(), s.Visitor(s.Solstice), "key"); err == nil {
		t.Error("a visitor made an API key")
	}
	people := c.Get("/solstice-coffee/people").Want(http.StatusOK)
	if strings.Contains(people.Body, "northlight.test") {
		t.Errorf("the visitor is listed among the client's people: %s", people.Body)
	}
}

func TestVisitRunsOut(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	visit := func() { c.Post("/northlight/clients/solstice-coffee/sign-in", nil).Want(http.StatusOK) }
	visit()
	for range 14 { // 11 h 40 min of activity
		s.Clock.Advance(50 * time.Minute)
		c.Get("/solstice-coffee/context").Want(http.StatusOK)
	}
	s.Clock.Advance(21 * time.Minute)
	c.Get("/solstice-coffee/context").Refused(http.StatusForbidden, "visit_required")
	visit()
	s.Clock.Advance(61 * time.Minute)
	c.Get("/solstice-coffee/context").Refused(http.StatusForbidden, "visit_required")

	visit()
	c.Post("/sign-out", nil).Want(http.StatusNoContent)
	c.Get("/solstice-coffee/context").Refused(http.StatusUnauthorized, "sign_in_required")
}

func TestVisitIsNotLongerThanItsSession(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	end := s.Clock.Now().Add(user.SessionMax)
	for s.Clock.Now().Before(end.Add(-30 * time.Minute)) {
		s.Clock.Advance(min(11*time.Hour, end.Add(-30*time.Minute).Sub(s.Clock.Now())))
		c.Get("/me").Want(http.StatusOK)
	}
	var start v1.VisitStart
	c.Post("/northlight/clients/solstice-coffee/sign-in", nil).Want(http.StatusOK).JSON(&start)
	if !start.EndsAt.Equal(end) {
		t.Errorf("the visit ends %v, the session %v", start.EndsAt, end)
	}
}

func TestVisitEndsWithTheRight(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := context.Background()
	admin := s.Actor(s.Agency, s.Agency.Admin)
	if err := s.SetRoles(ctx, admin, s.Agency.Editor.ID, []authz.Role{authz.Admin}); err != nil {
		t.Fatal(err)
	}
	c := s.As("editor@northlight.test")
	c.Post("/northlight/clients/solstice-coffee/sign-in", nil).Want(http.StatusOK)
	if err := s.SetRoles(ctx, admin, s.Agency.Editor.ID, []authz.Role{authz.Editor}); err != nil {
		t.Fatal(err)
	}
	c.Get("/solstice-coffee/context").Refused(http.StatusForbidden, "delegation_revoked")
	c.Get("/solstice-coffee/context").Refused(http.StatusNotFound, "not_found")
}

func TestAPIKeyActsLikeItsPerson(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := context.Background()
	admin := s.Actor(s.Agency, s.Agency.Admin)
	key, secret, err := s.Users.CreateKey(ctx, admin, "reports")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(secret, "octavo_") || len(secret) != len("octavo_")+43 {
		t.Errorf("key %q has another form", secret)
	}
	c := s.Browser().With("Authorization", "Bearer "+secret)
	c.Get("/northlight/clients").Want(http.StatusOK)
	c.Get("/solstice-coffee/context").Want(http.StatusOK) // no visit is needed
	c.With("Sec-Fetch-Site", "cross-site").Post("/northlight/clients", map[string]any{"name": "By key"}).Want(http.StatusCreated)
	c.Post("/northlight/clients/solstice-coffee/sign-in", nil).Refused(http.StatusUnprocessableEntity, "visit_needs_session")

	// The key wins over a cookie of somebody else.
	s.As("viewer@northlight.test").With("Authorization", "Bearer octavo_wrong").Get("/me").Refused(http.StatusUnauthorized, "key_refused")

	if err := s.Users.RevokeKey(ctx, admin, key.ID); err != nil {
		t.Fatal(err)
	}
	c.Get("/northlight/context").Refused(http.StatusUnauthorized, "key_refused")
	if _, _, err := s.Users.CreateKey(ctx, s.Actor(s.Agency, s.Agency.Viewer), "mine"); err == nil {
		t.Error("a viewer made an API key")
	}
}

func TestKeyOfADemotedPersonIsRefused(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := context.Background()
	_, secret, err := s.Users.CreateKey(ctx, s.Actor(s.Agency, s.Agency.Editor), "reports")
	if err != nil {
		t.Fatal(err)
	}
	c := s.Browser().With("Authorization", "Bearer "+secret)
	c.Get("/northlight/context").Want(http.StatusOK)
	c.Get("/solstice-coffee/context").Refused(http.StatusNotFound, "not_found")
	if err := s.SetRoles(ctx, s.Actor(s.Agency, s.Agency.Admin), s.Agency.Editor.ID, []authz.Role{authz.ViewOnly}); err != nil {
		t.Fatal(err)
	}
	c.Get("/northlight/context").Refused(http.StatusForbidden, "permission_denied")
}

func TestCallsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	for _, foreign := range []*apitest.Client{
		c.With("Sec-Fetch-Site", "cross-site"), c.With("Sec-Fetch-Site", "same-site"), c.With("Origin", "https://evil.example"),
	} {
		foreign.Post("/northlight/clients", map[string]any{"name": "Forged"}).Refused(http.StatusForbidden, "cross_origin_refused")
		foreign.Post("/sign-in", signIn("admin@northlight.test", "x")).Refused(http.StatusForbidden, "cross_origin_refused")
		foreign.Get("/northlight/context").Want(http.StatusOK)
	}
	c.With("Sec-Fetch-Site", "same-origin").Post("/northlight/clients", map[string]any{"name": "Ours"}).Want(http.StatusCreated)
	if strings.Contains(c.Get("/northlight/clients").Body, "Forged") {
		t.Error("a forged call was obeyed")
	}
}

func TestEveryAnswerHasSafeHeaders(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	for _, a := range []*apitest.Answer{s.Browser().Get("/me"), s.As("admin@northlight.test").Get("/me"), s.Browser().Get("/openapi.json")} {
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Referrer-Policy": "no-referrer",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s = %q, want %q", name, got, want)
			}
		}
		if len(a.Header.Get("X-Request-Id")) != 32 {
			t.Errorf("request id %q", a.Header.Get("X-Request-Id"))
		}
	}
}
