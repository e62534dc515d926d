package app

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"octavo/internal/check"
	"octavo/internal/db/dbtest"
	"octavo/internal/demo"
	paging "octavo/internal/page"
	"octavo/internal/purge"
	"octavo/internal/user"
)

// site is a small build of the web application.
var site = fstest.MapFS{
	"index.html":                       {Data: []byte(`<!doctype html><script nonce="__OCTAVO_NONCE__">go()</script><style nonce="__OCTAVO_NONCE__"></style>`)},
	"door.html":                        {Data: []byte(`<!doctype html><title>door</title><script nonce="__OCTAVO_NONCE__">go()</script>`)},
	"viewer.html":                      {Data: []byte(`<!doctype html><title>viewer</title><script nonce="__OCTAVO_NONCE__">go()</script>`)},
	"favicon.svg":                      {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
	"draw/draw.js":                     {Data: []byte(`var octavo = {}`)}, // for the server, not for browsers
	"assets/immutable/app.1234abcd.js": {Data: []byte(strings.Repeat("export const a = 1;\n", 200))},
}

func start(t *testing.T, cfg Config) (*App, string, func() error) {
	t.Helper()
	a, err := New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Handle(ServeConfig{}, site); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx, l) }()
	stop := func() error {
		cancel()
		err := <-ended
		if closing := a.Close(); err == nil {
			err = closing
		}
		return err
	}
	return a, "http://" + l.Addr().String(), stop
}

func get(t *testing.T, url string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestPages(t *testing.T) {
	_, base, stop := start(t, Config{Data: t.TempDir(), Database: dbtest.URL(t)})
	defer stop()
	nonces := map[string]bool{}
	doors := []string{"/sign-in", "/sign-in/", "/sign-in/support/ab.cd", "/reset", "/reset/ab_cd", "/invite/ab"}
	others := []string{"/", "/solstice/dashboards/0123", "/published/x", "/index.html", "/draw/draw.js", "/door.html", "/viewer.html", "/invite", "/reset/a/b"}
	for i, path := range slices.Concat(doors, others) {
		res, body := get(t, base+path)
		if door := strings.Contains(body, "<title>door"); door != (i < len(doors)) {
			t.Errorf("%s: page before signing in: %v", path, door)
		}
		nonce := regexp.MustCompile(`nonce="([^"]+)"`).FindStringSubmatch(body)
		policy := res.Header.Get("Content-Security-Policy")
		if res.StatusCode != 200 || len(nonce) != 2 || !strings.Contains(policy, "'nonce-"+nonce[1]+"'") || strings.Contains(body, nonceMark) {
			t.Fatalf("%s: %d %q\n%s", path, res.StatusCode, policy, body)
		}
		if strings.Contains(policy, "unsafe") || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: policy %q, cache %q", path, policy, res.Header.Get("Cache-Control"))
		}
		if nonces[nonce[1]] {
			t.Error("a nonce was used twice")
		}
		nonces[nonce[1]] = true
	}
	res, body := get(t, base+"/assets/immutable/app.1234abcd.js", "Accept-Encoding", "gzip")
	if res.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") || len(body) > 1000 {
		t.Errorf("hashed file: %v, %d bytes", res.Header, len(body))
	}
	if _, body := get(t, base+"/assets/immutable/app.1234abcd.js", "Accept-Encoding", "identity"); !strings.HasPrefix(body, "export") {
		t.Error("without gzip the file does not come plain")
	}
	if res, _ := get(t, base+"/assets/immutable/app.gone.js"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a file of another release gives %d, want 404", res.StatusCode)
	}
	if res, body := get(t, base+"/api/v1/nothing"); res.StatusCode != http.StatusNotFound || !strings.Contains(body, `"not_found"`) {
		t.Errorf("unknown API path: %d %s", res.StatusCode, body)
	}
	for _, probe := range []string{"/healthz", "/readyz"} {
		if res, _ := get(t, base+probe); res.StatusCode != 200 {
			t.Errorf("%s: %d", probe, res.StatusCode)
		}
	}
}

func TestServeNeedsABuild(t *testing.T) {
	a, err := New(t.Context(), Config{Data: t.TempDir(), Database: dbtest.URL(t)}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Handle(ServeConfig{}, fstest.MapFS{".gitkeep": {}}); err == nil {
		t.Error("a server without the web application started")
	}
}

// The demo is made once, keeps its data over a restart, and every reference in it holds.
func TestDemoSurvivesRestart(t *testing.T) {
	cfg := Config{Data: t.TempDir(), Database: dbtest.URL(t)}
	a, _, stop := start(t, cfg)
	if state, err := a.Demo().State(t.Context()); state != demo.None || err != nil {
		t.Fatalf("demo before it was made: %v, %v", state, err)
	}
	if err := a.Demo().Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	before, err := a.Demo().Logins(t.Context())
	if err != nil || len(before) != 5 || len(before[0].Password) < 16 {
		t.Fatalf("logins: %+v, %v", before, err)
	}
	begun := time.Now()
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("the stop took %s", took)
	}
	a, _, stop = start(t, cfg)
	defer stop()
	if state, err := a.Demo().State(t.Context()); state != demo.Made || err != nil {
		t.Fatalf("demo after a restart: %v, %v", state, err)
	}
	after, err := a.Demo().Logins(t.Context())
	if err != nil || len(after) != 5 || after[0] != before[0] {
		t.Errorf("logins changed: %+v, %v", after, err)
	}
	found, err := check.Run(t.Context(), a.DB, a.Blobs)
	if err != nil || len(found) > 0 {
		t.Errorf("check: %v %v", found, err)
	}
	removeDemo(t, a)
}

// removeDemo removes the demo as its administrator does at the end of the tour: nothing of it is left but the agency and Maya.
func removeDemo(t *testing.T, a *App) {
	t.Helper()
	ctx := t.Context()
	agency, err := a.Accounts.BySlug(ctx, "northlight")
	if err != nil {
		t.Fatal(err)
	}
	people, _, err := a.Users.List(ctx, agency.Operator(), user.Filter{}, paging.Request{Limit: 10})
	if err != nil || len(people) != 2 || people[0].Name != "Maya Lindqvist" {
		t.Fatalf("people of the agency: %+v, %v", people, err)
	}
	maya := agency.Operator()
	maya.User, maya.Owner = people[0].ID, people[0].ID
	gone, err := a.RemoveDemo.Remove(ctx, maya, purge.DemoWord)
	if err != nil || len(gone.Clients) != 3 || gone.Dashboards != 2 || gone.Klips != 14 || gone.Sources != 5 || len(gone.People) != 1 ||
		len(gone.Properties) != 3 || len(gone.Touched)+len(gone.Kept) > 0 {
		t.Errorf("removed: %+v, %v", gone, err)
	}
	left := dbtest.DumpOf(t, a.DB, "accounts", "users", "assets", "sources", "properties", "property_declarations", "groups")
	for _, name := range []string{"Solstice", "Fjord", "Marigold", "Trading", "Shop orders", "companyId"} {
		if strings.Contains(left, name) {
			t.Errorf("%s is left:\n%s", name, left)
		}
	}
	if found, err := check.Run(ctx, a.DB, a.Blobs); err != nil || len(found) > 0 {
		t.Errorf("check without the demo: %v %v", found, err)
	}
	if state, err := a.Demo().State(ctx); state != demo.Removed || err != nil {
		t.Errorf("the demo is %v, %v", state, err)
	}
}
