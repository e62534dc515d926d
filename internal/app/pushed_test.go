package app

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestPushedDataOfCopies is data-sources.md §5.7 and §12.7: a copy of a source that programs push to comes with the rows that
// were there, has an address of its own, and from then on neither account reaches the rows of the other, not even by an update.
func TestPushedDataOfCopies(t *testing.T) {
	d := newDynamic(t)
	source := d.must("PA", "POST", "/northlight/data-sources", map[string]any{"name": "Orders", "push": map[string]any{"unique_by": []any{"day"},
		"columns": []any{map[string]any{"name": "day", "type": "text"}, map[string]any{"name": "amount", "type": "number"}}}}, "id")
	push := func(column, method, at, day string, amount int) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, d.base+"/api/v1"+at+"/data", strings.NewReader(fmt.Sprintf(`[{"day":%q,"amount":%d}]`, day, amount)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.AddCookie(&http.Cookie{Name: "octavo_session", Value: d.cookies[column]})
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(text)
	}
	master := "/northlight/data-sources/" + source
	if status, text := push("PA", "PUT", master, "mon", 800); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	klip := d.must("PA", "POST", "/northlight/klips", amountsBy(source, "@amount;"), "id")
	dashboard := d.must("PA", "POST", "/northlight/dashboards", map[string]any{"title": "Trading", "placements": []any{map[string]any{"klip": klip, "x": 0, "y": 0, "w": 6, "h": 13}}}, "id")
	_, copied, own := d.into("solstice-coffee", dashboard)
	at := "/solstice-coffee/data-sources/" + own
	rows := func(column, of string) string {
		t.Helper()
		_, text := d.call(column, "GET", of+"/download", nil)
		return strings.TrimSpace(text)
	}
	if got := rows("CA", at); own == source || got != "day,amount\nmon,800" {
		t.Errorf("the copy has %q", got)
	}

	if status, text := push("CA", "PATCH", at, "mon", 700); status != 200 || !strings.Contains(text, `"rows_updated":1`) { // by the columns of the master
		t.Errorf("an upsert of the copy: %d %s", status, text)
	}
	if status, text := push("PA", "POST", master, "tue", 801); status != 200 {
		t.Errorf("%d %s", status, text)
	}
	for _, address := range []string{master, "/solstice-coffee/data-sources/" + source, "/northlight/data-sources/" + own} {
		for _, column := range []string{"CA", "CE"} {
			if status, text := push(column, "POST", address, "wed", 1); status < 400 {
				t.Errorf("%s pushes to %s: %s", column, address, text)
			}
		}
	}
	mine, theirs := rows("CA", at), rows("PA", master)
	if mine != "day,amount\nmon,700" || theirs != "day,amount\nmon,800\ntue,801" {
		t.Errorf("the client has %q, the agency %q", mine, theirs)
	}

	doc := amountsBy(source, "@amount;")
	doc["title"] = "Amounts of the day"
	d.must("PA", "PUT", "/northlight/klips/"+klip, doc, "")
	plan := d.must("PA", "GET", "/northlight/klips/"+klip+"/instances", nil, "plan_id")
	d.must("PA", "POST", "/northlight/klips/"+klip+"/update-instances", map[string]any{"plan_id": plan}, "")
	if got := rows("CA", at); got != mine {
		t.Errorf("an update of the Klip changes the rows of the client to %q", got)
	}
	if _, text := d.call("CA", "GET", "/solstice-coffee/klips/"+copied+"/result", nil); !strings.Contains(text, "700") || strings.Contains(text, "801") {
		t.Errorf("after the update the client sees %s", text)
	}
}
