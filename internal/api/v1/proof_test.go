package v1_test

import (
	"net/http"
	"testing"
	"time"

	"octavo/internal/api/v1/apitest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
)

// What somebody who finds a browser signed in must not do asks for the password again.
func TestOldSignInsAreAskedForThePassword(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	admin := s.As("admin@northlight.test")
	prove := func(password string) *apitest.Answer {
		return admin.Post("/me/password", map[string]any{"password": password})
	}
	name := "Solstice+(gold)"
	remove := func(path string) *apitest.Answer { return admin.Delete("/northlight/" + path + "?confirm=" + name) }

	s.Clock.Advance(11 * time.Minute)
	if p := remove("clients/solstice-coffee").Refused(http.StatusForbidden, "password_needed"); p.Detail == "" {
		t.Error("the answer says nothing")
	}
	admin.Delete("/northlight/clients/solstice-coffee?confirm=x").Refused(http.StatusBadRequest, "confirmation_required")
	admin.Delete("/northlight/clients/nobody?confirm=x").Refused(http.StatusNotFound, "not_found")
	admin.Get("/northlight/clients/solstice-coffee").Want(http.StatusOK) // it is still there
	long := s.Actor(s.Agency, s.Agency.Admin)
	long.ProvedAt -= (11 * time.Minute).Milliseconds()
	if _, _, err := s.Users.CreateKey(t.Context(), long, "reports"); !errs.Is(err, "password_needed") {
		t.Errorf("a key: %v", err)
	}

	prove("not the password").Refused(http.StatusUnprocessableEntity, "password_wrong")
	remove("clients/solstice-coffee").Refused(http.StatusForbidden, "password_needed")
	prove(fixture.Password).Want(http.StatusNoContent)
	s.Clock.Advance(9 * time.Minute)
	remove("clients/solstice-coffee").Want(http.StatusOK)
	s.Clock.Advance(2 * time.Minute)
	remove("deleted-clients/solstice-coffee").Refused(http.StatusForbidden, "password_needed")
	prove(fixture.Password).Want(http.StatusNoContent)
	remove("deleted-clients/solstice-coffee").Want(http.StatusNoContent)

	// Another browser of the same person has its own proof; wrong passwords lock as those of a sign-in do.
	s.Clock.Advance(11 * time.Minute)
	other := s.As("admin@northlight.test")
	name = "Fjord+Outdoors"
	remove("clients/fjord-outdoors").Refused(http.StatusForbidden, "password_needed")
	for range 10 {
		prove("wrong").Refused(http.StatusUnprocessableEntity, "password_wrong")
	}
	prove(fixture.Password).Refused(http.StatusTooManyRequests, "too_many_tries")
	other.Delete("/northlight/clients/fjord-outdoors?confirm=" + name).Want(http.StatusOK)
	s.Browser().Post("/me/password", map[string]any{"password": fixture.Password}).Refused(http.StatusUnauthorized, "sign_in_required")
}

// A key has no password to give: it deletes as far as its person may, and proves nothing.
func TestKeysAreNotAskedForAPassword(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	_, secret, err := s.Users.CreateKey(t.Context(), s.Actor(s.Agency, s.Agency.Admin), "reports")
	if err != nil {
		t.Fatal(err)
	}
	s.Clock.Advance(time.Hour)
	key := s.Browser().With("Authorization", "Bearer "+secret)
	key.Post("/me/password", map[string]any{"password": fixture.Password}).Refused(http.StatusForbidden, "permission_denied")
	key.Delete("/northlight/clients/fjord-outdoors?confirm=Fjord+Outdoors").Want(http.StatusOK)
}

// Where the agency has switched the API off, nobody makes keys for it.
func TestNoKeysWhereTheAPIIsOff(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	admin := s.As("admin@northlight.test")
	off := admin.With("If-Match", `"1"`).Put("/northlight/clients/solstice-coffee/features", map[string]any{"features": map[string]any{"api": false}})
	off.Want(http.StatusOK)
	if _, _, err := s.Users.CreateKey(t.Context(), s.Actor(s.Solstice, s.Solstice.Admin), "reports"); !errs.Is(err, "feature_off") {
		t.Errorf("with the API off: %v", err)
	}
	if _, _, err := s.Users.CreateKey(t.Context(), s.Actor(s.Fjord, s.Fjord.Admin), "reports"); err != nil {
		t.Errorf("at the other client: %v", err)
	}
}
