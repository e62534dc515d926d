package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/sql/sqltest"
)

// TestR53EachClientSeesItsOwnRowsOfADatabase is the mission's scenario over a query: built
// once in the agency, read in each client by its own property with the agency's sign-in.
func TestR53EachClientSeesItsOwnRowsOfADatabase(t *testing.T) {
	s := sqltest.Postgres(t)
	s.Exec(`CREATE TABLE orders (client int, amount numeric(12,2), day date)`,
		`INSERT INTO orders VALUES (7, 700, '2026-01-31'), (8, 800, '2026-02-01')`)
	d := newDynamic(t, fmt.Sprintf("%s:%d", s.Host, s.Port))
	server := map[string]any{"engine": s.Engine, "host": s.Host, "port": s.Port, "database": s.Database, "tls": "disable"}
	made := map[string]any{"kind": "database", "label": "Warehouse", "server": server, "user_name": s.User, "secret": s.Password}
	credential := d.must("PA", "POST", "/northlight/credentials", made, "id")
	query := map[string]any{"engine": s.Engine, "sql": "SELECT amount, day FROM orders WHERE client = {props.companyID} -- its own"}

	// A trial shows what comes, typed, and says who must not be told nothing.
	tried := map[string]any{"query": query, "credential_id": credential, "values": map[string]any{"companyID": "7"}}
	if status, text := d.call("PA", "POST", "/northlight/data-sources/try", tried); status != 200 || !strings.Contains(text, `"type":"date"`) ||
		!strings.Contains(text, "700.00") || strings.Contains(text, s.Password) {
		t.Fatalf("the trial: %d %s", status, text)
	}
	d.must("PA", "POST", "/northlight/properties", map[string]any{"name": "companyID", "type": "text", "value": "8"}, "")
	web := map[string]any{"format": "csv", "interval_s": 3600, "query": query}
	if status, text := d.call("PA", "POST", "/northlight/data-sources", map[string]any{"name": "Orders", "web": web}); status != 422 || !strings.Contains(text, "bad_connection") {
		t.Errorf("without a connected account: %d %s", status, text)
	}
	web["credential_id"] = credential
	source := d.must("PA", "POST", "/northlight/data-sources", map[string]any{"name": "Orders", "web": web}, "id")
	klip := d.must("PA", "POST", "/northlight/klips", amountsBy(source, "@amount"), "id")
	master := d.must("PA", "POST", "/northlight/dashboards", map[string]any{"title": "Trading", "placements": []any{
		map[string]any{"klip": klip, "x": 0, "y": 0, "w": 6, "h": 13}}}, "id")
	for _, client := range []string{"7", "8"} {
		if got := d.shown("PA", "/northlight/dashboards/"+master+"/results?set=companyID%3D"+client); got != client {
			t.Errorf("R47: the agency chose %s and sees %s", client, got)
		}
	}
	d.must("PA", "POST", "/solstice-coffee/properties", map[string]any{"name": "companyID", "type": "text", "value": "7"}, "")
	d.must("PA", "POST", "/fjord-outdoors/properties", map[string]any{"name": "companyID", "type": "text", "value": "8"}, "")
	mine, myKlip, mySource := d.into("solstice-coffee", master)
	theirs, _, _ := d.into("fjord-outdoors", master)
	d.share("solstice-coffee", d.f.Solstice, mine, myKlip, mySource)
	if got := d.shown("CA", "/solstice-coffee/dashboards/"+mine+"/results"); got != "7" {
		t.Errorf("R53: Solstice sees %s", got)
	}
	if got := d.shown("PA", "/fjord-outdoors/dashboards/"+theirs+"/results"); got != "8" {
		t.Errorf("R53: Fjord sees %s", got)
	}
	d.attackDatabase(s, mySource, myKlip, credential, query)
}

// attackDatabase tries what people of a client may try with an imported query.
func (d *dynamic) attackDatabase(s *sqltest.Server, source, klip, credential string, query map[string]any) {
	t := d.t
	at := "/solstice-coffee/data-sources/" + source
	for _, value := range []string{"8", "7 OR 1=1", "8; DROP TABLE orders", "7) OR (1=1", "0 UNION SELECT amount, day FROM orders"} {
		for _, path := range []string{"/solstice-coffee/klips/" + klip + "/result", at + "/preview"} {
			if _, text := d.call("CE", "GET", path+"?set=companyID%3D"+strings.ReplaceAll(value, " ", "+"), nil); whose(text) != "7" && whose(text) != "" {
				t.Errorf("%s?set=%s shows %s", path, value, whose(text))
			}
		}
	}
	// As their own property the value is a value all the same.
	d.must("PA", "PATCH", "/solstice-coffee/properties/companyID", map[string]any{"value": "0 OR 1=1"}, "")
	d.must("CA", "POST", at+"/refresh", nil, "")
	fault := ""
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, fault = d.call("CA", "GET", at, nil); strings.Contains(fault, "sql_error") {
			break
		}
	}
	if !strings.Contains(fault, "sql_error") || whose(fault) != "" {
		t.Errorf("an injected property: %s", fault)
	}
	_, text := d.call("CV", "GET", at, nil)
	if strings.Contains(text, "sql_error") || strings.Contains(text, "invalid input") {
		t.Errorf("a viewer reads what the database says: %s", text)
	}
	// Another query does not go with the agency's sign-in, nor a trial.
	other := map[string]any{"engine": query["engine"], "sql": "SELECT amount, day FROM orders"}
	if status, text := d.call("CA", "PUT", at+"/request", map[string]any{"format": "csv", "options": map[string]any{}, "query": other}); status != 409 || !strings.Contains(text, "own_credential_required") {
		t.Errorf("another query: %d %s", status, text)
	}
	for _, cred := range []string{credential, ""} {
		if status, text := d.call("CA", "POST", "/solstice-coffee/data-sources/try", map[string]any{"query": other, "credential_id": cred}); status == 200 {
			t.Errorf("a trial with %q: %s", cred, text)
		}
	}
	for _, path := range []string{at, at + "/request", at + "/runs", at + "/credential", at + "/instances", "/solstice-coffee/activity"} {
		_, text := d.call("CA", "GET", path, nil)
		for _, hidden := range []string{s.Password, s.User, s.Database, "MARK"} {
			if strings.Contains(text, hidden) {
				t.Errorf("%s tells %s: %s", path, hidden, text)
			}
		}
	}
	if n := s.One(`SELECT count(*) FROM orders`); n != "2" {
		t.Errorf("%s orders are left", n)
	}
}
