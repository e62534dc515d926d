package app

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestDataSourcesDoNotReadThisServer allows all of this machine and asks the server itself, by every
// address it has and by the one that people type (data-sources.md §14.2).
func TestDataSourcesDoNotReadThisServer(t *testing.T) {
	d := newDynamic(t, "127.0.0.0/8", "0.0.0.0", "::1", "::", "localhost")
	if err := d.app.refusePublic("http://boards.test/"); err != nil {
		t.Fatal(err)
	}
	private, err := ListenPrivate("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- d.app.ServePrivate(t.Context(), private) }()
	t.Cleanup(func() { <-ended })
	resp, err := http.Get("http://" + private.Addr().String() + "/metrics") // it answers, so it is known as our own
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	fault := func(address string) string {
		_, text := d.call("PA", "POST", "/northlight/data-sources/try", map[string]any{"request": map[string]any{"url": address}})
		var out struct {
			Status int
			Fault  *struct{ Code string }
		}
		if err := json.Unmarshal([]byte(text), &out); err != nil || out.Fault == nil {
			t.Errorf("%s is read: %s", address, text)
			return ""
		}
		return out.Fault.Code
	}
	for _, base := range []string{d.base, "http://" + private.Addr().String()} {
		_, port, err := net.SplitHostPort(strings.TrimPrefix(base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		for _, host := range []string{"127.0.0.1", "localhost", "LOCALHOST.", "0.0.0.0", "[::ffff:127.0.0.1]", "[::ffff:0:0]"} {
			if code := fault("http://" + host + ":" + port + "/healthz"); code != "private_address" {
				t.Errorf("%s:%s gives %q", host, port, code)
			}
		}
	}
	if code := fault("http://boards.test/healthz"); code != "host_not_allowed" {
		t.Errorf("by the public name: %q", code)
	}
	away := httptest.NewServer(http.RedirectHandler(d.base+"/healthz", http.StatusFound)) // which may be read, for it is beside it
	t.Cleanup(away.Close)
	if code := fault(away.URL); code != "private_address" {
		t.Errorf("sent on to this server: %q", code)
	}
}
