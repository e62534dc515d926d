package v1_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/authz"
	"octavo/internal/fixture"
)

func signIn(email, password string) map[string]any {
	return map[string]any{"email": email, "password": password}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.Browser()
	c.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")

	a := c.Post("/sign-in", signIn("Admin@Northlight.TEST", fixture.Password)).Want(http.StatusOK)
	cookie := a.Header.Get("Set-Cookie")
	for _, part := range []string{v1.CookieName + "=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("cookie %q is without %s", cookie, part)
		}
	}
	if strings.Contains(cookie, "Secure") {
		t.Errorf("cookie %q is marked Secure without TLS: a browser would not send it", cookie)
	}
	var me v1.Me
	c.Get("/me").Want(http.StatusOK).JSON(&me)
	want := v1.Me{User: v1.User{ID: s.Agency.Admin.ID, Name: "Northlight admin", Email: "admin@northlight.test"},
		Home: v1.HomeRef{Slug: "northlight", Name: "Northlight", Kind: "parent"}, OwnsServer: true}
	if me != want {
		t.Errorf("me = %+v, want %+v", me, want)
	}
}

func TestSecureCookie(t *testing.T) {
	t.Parallel()
	s := apitest.New(t, func(d *v1.Deps) { d.SecureCookies = true })
	a := s.Browser().Post("/sign-in", signIn("admin@northlight.test", fixture.Password)).Want(http.StatusOK)
	if cookie := a.Header.Get("Set-Cookie"); !strings.Contains(cookie, "Secure") {
		t.Errorf("cookie %q is not Secure", cookie)
	}
}

func TestSignInSaysTheSameToStrangers(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	known := s.Browser().Post("/sign-in", signIn("admin@northlight.test", "not the password")).Refused(http.StatusUnauthorized, "sign_in_failed")
	unknown := s.Browser().Post("/sign-in", signIn("nobody@northlight.test", "not the password")).Refused(http.StatusUnauthorized, "sign_in_failed")
	known.RequestID, unknown.RequestID = "", ""
	if known.Detail != unknown.Detail || len(known.Params)+len(unknown.Params) > 0 {
		t.Errorf("answers differ: %+v and %+v", known, unknown)
	}
}

func TestLockout(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.Browser()
	for _, email := range []string{"admin@northlight.test", "nobody@northlight.test"} {
		for range 10 {
			c.Post("/sign-in", signIn(email, "not the password")).Refused(http.StatusUnauthorized, "sign_in_failed")
		}
		a := c.Post("/sign-in", signIn(email, fixture.Password))
		a.Refused(http.StatusTooManyRequests, "too_many_tries")
		if a.Header.Get("Retry-After") != "901" {
			t.Errorf("Retry-After = %q, want 901", a.Header.Get("Retry-After"))
		}
	}
	c.Post("/sign-in", signIn("editor@northlight.test", fixture.Password)).Want(http.StatusOK) // others are not locked
	s.Clock.Advance(14 * time.Minute)
	c.Post("/sign-in", signIn("admin@northlight.test", fixture.Password)).Refused(http.StatusTooManyRequests, "too_many_tries")
	s.Clock.Advance(2 * time.Minute)
	c.Post("/sign-in", signIn("admin@northlight.test", fixture.Password)).Want(http.StatusOK)
}

func TestLockLastsFromTheTryThatReachedTheLimit(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.Browser()
	for range 10 {
		s.Clock.Advance(time.Minute)
		c.Post("/sign-in", signIn("admin@northlight.test", "not the password")).Refused(http.StatusUnauthorized, "sign_in_failed")
	}
	s.Clock.Advance(14 * time.Minute)
	c.Post("/sign-in", signIn("admin@northlight.test", fixture.Password)).Refused(http.StatusTooManyRequests, "too_many_tries")
	s.Clock.Advance(time.Minute)
	c.Post("/sign-in", signIn("admin@northlight.test", fixture.Password)).Want(http.StatusOK)
}

func TestGoodSignInForgivesTheTriesBefore(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.Browser()
	for range 2 {
		for range 9 {
			c.Post("/sign-in", signIn("admin@northlight.test", "not the password")).Refused(http.StatusUnauthorized, "sign_in_failed")
		}
		c.Post("/sign-in", signIn("admin@northlight.test", fixture.Password)).Want(http.StatusOK)
	}
}

