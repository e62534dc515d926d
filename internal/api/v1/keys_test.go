package v1_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/fixture"
)

// A person makes keys of their own with the password again, sees each once, and ends them.
func TestAPIKeysOfOnesOwn(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	const path = "/solstice-coffee/profile/keys"
	editor := s.As("editor@solstice.test")
	body := func(label string) map[string]any { return map[string]any{"label": label} }
	list := func(c *apitest.Client) (out v1.Keys) {
		t.Helper()
		c.Get(path).Want(http.StatusOK).JSON(&out)
		return out
	}
	if got := list(editor); len(got.Items) != 0 || !got.On || got.Limit != 10_000 || got.Used != 0 || got.Burst != 50 || !got.ResetsAt.After(s.Clock.Now()) {
		t.Errorf("at first: %+v", got)
	}
	editor.Post(path, body("  ")).Refused(http.StatusUnprocessableEntity, "label_required")
	var made v1.NewKey
	editor.Post(path, body(" Weekly  report ")).Want(http.StatusCreated).JSON(&made)
	if made.Label != "Weekly report" || len(made.Secret) != len("octavo_")+43 || made.UsedAt != nil {
		t.Errorf("made: %+v", made)
	}
	program := s.Browser().With("Authorization", "Bearer "+made.Secret)
	program.Get("/solstice-coffee/context").Want(http.StatusOK)
	if got := list(editor); len(got.Items) != 1 || got.Items[0].ID != made.ID || got.Items[0].UsedAt == nil {
		t.Errorf("after a call: %+v", got)
	}
	if a := editor.Get(path).Want(http.StatusOK); strings.Contains(a.Body, made.Secret) {
		t.Error("the list tells the secret")
	}

	// Other people do not see or touch it, a key makes no key, and View-Only people have none.
	other := s.As("admin@solstice.test")
	if got := list(other); len(got.Items) != 0 {
		t.Errorf("of somebody else: %+v", got)
	}
	one := fmt.Sprintf("%s/%s", path, made.ID)
	other.Delete(one).Refused(http.StatusNotFound, "not_found")
	other.Patch(one, body("Mine")).Refused(http.StatusNotFound, "not_found")
	program.Post(path, body("another")).Refused(http.StatusForbidden, "password_needed")
	s.As("viewer@solstice.test").Get(path).Refused(http.StatusForbidden, "permission_denied")
	visitor := s.As("admin@northlight.test")
	visitor.Post("/northlight/clients/solstice-coffee/sign-in", nil).Want(http.StatusOK)
	visitor.Get(path).Refused(http.StatusForbidden, "not_in_visit")
	visitor.Post(path, body("x")).Refused(http.StatusForbidden, "not_in_visit")

	editor.Patch(one, body("Monthly report")).Want(http.StatusNoContent)
	if got := list(editor); got.Items[0].Label != "Monthly report" {
		t.Errorf("renamed: %+v", got)
	}
	s.Clock.Advance(11 * time.Minute)
	editor.Post(path, body("late")).Refused(http.StatusForbidden, "password_needed")
	editor.Delete(one).Want(http.StatusNoContent) // ending one is never held up
	editor.Delete(one).Refused(http.StatusNotFound, "not_found")
	program.Get("/solstice-coffee/context").Refused(http.StatusUnauthorized, "key_refused")

	editor.Post("/me/password", map[string]any{"password": fixture.Password}).Want(http.StatusNoContent)
	for i := range 50 {
		editor.Post(path, body(fmt.Sprint("key ", i))).Want(http.StatusCreated)
	}
	editor.Post(path, body("one more")).Refused(http.StatusConflict, "keys_full")
}
