package v1_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"octavo/internal/api/v1/apitest"
	"octavo/internal/authz"
)

func TestRepeatedCallIsAnsweredLikeTheFirst(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test").With("Idempotency-Key", "k1")
	body := map[string]any{"name": "Tide"}
	first := c.Post("/northlight/clients", body).Want(http.StatusCreated)
	again := c.Post("/northlight/clients", body).Want(http.StatusCreated)
	if again.Body != first.Body || again.Header.Get("ETag") != `"1"` || again.Header.Get("Content-Type") != first.Header.Get("Content-Type") {
		t.Errorf("second answer %v %s differs from %v %s", again.Header, again.Body, first.Header, first.Body)
	}
	if first.Header.Get("Idempotency-Replayed") != "" || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Error("the replay is not marked, or the first answer is")
	}
	c.Post("/northlight/clients", map[string]any{"name": "Other"}).Refused(http.StatusUnprocessableEntity, "idempotency_key_reused")
	c.With("Idempotency-Key", strings.Repeat("k", 201)).Post("/northlight/clients", body).Refused(http.StatusUnprocessableEntity, "bad_idempotency_key")

	s.Clock.Advance(24*time.Hour + time.Minute) // forgotten; the session is idle for too long as well
	later := s.As("admin@northlight.test").With("Idempotency-Key", "k1")
	later.Post("/northlight/clients", body).Refused(http.StatusConflict, "name_taken")
}

func TestAFailedCallFreesItsKey(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test").With("Idempotency-Key", "k1")
	c.Post("/northlight/clients", map[string]any{"name": "Fjord outdoors"}).Refused(http.StatusConflict, "name_taken")
	c.Post("/northlight/clients", map[string]any{"name": ""}).Refused(http.StatusUnprocessableEntity, "name_required")
	c.Post("/northlight/clients", map[string]any{"name": "Tide"}).Want(http.StatusCreated)
}

func TestKeysBelongToAPerson(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	body := map[string]any{"name": "Tide"}
	s.As("admin@northlight.test").With("Idempotency-Key", "k1").Post("/northlight/clients", body).Want(http.StatusCreated)
	other := s.As("editor@northlight.test").With("Idempotency-Key", "k1")
	other.Post("/northlight/clients", body).Refused(http.StatusForbidden, "permission_denied")
	admin := s.Actor(s.Agency, s.Agency.Admin)
	if err := s.SetRoles(context.Background(), admin, s.Agency.Editor.ID, []authz.Role{authz.Admin}); err != nil {
		t.Fatal(err)
	}
	other.Post("/northlight/clients", body).Refused(http.StatusConflict, "name_taken")
}

func TestCallsSideBySideCreateOne(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test").With("Idempotency-Key", "k1")
	statuses := make([]int, 8)
	var wg sync.WaitGroup
	for i := range statuses {
		wg.Go(func() { statuses[i] = c.Post("/northlight/clients", map[string]any{"name": "Tide"}).Status })
	}
	wg.Wait()
	for _, status := range statuses {
		if status != http.StatusCreated && status != http.StatusConflict {
			t.Errorf("statuses = %v", statuses)
		}
	}
	if n := s.As("admin@northlight.test").Get("/northlight/clients-summary").Object()["total"]; n != 3.0 {
		t.Errorf("%v clients, want 3", n)
	}
}