func TestOneAddressHasALimitForAllPeople(t *testing.T) {
	t.Parallel()
	s := apitest.New(t, func(d *v1.Deps) { d.TrustProxy = true })
	bad := s.Browser().With("X-Forwarded-For", "10.9.9.9, 203.0.113.7")
	for i := range 100 {
		bad.Post("/sign-in", signIn("guess"+string(rune('a'+i%20))+"@northlight.test", "not the password"))
	}
	bad.Post("/sign-in", signIn("admin@northlight.test", fixture.Password)).Refused(http.StatusTooManyRequests, "too_many_tries")
	other := s.Browser().With("X-Forwarded-For", "203.0.113.7, 203.0.113.8") // the first entry is the browser's own claim
	other.Post("/sign-in", signIn("editor@northlight.test", fixture.Password)).Want(http.StatusOK)
}

func TestSignOutEndsTheSession(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	secret := c.Cookies()[0].Value
	c.Post("/sign-out", nil).Want(http.StatusNoContent)
	if n := len(c.Cookies()); n != 0 {
		t.Errorf("%d cookies are left", n)
	}
	s.Browser().With("Cookie", v1.CookieName+"="+secret).Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
	c.Post("/sign-out", nil).Want(http.StatusNoContent) // twice does no harm
}

func TestSigningInAgainEndsTheSessionBefore(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	before := c.Cookies()[0].Value
	c.Post("/sign-in", signIn("editor@northlight.test", fixture.Password)).Want(http.StatusOK)
	s.Browser().With("Cookie", v1.CookieName+"="+before).Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
	c.Get("/me").Want(http.StatusOK)
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := apitest.New(t)

	c := s.As("admin@northlight.test")
	s.Clock.Advance(11 * time.Hour)
	c.Get("/me").Want(http.StatusOK) // renews
	s.Clock.Advance(11 * time.Hour)
	c.Get("/me").Want(http.StatusOK)
	s.Clock.Advance(12*time.Hour + time.Minute)
	c.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")

	c = s.As("admin@northlight.test")
	for range 80 { // 30 days, never idle for long
		s.Clock.Advance(9 * time.Hour)
		c.Get("/me")
	}
	c.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")

	c, other := s.As("editor@northlight.test"), s.As("viewer@northlight.test")
	admin := s.Actor(s.Agency, s.Agency.Admin)
	if err := s.Users.EndSessions(ctx, admin, s.Agency.Editor.ID); err != nil {
		t.Fatal(err)
	}
	c.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
	other.Get("/me").Want(http.StatusOK)
	if err := s.Users.EndSessions(ctx, admin, s.Fjord.Admin.ID); err == nil {
		t.Error("sessions of another account's person were ended")
	}
	if err := s.Users.EndSessions(ctx, s.Actor(s.Agency, s.Agency.Viewer), s.Agency.Admin.ID); err == nil {
		t.Error("a viewer ended the administrator's sessions")
	}
}

func TestRolesHoldFromTheNextRequest(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("editor@northlight.test")
	c.Get("/northlight/people").Want(http.StatusOK)
	admin := s.Actor(s.Agency, s.Agency.Admin)
	if err := s.SetRoles(context.Background(), admin, s.Agency.Editor.ID, []authz.Role{authz.ViewOnly}); err != nil {
		t.Fatal(err)
	}
	p := c.Get("/northlight/people").Refused(http.StatusForbidden, "permission_denied")
	if p.Params["permission"] != "user.view" {
		t.Errorf("params = %v", p.Params)
	}
}

func TestPausedClientLetsNobodyIn(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	people, agency := s.As("admin@fjord.test"), s.As("admin@northlight.test")
	people.Get("/fjord-outdoors/context").Want(http.StatusOK)
	agency.With("If-Match", `"1"`).Patch("/northlight/clients/fjord-outdoors", map[string]any{"status": "disabled"}).Want(http.StatusOK)

	people.Get("/fjord-outdoors/context").Refused(http.StatusUnauthorized, "sign_in_required")
	people.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
	wrong := s.Browser().Post("/sign-in", signIn("admin@fjord.test", "not the password")).Refused(http.StatusUnauthorized, "sign_in_failed")
	right := s.Browser().Post("/sign-in", signIn("admin@fjord.test", fixture.Password)).Refused(http.StatusUnauthorized, "sign_in_failed")
	if strings.Contains(wrong.Detail, "paused") || !strings.Contains(right.Detail, "paused") {
		t.Errorf("only the right password may learn of the pause: %q, %q", wrong.Detail, right.Detail)
	}
	agency.Post("/northlight/clients/fjord-outdoors/sign-in", nil).Want(http.StatusOK) // the agency prepares it
	agency.Get("/fjord-outdoors/context").Want(http.StatusOK)

	agency.With("If-Match", `"2"`).Patch("/northlight/clients/fjord-outdoors", map[string]any{"status": "active"}).Want(http.StatusOK)
	people.Get("/fjord-outdoors/context").Want(http.StatusOK)
}
