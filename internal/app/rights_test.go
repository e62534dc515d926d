package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"octavo/internal/authz"
	"octavo/internal/db/dbtest"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/user"
)

// The rights of every route, role by role and account by account, are a table that
// was typed from the requirements (testdata/rights.txt). This test asks the running
// server and compares; a route without a row fails.

// columns of the table: the seven kinds of actors.
var columns = []string{"PA", "PE", "PV", "CA", "CE", "CV", "VA"}

// expectation is one row: a route with an object in a state, and an answer per column.
type expectation struct {
	method, path, state string
	answers             []string
}

func (e expectation) String() string { return e.method + " " + e.path + " " + e.state }

// rightsTable reads testdata/rights.txt.
func rightsTable(t *testing.T) []expectation {
	t.Helper()
	text, err := os.ReadFile("testdata/rights.txt")
	if err != nil {
		t.Fatal(err)
	}
	var rows []expectation
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if len(f) != 3+len(columns) {
			t.Fatalf("not a row: %s", line)
		}
		for _, a := range f[3:] {
			if !strings.Contains("+ - .", a) {
				t.Fatalf("%q is no answer: %s", a, line)
			}
		}
		rows = append(rows, expectation{f[0], f[1], f[2], f[3:]})
	}
	return rows
}

// world is a running server with a family and one object of each kind per account.
type world struct {
	t       *testing.T
	base    string
	f       *fixture.Family
	cookies map[string]string // by column
	objects map[string]map[string]string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	a, base, stop := start(t, Config{Data: t.TempDir(), Database: dbtest.URL(t)})
	t.Cleanup(func() { _ = stop() })
	w := &world{t: t, base: base, f: fixture.New(t, a.DB), cookies: map[string]string{}, objects: map[string]map[string]string{}}
	for column, email := range map[string]string{
		"PA": "admin@northlight.test", "PE": "editor@northlight.test", "PV": "viewer@northlight.test",
		"CA": "admin@solstice.test", "CE": "editor@solstice.test", "CV": "viewer@solstice.test",
	} {
		secret, _, err := w.f.Users.SignIn(t.Context(), user.SignIn{Email: email, Password: fixture.Password, Place: user.Place{Address: "127.0.0.1"}})
		if err != nil {
			t.Fatal(err)
		}
		w.cookies[column] = secret
	}
	w.cookies["VA"] = w.cookies["PA"]
	w.visit()
	w.must("PA", "PUT", "/northlight/clients/solstice-coffee/limits", map[string]any{"seats": -1, "dashboards": -1, "private_links": 5, "api_calls": -1}, "")
	return w
}

// accountOf is where a column acts.
func accountOf(column string) string {
	if strings.HasPrefix(column, "P") {
		return "northlight"
	}
	return "solstice-coffee"
}

// visit begins the visit of the last column.
func (w *world) visit() {
	w.t.Helper()
	w.must("PA", "POST", "/northlight/clients/solstice-coffee/sign-in", nil, "")
}

