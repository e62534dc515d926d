package v1_test

import (
	"net/http"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/fixture"
)

// The people of an account come in from its networks only, with sessions, links and keys; nobody shuts themselves out,
// and no client shuts out its agency (accounts.md D37, D48).
func TestAnAccountNamesTheNetworksOfItsPeople(t *testing.T) {
	t.Parallel()
	s := apitest.New(t, func(d *v1.Deps) { d.TrustProxy = true })
	from := func(c *apitest.Client, address string) *apitest.Client { return c.With("X-Forwarded-For", address) }
	const inside, outside = "198.51.100.7", "203.0.113.9"
	admin, maya := from(s.As("admin@solstice.test"), inside), s.As("admin@northlight.test")
	viewer := s.As("viewer@solstice.test")
	var key v1.NewKey
	s.As("editor@solstice.test").Post("/solstice-coffee/profile/keys", map[string]any{"label": "Reports"}).Want(http.StatusCreated).JSON(&key)
	program := s.Browser().With("Authorization", "Bearer "+key.Secret)

	set := func(c *apitest.Client, account, ranges string) *apitest.Answer {
		tag := c.Get("/" + account + "/settings").Want(http.StatusOK).Header.Get("ETag")
		return c.With("If-Match", tag).Patch("/"+account+"/settings", map[string]any{"values": map[string]any{"ip_ranges": ranges}})
	}
	for ranges, code := range map[string]string{
		"203.0.113.0/24": "ip_ranges_shut_you_out", "198.51.100.0/33": "bad_ip_range", "office": "bad_ip_range",
		"::ffff:198.51.100.7/120": "bad_ip_range", "fe80::1%eth0": "bad_ip_range",
	} {
		if p := set(admin, "solstice-coffee", ranges).Refused(http.StatusUnprocessableEntity, code); p.Field != "ip_ranges" {
			t.Errorf("%s: field %q", ranges, p.Field)
		}
	}
	set(admin, "solstice-coffee", "198.51.100.0/24, 2001:db8::/32\n192.0.2.1").Want(http.StatusOK)

	for _, ok := range []string{inside, "::ffff:198.51.100.9", "2001:db8:1::5", "192.0.2.1"} {
		from(viewer, ok).Get("/me").Want(http.StatusOK)
		from(s.Browser(), ok).Post("/sign-in", signIn("viewer@solstice.test", fixture.Password)).Want(http.StatusOK)
	}
	from(program, inside).Get("/solstice-coffee/context").Want(http.StatusOK)
	for _, bad := range []string{outside, "192.0.2.2", "2001:db9::1", "", "unknown"} {
		from(viewer, bad).Get("/me").Refused(http.StatusUnauthorized, "address_refused")
		from(viewer, bad).Get("/solstice-coffee/context").Refused(http.StatusUnauthorized, "address_refused")
		from(s.Browser(), bad).Post("/sign-in", signIn("viewer@solstice.test", fixture.Password)).Refused(http.StatusUnauthorized, "address_refused")
		from(s.Browser(), bad).Post("/sign-in", signIn("viewer@solstice.test", "wrong")).Refused(http.StatusUnauthorized, "sign_in_failed")
		from(program, bad).Get("/solstice-coffee/context").Refused(http.StatusUnauthorized, "address_refused")
	}
	from(s.As("viewer@fjord.test"), outside).Get("/me").Want(http.StatusOK) // another client

	// The agency comes in from everywhere, and may name networks in which it is not itself.
	from(maya, outside).Post("/northlight/clients/solstice-coffee/sign-in", nil).Want(http.StatusOK)
	set(from(maya, outside), "solstice-coffee", "192.0.2.0/24").Want(http.StatusOK)
	admin.Get("/me").Refused(http.StatusUnauthorized, "address_refused")
	// What the agency asks of its own people, it asks of no client.
	set(from(maya, outside), "northlight", "203.0.113.0/24").Want(http.StatusOK)
	from(maya, inside).Get("/solstice-coffee/context").Refused(http.StatusUnauthorized, "address_refused")
	from(s.As("viewer@fjord.test"), inside).Get("/me").Want(http.StatusOK)
}
