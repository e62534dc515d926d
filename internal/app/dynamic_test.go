package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/rest/resttest"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/user"
)

// dynamic is a family over a service with the orders of clients 7 and 8, and of nobody else.
type dynamic struct {
	*world
	app *App
	api *resttest.Server
}

// newDynamic starts it; hosts are further ones, host:port, that may be read.
func newDynamic(t *testing.T, hosts ...string) *dynamic {
	t.Helper()
	d := &dynamic{api: resttest.Start(t)}
	u, err := url.Parse(d.api.URL)
	if err != nil {
		t.Fatal(err)
	}
	a, base, stop := start(t, Config{Data: t.TempDir(), Database: dbtest.URL(t), FetchAllow: strings.Join(append(hosts, u.Host), ",")})
	t.Cleanup(func() { _ = stop() })
	d.app = a
	d.world = &world{t: t, base: base, f: fixture.New(t, a.DB), cookies: map[string]string{}, objects: map[string]map[string]string{}}
	for column, email := range map[string]string{
		"PA": "admin@northlight.test", "CA": "admin@solstice.test", "CE": "editor@solstice.test", "CV": "viewer@solstice.test", "FV": "viewer@fjord.test",
	} {
		secret, _, err := d.f.Users.SignIn(t.Context(), user.SignIn{Email: email, Password: fixture.Password, Place: user.Place{Address: "127.0.0.1"}})
		if err != nil {
			t.Fatal(err)
		}
		d.cookies[column] = secret
	}
	for _, slug := range []string{"solstice-coffee", "fjord-outdoors"} {
		d.must("PA", "POST", "/northlight/clients/"+slug+"/sign-in", nil, "")
		d.must("PA", "PUT", "/northlight/clients/"+slug+"/limits", map[string]any{"seats": -1, "dashboards": -1, "private_links": 5, "api_calls": -1}, "")
	}
	return d
}

// source is the request of R48.
func (d *dynamic) source() map[string]any {
	return map[string]any{"name": "Orders", "web": map[string]any{"format": "json", "options": map[string]any{}, "interval_s": 3600, "request": map[string]any{
		"url": d.api.URL + "/orders", "query": []any{map[string]any{"name": "client", "value": "{props.companyID}"}},
		"headers": []any{map[string]any{"name": "X-Api-Version", "value": resttest.Version}}}}}
}

func amountsOf(source string) map[string]any { return amountsBy(source, "@//amount") }

func amountsBy(source, formula string) map[string]any {
	return map[string]any{"title": "Amounts", "workspace": map[string]any{"datasources": []any{source}}, "components": []any{
		map[string]any{"id": "aaaaaaaaaa", "type": "table", "components": []any{map[string]any{"id": "bbbbbbbbbb", "type": "table_column",
			"displayName": "Amount", "formulas": []any{map[string]any{"text": formula}}}}}}}
}

// amountIn finds the first amount of a client; ids and times, which have the same digits now and then, are no amounts.
var amountIn = map[string]*regexp.Regexp{"7": regexp.MustCompile(`(^|[^0-9A-Za-z.])700($|[^0-9A-Za-z])`), "8": regexp.MustCompile(`(^|[^0-9A-Za-z.])800($|[^0-9A-Za-z])`)}

// whose says whose orders an answer shows.
func whose(text string) string {
	var out []string
	for client, amount := range amountIn {
		if amount.MatchString(text) {
			out = append(out, client)
		}
	}
	if len(out) == 2 {
		return "both"
	}
	return strings.Join(out, "")
}

// shown waits until a page shows the orders of somebody.
func (d *dynamic) shown(column, path string) string {
	d.t.Helper()
	text := ""
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var status int
		if status, text = d.call(column, "GET", path, nil); status == 200 && whose(text) != "" {
			return whose(text)
		}
	}
	d.t.Fatalf("%s shows nothing: %s", path, text)
	return ""
}

