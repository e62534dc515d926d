package app

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"octavo/internal/fixture"
	"octavo/internal/user"
)

// program sends a call with a key, as a program does; match is the version that it changes, if any.
func (d *dynamic) program(key, method, path, body string, match ...string) (int, string) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.base+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	for _, version := range match {
		req.Header.Set("If-Match", strconv.Quote(version))
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// pushing wants a push to succeed, or to be refused with a code.
func (d *dynamic) pushing(key, path, body, code string) {
	d.t.Helper()
	status, text := d.program(key, "PUT", path, body)
	if code == "" && status != 200 || code != "" && (status < 400 || !strings.Contains(text, `"`+code+`"`)) {
		d.t.Errorf("PUT %s: %d %s, want %s", path, status, text, code)
	}
}

const (
	rowsOfSeven = `[{"amount":700},{"amount":701}]`
	rowsOfEight = `[{"amount":800}]`
)

// TestPushedRowsOfEachClient is the mission's scenario (R45 to R50, R53) with rows that programs push: built once, looked at
// with every value in the agency, imported without rows, and then each client has those of its own programs, whatever is
// chosen or sent (data-sources.md §5.7, 9.6).
func TestPushedRowsOfEachClient(t *testing.T) {
	d := newDynamic(t)
	d.must("PA", "POST", "/northlight/properties", map[string]any{"name": "companyID", "type": "text", "value": "8"}, "")
	source := d.must("PA", "POST", "/northlight/data-sources", map[string]any{"name": "Orders", "push": map[string]any{"variables": []string{"companyID"}}}, "id")
	agency := d.must("PA", "POST", "/northlight/profile/keys", map[string]any{"label": "shop"}, "secret")
	data := "/northlight/data-sources/" + source + "/data"
	d.pushing(agency, data+"?var.companyID=7", rowsOfSeven, "")
	d.pushing(agency, data, rowsOfEight, "") // as the property says
	d.pushing(agency, data+"?var.company=7", rowsOfSeven, "unknown_variable")
	d.pushing(agency, data+"?var.companyID=7&var.companyID=8", rowsOfSeven, "bad_variable_value")
	klip := d.must("PA", "POST", "/northlight/klips", amountsBy(source, "@amount"), "id")
	control := d.must("PA", "POST", "/northlight/klips", controlOf("companyID", nil), "id")
	master := d.must("PA", "POST", "/northlight/dashboards", map[string]any{"title": "Trading", "placements": []any{
		map[string]any{"klip": klip, "x": 0, "y": 0, "w": 6, "h": 13}, map[string]any{"klip": control, "x": 6, "y": 0, "w": 3, "h": 4}}}, "id")
	for choice, want := range map[string]string{"": "8", "?set=companyID%3D7": "7", "?set=companyID%3D8": "8"} {
		if got := d.shown("PA", "/northlight/dashboards/"+master+"/results"+choice); got != want {
			t.Errorf("the agency with %q sees %s", choice, got)
		}
	}

	d.must("PA", "POST", "/solstice-coffee/properties", map[string]any{"name": "companyID", "type": "text", "value": "7"}, "")
	mine, myKlip, mySource := d.into("solstice-coffee", master)
	theirs, _, theirSource := d.into("fjord-outdoors", master)
	d.share("solstice-coffee", d.f.Solstice, mine, myKlip, mySource)
	if _, text := d.call("CA", "GET", "/solstice-coffee/dashboards/"+mine+"/results", nil); whose(text) != "" {
		t.Errorf("the import brought rows along: %s", text)
	}

	key := d.must("CE", "POST", "/solstice-coffee/profile/keys", map[string]any{"label": "till"}, "secret")
	at := "/solstice-coffee/data-sources/" + mySource + "/data"
	d.pushing(key, at, rowsOfSeven, "")
	d.pushing(key, at+"?var.companyID=7", rowsOfSeven, "")
	d.pushing(key, at+"?var.companyID=8", rowsOfEight, "variable_decided")
	for _, choice := range []string{"", "?set=companyID%3D8", "?set=" + myKlip + "!companyID%3D8"} {
		for _, column := range []string{"CA", "CE", "CV"} {
			if got := d.shown(column, "/solstice-coffee/dashboards/"+mine+"/results"+choice); got != "7" {
				t.Errorf("%s with %q sees %s", column, choice, got)
			}
		}
	}

	// The key of one client opens nothing of another, nor of the agency, nor does the agency's open what nobody visits.
	_, list := d.call("PA", "GET", "/northlight/data-sources/"+source+"/instances", nil)
	for _, path := range []string{
		data + "?var.companyID=7", "/fjord-outdoors/data-sources/" + theirSource + "/data?var.companyID=8",
		"/solstice-coffee/data-sources/" + theirSource + "/data?var.companyID=7", "/solstice-coffee/data-sources/" + source + "/data?var.companyID=7",
	} {
		for _, method := range []string{"PUT", "POST", "PATCH", "DELETE"} {
			if status, text := d.program(key, method, path, `[{"amount":1}]`); status < 400 {
				t.Errorf("%s %s: %d %s", method, path, status, text)
			}
		}
	}
	if _, again := d.call("PA", "GET", "/northlight/data-sources/"+source+"/instances", nil); again != list || !strings.Contains(list, `"rows":2`) {
		t.Errorf("the agency's sets were %s and are %s", list, again)
	}

	// Where nobody has said yet which client it is, neither a push nor a look says so: the name decides whose rows these are.
	secret, _, err := d.f.Users.SignIn(t.Context(), user.SignIn{Email: "admin@fjord.test", Password: fixture.Password, Place: user.Place{Address: "127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	d.cookies["FA"] = secret
	till := d.must("FA", "POST", "/fjord-outdoors/profile/keys", map[string]any{"label": "till"}, "secret")
	d.pushing(till, "/fjord-outdoors/data-sources/"+theirSource+"/data?var.companyID=8", rowsOfEight, "missing_variable")
	d.must("PA", "POST", "/fjord-outdoors/properties", map[string]any{"name": "companyID", "type": "text", "value": "8"}, "")
	for _, choice := range []string{"", "?set=companyID%3D7", "?set=companyID%3D8"} {
		if _, text := d.call("PA", "GET", "/fjord-outdoors/dashboards/"+theirs+"/results"+choice, nil); whose(text) != "" {
			t.Errorf("Fjord sees %s", text)
		}
	}
	if status, text := d.call("CA", "PATCH", "/solstice-coffee/properties/companyID", map[string]any{"value": "8"}); status != 403 {
		t.Errorf("a locked property is changed: %d %s", status, text)
	}

	// Without variables nobody may have what was kept apart: the rows go first.
	schema := "/solstice-coffee/data-sources/" + mySource + "/schema"
	if status, text := d.call("CE", "PUT", schema, map[string]any{}); status != 409 || !strings.Contains(text, "variables_with_rows") {
		t.Errorf("variables with rows: %d %s", status, text)
	}
}

// Rows of the time before a data source had variables go along with no import, though an earlier version brought the
// variables back: they would be for everybody in the client as soon as somebody there takes the variables away.
func TestImportTakesNoRowsOfAllAlong(t *testing.T) {
	d := newDynamic(t)
	source := d.must("PA", "POST", "/northlight/data-sources", map[string]any{"name": "Orders", "push": map[string]any{"variables": []string{"companyID"}}}, "id")
	key := d.must("PA", "POST", "/northlight/profile/keys", map[string]any{"label": "shop"}, "secret")
	at := "/northlight/data-sources/" + source
	d.must("PA", "PUT", at+"/schema", map[string]any{}, "")
	d.pushing(key, at+"/data", rowsOfEight, "")
	if status, text := d.program(key, "POST", "/northlight/assets/"+source+"/restore", `{"version":1}`, "2"); status != 200 {
		t.Fatalf("restored: %d %s", status, text)
	}
	if _, text := d.call("PA", "GET", at, nil); !strings.Contains(text, `"variables":["companyID"]`) || !strings.Contains(text, `"rows":0`) {
		t.Errorf("the source says %s", text)
	}
	klip := d.must("PA", "POST", "/northlight/klips", amountsBy(source, "@A:A"), "id")
	master := d.must("PA", "POST", "/northlight/dashboards", map[string]any{"title": "Trading", "placements": []any{
		map[string]any{"klip": klip, "x": 0, "y": 0, "w": 6, "h": 13}}}, "id")
	_, _, copied := d.into("solstice-coffee", master)
	schema := "/solstice-coffee/data-sources/" + copied
	d.must("PA", "PUT", schema+"/schema", map[string]any{}, "")
	for _, path := range []string{"", "/preview", "/download", "/earlier"} {
		if _, text := d.call("PA", "GET", schema+path, nil); whose(text) != "" || strings.Contains(text, `"rows":1`) {
			t.Errorf("%s has rows of the agency: %s", path, text)
		}
	}
}
