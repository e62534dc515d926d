package main

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/rest/resttest"
	"octavo/internal/db"
)

// refreshed is a data source of the rig that reads a service.
type refreshed struct {
	id, client string
}

// fetches makes a data source for a client of the service.
func (r *rig) fetches(api *resttest.Server, client string) *refreshed {
	r.t.Helper()
	web := requestOf(api, client)
	web["interval_s"] = 0
	a := r.do(&call{method: "POST", path: "/northlight/data-sources", status: 201, body: map[string]any{"name": "Web " + client, "web": web}})
	return &refreshed{id: a.text("id"), client: client}
}

// requestOf is a request for the orders of a client, and how the answer is read.
func requestOf(api *resttest.Server, client string) map[string]any {
	return map[string]any{"format": "json", "options": map[string]any{}, "request": map[string]any{
		"url": api.URL + "/orders?client=" + client, "headers": []any{map[string]any{"name": "X-Api-Version", "value": resttest.Version}}}}
}

// rows waits until the data of a source have so many rows.
func (r *rig) rows(s *refreshed, want int, most time.Duration) {
	r.t.Helper()
	got := 0.0
	for end := time.Now().Add(most); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		var source map[string]any
		if err := json.Unmarshal(r.do(&call{method: "GET", path: "/northlight/data-sources/" + s.id, status: 200}).body, &source); err != nil {
			r.t.Fatal(err)
		}
		if got, _ = source["rows"].(float64); int(got) == want {
			return
		}
	}
	r.t.Errorf("client %s has %v rows, want %d", s.client, got, want)
}

// runs counts the attempts that the log of a source tells of.
func (r *rig) runs(s *refreshed) int {
	r.t.Helper()
	var list struct{ Items []any }
	if err := json.Unmarshal(r.do(&call{method: "GET", path: "/northlight/data-sources/" + s.id + "/runs", status: 200}).body, &list); err != nil {
		r.t.Fatal(err)
	}
	return len(list.Items)
}

// leasesEnd is the minute for which the jobs of a kind are held by runners that were killed. The next server finds it
// over. It says how many were held.
func (r *rig) leasesEnd(kind string) int64 {
	r.t.Helper()
	if err := r.server.cmd.Process.Kill(); err != nil {
		r.t.Fatal(err)
	}
	<-r.server.ended
	held := int64(0)
	err := r.db.Tx(r.t.Context(), db.System(), func(tx *db.Tx) (err error) {
		held, err = tx.Exec(r.t.Context(), `UPDATE jobs SET lease_until = 0 WHERE state = 'running' AND kind = :kind`, db.Args{"kind": kind})
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.start()
	return held
}

// TestKilledDuringRefresh lets the server end at every point that a refresh passes. The
// data of before are there until those after it are, every reference holds, and the
// refresh comes to its end by itself, once.
func TestKilledDuringRefresh(t *testing.T) {
	t.Parallel()
	api := resttest.Start(t)
	u, err := url.Parse(api.URL)
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, "--fetch-allow", u.Host)
	var all []*refreshed
	for i, point := range failPoints(t) {
		if !strings.HasPrefix(point, "refresh/") {
			continue
		}
		client := string(rune('a' + i%26))
		api.Set(client, 3)
		s := r.fetches(api, client)
		r.rows(s, 3, time.Minute)
		api.Set(client+"2", 7)
		r.arm(point)
		_, _ = r.try(&call{method: "PUT", path: "/northlight/data-sources/" + s.id + "/request", status: 200, header: map[string]string{"If-Match": `"1"`},
			body: requestOf(api, client+"2")}) // the server may end before it answers
		select {
		case <-r.server.ended:
		case <-time.After(time.Minute):
			t.Fatalf("%s: the server does not end", point)
		}
		r.arm("")
		r.start()
		r.check(point)
		if !strings.HasSuffix(point, "/committed") {
			r.rows(s, 3, time.Second)
		}
		all = append(all, s)
	}
	if len(all) < 4 {
		t.Fatalf("only %d points", len(all))
	}
	if r.leasesEnd("source.refresh") == 0 {
		t.Fatal("no job was held")
	}
	for _, s := range all {
		r.rows(s, 7, time.Minute)
		if n := r.runs(s); n != 2 {
			t.Errorf("client %s: %d runs, want 2", s.client, n)
		}
	}
	r.check("in the end")
}
