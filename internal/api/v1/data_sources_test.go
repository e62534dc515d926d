package v1_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/db"
)

func TestUpload(t *testing.T) {
	s := newStudio(t)
	c := s.As("editor@northlight.test")
	up := s.upload(c, "northlight", "orders.csv", orders)
	if up.Name != "orders.csv" || up.Format != "csv" || up.Bytes != int64(len(orders)) || len(up.Sheets) != 1 || up.Options.Delimiter != "," {
		t.Fatalf("upload %+v", up)
	}
	sh := up.Sheets[0]
	if sh.Rows != 2 || sh.HeaderRow != 1 || len(sh.Preview) != 3 || sh.Columns[1].Type != "number" || !slices.Equal(sh.Columns[0].Sample, []string{"North", "South"}) {
		t.Errorf("sheet %+v", sh)
	}

	var again v1.Upload
	c.Put("/northlight/uploads/"+string(up.ID)+"/options", map[string]any{"header_row": 0}).Want(http.StatusOK).JSON(&again)
	if again.Sheets[0].Rows != 3 || *again.Options.HeaderRow != 0 {
		t.Errorf("read again %+v", again)
	}
	c.Put("/northlight/uploads/"+string(up.ID)+"/options", map[string]any{"delimiter": "ab"}).Refused(http.StatusUnprocessableEntity, "option_invalid")
	c.Put("/northlight/uploads/"+string(up.ID)+"/options", map[string]any{"separator": ","}).Refused(http.StatusUnprocessableEntity, "unknown_field")
	s.As("admin@northlight.test").Put("/northlight/uploads/"+string(up.ID)+"/options", map[string]any{}).
		Refused(http.StatusUnprocessableEntity, "unknown_upload")
}

