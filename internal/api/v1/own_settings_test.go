package v1_test

import (
	"net/http"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
)

// What a person has chosen shows in results that are computed for them, and in nobody else's.
func TestResultsAreWrittenAsThePersonSeesThem(t *testing.T) {
	w := newWorkshop(t)
	admin, editor := w.As("admin@northlight.test"), w.As("editor@northlight.test")
	src := w.source(editor, "northlight", "Orders")
	k := w.klip(editor, "northlight", sum(src, "SUM(@Amount) * 1000"))
	const english, german = "€32,500", "32.500\u00a0€"
	if got := shown(editor, "northlight", k.ID); got != english {
		t.Fatalf("at first %q", got)
	}
	var own v1.OwnSettings
	editor.Patch("/northlight/profile/settings", map[string]any{"values": map[string]any{"locale": "de", "time_zone": "Asia/Tokyo"}}).Want(http.StatusOK).JSON(&own)
	if !own.Allowed || len(own.Items) != 2 || own.Items[1].Value == nil || *own.Items[1].Value != "de" || own.Items[1].Account != "en" {
		t.Errorf("%+v", own)
	}
	if got := shown(editor, "northlight", k.ID); got != german {
		t.Errorf("the editor reads %q", got)
	}
	if got := shown(admin, "northlight", k.ID); got != english {
		t.Errorf("the administrator reads %q", got)
	}
	secure(t, admin, "northlight", map[string]any{"people_choose": "no"})
	if got := shown(editor, "northlight", k.ID); got != english {
		t.Errorf("after the account has decided, the editor reads %q", got)
	}
	editor.Patch("/northlight/profile/settings", map[string]any{"values": map[string]any{"locale": "fr"}}).Refused(http.StatusForbidden, "setting_not_yours")
	editor.Get("/northlight/profile/settings").Want(http.StatusOK).JSON(&own)
	if own.Allowed || *own.Items[1].Value != "de" {
		t.Errorf("what was chosen rests: %+v", own)
	}
}

// An account that lets nothing be downloaded lets nobody, whatever their role.
func TestAnAccountMayForbidDownloads(t *testing.T) {
	s := newStudio(t)
	admin, editor := s.As("admin@northlight.test"), s.As("editor@northlight.test")
	download := "/northlight/data-sources/" + s.source(admin, "northlight", "Orders").ID + "/download"
	may := func(c *apitest.Client) (n int) {
		var context v1.Context
		c.Get("/northlight/context").Want(http.StatusOK).JSON(&context)
		for _, p := range context.Permissions {
			if strings.HasSuffix(string(p), ".download") {
				n++
			}
		}
		return n
	}
	admin.Get(download).Want(http.StatusOK)
	if may(editor) != 3 || may(admin) != 3 {
		t.Errorf("at first %d and %d", may(editor), may(admin))
	}
	secure(t, admin, "northlight", map[string]any{"downloads": "no"})
	admin.Get(download).Refused(http.StatusForbidden, "permission_denied")
	if may(editor) != 0 || may(admin) != 0 {
		t.Errorf("still allowed: %d and %d", may(editor), may(admin))
	}
	// Its clients inherit that, a client may decide otherwise, and roles are handed out as before.
	enterAs(admin, "solstice-coffee")
	client := "/solstice-coffee/data-sources/" + s.source(admin, "solstice-coffee", "Orders").ID + "/download"
	admin.Get(client).Refused(http.StatusForbidden, "permission_denied")
	secure(t, admin, "solstice-coffee", map[string]any{"downloads": "yes"})
	admin.Get(client).Want(http.StatusOK)
	person := "/northlight/people/" + string(s.Agency.Viewer.ID)
	tag := admin.Get(person).Want(http.StatusOK).Header.Get("ETag")
	admin.With("If-Match", tag).Patch(person, map[string]any{"roles": []string{"editor"}}).Want(http.StatusOK)
}
