package datasource_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/format"
	"octavo/internal/formula/xpath"
)

// inTree gives what a path selects in the file of a source.
func (s *setup) inTree(src *datasource.Source, path string) string {
	s.t.Helper()
	var p datasource.Payload
	s.inAccount(src.Key.Account, func(tx *db.Tx) error {
		all, err := s.Payloads(s.t.Context(), tx, s.Actor(s.Agency, s.Agency.Editor), []int64{src.Key.No}, datasource.Choices{})
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
	if got, err := s.replace(who, src.ID, up.ID); err != nil || got.Rows != 2 || got.Format != "json" {
		t.Errorf("%+v, %v", got, err)
	}
}

// packed is a ZIP archive of names and texts.
func packed(t *testing.T, files ...string) string {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = w.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// TestPackedFiles: what is packed is read, as a table and as a tree; the file stays as it came.
func TestPackedFiles(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	two := packed(t, "readme.md", "hello", "data/rows.json", `{"rows":[{"id":1}]}`, "data/more.csv", orders)
	for _, tt := range []struct{ name, file, format, member, column, path, want string }{
		{"orders.csv.gz", zipped(t, orders), "csv", "", "Region North South", "", ""},
		{"lines.jsonl.gz", zipped(t, "{\"id\":1}\n{\"id\":2}"), "jsonl", "", "id 1 2", "/item/id", "1 2"},
		{"one.zip", packed(t, "__MACOSX/._x", "", "x/", "", "x/feed.xml", feed), "xml", "", "id 1 2", "/feed/entry/id", "1 2"},
		{"two.zip", two, "csv", "data/more.csv", "Region North South", "", ""},
	} {
		up := s.upload(who, tt.name, tt.file)
		if up.Format != tt.format || up.Options.Member != tt.member {
			t.Errorf("%s: %s of %q", tt.name, up.Format, up.Options.Member)
		}
		src, err := s.Create(ctx, who, datasource.Draft{Name: tt.name, Upload: up.ID})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(s.column(who, src, 0), " "); got != tt.column {
			t.Errorf("%s: column A is %q", tt.name, got)
		}
		if tt.path != "" && s.inTree(src, tt.path) != tt.want {
			t.Errorf("%s: %s is %q", tt.name, tt.path, s.inTree(src, tt.path))
		}
		if src.Bytes != int64(len(tt.file)) {
			t.Errorf("%s: the file has %d bytes", tt.name, src.Bytes)
		}
	}
	up := s.upload(who, "two.zip", two)
	up, err := s.reread(who, up.ID, format.Options{Member: "*.json"})
	if err != nil || up.Format != "json" || len(up.Members) != 3 {
		t.Fatalf("another file of the archive: %+v, %v", up, err)
	}
	src, err := s.Create(ctx, who, datasource.Draft{Name: "JSON of two", Upload: up.ID})
	if err != nil || src.Format != "json" || s.inTree(src, "/rows/id") != "1" {
		t.Errorf("%+v, %v", src, err)
	}
	next := s.upload(who, "next.zip", packed(t, "a.csv", orders, "b.json", `[{"id":7},{"id":8}]`))
	if got, err := s.replace(who, src.ID, next.ID); err != nil || got.Rows != 2 {
		t.Errorf("the pattern finds the file of the next archive: %+v, %v", got, err)
	}
	plain := s.upload(who, "plain.json", `[{"id":9}]`)
	if got, err := s.replace(who, src.ID, plain.ID); err != nil || got.Rows != 1 {
		t.Errorf("a file that is not packed: %+v, %v", got, err)
	}
	wrong := s.upload(who, "wrong.zip", packed(t, "a.csv", orders, "b.csv", orders))
	_, err = s.replace(who, src.ID, wrong.ID)
	wantCode(t, err, "option_invalid")
	csv := s.source(who, "Plain", orders)
	_, err = s.replace(who, csv.ID, wrong.ID)
	wantCode(t, err, "option_invalid")
}
