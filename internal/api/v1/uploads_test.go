package v1_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	v1 "octavo/internal/api/v1"
)

// TestUploadsThatTakeLong: who does not wait is told that the file is being read, and asks for what came of it.
func TestUploadsThatTakeLong(t *testing.T) {
	s := newStudio(t)
	c := s.As("editor@northlight.test")
	ended := func(up v1.Upload) v1.Upload {
		t.Helper()
		for end := time.Now().Add(time.Minute); ; time.Sleep(2 * time.Millisecond) {
			var now v1.Upload
			c.Get("/northlight/uploads/" + string(up.ID)).Want(http.StatusOK).JSON(&now)
			if now.State != "reading" {
				return now
			}
			if time.Now().After(end) {
				t.Fatalf("it is never read: %+v", now)
			}
		}
	}
	s.rests.Store(true)
	var good v1.Upload
	path := "/northlight/uploads?name=orders.csv"
	a := c.With("Prefer", "respond-async").Do(http.MethodPost, path, strings.NewReader(orders)).Want(http.StatusAccepted)
	if a.JSON(&good); good.State != "reading" || strings.Contains(string(a.Body), `"format"`) || a.Header.Get("Retry-After") != "2" {
		t.Fatalf("%+v, Retry-After %q", good, a.Header.Get("Retry-After"))
	}
	source := map[string]any{"name": "Orders", "upload_id": good.ID}
	c.Post("/northlight/data-sources", source).Refused(http.StatusConflict, "upload_reading")
	s.wake()
	if up := ended(good); up.State != "read" || up.Problem != nil || up.Format != "csv" || len(up.Sheets) != 1 || len(up.Sheets[0].Preview) != 3 {
		t.Errorf("%+v", up)
	}
	again := "/northlight/uploads/" + string(good.ID) + "/options"
	c.With("Prefer", "respond-async").Put(again, map[string]any{"delimiter": "ab"}).Want(http.StatusAccepted)
	s.wake()
	up := ended(good)
	if up.State != "failed" || up.Problem.Code != "option_invalid" || up.Problem.Status != http.StatusUnprocessableEntity || len(up.Sheets) != 1 {
		t.Errorf("the reading before is %+v", up)
	}
	s.rests.Store(false)
	waited := c.Put(again, map[string]any{"delimiter": "ab"}).Refused(http.StatusUnprocessableEntity, "option_invalid")
	if waited.Detail != up.Problem.Detail || waited.Field != up.Problem.Field {
		t.Errorf("%+v, want %+v", waited, up.Problem)
	}
	s.As("admin@northlight.test").Get("/northlight/uploads/"+string(good.ID)).Refused(http.StatusNotFound, "not_found")
	c.Get("/northlight/uploads/junk").Refused(http.StatusNotFound, "not_found")
	c.Post("/northlight/data-sources", source).Want(http.StatusCreated)
}

func TestPreferences(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"": 20 * time.Second, "wait=5": 5 * time.Second, "wait=0": 0, "wait=600": time.Minute, "respond-async": 0, "Respond-Async, WAIT = \"3\"; x=1": 3 * time.Second,
		"wait=3, respond-async": 3 * time.Second, "wait=-1": 20 * time.Second, "wait=99999999999999999999": 20 * time.Second, "wait": 20 * time.Second, "return=minimal": 20 * time.Second,
	} {
		if got := (v1.Prefer{Prefer: text}).Wait(); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