// controlOf lists the ids of all clients to choose from.
func controlOf(variable string, properties map[string]any) map[string]any {
	all := map[string]any{"variable": variable}
	maps.Copy(all, properties)
	return map[string]any{"title": "Client", "components": []any{map[string]any{"id": "cccccccccc", "type": "input", "properties": all, "components": []any{
		map[string]any{"id": "dddddddddd", "type": "input_values", "formulas": []any{map[string]any{"text": `ARRAY("7", "8")`}}},
		map[string]any{"id": "eeeeeeeeee", "type": "input_labels", "formulas": []any{map[string]any{"text": `ARRAY("Solstice", "Fjord")`}}}}}}}
}

// master makes what R45 to R49 build in the agency, and gives source, Klip and dashboard.
func (d *dynamic) master() (source, klip, dashboard string) {
	d.must("PA", "POST", "/northlight/properties", map[string]any{"name": "companyID", "type": "text", "value": "8"}, "")
	source = d.must("PA", "POST", "/northlight/data-sources", d.source(), "id")
	klip = d.must("PA", "POST", "/northlight/klips", amountsOf(source), "id")
	control := d.must("PA", "POST", "/northlight/klips", controlOf("companyID", nil), "id")
	dashboard = d.must("PA", "POST", "/northlight/dashboards", map[string]any{"title": "Trading", "placements": []any{
		map[string]any{"klip": klip, "x": 0, "y": 0, "w": 6, "h": 13}, map[string]any{"klip": control, "x": 6, "y": 0, "w": 3, "h": 4}}}, "id")
	return source, klip, dashboard
}

// into imports a dashboard and gives its copy, with the Klip "Amounts" and the source that came along.
func (d *dynamic) into(slug, dashboard string) (copied, klip, source string) {
	d.t.Helper()
	pick := map[string]any{"from": "northlight", "assets": []any{dashboard}}
	pick["plan_id"] = d.must("PA", "POST", "/"+slug+"/import/preview", pick, "plan_id")
	d.must("PA", "POST", "/"+slug+"/import", pick, "id")
	first := func(kind, named string) string {
		_, text := d.call("PA", "GET", "/"+slug+"/"+kind+"?q="+named, nil)
		var list struct{ Items []struct{ ID string } }
		if err := json.Unmarshal([]byte(text), &list); err != nil || len(list.Items) != 1 {
			d.t.Fatalf("%s of %s: %v %s", kind, slug, err, text)
		}
		return list.Items[0].ID
	}
	return first("dashboards", "Trading"), first("klips", "Amounts"), first("data-sources", "Orders")
}

// wander has the administrator of the agency look at as many new values as one person may in a minute.
func (d *dynamic) wander() {
	d.t.Helper()
	who := d.f.Actor(d.f.Agency, d.f.Agency.Admin)
	var known *errs.Error
	for i := 0; known == nil; i++ {
		var all map[int64]datasource.Payload
		err := d.app.DB.Read(d.t.Context(), db.Account(who.Account), func(tx *db.Tx) (err error) {
			var no int64
			if _, err = tx.One(d.t.Context(), `SELECT no FROM sources WHERE account_id = :account`, nil, &no); err == nil {
				all, err = d.app.Sources.Payloads(d.t.Context(), tx, who, []int64{no}, datasource.Choices{Set: map[string]string{"companyID": fmt.Sprint("nobody ", i)}})
			}
			return err
		})
		if err == nil {
			err = d.app.Sources.Want(d.t.Context(), who, slices.Collect(maps.Values(all)))
		}
		if err != nil && !errors.As(err, &known) || i > 20 {
			d.t.Fatalf("look %d: %v", i, err)
		}
	}
}