func TestUploadAsForm(t *testing.T) {
	s := newStudio(t)
	c := s.As("editor@northlight.test")
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("note", "first a field"); err != nil {
		t.Fatal(err)
	}
	part, err := form.CreateFormFile("file", `C:\data\Umsätze.csv`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(orders)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	whole := body.String()
	var up v1.Upload
	in := c.With("Content-Type", form.FormDataContentType())
	in.Do(http.MethodPost, "/northlight/uploads", strings.NewReader(whole)).Want(http.StatusCreated).JSON(&up)
	if up.Name != "Umsätze.csv" || up.Sheets[0].Rows != 2 {
		t.Errorf("upload %+v", up)
	}
	in.Do(http.MethodPost, "/northlight/uploads", strings.NewReader(whole[:len(whole)-60])).Refused(http.StatusUnprocessableEntity, "upload_broken")
	empty := "--" + form.Boundary() + "--\r\n"
	in.Do(http.MethodPost, "/northlight/uploads", strings.NewReader(empty)).Refused(http.StatusUnprocessableEntity, "file_missing")
}

func TestUploadRefusals(t *testing.T) {
	s := newStudio(t)
	c := s.As("editor@northlight.test")
	post := func(name, content string) *apitest.Answer {
		t.Helper()
		return c.Do(http.MethodPost, "/northlight/uploads?name="+name, strings.NewReader(content))
	}
	post("empty.csv", "").Refused(http.StatusUnprocessableEntity, "empty_file")
	post("junk.csv", "\x89PNG\r\n\x1a\n\x00\x01\x02").Refused(http.StatusUnprocessableEntity, "format_unsupported")
	p := post("big.csv", "a\n"+strings.Repeat("1\n", 5000)).Refused(http.StatusRequestEntityTooLarge, "too_large")
	if p.Params["allowed"] != 4096.0 || p.Params["limit"] != "bytes" {
		t.Errorf("too_large names %v", p.Params)
	}
	s.As("viewer@northlight.test").Do(http.MethodPost, "/northlight/uploads?name=a.csv", strings.NewReader(orders)).
		Refused(http.StatusForbidden, "permission_denied")
	s.Browser().Do(http.MethodPost, "/northlight/uploads?name=a.csv", strings.NewReader(orders)).
		Refused(http.StatusUnauthorized, "sign_in_required")
}

func TestDataSource(t *testing.T) {
	s := newStudio(t)
	c := s.As("editor@northlight.test")
	src := s.source(c, "northlight", "Orders")
	path := "/northlight/data-sources/" + src.ID
	if src.Rows != 2 || src.Columns != 2 || src.State != "fresh" || src.FileName != "orders.csv" || src.Version != 1 ||
		src.Owner.Name != "Northlight editor" || src.RefreshedAt == nil || src.Origin != nil {
		t.Errorf("created %+v", src)
	}
	got := c.Get(path).Want(http.StatusOK)
	if got.Header.Get("ETag") != `"1"` {
		t.Errorf("ETag %s", got.Header.Get("ETag"))
	}
	c.Patch(path, map[string]any{"name": "All orders"}).Refused(http.StatusPreconditionRequired, "precondition_required")
	c.With("If-Match", `"1"`).Patch(path, map[string]any{"name": "All orders", "description": "since 2024"}).Want(http.StatusOK).JSON(&src)
	if src.Version != 2 || src.Name != "All orders" || src.Description != "since 2024" {
		t.Errorf("updated %+v", src)
	}
	p := c.With("If-Match", `"1"`).Patch(path, map[string]any{"name": "Late"}).Refused(http.StatusConflict, "version_conflict")
	if p.Params["version"] != 2.0 {
		t.Errorf("the conflict names version %v", p.Params)
	}

	next := s.upload(c, "northlight", "march.csv", "Region,Amount\nWest,7\n")
	c.Post(path+"/payload", map[string]any{"upload_id": next.ID}).Want(http.StatusOK).JSON(&src)
	if src.Rows != 1 || src.FileName != "march.csv" || src.Version != 2 {
		t.Errorf("replaced %+v", src)
	}
	wrong := s.upload(c, "northlight", "a.json", `[{"a":1}]`)
	c.Post(path+"/payload", map[string]any{"upload_id": wrong.ID}).Refused(http.StatusUnprocessableEntity, "format_mismatch")

	var preview v1.Preview
	c.Get(path + "/preview?limit=1").Want(http.StatusOK).JSON(&preview)
	if len(preview.Sheets) != 1 || len(preview.Sheets[0].Preview) != 1 || preview.Sheets[0].Rows != 1 {
		t.Errorf("preview %+v", preview)
	}
	file := c.Get(path + "/download").Want(http.StatusOK)
	if file.Body != "Region,Amount\nWest,7\n" || file.Header.Get("Content-Disposition") != "attachment; filename=march.csv" ||
		file.Header.Get("Content-Type") != "application/octet-stream" || file.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("download %q with %v", file.Body, file.Header)
	}
	var used v1.DataSourceUsers
	c.Get(path + "/used-by").Want(http.StatusOK).JSON(&used)
	if len(used.Klips)+len(used.Dashboards)+used.Hidden != 0 {
		t.Errorf("used by %+v", used)
	}
	c.Delete(path).Refused(http.StatusPreconditionRequired, "precondition_required")
	c.With("If-Match", `"2"`).Delete(path).Want(http.StatusNoContent)
	c.Get(path).Refused(http.StatusNotFound, "not_found")
}

func TestDataSourcesByPages(t *testing.T) {
	s := newStudio(t)
	c := s.As("editor@northlight.test")
	for _, name := range []string{"beta", "Alpha", "gamma"} {
		s.source(c, "northlight", name)
	}
	var first, second v1.Page[v1.DataSource]
	c.Get("/northlight/data-sources?limit=2&count=1").Want(http.StatusOK).JSON(&first)
	if len(first.Items) != 2 || first.Items[0].Name != "Alpha" || *first.Count != 3 || first.NextCursor == nil {
		t.Fatalf("first page %+v", first)
	}
	c.Get("/northlight/data-sources?limit=2&cursor=" + *first.NextCursor).Want(http.StatusOK).JSON(&second)
	if len(second.Items) != 1 || second.Items[0].Name != "gamma" || second.NextCursor != nil {
		t.Errorf("second page %+v", second)
	}
	c.Get("/northlight/dashboards?cursor="+*first.NextCursor).Refused(http.StatusUnprocessableEntity, "cursor_refused")
	c.Get("/northlight/data-sources?q=ALPH").Want(http.StatusOK).JSON(&second)
	if len(second.Items) != 1 {
		t.Errorf("search %+v", second)
	}
	var none v1.Page[v1.DataSource]
	s.As("admin@solstice.test").Get("/solstice-coffee/data-sources").Want(http.StatusOK).JSON(&none)
	if len(none.Items) != 0 {
		t.Errorf("a client sees %+v", none)
	}
	s.As("viewer@northlight.test").Get("/northlight/data-sources").Refused(http.StatusForbidden, "permission_denied")
}

