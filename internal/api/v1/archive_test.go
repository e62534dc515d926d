package v1_test

import (
	"archive/zip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// An archive has what the account has and its administrator may read: no secret, nothing of another account.
func TestAnArchiveHasEverythingOfTheAccount(t *testing.T) {
	w := newWorkshop(t)
	admin := w.As("admin@solstice.test")
	src := w.source(admin, "solstice-coffee", "Orders: north/south")
	w.klip(admin, "solstice-coffee", sum(src, "SUM(@Amount)"))
	for _, n := range []string{"1", "2", "3"} {
		w.klip(admin, "solstice-coffee", strings.Replace(sum(src, "SUM(@Amount)"), "Total", "Total "+n, 1))
	}
	admin.Post("/solstice-coffee/data-sources", map[string]any{"name": "Never fetched", "web": map[string]any{"format": "json", "interval_s": 3600, "options": map[string]any{},
		"request": map[string]any{"url": "https://orders.example/api?from={date.startOfMonth}"}}}).Want(http.StatusCreated)
	const secret = "sesame-of-the-api"
	admin.Post("/solstice-coffee/properties", map[string]any{"name": "apiKey", "type": "secret", "value": secret}).Want(http.StatusCreated)
	admin.Post("/solstice-coffee/properties", map[string]any{"name": "companyID", "type": "text", "value": "c-17"}).Want(http.StatusCreated)

	files := archiveOf(t, admin.Get("/solstice-coffee/archive").Want(http.StatusOK).Body)
	var contents struct {
		Account string
		Files   []string
		LeftOut []struct{ Path string } `json:"left_out"`
	}
	if err := json.Unmarshal([]byte(files["contents.json"]), &contents); err != nil {
		t.Fatal(err)
	}
	if contents.Account != "solstice-coffee" || len(contents.Files) != len(files)-1 { // it does not name itself
		t.Errorf("%d files, contents %+v", len(files), contents)
	}
	names := strings.Join(contents.Files, "\n")
	for _, want := range []string{"people.json", "properties.json", "settings.json", "activity.csv", "data-sources/Orders- north-south ", "/orders.csv", "klips/Total 3 ", "credentials.json", " request.json"} {
		if !strings.Contains(names, want) {
			t.Errorf("%s is missing in\n%s", want, names)
		}
	}
	all := ""
	for name, text := range files {
		all += text
		if strings.HasSuffix(name, "/orders.csv") && text != "Region,Amount\nNorth,10\nSouth,20.5\nNorth,2\n" {
			t.Errorf("%s: %q", name, text)
		}
	}
	if strings.Contains(all, secret) || strings.Contains(all, "fjord") || !strings.Contains(all, "c-17") || !strings.Contains(all, "{date.startOfMonth}") || !strings.Contains(all, "viewer@solstice.test") {
		t.Error("the archive has a secret, or another account, or not all that is there")
	}

	w.As("editor@solstice.test").Get("/solstice-coffee/archive").Refused(http.StatusForbidden, "permission_denied")
	w.As("admin@fjord.test").Get("/solstice-coffee/archive").Refused(http.StatusNotFound, "not_found")
	secure(t, admin, "solstice-coffee", map[string]any{"downloads": "no"})
	files = archiveOf(t, admin.Get("/solstice-coffee/archive").Want(http.StatusOK).Body)
	if err := json.Unmarshal([]byte(files["contents.json"]), &contents); err != nil {
		t.Fatal(err)
	}
	out := ""
	for _, one := range contents.LeftOut {
		out += one.Path + "\n"
	}
	if !strings.Contains(out, "/download") || strings.Contains(strings.Join(contents.Files, "\n"), "orders.csv") {
		t.Errorf("left out: %s", out)
	}
}

func archiveOf(t *testing.T, body string) map[string]string {
	t.Helper()
	r, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := files[f.Name]; twice {
			t.Errorf("%s is there twice", f.Name)
		}
		files[f.Name] = string(text)
	}
	return files
}
