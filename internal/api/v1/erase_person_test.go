package v1_test

import (
	"net/http"
	"strings"
	"testing"

	"octavo/internal/api/v1/apitest"
	"octavo/internal/db"
)

// A person who is deleted and erased is in no list, no line of the activity and no row; what they did stays told.
func TestADeletedPersonIsErasedOnRequest(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	admin, editor := s.As("admin@solstice.test"), s.As("editor@solstice.test")
	id := string(s.Solstice.Editor.ID)
	admin.Get("/solstice-coffee/people/" + id).Want(http.StatusOK)
	editor.Patch("/solstice-coffee/profile", map[string]any{"name": "Ines Almeida"}).Want(http.StatusOK)
	export := func() string {
		return admin.Get("/solstice-coffee/activity-export?format=jsonl").Want(http.StatusOK).Body
	}
	if !strings.Contains(export(), "Ines Almeida") {
		t.Fatal("the activity does not name the person at first")
	}
	admin.Delete("/solstice-coffee/people/" + id + "?erase=1").Want(http.StatusOK)
	work(t, s)
	after := export()
	if strings.Contains(after, "Ines Almeida") || strings.Contains(after, "editor@solstice.test") || !strings.Contains(after, "Former user "+id[len(id)-6:]) {
		t.Errorf("afterwards the activity is\n%s", after)
	}
	if !strings.Contains(after, "profile.changed") {
		t.Error("what the person did is not told any more")
	}
	err := s.DB.Read(t.Context(), db.System(), func(tx *db.Tx) error {
		var n int
		_, err := tx.One(t.Context(), `SELECT (SELECT count(*) FROM users WHERE name LIKE '%Almeida%' OR email = 'editor@solstice.test')
			+ (SELECT count(*) FROM jobs WHERE args LIKE '%Almeida%' OR args LIKE '%editor@solstice.test%')`, nil, &n)
		if err == nil && n != 0 {
			t.Errorf("%d rows name the person", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
