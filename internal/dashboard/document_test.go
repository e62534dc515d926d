package dashboard

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/asset"
	"octavo/internal/errs"
)

func tree(t *testing.T, text string) map[string]any {
	t.Helper()
	v, err := asset.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v.(map[string]any)
}

func TestParseDocumentRefuses(t *testing.T) {
	place := func(p string) string { return `{"title":"A","placements":[` + p + `]}` }
	const ok = `{"id":"aaaaaaaaaa","klip":"k","x":0,"y":0,"w":6,"h":8}`
	many := strings.TrimSuffix(strings.Repeat(`{"klip":"k","x":0,"y":0,"w":2,"h":4},`, MaxKlips+1), ",")
	tests := []struct{ name, json, code, field string }{
		{"no title", `{}`, "name_required", "title"},
		{"title is a number", `{"title":1}`, "bad_dashboard", "title"},
		{"another kind", `{"title":"A","kind":"klip"}`, "bad_dashboard", "kind"},
		{"a newer schema", `{"title":"A","schema":2}`, "newer_schema", ""},
		{"long description", `{"title":"A","description":"` + strings.Repeat("x", maxDescription+1) + `"}`, "text_too_long", "description"},
		{"placements are no list", `{"title":"A","placements":{}}`, "bad_dashboard", "placements"},
		{"a placement is no object", place(`1`), "bad_placement", "placements/0"},
		{"no place", place(`{"klip":"k"}`), "bad_placement", "placements/0/x"},
		{"half a column", place(`{"klip":"k","x":0.5,"y":0,"w":2,"h":4}`), "bad_placement", "placements/0/x"},
		{"auto is a text", place(`{"klip":"k","x":0,"y":0,"w":2,"h":4,"auto":"yes"}`), "bad_placement", "placements/0/auto"},
		{"an id of another form", place(`{"id":"A1","klip":"k","x":0,"y":0,"w":2,"h":4}`), "bad_placement", "placements/0/id"},
		{"an id twice", place(ok + `,{"id":"aaaaaaaaaa","klip":"k","x":6,"y":0,"w":6,"h":8}`), "bad_placement", "placements/1/id"},
		{"a slot", place(`{"slot":"s","x":0,"y":0,"w":2,"h":4}`), "bad_placement", "placements/0/slot"},
		{"left of the grid", place(`{"klip":"k","x":-1,"y":0,"w":2,"h":4}`), "bad_placement", "placements/0"},
		{"right of the grid", place(`{"klip":"k","x":7,"y":0,"w":6,"h":4}`), "bad_placement", "placements/0"},
		{"above the grid", place(`{"klip":"k","x":0,"y":-1,"w":2,"h":4}`), "bad_placement", "placements/0"},
		{"too narrow", place(`{"klip":"k","x":0,"y":0,"w":1,"h":4}`), "placement_too_small", "placements/0"},
		{"too flat", place(`{"klip":"k","x":0,"y":0,"w":2,"h":3}`), "placement_too_small", "placements/0"},
		{"overlap", place(ok + `,{"klip":"k","x":5,"y":7,"w":6,"h":8}`), "placement_overlap", "placements"},
		{"too many", place(many), "too_many_klips", "placements"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseDocument(tree(t, tt.json))
			if !errs.Is(err, tt.code) {
				t.Fatalf("got %v, want %s", err, tt.code)
			}
			if e := err.(*errs.Error); e.Field != tt.field {
				t.Errorf("field %q, want %q", e.Field, tt.field)
			}
		})
	}
}

// Defaults are absent, unknown fields stay, placements stand in the order of their ids.
func TestBodyIsCanonical(t *testing.T) {
	d, err := parseDocument(tree(t, `{"title":" A ","description":"","theme":{"mood":"calm"},"nothing":null,"placements":[
		{"id":"bbbbbbbbbb","klip":"k","x":0,"y":0,"w":6,"h":8,"auto":true,"glue":true},
		{"id":"aaaaaaaaaa","klip":"l","x":6,"y":0,"w":6,"h":8,"auto":false,"gone":null}]}`))
	if err != nil {
		t.Fatal(err)
	}
	d.placements[0].slot, d.placements[1].slot = "s1", "s2"
	got, err := asset.Write(d.body())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"kind":"dashboard","placements":[` +
		`{"auto":false,"h":8,"id":"aaaaaaaaaa","slot":"s2","w":6,"x":6,"y":0},` +
		`{"glue":true,"h":8,"id":"bbbbbbbbbb","slot":"s1","w":6,"x":0,"y":0}],` +
		`"schema":1,"theme":{"mood":"calm"},"title":"A"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	again, err := parseBody(string(got))
	if err != nil {
		t.Fatal(err)
	}
	shown := again.show(func(slot string) string { return "id of " + slot })
	wantShown := map[string]any{"title": "A", "description": "", "theme": map[string]any{"mood": "calm"}, "placements": []any{
		map[string]any{"id": "bbbbbbbbbb", "klip": "id of s1", "x": 0, "y": 0, "w": 6, "h": 8, "auto": true, "glue": true},
		map[string]any{"id": "aaaaaaaaaa", "klip": "id of s2", "x": 6, "y": 0, "w": 6, "h": 8, "auto": false},
	}}
	if diff := cmp.Diff(wantShown, shown); diff != "" {
		t.Error(diff)
	}
}