// crowd fills the one data source of the agency up with sets of values.
func (d *dynamic) crowd() {
	d.t.Helper()
	agency := d.f.Agency.ID
	err := d.f.DB.Tx(d.t.Context(), db.Account(agency), func(tx *db.Tx) error {
		var no int64
		if _, err := tx.One(d.t.Context(), `SELECT no FROM sources WHERE account_id = :account`, nil, &no); err != nil {
			return err
		}
		rows := make([][]any, 500)
		for i := range rows {
			rows[i] = []any{agency, no, fmt.Sprint("filler ", i), "{}", "no_data", "", 0, 0, "", "", "", tx.Now, tx.Now, 0}
		}
		return tx.Insert(d.t.Context(), "instances", []string{"account_id", "no", "key", "variables", "state", "asked", "failures", "deferrals", "error", "etag",
			"last_modified", "created_at", "accessed_at", "pinned"}, rows)
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// share lets the viewer and the editor of an account see the dashboard with all below it.
func (d *dynamic) share(slug string, home fixture.Home, ids ...string) {
	for _, id := range ids {
		d.must("PA", "PUT", "/"+slug+"/assets/"+id+"/shares", map[string]any{"items": []any{
			map[string]any{"kind": "user", "id": home.Viewer.ID, "right": "view"}, map[string]any{"kind": "user", "id": home.Editor.ID, "right": "edit"}}}, "")
	}
}

// TestR53EachClientSeesItsOwnRows is the mission's scenario: R45 and R46 (built once,
// imported), R47 (the agency looks with a value of its own), R48 ({props.companyID}), R49
// (Klip and dashboard), R50 (a property in each client), R53 (its own rows, nothing edited).
func TestR53EachClientSeesItsOwnRows(t *testing.T) {
	d := newDynamic(t)
	built, _, master := d.master()
	if got := d.shown("PA", "/northlight/dashboards/"+master+"/results"); got != "8" {
		t.Errorf("R47: the agency sees %s by its property", got)
	}
	for _, client := range []string{"7", "8"} {
		if got := d.shown("PA", "/northlight/dashboards/"+master+"/results?set=companyID%3D"+client); got != client {
			t.Errorf("R47: the agency chose %s in the control and sees %s", client, got)
		}
	}
	if _, text := d.call("PA", "GET", "/northlight/dashboards/"+master+"/results?set=companyID%3D7", nil); !strings.Contains(text, `{"value":"8","label":"Fjord"}`) ||
		!strings.Contains(text, `"chosen":["7"],"fixed":false`) {
		t.Errorf("R47: the control: %s", text)
	}
	d.wander()
	if _, text := d.call("PA", "GET", "/northlight/dashboards/"+master+"/results?set=companyID%3Dmore", nil); !strings.Contains(text, "You looked at new values 20 times within a minute") {
		t.Errorf("beyond the new values of a minute: %s", text)
	}
	d.crowd()
	_, full := d.call("PA", "GET", "/northlight/dashboards/"+master+"/results?set=companyID%3D9", nil)
	if !strings.Contains(full, "data for 500 sets of values already") || d.shown("PA", "/northlight/dashboards/"+master+"/results?set=companyID%3D7") != "7" {
		t.Errorf("beyond the last set of values: %s", full)
	}

	d.must("PA", "POST", "/solstice-coffee/properties", map[string]any{"name": "companyID", "type": "text", "value": "7"}, "")
	d.must("PA", "POST", "/fjord-outdoors/properties", map[string]any{"name": "companyID", "type": "text", "value": "8"}, "")
	mine, klip, source := d.into("solstice-coffee", master)
	theirs, _, _ := d.into("fjord-outdoors", master)
	d.share("solstice-coffee", d.f.Solstice, mine, klip, source)
	if got := d.shown("CA", "/solstice-coffee/dashboards/"+mine+"/results"); got != "7" {
		t.Errorf("R53: Solstice sees %s", got)
	}
	if _, text := d.call("CA", "GET", "/solstice-coffee/dashboards/"+mine+"/results?set=companyID%3D8", nil); whose(text) != "7" || !strings.Contains(text, `"chosen":["7"],"fixed":true`) {
		t.Errorf("R53: the control of Solstice: %s", text)
	}
	if got := d.shown("PA", "/fjord-outdoors/dashboards/"+theirs+"/results"); got != "8" {
		t.Errorf("R53: Fjord sees %s", got)
	}
	if got := d.shown("CV", "/solstice-coffee/klips/"+klip+"/result"); got != "7" {
		t.Errorf("R53: a viewer sees %s", got)
	}

	// The agency sees where its source is used, over all clients; nobody else does.
	copies := `"clients":[{"slug":"fjord-outdoors","name":"Fjord Outdoors","copies":1,"late":0,"klips":1},{"slug":"solstice-coffee","name":"Solstice (gold)","copies":1,"late":0,"klips":1}],"hidden_clients":0`
	if _, text := d.call("PA", "GET", "/northlight/data-sources/"+built+"/used-by", nil); !strings.Contains(text, copies) {
		t.Errorf("used over all clients: %s", text)
	}
	if _, text := d.call("CA", "GET", "/solstice-coffee/data-sources/"+source+"/used-by", nil); !strings.Contains(text, `"clients":[],"hidden_clients":0`) || strings.Contains(text, "Fjord") {
		t.Errorf("a client sees of others: %s", text)
	}

	// Whoever runs the server sees how refreshes go, and of nobody whose they are.
	scrape := httptest.NewRecorder()
	d.app.metrics.Handler().ServeHTTP(scrape, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range []string{`octavo_refresh_duration_seconds_count{connector="rest",outcome="changed"}`, `octavo_refresh_wait_seconds_count{connector="rest"}`} {
		if !strings.Contains(scrape.Body.String(), line) {
			t.Errorf("the metrics have no %s", line)
		}
	}

	// D93: another value, other rows, and nobody else's.
	d.must("PA", "PATCH", "/solstice-coffee/properties/companyID", map[string]any{"value": "nobody"}, "")
	if _, text := d.call("CA", "GET", "/solstice-coffee/klips/"+klip+"/result", nil); whose(text) != "" {
		t.Errorf("with another value: %s", text)
	}
}

// TestNothingLeadsToAnotherClientsRows is data-sources.md §9.6 and §16 line 10: whatever a
// person of a client does, the rows of client 8 stay away.
func TestNothingLeadsToAnotherClientsRows(t *testing.T) {
	d := newDynamic(t)
	parent, _, master := d.master()
	d.must("PA", "POST", "/solstice-coffee/properties", map[string]any{"name": "companyID", "type": "text", "value": "7"}, "")
	mine, klip, source := d.into("solstice-coffee", master)
	d.share("solstice-coffee", d.f.Solstice, mine, klip, source)
	if got := d.shown("CV", "/solstice-coffee/dashboards/"+mine+"/results"); got != "7" {
		t.Fatalf("the client sees %s", got)
	}
	never := func(what, text string) {
		t.Helper()
		if who := whose(text); who == "8" || who == "both" {
			t.Errorf("%s shows the rows of another client: %s", what, text)
		}
	}
	at := "/solstice-coffee"
	for _, path := range []string{
		"/klips/" + klip + "/result?companyID=8", "/klips/" + klip + "/result?set=companyID%3D8", "/klips/" + klip + "/result?set=" + klip + "!companyID%3D8",
		"/dashboards/" + mine + "/results?set=companyID%3D8", "/dashboards/" + mine + "/results?set=" + klip + "!companyID%3D8", "/dashboards/" + mine + "/results?companyID=8&props.companyID=8", "/data-sources/" + source + "/preview?companyID=8",
		"/data-sources/" + source + "/download?companyID=8", "/data-sources/" + parent, "/data-sources/" + parent + "/preview", "/dashboards/" + master + "/results",
	} {
		for _, column := range []string{"CA", "CE", "CV"} {
			_, text := d.call(column, "GET", at+path, nil)
			never(column+" "+path, text)
		}
	}

	// Sets of values: the key of client 8 is no secret, and opens nothing here.
	_, list := d.call("PA", "GET", "/northlight/data-sources/"+parent+"/instances", nil)
	keys := regexp.MustCompile(`"key":"([0-9a-f]{64})"`).FindAllStringSubmatch(list, -1)
	if len(keys) == 0 {
		t.Fatalf("the agency has no set of values: %s", list)
	}
	for _, key := range keys {
		for _, of := range []string{source, parent} {
			for _, path := range []string{"/preview?instance=" + key[1], "/download?instance=" + key[1], "/instances/" + key[1] + "/refresh"} {
				method := "GET"
				if strings.HasSuffix(path, "/refresh") {
					method = "POST"
				}
				for _, column := range []string{"CA", "CE", "CV"} {
					status, text := d.call(column, method, at+"/data-sources/"+of+path, nil)
					never(column+" "+path, text)
					if status < 400 {
						t.Errorf("%s %s: %d %s", column, path, status, text)
					}
				}
			}
		}
	}

	// A property of a person, by its administrator, does not reach a locked one.
	d.must("CA", "POST", at+"/user-properties", map[string]any{"name": "companyID"}, "")
	d.must("CA", "PATCH", at+"/people/"+string(d.f.Solstice.Viewer.ID), map[string]any{"properties": map[string]any{"companyID": "8"}}, "")
	if status, text := d.call("CA", "PATCH", at+"/properties/companyID", map[string]any{"value": "8"}); status != 403 {
		t.Errorf("a locked property is changed: %d %s", status, text)
	}
	if status, text := d.call("CA", "PATCH", at+"/properties/companyID", map[string]any{"locked": false}); status != 403 {
		t.Errorf("a locked property is unlocked: %d %s", status, text)
	}
	for _, column := range []string{"CA", "CV"} {
		if got := d.shown(column, at+"/klips/"+klip+"/result"); got != "7" {
			t.Errorf("%s sees %s", column, got)
		}
	}

	// Formulas: names, ids and computed ids of other sources, and variables set in them.
	for _, formula := range []string{
		fmt.Sprintf(`DATASOURCE("%s", "//amount")`, parent), fmt.Sprintf(`DATASOURCE(CONCAT("%s", "%s"), "//amount")`, parent[:10], parent[10:]),
		`MAP(ARRAY("8"), companyID, SUM(@//amount))`, `SET(companyID, "8", SUM(@//amount))`, `@[Orders//amount]`,
	} {
		doc := amountsOf(source)
		doc["components"].([]any)[0].(map[string]any)["components"].([]any)[0].(map[string]any)["formulas"] = []any{map[string]any{"text": formula}}
		_, text := d.call("CE", "POST", at+"/klip-preview", map[string]any{"klip": doc})
		never(formula, text)
	}

	// Controls of their own, with a value at first and with a choice, near and far.
	for _, scope := range []string{"klip", "dashboard", "all"} {
		doc := amountsOf(source)
		doc["components"] = append(doc["components"].([]any), controlOf("companyID", map[string]any{"scope": scope, "default": "8"})["components"].([]any)...)
		_, text := d.call("CE", "POST", at+"/klip-preview", map[string]any{"klip": doc, "set": []any{"companyID=8"}})
		never("a control with reach "+scope, text)
		own := d.must("CE", "POST", at+"/klips", doc, "id")
		for _, query := range []string{"", "?set=companyID%3D8"} {
			_, text = d.call("CE", "GET", at+"/klips/"+own+"/result"+query, nil)
			never("a saved control with reach "+scope+query, text)
		}
	}
	if got := d.shown("CV", at+"/dashboards/"+mine+"/results"); got != "7" {
		t.Errorf("beside a control of the client %s is shown", got)
	}

	// Without a value nothing is sent, whatever the person has (D92, S2).
	d.must("PA", "PATCH", at+"/properties/companyID", map[string]any{"value": ""}, "")
	before := d.api.Calls("/orders")
	_, text := d.call("CV", "GET", at+"/klips/"+klip+"/result", nil)
	if whose(text) != "" || !strings.Contains(text, "No data yet.") || d.api.Calls("/orders") != before {
		t.Errorf("without a value: %d calls, %s", d.api.Calls("/orders")-before, text)
	}
	_, text = d.call("CA", "GET", at+"/klips/"+klip+"/result", nil)
	if !strings.Contains(text, "Set the company property companyID.") {
		t.Errorf("administrators are told: %s", text)
	}
}

// TestImportsSayWhatClientsCouldChange is data-sources.md §9.6 S4: values that decide whose data is read and are not
// locked, and their lock in the same step.
func TestImportsSayWhatClientsCouldChange(t *testing.T) {
	d := newDynamic(t)
	_, _, master := d.master()
	for _, slug := range []string{"solstice-coffee", "fjord-outdoors"} {
		d.must("PA", "POST", "/"+slug+"/properties", map[string]any{"name": "companyID", "type": "text", "value": "7", "locked": false}, "")
	}
	pick := map[string]any{"from": "northlight", "assets": []any{master}}
	open := func(text, of string) bool { return strings.Contains(text, of) }
	_, text := d.call("PA", "POST", "/solstice-coffee/import/preview", pick)
	if !open(text, `"open":true`) {
		t.Errorf("the plan says nothing: %s", text)
	}
	var plan struct {
		PlanID string `json:"plan_id"`
	}
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		t.Fatal(err)
	}
	pick["plan_id"], pick["lock"] = plan.PlanID, []any{"companyID", "other"}
	d.must("PA", "POST", "/solstice-coffee/import", pick, "id")
	if status, text := d.call("CA", "PATCH", "/solstice-coffee/properties/companyID", map[string]any{"value": "8"}); status != 403 {
		t.Errorf("after the import the client changes it: %d %s", status, text)
	}
	delete(pick, "plan_id")
	delete(pick, "lock")
	if _, text = d.call("PA", "POST", "/solstice-coffee/import/preview", pick); !open(text, `"open":false`) || open(text, `"open":true`) {
		t.Errorf("it is locked now: %s", text)
	}
	out := map[string]any{"assets": []any{master}, "clients": []any{"solstice-coffee", "fjord-outdoors"}}
	if _, text = d.call("PA", "POST", "/northlight/roll-out/plan", out); !open(text, `"open":["companyID"]`) || !open(text, `"open":[]`) {
		t.Errorf("the plan of a roll-out: %s", text)
	}
	out["plan_id"] = d.must("PA", "POST", "/northlight/roll-out/plan", out, "plan_id")
	out["lock"] = []any{"companyID"}
	d.must("PA", "POST", "/northlight/roll-out", out, "id")
	delete(out, "plan_id")
	delete(out, "lock")
	if _, text = d.call("PA", "POST", "/northlight/roll-out/plan", out); open(text, `"open":["companyID"]`) {
		t.Errorf("it is locked everywhere now: %s", text)
	}
	d.pageOfClientTells()
}

// pageOfClientTells is data-sources.md §9.6 S5: what was unlocked after an import is said on the agency's page of the
// client, to those who may enter it, and locked there. Values of the client's own data sources are not told.
func (d *dynamic) pageOfClientTells() {
	d.t.Helper()
	const at, none = "/northlight/clients/solstice-coffee/open-properties", `"items":[]`
	d.must("PA", "POST", "/solstice-coffee/properties", map[string]any{"name": "region", "type": "text", "value": "north", "locked": false}, "")
	if status, text := d.call("PA", "GET", at, nil); status != 200 || !strings.Contains(text, none) {
		d.t.Errorf("all is locked: %d %s", status, text)
	}
	err := d.app.DB.Tx(d.t.Context(), db.Account(d.f.Solstice.ID), func(tx *db.Tx) error { // calls of this test can change a first version only
		_, err := tx.Exec(d.t.Context(), `UPDATE properties SET locked = 0, version = 1 WHERE account_id = :account AND name = 'companyID'`, nil)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	if _, text := d.call("PA", "GET", at, nil); !strings.Contains(text, `"name":"companyID","sources":["`) || strings.Contains(text, "region") {
		d.t.Errorf("unlocked: %s", text)
	}
	if _, text := d.call("PA", "GET", "/northlight/clients/fjord-outdoors/open-properties", nil); !strings.Contains(text, none) {
		d.t.Errorf("the other client: %s", text)
	}
	lock := map[string]any{"names": []any{"companyID", "region"}}
	for _, who := range []string{"CA", "CV", "FV"} {
		for _, path := range []string{at, "/solstice-coffee/clients/solstice-coffee/open-properties"} {
			if status, text := d.call(who, "GET", path, nil); status != 404 {
				d.t.Errorf("%s reads %s: %d %s", who, path, status, text)
			}
			if status, text := d.call(who, "POST", path+"/lock", lock); status != 404 {
				d.t.Errorf("%s locks at %s: %d %s", who, path, status, text)
			}
		}
	}
	if _, text := d.call("PA", "POST", at+"/lock", lock); !strings.Contains(text, none) {
		d.t.Errorf("locked: %s", text)
	}
	if status, text := d.call("CA", "PATCH", "/solstice-coffee/properties/companyID", map[string]any{"value": "8"}); status != 403 {
		d.t.Errorf("after the lock the client changes it: %d %s", status, text)
	}
	if status, text := d.call("CA", "PATCH", "/solstice-coffee/properties/region", map[string]any{"value": "south"}); status != 200 {
		d.t.Errorf("what decides nothing is the client's as before: %d %s", status, text)
	}
}
