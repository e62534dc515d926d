package v1_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/asset"
	"octavo/internal/blob"
	"octavo/internal/dashboard"
	"octavo/internal/datasource"
	"octavo/internal/formula/fn"
	"octavo/internal/id"
	"octavo/internal/klip"
)

// workshop is a server with data sources, Klips and dashboards.
type workshop struct {
	*apitest.Server
	t *testing.T
}

func newWorkshop(t *testing.T) *workshop {
	t.Helper()
	t.Parallel()
	blobs, err := blob.Open(t.Context(), "file://"+filepath.ToSlash(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	w := &workshop{t: t}
	w.Server = apitest.New(t, func(d *v1.Deps) {
		ids := id.NewMaker(d.DB.Clock())
		assets := asset.New(ids, d.Keys.IDs)
		d.Library = asset.NewLibrary(d.DB, assets, d.Users)
		d.Dashboards = dashboard.New(d.DB, assets)
		d.DataSources = datasource.New(slog.New(slog.DiscardHandler), d.DB, assets, blobs, ids, datasource.Config{Credentials: d.Credentials, TempDir: t.TempDir(), Wake: readsUploads(t, d)})
		d.Klips = klip.New(klip.Config{DB: d.DB, Assets: assets, Sources: d.DataSources, Instances: d.Transfer, Places: d.Settings})
	})
	t.Cleanup(func() { _ = blobs.Close() })
	return w
}

func (w *workshop) source(c *apitest.Client, account, name string) string {
	w.t.Helper()
	var up v1.Upload
	c.Do(http.MethodPost, "/"+account+"/uploads?name=orders.csv", strings.NewReader("Region,Amount\nNorth,10\nSouth,20.5\nNorth,2\n")).
		Want(http.StatusCreated).JSON(&up)
	var src v1.DataSource
	c.Post("/"+account+"/data-sources", map[string]any{"name": name, "upload_id": up.ID}).Want(http.StatusCreated).JSON(&src)
	return src.ID
}

// sum is a document with one table of one column.
func sum(source, formula string) string {
	return fmt.Sprintf(`{"title":"Total","workspace":{"datasources":[%q]},"components":[{"id":"aaaaaaaaaa","type":"table","components":[
		{"id":"bbbbbbbbbb","type":"table_column","displayName":"Amount","formulas":[{"text":%q}],"format":{"as":"currency","symbol":"€","decimals":0}}]}]}`, source, formula)
}

func (w *workshop) klip(c *apitest.Client, account, doc string) v1.KlipDetail {
	w.t.Helper()
	var k v1.KlipDetail
	c.With("Content-Type", "application/json").Do(http.MethodPost, "/"+account+"/klips", strings.NewReader(doc)).Want(http.StatusCreated).JSON(&k)
	return k
}

func TestKlip(t *testing.T) {
	w := newWorkshop(t)
	c := w.As("editor@northlight.test")
	src := w.source(c, "northlight", "Orders")
	k := w.klip(c, "northlight", sum(src, "SUM(@Amount)"))
	path := "/northlight/klips/" + k.ID
	if k.Version != 1 || k.Title != "Total" || k.Component != "table" || k.Owner.Name != "Northlight editor" || k.UpdatedBy.Name != "Northlight editor" ||
		len(k.Sources) != 1 || k.Sources[0].Name != "Orders" || !k.CanEdit || k.Origin != nil {
		t.Errorf("created %+v", k)
	}
	got := c.Get(path).Want(http.StatusOK)
	if got.Header.Get("ETag") != `"1"` || strings.Contains(got.Body, "slot") || !strings.Contains(got.Body, `"text":"SUM(@Amount)"`) {
		t.Errorf("read %s", got.Body)
	}
	doc := k.Document
	c.Put(path, doc).Refused(http.StatusPreconditionRequired, "precondition_required")
	saved := c.With("If-Match", `"1"`).Put(path, doc).Want(http.StatusOK)
	if saved.Header.Get("ETag") != `"1"` {
		t.Errorf("saving what was read makes version %s", saved.Header.Get("ETag"))
	}
	doc["title"] = "Sum"
	c.With("If-Match", `"1"`).Put(path, doc).Want(http.StatusOK).JSON(&k)
	if k.Version != 2 || k.Title != "Sum" {
		t.Errorf("saved %+v", k)
	}
	c.With("If-Match", `"1"`).Put(path, doc).Refused(http.StatusConflict, "version_conflict")
	var copied v1.KlipDetail
	c.Post(path+"/copy", nil).Want(http.StatusCreated).JSON(&copied)
	if copied.Title != "Sum (copy)" || copied.ID == k.ID {
		t.Errorf("copy %+v", copied)
	}
	var list v1.Page[v1.Klip]
	c.Get("/northlight/klips?count=1&limit=1").Want(http.StatusOK).JSON(&list)
	if len(list.Items) != 1 || *list.Count != 2 || list.NextCursor == nil || list.Items[0].Title != "Sum" {
		t.Errorf("list %+v", list)
	}
	var board v1.DashboardDetail
	c.Post("/northlight/dashboards", map[string]any{"title": "Board", "placements": []any{map[string]any{"klip": k.ID, "x": 0, "y": 0, "w": 6, "h": 12}}}).
		Want(http.StatusCreated).JSON(&board)
	var uses v1.KlipUses
	c.Get(path + "/used-by").Want(http.StatusOK).JSON(&uses)
	if len(uses.Dashboards) != 1 || uses.Dashboards[0].Title != "Board" || uses.Hidden != 0 {
		t.Errorf("uses %+v", uses)
	}
	c.With("If-Match", `"2"`).Delete(path).Refused(http.StatusConflict, "in_use")
	c.With("If-Match", `"1"`).Delete("/northlight/klips/" + copied.ID).Want(http.StatusNoContent)
	c.Get("/northlight/klips/"+copied.ID).Refused(http.StatusNotFound, "not_found")
}

func TestKlipFromASourceAlone(t *testing.T) {
	w := newWorkshop(t)
	c := w.As("editor@northlight.test")
	src := w.source(c, "northlight", "Orders")
	k := w.klip(c, "northlight", `{"workspace":{"datasources":["`+src+`"]}}`)
	if k.Title != "Orders" || k.Component != "table" {
		t.Errorf("starter %+v", k)
	}
	r := c.Get("/northlight/klips/" + k.ID + "/result").Want(http.StatusOK).Object()
	columns := r["components"].([]any)[0].(map[string]any)["table"].(map[string]any)["columns"].([]any)
	if len(columns) != 2 || columns[1].(map[string]any)["kind"] != "number" {
		t.Errorf("result %v", r)
	}
}

func TestKlipDocumentsAreReadStrictly(t *testing.T) {
	w := newWorkshop(t)
	c := w.As("editor@northlight.test").With("Content-Type", "application/json")
	src := w.source(c, "northlight", "Orders")
	foreign := w.source(w.As("admin@solstice.test"), "solstice-coffee", "Shop")
	for _, r := range []struct{ doc, code, field string }{
		{`{"title":"A","title":"B"}`, "bad_body", "/title"},
		{`{"title":"A","later":12345678901234567890}`, "bad_body", "/later"},
		{`{"title":7}`, "invalid_input", "title"},
		{`{"title":"A","components":[{"type":"pie"}]}`, "bad_klip", "/components/0/type"},
		{sum(foreign, "1"), "unknown_source", "/workspace/datasources/0"},
		{strings.Replace(sum(src, "@{1}"), `"text":"@{1}"`, `"text":"@{1}","refs":{"1":{"kind":"data","source":"`+foreign+`","pointer":"[Region]"}}`, 1),
			"source_not_attached", "/components/0/components/0/formulas/0"},
		{`{"title":"A","drillLink":"` + src + `"}`, "id_in_body", "/drillLink"},
	} {
		p := c.Do(http.MethodPost, "/northlight/klips", strings.NewReader(r.doc)).Refused(http.StatusUnprocessableEntity, r.code)
		if p.Field != r.field {
			t.Errorf("%s: field %q, want %q", r.code, p.Field, r.field)
		}
	}
	w.As("viewer@northlight.test").Post("/northlight/klips", map[string]any{"title": "A"}).Refused(http.StatusForbidden, "permission_denied")
}

func TestKlipResult(t *testing.T) {
	w := newWorkshop(t)
	c, viewer := w.As("editor@northlight.test"), w.As("viewer@northlight.test")
	k := w.klip(c, "northlight", sum(w.source(c, "northlight", "Orders"), "SUM(@Amount)"))
	path := "/northlight/klips/" + k.ID
	viewer.Get(path+"/result").Refused(http.StatusNotFound, "not_found")
	c.Put("/northlight/assets/"+k.ID+"/shares", map[string]any{"items": []any{map[string]any{"kind": "user", "id": w.Agency.Viewer.ID, "right": "view"}}}).Want(http.StatusOK)
	got := viewer.Get(path + "/result").Want(http.StatusOK)
	if !strings.Contains(got.Body, `"text":["€33"]`) || !strings.Contains(got.Body, `"raw":[32.5]`) {
		t.Errorf("result %s", got.Body)
	}
	tag := got.Header.Get("ETag")
	if again := viewer.With("If-None-Match", tag).Get(path + "/result"); again.Status != http.StatusNotModified || again.Body != "" || again.Header.Get("ETag") != tag {
		t.Errorf("unchanged: %d %q", again.Status, again.Body)
	}
	if detail := viewer.Get(path).Want(http.StatusOK).Object(); detail["can_edit"] != false || detail["klip"] != nil {
		t.Errorf("a viewer reads the document: %v", detail)
	}
	w.As("admin@solstice.test").Get("/solstice-coffee/klips/"+k.ID+"/result").Refused(http.StatusNotFound, "not_found")
}

func TestDashboardResults(t *testing.T) {
	w := newWorkshop(t)
	c, viewer := w.As("editor@northlight.test"), w.As("viewer@northlight.test")
	src := w.source(c, "northlight", "Orders")
	shown, hidden := w.klip(c, "northlight", sum(src, "SUM(@Amount)")), w.klip(c, "northlight", sum(src, "COUNTALL(@Amount)"))
	place := func(k string, x int) map[string]any {
		return map[string]any{"klip": k, "x": x, "y": 0, "w": 6, "h": 12}
	}
	var board v1.DashboardDetail
	c.Post("/northlight/dashboards", map[string]any{"title": "Board", "placements": []any{place(shown.ID, 0), place(hidden.ID, 6)}}).Want(http.StatusCreated).JSON(&board)
	share := map[string]any{"items": []any{map[string]any{"kind": "user", "id": w.Agency.Viewer.ID, "right": "view"}}}
	c.Put("/northlight/assets/"+board.ID+"/shares", share).Want(http.StatusOK)
	c.Put("/northlight/assets/"+hidden.ID+"/shares", map[string]any{"items": []any{}}).Want(http.StatusOK)

	path := "/northlight/dashboards/" + board.ID + "/results"
	got := viewer.Get(path).Want(http.StatusOK)
	var r v1.DashboardResults
	got.JSON(&r)
	one := r.Klips[shown.ID]
	if len(r.Klips) != 2 || one.Error != nil || one.Result == nil || one.Hash == "" || one.Sources[0].State != "fresh" || one.Sources[0].RefreshedAt == nil {
		t.Errorf("shown %s", got.Body)
	}
	if r.Locale == nil || r.Locale.Tag != "en" || one.Result.Locale != nil {
		t.Errorf("the locale stands once beside the results: %s", got.Body)
	}
	var alone klip.Result
	if viewer.Get("/northlight/klips/" + shown.ID + "/result").Want(http.StatusOK).JSON(&alone); alone.Locale == nil || alone.Locale.Months[8] != "Sep" {
		t.Errorf("a result alone has the locale %+v", alone.Locale)
	}
	if no := r.Klips[hidden.ID]; no.Error == nil || no.Error.Code != "not_shared" || no.Result != nil {
		t.Errorf("hidden %+v", no)
	}
	if again := viewer.With("If-None-Match", got.Header.Get("ETag")).Get(path); again.Status != http.StatusNotModified {
		t.Errorf("unchanged: %d", again.Status)
	}
	viewer.Get(path + "?known=" + one.Hash).Want(http.StatusOK).JSON(&r)
	if known := r.Klips[shown.ID]; known.Result != nil || known.Hash != one.Hash {
		t.Errorf("a known result is sent again: %+v", known)
	}
	w.As("admin@fjord.test").Get("/fjord-outdoors/dashboards/"+board.ID+"/results").Refused(http.StatusNotFound, "not_found")
}

func TestPreviewOfAKlip(t *testing.T) {
	w := newWorkshop(t)
	c := w.As("editor@northlight.test").With("Content-Type", "application/json")
	src := w.source(c, "northlight", "Orders")
	preview := func(c *apitest.Client, doc string) *apitest.Answer {
		return c.Do(http.MethodPost, "/northlight/klip-preview", strings.NewReader(`{"klip":`+doc+`}`))
	}
	if got := preview(c, sum(src, "SUM(@Amount)")).Want(http.StatusOK); !strings.Contains(got.Body, `"€33"`) {
		t.Errorf("preview %s", got.Body)
	}
	if got := preview(c, sum(src, "SUMM(@Amount)")).Want(http.StatusOK); !strings.Contains(got.Body, `"code":"unknown_function"`) || !strings.Contains(got.Body, `"offset":0`) {
		t.Errorf("preview %s", got.Body)
	}
	preview(c, `{"title":"A","components":[{"type":"table"}]}`).Refused(http.StatusUnprocessableEntity, "bad_klip")
	preview(w.As("viewer@northlight.test").With("Content-Type", "application/json"), sum(src, "1")).Refused(http.StatusForbidden, "permission_denied")
}

func TestFormula(t *testing.T) {
	w := newWorkshop(t)
	c := w.As("editor@northlight.test")
	src := w.source(c, "northlight", "Orders")
	ask := func(formula string, more map[string]any) *apitest.Answer {
		t.Helper()
		body := map[string]any{"formula": formula, "sources": []string{src}}
		for k, v := range more {
			body[k] = v
		}
		return c.Post("/northlight/formula", body)
	}
	var out v1.FormulaOutput
	ask("GROUPBY(@Region, @Amount)", nil).Want(http.StatusOK).JSON(&out)
	if out.Count != 2 || out.Items[0] != 12.0 || out.Kinds[0] != "number" || out.Error != nil || out.Warnings == nil {
		t.Errorf("answer %+v", out)
	}
	ask("1 + SUM(", nil).Want(http.StatusOK).JSON(&out)
	if out.Error == nil || out.Error.Code != "syntax" || out.Error.Offset == nil {
		t.Errorf("an error of the formula: %+v", out)
	}
	out = v1.FormulaOutput{}
	ask("1 + SUM(@Amount)", map[string]any{"select": map[string]any{"from": 4, "to": 16}}).Want(http.StatusOK).JSON(&out)
	if out.Count != 1 || out.Items[0] != 32.5 {
		t.Errorf("a piece: %+v", out)
	}
	ask("1", map[string]any{"select": map[string]any{"from": 4, "to": 16}}).Refused(http.StatusUnprocessableEntity, "bad_selection")
	c.Post("/northlight/formula", map[string]any{"formula": "1", "sources": []string{"nothing"}}).Refused(http.StatusUnprocessableEntity, "unknown_source")
	w.As("viewer@northlight.test").Post("/northlight/formula", map[string]any{"formula": "1", "sources": []string{}}).Refused(http.StatusForbidden, "permission_denied")
}

func TestFunctionsArePublic(t *testing.T) {
	w := newWorkshop(t)
	var out v1.Functions
	w.Browser().Get("/functions").Want(http.StatusOK).JSON(&out)
	found := 0
	for _, f := range out.Items {
		if f.Name == "SUM" {
			if f.Group == "" || f.Signature == "" || f.Doc == "" || len(f.Parameters) == 0 || len(f.Examples) == 0 {
				t.Errorf("SUM is %+v", f)
			}
			found++
		}
		for i, p := range f.Parameters {
			if want := fn.Keywords(p.Kind); p.Keywords == nil || !slices.Equal(p.Keywords, want) || p.Name == "" {
				t.Errorf("parameter %d of %s is %+v, want the keywords %v", i, f.Name, p, want)
			}
			if len(p.Keywords) > 0 {
				found++
			}
		}
	}
	if found < 10 {
		t.Errorf("SUM or all keywords are missing among %d functions", len(out.Items))
	}
}
