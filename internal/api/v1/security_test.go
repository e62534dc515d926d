package v1_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/fixture"
)

// secure changes settings of an account.
func secure(t *testing.T, c *apitest.Client, account string, values map[string]any) {
	t.Helper()
	tag := c.Get("/" + account + "/settings").Want(http.StatusOK).Header.Get("ETag")
	c.With("If-Match", tag).Patch("/"+account+"/settings", map[string]any{"values": values}).Want(http.StatusOK)
}

func TestSessionsEndAsTheirAccountDecides(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	admin := s.As("admin@solstice.test")
	viewer, other := s.As("viewer@solstice.test"), s.As("viewer@fjord.test")
	s.Clock.Advance(20 * time.Minute)
	secure(t, admin, "solstice-coffee", map[string]any{"session_idle_s": "600", "session_max_s": "7200"})
	viewer.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required") // it has rested for longer
	other.Get("/me").Want(http.StatusOK)
	viewer = s.As("viewer@solstice.test")
	for range 13 {
		s.Clock.Advance(9 * time.Minute)
		viewer.Get("/me").Want(http.StatusOK)
	}
	var sessions v1.Sessions
	viewer.Get("/solstice-coffee/profile/sessions").Want(http.StatusOK).JSON(&sessions)
	if len(sessions.Items) != 1 { // the one that rested is not running
		t.Errorf("%d sessions", len(sessions.Items))
	}
	s.Clock.Advance(4 * time.Minute)
	viewer.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required") // two hours are over
	other.Get("/me").Want(http.StatusOK)

	// An agency may let sessions rest for longer than the product does by itself; the sweep leaves them.
	maya := s.As("admin@northlight.test")
	secure(t, maya, "northlight", map[string]any{"session_idle_s": "172800"})
	s.Clock.Advance(47 * time.Hour)
	if err := s.Users.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	maya.Get("/me").Want(http.StatusOK)
}

func TestPasswordsFollowTheRulesOfTheirAccount(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	secure(t, s.As("admin@northlight.test"), "northlight", map[string]any{"password_length": "14", "password_classes": "3", "password_history": "2"})
	viewer := s.As("viewer@solstice.test")
	change := func(from, to string) *apitest.Answer {
		return viewer.Post("/solstice-coffee/profile/password", map[string]any{"present": from, "password": to})
	}
	if p := change(fixture.Password, "Short horse 7").Refused(http.StatusUnprocessableEntity, "password_too_short"); p.Params["limit"] != 14.0 {
		t.Errorf("%+v", p.Params)
	}
	change(fixture.Password, "only small letters").Refused(http.StatusUnprocessableEntity, "password_too_plain")
	first, second, third := "A lantern on the roof 1", "A lantern on the roof 2", "A lantern on the roof 3"
	change(fixture.Password, first).Want(http.StatusNoContent)
	change(first, first).Refused(http.StatusUnprocessableEntity, "password_used")
	change(first, second).Want(http.StatusNoContent)
	if p := change(second, first).Refused(http.StatusUnprocessableEntity, "password_used"); p.Params["limit"] != 2.0 {
		t.Errorf("%+v", p.Params)
	}
	change(second, third).Want(http.StatusNoContent)
	change(third, first).Want(http.StatusNoContent) // two others came between

	// What is too old is replaced at the next sign-in, by the rules, and a wrong one learns nothing of that.
	secure(t, s.As("admin@solstice.test"), "solstice-coffee", map[string]any{"password_max_age_days": "30"})
	s.Clock.Advance(31 * 24 * time.Hour)
	s.Browser().Post("/sign-in", signIn("viewer@solstice.test", "not the password")).Refused(http.StatusUnauthorized, "sign_in_failed")
	late := s.Browser()
	p := late.Post("/sign-in", signIn("viewer@solstice.test", first)).Refused(http.StatusUnauthorized, "password_expired")
	late.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
	reset := func(password string) *apitest.Answer {
		return late.Post("/reset/password", map[string]any{"token": p.Params["token"], "password": password})
	}
	reset(first).Refused(http.StatusUnprocessableEntity, "password_used")
	reset(second).Want(http.StatusOK)
	late.Get("/me").Want(http.StatusOK)
	s.Browser().Post("/sign-in", signIn("viewer@solstice.test", second)).Want(http.StatusOK)
	s.Browser().Post("/sign-in", signIn("viewer@northlight.test", fixture.Password)).Want(http.StatusOK) // no age there
}

// An account's own lock shows to nobody who does not know the person: its answers are those of a wrong password.
func TestLocksOfAnAccountDoNotShow(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	admin := s.As("admin@solstice.test")
	secure(t, admin, "solstice-coffee", map[string]any{"lock_tries": "3", "lock_s": "3600"})
	try := func(email, password string) string {
		answer := s.Browser().Post("/sign-in", signIn(email, password))
		if answer.Status == http.StatusOK {
			return "in"
		}
		var p v1.Problem
		answer.JSON(&p)
		return fmt.Sprint(answer.Status, p.Code, p.Detail)
	}
	for n := range 3 {
		if got := try("viewer@solstice.test", "wrong"); got != try("nobody@solstice.test", "wrong") {
			t.Errorf("try %d: %s", n, got)
		}
	}
	if locked := try("viewer@solstice.test", fixture.Password); locked != try("nobody@solstice.test", fixture.Password) {
		t.Errorf("the lock shows: %s", locked)
	}
	person := "/solstice-coffee/people/" + string(s.Solstice.Viewer.ID)
	var details v1.PersonDetails
	admin.Get(person).Want(http.StatusOK).JSON(&details)
	if details.LockedUntil == nil {
		t.Error("the administrator does not see the lock")
	}
	s.Clock.Advance(16 * time.Minute) // longer than the lock of everybody
	if try("viewer@solstice.test", fixture.Password) == "in" {
		t.Error("the lock of an hour ended before")
	}
	admin.Post(person+"/unlock", nil).Want(http.StatusOK)
	if got := try("viewer@solstice.test", fixture.Password); got != "in" {
		t.Errorf("unlocked: %s", got)
	}
	for range 3 {
		try("editor@solstice.test", "wrong")
	}
	s.Clock.Advance(61 * time.Minute)
	if got := try("editor@solstice.test", fixture.Password); got != "in" {
		t.Errorf("after an hour: %s", got)
	}
	work(t, s)
	var locks int
	for _, line := range activity(admin, "solstice-coffee", "group=user") {
		if line.Action == "user.locked" {
			locks++
		}
	}
	if locks != 2 {
		t.Errorf("%d locks in the trail", locks)
	}
}