// call sends one request; nil is no body.
func (w *world) call(column, method, path string, body any) (int, string) {
	w.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			w.t.Fatal(err)
		}
		r = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.base+"/api/v1"+path, r)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("If-Match", `"1"`)
	req.Header.Set("Accept", "application/json")
	req.AddCookie(&http.Cookie{Name: "octavo_session", Value: w.cookies[column]})
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	if strings.HasSuffix(path, "/changes") && res.StatusCode == 200 {
		return res.StatusCode, "" // a stream
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// must sends a call that has to succeed and gives one field of the answer.
func (w *world) must(column, method, path string, body any, field string) string {
	w.t.Helper()
	status, text := w.call(column, method, path, body)
	if status >= 300 {
		w.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	var object map[string]any
	if field != "" {
		if err := json.Unmarshal([]byte(text), &object); err != nil {
			w.t.Fatal(err)
		}
	}
	value, _ := object[field].(string)
	return value
}

// fresh makes one object of each kind in an account, by its administrator, and shares
// them with the editor and the viewer as the state says.
func (w *world) fresh(slug, state string) {
	w.t.Helper()
	admin, home := "PA", w.f.Agency
	if slug == w.f.Solstice.Slug {
		admin, home = "CA", w.f.Solstice
	}
	at := "/" + slug
	for _, noun := range []string{"roles", "properties", "property-declarations", "credentials"} { // of these an account has a limit
		if old := w.objects[slug][noun]; old != "" {
			w.call(admin, "DELETE", at+"/"+noun+"/"+old, nil) // gone already when a call deleted it
		}
	}
	o := map[string]string{"clients": "fjord-outdoors", "account": slug}
	o["uploads"] = w.must(admin, "POST", at+"/uploads?name=orders.csv", "Region,Amount\nNorth,10\n", "id")
	o["data-sources"] = w.must(admin, "POST", at+"/data-sources", map[string]any{"name": "Orders", "upload_id": o["uploads"]}, "id")
	o["uploads"] = w.must(admin, "POST", at+"/uploads?name=orders.csv", "Region,Amount\nNorth,11\n", "id")
	o["klips"] = w.must(admin, "POST", at+"/klips", klipOf(o["data-sources"]), "id")
	o["dashboards"] = w.must(admin, "POST", at+"/dashboards", map[string]any{"title": "Trading", "placements": []any{
		map[string]any{"klip": o["klips"], "x": 0, "y": 0, "w": 6, "h": 13}}}, "id")
	for _, noun := range []string{"assets", "bar", "bin", "defaults"} {
		o[noun] = o["dashboards"]
	}
	o["roles"] = w.must(admin, "POST", at+"/roles", map[string]any{"name": "Role " + id.New()[20:], "permissions": []string{"klip.build"}}, "id")
	o["credentials"] = w.must(admin, "POST", at+"/credentials", newCredential("Shop", "k"), "id")
	if state != "none" {
		for _, kind := range []string{"dashboards", "klips", "data-sources"} {
			w.must(admin, "PUT", at+"/assets/"+o[kind]+"/shares", map[string]any{"items": []any{
				map[string]any{"kind": "user", "id": home.Editor.ID, "right": state},
				map[string]any{"kind": "user", "id": home.Viewer.ID, "right": state}}}, "")
		}
	}
	w.more(home, o)
	w.objects[slug] = o
}

// more adds the objects that people of an account are made of.
func (w *world) more(home fixture.Home, o map[string]string) {
	w.t.Helper()
	admin := w.f.Actor(home, home.Admin)
	g, err := w.f.Users.CreateGroup(w.t.Context(), admin, "Group "+id.New()[20:], "")
	if err != nil {
		w.t.Fatal(err)
	}
	o["groups"] = string(g.ID)
	// Somebody who calls nothing, so that they may be sent away.
	p, err := w.f.Users.Create(w.t.Context(), admin, user.Draft{Name: "Spare", Email: "spare" + id.New() + "@spare.test", Password: fixture.Password})
	if err != nil {
		w.t.Fatal(err)
	}
	o["people"] = string(p.ID)
	for _, noun := range []string{"sessions", "keys", "user-properties", "deleted-clients", "pushes", "instances", "deliveries", "earlier"} {
		o[noun] = "nothing"
	}
	o["properties"] = "n" + id.New()[20:]
	o["property-declarations"] = o["properties"]
	column := map[id.Account]string{w.f.Agency.ID: "PA", w.f.Solstice.ID: "CA"}[home.ID]
	w.must(column, "POST", "/"+home.Slug+"/properties", map[string]any{"name": o["properties"], "type": "text"}, "")
	if column == "PA" {
		w.must(column, "POST", "/"+home.Slug+"/property-declarations", map[string]any{"name": o["properties"], "type": "text"}, "")
	}
}

// newCredential is a connected account with a secret.
func newCredential(label, secret string) map[string]any {
	return map[string]any{"kind": "api_key", "label": label, "hosts": []any{"api.shop.test"}, "name": "X-Key", "secret": secret}
}

// klipOf is a small document over a data source.
func klipOf(source string) map[string]any {
	return map[string]any{"title": "Total", "workspace": map[string]any{"datasources": []any{source}}, "components": []any{
		map[string]any{"id": "aaaaaaaaaa", "type": "table", "components": []any{map[string]any{"id": "bbbbbbbbbb", "type": "table_column",
			"displayName": "Amount", "formulas": []any{map[string]any{"text": "SUM(@Amount)"}}}}}}}
}

// imported is an import into an account.
func (w *world) imported(slug string) string {
	w.t.Helper()
	by := map[string]string{w.f.Agency.Slug: "PA", w.f.Solstice.Slug: "VA"}[slug]
	pick := map[string]any{"from": w.other(slug), "assets": []any{w.objects[w.other(slug)]["dashboards"]}}
	pick["plan_id"] = w.must(by, "POST", "/"+slug+"/import/preview", pick, "plan_id")
	return w.must(by, "POST", "/"+slug+"/import", pick, "id")
}

// path puts the objects of an account into a route.
func (w *world) path(route, slug string) string {
	parts := strings.Split(route, "/")
	for i, p := range parts {
		if !strings.HasPrefix(p, "{") {
			continue
		}
		noun := "account"
		if i > 1 {
			noun = parts[i-1]
		}
		value, ok := w.objects[slug][noun]
		if !ok && noun == "imports" {
			value, ok = w.imported(slug), true
		}
		if !ok {
			w.t.Fatalf("%s: no object for %s; make one in fresh", route, p)
		}
		parts[i] = value
	}
	if route == "/{account}/import/assets" || route == "/{account}/import/owners" {
		parts = append(parts[:len(parts)-1], parts[len(parts)-1]+"?kind=dashboard&from="+w.other(slug))
	}
	return strings.Join(parts, "/")
}

// refusals are the codes that say "not with your rights".
var refusals = []string{"permission_denied", "import_admin_only", "import_no_source", "role_too_strong", "admin_only", "not_in_visit"}

// verdict sorts an answer: + admitted, - known of but not allowed, . not there.
func verdict(status int, body string) string {
	var p struct {
		Code   string
		Params struct{ Items []struct{ Code string } }
	}
	_ = json.Unmarshal([]byte(body), &p) // not every answer is an object
	switch {
	case p.Code == "bulk_refused" && len(p.Params.Items) == 1: // one of many is answered as if it were alone
		switch code := p.Params.Items[0].Code; {
		case code == "not_found":
			return "."
		case slices.Contains(refusals, code):
			return "-"
		}
		return "+"
	case status == http.StatusNotFound && p.Code == "not_found" || p.Code == "unknown_upload":
		return "."
	case status == http.StatusForbidden && slices.Contains(refusals, p.Code):
		return "-"
	case status == http.StatusForbidden || status == http.StatusUnauthorized || status == http.StatusNotFound || status >= 500:
		return fmt.Sprintf("%d %s", status, p.Code)
	}
	return "+"
}

// TestRightsOfEveryRoute asks for each row. An admitted call that may have changed
// something gives the next actor fresh objects.
func TestRightsOfEveryRoute(t *testing.T) {
	t.Parallel()
	if underRace || dbtest.Postgres() {
		t.Skip("one call after the other, decided in Go: once is enough")
	}
	w := newWorld(t)
	rows := rightsTable(t)
	slices.SortStableFunc(rows, func(a, b expectation) int { return strings.Compare(a.state, b.state) })
	stands := map[string]string{} // account → the state that its objects are in; "" = a call has changed something
	for _, row := range rows {
		for i, column := range columns {
			for _, slug := range []string{w.f.Agency.Slug, w.f.Solstice.Slug} {
				if stands[slug] != row.state && (slug == accountOf(column) || w.objects[slug] == nil) {
					w.fresh(slug, row.state)
					stands[slug] = row.state
				}
			}
			status, body := w.call(column, row.method, w.path(row.path, accountOf(column)), w.body(row, accountOf(column)))
			if got := verdict(status, body); got != row.answers[i] {
				t.Errorf("%s as %s: %s, the table says %s: %d %.300s", row, column, got, row.answers[i], status, body)
			}
			if row.path == "/{account}/visit" && status < 300 {
				w.visit()
			}
			if row.method != http.MethodGet && status < 300 {
				stands[accountOf(column)] = ""
			}
		}
	}
}

// TestEveryRouteHasARow compares the table with the OpenAPI document.
func TestEveryRouteHasARow(t *testing.T) {
	var document struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	text, err := os.ReadFile("../../docs/openapi.gen.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	known, want := map[string]bool{}, map[string]bool{}
	for _, row := range rightsTable(t) {
		known[row.method+" "+row.path] = true
	}
	for path, methods := range document.Paths {
		path = strings.TrimPrefix(path, "/api/v1")
		if !strings.HasPrefix(path, "/{account}/") {
			continue
		}
		for method := range methods {
			key := strings.ToUpper(method) + " " + path
			want[key] = true
			if !known[key] {
				t.Errorf("%s has no row in testdata/rights.txt", key)
			}
		}
	}
	for key := range known {
		if !want[key] {
			t.Errorf("%s of testdata/rights.txt is no route", key)
		}
	}
	if len(authz.All(true)) == 0 || len(want) < 40 {
		t.Errorf("only %d routes were found", len(want))
	}
}
