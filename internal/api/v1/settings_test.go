package v1_test

import (
	"net/http"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/klip"
)

func TestSettingsHoldAtOnceInResults(t *testing.T) {
	w := newWorkshop(t)
	maya := w.As("admin@northlight.test")
	enterAs(maya, "solstice-coffee")
	src := w.source(maya, "solstice-coffee", "Orders")
	k := w.klip(maya, "solstice-coffee", sum(src, "SUM(@Amount) * 1000"))
	if got := shown(maya, "solstice-coffee", k.ID); got != "€32,500" {
		t.Fatalf("before: %q", got)
	}
	set := func(account, name string, value any) v1.Settings {
		t.Helper()
		a := maya.Get("/" + account + "/settings").Want(http.StatusOK)
		var out v1.Settings
		maya.With("If-Match", a.Header.Get("ETag")).Patch("/"+account+"/settings", map[string]any{"values": map[string]any{name: value}}).
			Want(http.StatusOK).JSON(&out)
		return out
	}
	set("northlight", "locale", "de")
	if got := shown(maya, "solstice-coffee", k.ID); got != "32.500\u00a0€" {
		t.Errorf("with the agency's language: %q", got)
	}
	set("solstice-coffee", "first_weekday", "monday")
	var r klip.Result
	maya.Get("/solstice-coffee/klips/" + k.ID + "/result").Want(http.StatusOK).JSON(&r)
	if l := r.Locale; l == nil || l.Tag != "de" || l.Percent != "#\u00a0%" || l.FirstWeekday != 1 {
		t.Errorf("the drawing layer gets %+v", l)
	}
	set("solstice-coffee", "locale", "en")
	if got := shown(maya, "solstice-coffee", k.ID); got != "€32,500" {
		t.Errorf("with its own: %q", got)
	}
	list := set("solstice-coffee", "locale", nil)
	if list.Items[1] != (v1.Setting{Name: "locale", Value: "de", Source: "agency", Inherited: "de"}) {
		t.Errorf("inherits again: %+v", list.Items[1])
	}
	maya.With("If-Match", `"0"`).Patch("/solstice-coffee/settings", map[string]any{"values": map[string]any{"locale": "fr"}}).Refused(http.StatusConflict, "version_conflict")
	p := maya.With("If-Match", `"3"`).Patch("/solstice-coffee/settings", map[string]any{"values": map[string]any{"time_zone": "Moon"}}).Refused(http.StatusUnprocessableEntity, "bad_setting")
	if p.Field != "time_zone" {
		t.Errorf("field %q", p.Field)
	}
	w.As("editor@solstice.test").Get("/solstice-coffee/settings").Refused(http.StatusForbidden, "permission_denied")
	w.As("admin@fjord.test").Get("/solstice-coffee/settings").Refused(http.StatusNotFound, "not_found")
}
