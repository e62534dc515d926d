package datasource_test

import (
	"strings"
	"testing"

	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/formula/xpath"
)

// inTree gives what a path selects in the file of a source.
func (s *setup) inTree(src *datasource.Source, path string) string {
	s.t.Helper()
	var p datasource.Payload
	s.inAccount(src.Key.Account, func(tx *db.Tx) error {
		all, err := s.Payloads(s.t.Context(), tx, []int64{src.Key.No})
		p = all[src.Key.No]
		return err
	})
	doc, err := s.Tree(s.t.Context(), p)
	if err != nil {
		s.t.Fatal(err)
	}
	q, err2 := xpath.Parse(path)
	if err2 != nil {
		s.t.Fatal(err2)
	}
	v, err := doc.Select(q, nil, func() error { return nil })
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for i := range v.Len() {
		out = append(out, v.Item(i).Text())
	}
	return strings.Join(out, " ")
}

const feed = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:m="u">
<entry><id>1</id><m:net>5</m:net></entry><entry><id>2</id></entry></feed>`

// TestTreesOfFormats: a file with paths is a table of its records and a tree.
func TestTreesOfFormats(t *testing.T) {
	s := newSetup(t)
	who := s.Actor(s.Agency, s.Agency.Editor)
	for _, tt := range []struct{ name, text, format, column, path, want string }{
		{"a.json", `{"rows":[{"id":1},{"id":2}]}`, "json", "id 1 2", "/rows/id", "1 2"},
		{"a.ndjson", "{\"id\":1}\n{\"id\":2}\n", "jsonl", "id 1 2", "/item/id", "1 2"},
		{"feed.xml", feed, "xml", "id 1 2", "/feed/entry/net", "5"},
	} {
		up := s.upload(who, tt.name, tt.text)
		if up.Format != tt.format || tt.format != "jsonl" && len(up.Paths) != 2 {
			t.Errorf("%s: format %s, paths %v", tt.name, up.Format, up.Paths)
		}
		src, err := s.Create(t.Context(), who, datasource.Draft{Name: tt.name, Upload: up.ID})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(s.column(who, src, 0), " "); got != tt.column {
			t.Errorf("%s: column A is %q", tt.name, got)
		}
		if got := s.inTree(src, tt.path); got != tt.want {
			t.Errorf("%s: %s is %q", tt.name, tt.path, got)
		}
	}
}

// TestOlderSourcesOfLines: a source that was made when lines of JSON were called json
// takes the next such file.
func TestOlderSourcesOfLines(t *testing.T) {
	s := newSetup(t)
	who := s.Actor(s.Agency, s.Agency.Editor)
	src := s.source(who, "Orders", `[{"id":1}]`)
	up := s.upload(who, "more.jsonl", "{\"id\":2}\n{\"id\":3}\n")
	if got, err := s.ReplacePayload(t.Context(), who, src.ID, up.ID); err != nil || got.Rows != 2 || got.Format != "json" {
		t.Errorf("%+v, %v", got, err)
	}
}
