package v1_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/authz"
	"octavo/internal/db"
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

// A process that ends between the change and the answer leaves the key with what the
// change made: a repeated call is answered with that, and makes nothing.
func TestALostAnswerIsMadeAgain(t *testing.T) {
	s := newStudio(t)
	c := s.As("admin@northlight.test").With("Idempotency-Key", "k1")
	body := map[string]any{"title": "Trading"}
	first := c.Post("/northlight/dashboards", body).Want(http.StatusCreated)
	made, _ := first.Object()["id"].(string)
	lose := func(subject string) {
		t.Helper()
		ctx := context.Background()
		err := s.DB.Tx(ctx, db.Account(s.Agency.ID), func(tx *db.Tx) error {
			n, err := tx.Exec(ctx, `UPDATE idempotency SET status = 1, response = :left WHERE account_id = :account AND key = 'k1'`,
				db.Args{"left": strings.Repeat("a", 32) + " " + subject})
			if n != 1 {
				t.Errorf("%d keys", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	lose(made)
	again := c.Post("/northlight/dashboards", body).Want(http.StatusCreated)
	if again.Object()["id"] != made || again.Header.Get("ETag") != first.Header.Get("ETag") || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again: %v %s, first: %v %s", again.Header, again.Body, first.Header, first.Body)
	}
	c.Post("/northlight/dashboards", map[string]any{"title": "Other"}).Refused(http.StatusUnprocessableEntity, "idempotency_key_reused")
	lose("")
	c.Post("/northlight/dashboards", body).Refused(http.StatusConflict, "already_done")
	var list v1.Page[v1.Dashboard]
	c.Get("/northlight/dashboards").Want(http.StatusOK).JSON(&list)
	if len(list.Items) != 1 {
		t.Errorf("%d dashboards, want one", len(list.Items))
	}
}

// A save with a key is answered again although its version is not the newest any more.
func TestASaveWithAKeyIsRepeated(t *testing.T) {
	s := newStudio(t)
	c := s.As("admin@northlight.test")
	d := s.dashboard(c, "northlight", "Trading")
	save := c.With("Idempotency-Key", "k1").With("If-Match", `"1"`)
	first := save.Put("/northlight/dashboards/"+d.ID, map[string]any{"title": "Trade"}).Want(http.StatusOK)
	again := save.Put("/northlight/dashboards/"+d.ID, map[string]any{"title": "Trade"}).Want(http.StatusOK)
	if again.Body != first.Body || again.Header.Get("ETag") != `"2"` {
		t.Errorf("again: %v %s, first: %s", again.Header, again.Body, first.Body)
	}
	save.With("Idempotency-Key", "k2").Put("/northlight/dashboards/"+d.ID, map[string]any{"title": "Trade"}).Refused(http.StatusConflict, "version_conflict")
}

// Servers over one database do not know of each other's calls: what keeps them from making
// a thing twice is the key in the transaction of the change.
func TestTwoServersMakeOne(t *testing.T) {
	s := newStudio(t)
	api, err := v1.New(s.API.Deps)
	if err != nil {
		t.Fatal(err)
	}
	second := *s.Server
	second.Server = httptest.NewServer(api)
	t.Cleanup(second.Close)
	clients := []*apitest.Client{s.As("admin@northlight.test"), second.As("admin@northlight.test")}
	body := map[string]any{"title": "Trading"}
	const keys = 20
	for n := range keys {
		key := fmt.Sprintf("k%d", n)
		answers := make([]*apitest.Answer, len(clients))
		var wg sync.WaitGroup
		for i, c := range clients {
			wg.Go(func() { answers[i] = c.With("Idempotency-Key", key).Post("/northlight/dashboards", body) })
		}
		wg.Wait()
		made := map[string]bool{}
		for i, c := range clients {
			if a := answers[i]; a.Status == http.StatusCreated {
				made[a.Body] = true
			} else {
				a.Refused(http.StatusConflict, "idempotency_in_progress")
			}
			made[c.With("Idempotency-Key", key).Post("/northlight/dashboards", body).Want(http.StatusCreated).Body] = true
		}
		if len(made) != 1 {
			t.Errorf("%s: the answers differ: %v", key, made)
		}
	}
	var list v1.Page[v1.Dashboard]
	s.As("admin@northlight.test").Get("/northlight/dashboards").Want(http.StatusOK).JSON(&list)
	if len(list.Items) != keys {
		t.Errorf("%d dashboards, want %d", len(list.Items), keys)
	}
}

// Keys and the answers that are kept with them go after a day.
func TestKeysAreForgotten(t *testing.T) {
	s := newStudio(t)
	kept := func() (keys []string) {
		t.Helper()
		err := s.DB.Read(context.Background(), db.Account(s.Agency.ID), func(tx *db.Tx) error {
			return tx.Query(context.Background(), `SELECT key FROM idempotency WHERE account_id = :account ORDER BY key`, nil, func(scan func(...any) error) error {
				var key string
				err := scan(&key)
				keys = append(keys, key)
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		return keys
	}
	post := func(key string) {
		t.Helper()
		s.As("admin@northlight.test").With("Idempotency-Key", key).Post("/northlight/dashboards", map[string]any{"title": "Trading"}).Want(http.StatusCreated)
	}
	post("k1")
	s.Clock.Advance(12 * time.Hour)
	post("k2")
	for _, step := range []struct {
		later time.Duration
		want  string
	}{{11 * time.Hour, "k1 k2"}, {time.Hour, "k2"}, {12 * time.Hour, ""}} {
		s.Clock.Advance(step.later)
		if err := v1.ForgetKeys(context.Background(), s.DB, s.Accounts.All); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(kept(), " "); got != step.want {
			t.Errorf("%q are kept, want %q", got, step.want)
		}
	}
}
