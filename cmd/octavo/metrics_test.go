package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The server says at its start what runs, and where its metrics are.
func TestServeReportsAndMeasures(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	s := serve(t, []string{"OCTAVO_LOG_JSON=true"}, append(p.flags(), "--addr", "127.0.0.1:0", "--metrics-addr", "127.0.0.1:0")...)
	var line struct {
		Msg, Address string
		Private      string `json:"metrics_address"`
	}
	var first string
	for whole := false; !whole; first, _, whole = strings.Cut(s.log.String(), "\n") {
		select { // the two outputs of a process do not come in order
		case <-time.After(10 * time.Millisecond):
		case err := <-s.ended:
			t.Fatalf("serve ended: %v\n%s", err, s.log)
		}
	}
	if err := json.Unmarshal([]byte(first), &line); err != nil || line.Msg != "started" || "http://"+line.Address != s.base {
		t.Fatalf("the first line of the log is %q, %v", first, err)
	}
	s.ask("GET", "/healthz", "", "", 200)
	res, err := http.Get("http://" + line.Private + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || !strings.Contains(string(text), `octavo_http_request_duration_seconds_count{route="GET /healthz",status="2xx"} 1`) {
		t.Errorf("metrics: %v\n%s", err, text)
	}
	s.stop()
	p.run("", "serve", "--addr", "127.0.0.1:0", "--metrics-addr", "0.0.0.0:0").want(t, 1, "", "no private address")
}