// What another account has is not there, on every route.
func TestForeignAssetsAreNotFound(t *testing.T) {
	s := newStudio(t)
	agency, client := s.As("editor@northlight.test"), s.As("admin@solstice.test")
	src, d, k := s.source(agency, "northlight", "Orders"), s.dashboard(agency, "northlight", "Sales"), s.klip("Revenue")
	own := s.dashboard(client, "solstice-coffee", "Own")
	up := s.upload(client, "solstice-coffee", "own.csv", orders)
	match := client.With("If-Match", `"1"`)
	for _, public := range []string{src.ID, d.ID, k, strings.Repeat("0", 32), "junk"} {
		at := "/solstice-coffee/data-sources/" + public
		match.Get(at).Refused(http.StatusNotFound, "not_found")
		match.Patch(at, map[string]any{"name": "Mine"}).Refused(http.StatusNotFound, "not_found")
		match.Delete(at).Refused(http.StatusNotFound, "not_found")
		match.Post(at+"/payload", map[string]any{"upload_id": up.ID}).Refused(http.StatusNotFound, "not_found")
		match.Get(at+"/preview").Refused(http.StatusNotFound, "not_found")
		match.Get(at+"/used-by").Refused(http.StatusNotFound, "not_found")
		match.Get(at+"/download").Refused(http.StatusNotFound, "not_found")
		at = "/solstice-coffee/dashboards/" + public
		match.Get(at).Refused(http.StatusNotFound, "not_found")
		match.Put(at, map[string]any{"title": "Mine"}).Refused(http.StatusNotFound, "not_found")
		match.Delete(at).Refused(http.StatusNotFound, "not_found")
		match.Post(at+"/copy", nil).Refused(http.StatusNotFound, "not_found")
		match.Post(at+"/klips", map[string]any{"klip": k}).Refused(http.StatusNotFound, "not_found")
		at = "/solstice-coffee/assets/" + public
		match.Get(at+"/versions").Refused(http.StatusNotFound, "not_found")
		match.Post(at+"/restore", map[string]any{"version": 1}).Refused(http.StatusNotFound, "not_found")
		match.Get(at+"/shares").Refused(http.StatusNotFound, "not_found")
		match.Put(at+"/shares", map[string]any{"items": []any{}}).Refused(http.StatusNotFound, "not_found")
	}
	match.Post("/solstice-coffee/dashboards/"+own.ID+"/klips", map[string]any{"klip": k}).Refused(http.StatusUnprocessableEntity, "unknown_klip")
	s.As("editor@solstice.test").Get("/solstice-coffee/data-sources/"+src.ID).Refused(http.StatusNotFound, "not_found")
}

// People of a client read the name of their agency, and never that of another client.
func TestOriginNamesNoSister(t *testing.T) {
	s := newStudio(t)
	c := s.As("admin@solstice.test")
	src := s.source(c, "solstice-coffee", "Orders")
	origin := func(c *apitest.Client) any {
		t.Helper()
		return c.Get("/solstice-coffee/data-sources/" + src.ID).Want(http.StatusOK).Object()["origin"]
	}
	imported := func(from int64) {
		t.Helper()
		err := s.DB.Tx(context.Background(), db.Account(s.Solstice.ID), func(tx *db.Tx) error {
			_, err := tx.Exec(context.Background(), `UPDATE assets SET origin_account = :from, origin_no = 7, import_id = change_id WHERE account_id = :account`,
				db.Args{"from": from})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := origin(c); got != nil {
		t.Errorf("origin of what was made here: %v", got)
	}
	imported(int64(s.Agency.ID))
	got := origin(c).(map[string]any)
	if from := got["account"].(map[string]any); from["slug"] != "northlight" || from["name"] != "Northlight" || got["imported_at"] == nil {
		t.Errorf("origin %v", got)
	}
	imported(int64(s.Fjord.ID))
	if got := origin(c).(map[string]any); got["account"] != nil {
		t.Errorf("a client reads of its sister: %v", got)
	}
	visitor := s.As("admin@northlight.test")
	visitor.Post("/northlight/clients/solstice-coffee/sign-in", nil).Want(http.StatusOK)
	if from := origin(visitor).(map[string]any)["account"].(map[string]any); from["slug"] != "fjord-outdoors" {
		t.Errorf("a visitor reads %v", from)
	}
}
