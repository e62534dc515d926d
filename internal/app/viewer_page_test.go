package app

import (
	"encoding/hex"
	"strings"
	"testing"
)

// People who may only look get the small page of Home and of dashboards; everybody else, and every other address,
// gets the application. So does who is in an account that is not theirs: it says nothing of what is there.
func TestViewersHaveAPageOfTheirOwn(t *testing.T) {
	w := newWorld(t)
	board := "/dashboards/" + strings.Repeat("0a", 16)
	gets := func(column, path string) bool {
		t.Helper()
		res, body := get(t, w.base+path, "Cookie", "octavo_session="+w.cookies[column])
		viewer := strings.Contains(body, "<title>viewer")
		if kept := res.Header.Get("Cache-Control"); res.StatusCode == 200 && kept != "no-store" {
			t.Errorf("%s at %s: Cache-Control %s", column, path, kept)
		}
		return viewer
	}
	for column := range w.cookies {
		looks := strings.HasSuffix(column, "V") // PV, CV
		own := "/" + accountOf(column)
		for _, path := range []string{own, own + "/", own + board, own + board + "?set=a%3D1"} {
			if gets(column, path) != looks {
				t.Errorf("%s at %s: page of viewers: %v, want %v", column, path, !looks, looks)
			}
		}
		for _, path := range []string{own + board + "/edit", own + "/dashboards", own + "/profile", own + "/dashboards/0A", "/%" + strings.ToUpper(hex.EncodeToString([]byte(own[1:2]))) + own[2:] + board, own + "/" + board, "/", "/no-such-account" + board} {
			if gets(column, path) {
				t.Errorf("%s gets the page of viewers at %s", column, path)
			}
		}
	}
	for _, path := range []string{"/fjord-outdoors" + board, "/solstice-coffee" + board} {
		if gets("PV", path) {
			t.Errorf("a viewer of the agency gets the page of viewers at %s", path)
		}
	}
	if gets("CV", "/northlight"+board) {
		t.Error("a viewer of a client gets the page of viewers of its agency")
	}
	role := w.must("CA", "POST", "/solstice-coffee/roles", map[string]any{"name": "Downloads", "permissions": []string{"klip.download"}}, "id")
	w.must("CA", "PATCH", "/solstice-coffee/people/"+string(w.f.Solstice.Viewer.ID), map[string]any{"roles": []string{role}}, "")
	w.must("CV", "GET", "/solstice-coffee/context", nil, "") // still signed in
	if gets("CV", "/solstice-coffee"+board) {
		t.Error("who may do more than look keeps the page of viewers")
	}
	w.cookies["CV"] = "ended"
	if gets("CV", "/solstice-coffee"+board) {
		t.Error("somebody who is not signed in gets the page of viewers")
	}
}
