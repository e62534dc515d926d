package v1_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"octavo/internal/api/v1/apitest"
	"octavo/internal/errs"
)

// The operator enters an account that has let operators in, for as long as it does, and is told of in its activity.
func TestTheOperatorEntersWhereTheyAreLetIn(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	admin := s.As("admin@solstice.test")
	open := func() (string, error) {
		link, _, err := s.Users.OpenSupport(t.Context(), s.Solstice.Account, "Ana of Example Hosting")
		return link[strings.LastIndex(link, "/")+1:], err
	}
	enter := func(token string) (*apitest.Client, *apitest.Answer) {
		c := s.Browser()
		return c, c.Post("/sign-in/support", map[string]any{"token": token})
	}
	until := func(d time.Duration) string { return s.Clock.Now().Add(d).UTC().Format(time.RFC3339) }
	if _, err := open(); !errs.Is(err, "support_off") {
		t.Errorf("before it is let in: %v", err)
	}
	set := func(c *apitest.Client, value any) *apitest.Answer {
		tag := admin.Get("/solstice-coffee/settings").Want(http.StatusOK).Header.Get("ETag")
		return c.With("If-Match", tag).Patch("/solstice-coffee/settings", map[string]any{"values": map[string]any{"support_until": value}})
	}
	set(admin, until(8*24*time.Hour)).Refused(http.StatusUnprocessableEntity, "bad_setting")
	set(admin, "tomorrow").Refused(http.StatusUnprocessableEntity, "bad_setting")
	set(admin, until(24*time.Hour)).Want(http.StatusOK)

	token, err := open()
	if err != nil {
		t.Fatal(err)
	}
	cookie := s.Browser().With("Cookie", "octavo_session="+token)
	cookie.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required") // a link is no session
	operator, entered := enter(token)
	entered.Want(http.StatusOK)
	_, again := enter(token)
	again.Refused(http.StatusNotFound, "link_expired")
	operator.Get("/solstice-coffee/people").Want(http.StatusOK)
	operator.Post("/solstice-coffee/groups", map[string]any{"name": "Looked after"}).Want(http.StatusCreated)
	if lines := activity(admin, "solstice-coffee", "group=account"); len(lines) != 2 || lines[0].Person.Name != "Ana of Example Hosting" {
		t.Errorf("the activity tells %+v", lines)
	}
	if lines := activity(admin, "solstice-coffee", "group=group"); len(lines) == 0 || lines[0].Person.Name != "Ana of Example Hosting" {
		t.Errorf("of the group it tells %+v", lines)
	}

	// Nowhere else, nothing of a person's own, and no longer than the account wants.
	operator.Get("/fjord-outdoors/people").Refused(http.StatusNotFound, "not_found")
	operator.Get("/northlight/people").Refused(http.StatusNotFound, "not_found")
	operator.Get("/solstice-coffee/profile").Refused(http.StatusForbidden, "not_in_visit")
	operator.Patch("/solstice-coffee/profile", map[string]any{"name": "Somebody"}).Refused(http.StatusForbidden, "not_in_visit")
	operator.Post("/solstice-coffee/profile/keys", map[string]any{"label": "mine"}).Refused(http.StatusForbidden, "not_in_visit")
	set(operator, until(7*24*time.Hour)).Refused(http.StatusForbidden, "permission_denied")
	set(admin, nil).Want(http.StatusOK)
	operator.Get("/solstice-coffee/people").Refused(http.StatusUnauthorized, "sign_in_required")
	set(admin, until(time.Hour)).Want(http.StatusOK)
	token, err = open()
	if err != nil {
		t.Fatal(err)
	}
	s.Clock.Advance(16 * time.Minute)
	_, late := enter(token)
	late.Refused(http.StatusNotFound, "link_expired")
	if token, err = open(); err != nil {
		t.Fatal(err)
	}
	operator, entered = enter(token)
	entered.Want(http.StatusOK)
	s.Clock.Advance(45 * time.Minute)
	operator.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
}

// In an agency the operator enters none of its clients.
func TestTheOperatorInAnAgencyVisitsNoClient(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	secure(t, s.As("admin@northlight.test"), "northlight", map[string]any{"support_until": s.Clock.Now().Add(time.Hour).UTC().Format(time.RFC3339)})
	link, _, err := s.Users.OpenSupport(t.Context(), s.Agency.Account, "Ana")
	if err != nil {
		t.Fatal(err)
	}
	operator := s.Browser()
	operator.Post("/sign-in/support", map[string]any{"token": link[strings.LastIndex(link, "/")+1:]}).Want(http.StatusOK)
	operator.Get("/northlight/clients").Want(http.StatusOK)
	operator.Post("/northlight/clients/solstice-coffee/sign-in", nil).Refused(http.StatusNotFound, "not_found")
	operator.Get("/solstice-coffee/people").Refused(http.StatusNotFound, "not_found")
}
