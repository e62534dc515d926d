package app

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"octavo/internal/db/dbtest"
)

// scrape reads /metrics as Prometheus does, and refuses what it would refuse.
func scrape(t *testing.T, base string) map[string]*dto.MetricFamily {
	t.Helper()
	res, body := get(t, base+"/metrics")
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Fatalf("/metrics: %d %v\n%s", res.StatusCode, res.Header, body)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%v in\n%s", err, body)
	}
	return families
}

// find gives the metric of a family with these labels, nil when there is none.
func find(families map[string]*dto.MetricFamily, name string, labels ...string) *dto.Metric {
	for _, m := range families[name].GetMetric() {
		has := func(label, value string) bool {
			return slices.ContainsFunc(m.GetLabel(), func(l *dto.LabelPair) bool { return l.GetName() == label && l.GetValue() == value })
		}
		fits := true
		for i := 0; i < len(labels); i += 2 {
			fits = fits && has(labels[i], labels[i+1])
		}
		if fits {
			return m
		}
	}
	return nil
}

// private serves metrics of an app.
func private(t *testing.T, a *App) string {
	t.Helper()
	l, err := ListenPrivate("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.ServePrivate(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + l.Addr().String()
}

func TestMetrics(t *testing.T) {
	a, base, stop := start(t, Config{Data: t.TempDir(), Database: dbtest.URL(t)})
	defer stop()
	inside := private(t, a)
	for path, times := range map[string]int{"/": 2, "/solstice/dashboards/0123": 1, "/healthz": 3, "/readyz": 1, "/assets/gone.js": 1,
		"/api/v1/northlight/klips": 4, "/api/v1/secret-client/klips/0123456789abcdef0123456789abcdef": 5, "/api/v1/nothing": 1} {
		for range times {
			get(t, base+path)
		}
	}
	got := scrape(t, inside)
	const name = "octavo_http_request_duration_seconds"
	for _, want := range []struct {
		route, status string
		n             uint64
	}{
		{"pages", "2xx", 3}, {"pages", "4xx", 1}, {"GET /healthz", "2xx", 3}, {"GET /readyz", "2xx", 1},
		{"GET /api/v1/{account}/klips", "4xx", 4}, {"GET /api/v1/{account}/klips/{id}", "4xx", 5}, {"/api/v1/", "4xx", 1},
	} {
		h := find(got, name, "route", want.route, "status", want.status).GetHistogram()
		if h.GetSampleCount() != want.n || len(h.GetBucket()) < 10 || h.GetSampleSum() <= 0 {
			t.Errorf("%s %s: %v, want %d requests", want.route, want.status, h, want.n)
		}
	}
	pool := "all"
	if !dbtest.Postgres() {
		pool = "read"
	}
	for metric, least := range map[string]float64{
		"octavo_http_requests_in_flight": 0, "go_goroutines": 1, "process_start_time_seconds": 1e9, "octavo_build_info": 1,
	} {
		if g := find(got, metric).GetGauge(); g == nil || g.GetValue() < least {
			t.Errorf("%s is %v, want at least %v", metric, g, least)
		}
	}
	if g := find(got, "octavo_http_requests_in_flight").GetGauge().GetValue(); g != 0 {
		t.Errorf("%v requests are in flight, nobody asks", g)
	}
	open := func(state string) float64 {
		return find(got, "octavo_db_connections", "pool", pool, "state", state).GetGauge().GetValue()
	}
	if open("idle")+open("used") < 1 { // work of the background may just hold the only one
		t.Errorf("no connection in the pool %s", pool)
	}
	if c := find(got, "octavo_db_waits_total", "pool", pool).GetCounter(); c == nil {
		t.Errorf("no waits of the pool %s", pool)
	}
	labelsSayNothing(t, got)
	page, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	for metric := range got {
		if strings.HasPrefix(metric, "octavo_") && !strings.Contains(string(page), "`"+metric+"`") {
			t.Errorf("docs/operating.md does not list %s", metric)
		}
	}
}

// labelsSayNothing fails when a label could come from what is stored or asked.
func labelsSayNothing(t *testing.T, families map[string]*dto.MetricFamily) {
	t.Helper()
	route := regexp.MustCompile(`^(pages|none|/api/v1/|(GET|POST|PUT|PATCH|DELETE) (/[a-z0-9.-]+|/\{[a-z_]+\})+)$`)
	for name, family := range families {
		for _, m := range family.GetMetric() {
			for _, l := range m.GetLabel() {
				if strings.Contains(l.GetValue(), "northlight") || strings.Contains(l.GetValue(), "secret") || strings.Contains(l.GetValue(), "0123") {
					t.Errorf("%s tells of an account: %s", name, l)
				}
				if l.GetName() == "route" && !route.MatchString(l.GetValue()) {
					t.Errorf("%s has the route %q", name, l.GetValue())
				}
			}
		}
	}
}

// What the public address answers is not what the private one answers.
func TestPrivateAddressIsApart(t *testing.T) {
	a, base, stop := start(t, Config{Data: t.TempDir(), Database: dbtest.URL(t)})
	defer stop()
	inside := private(t, a)
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap"} {
		if res, body := get(t, base+path); !strings.HasPrefix(body, "<!doctype html>") {
			t.Errorf("the public address answers %s: %d %.80s", path, res.StatusCode, body)
		}
	}
	if res, body := get(t, inside+"/debug/pprof/goroutine?debug=1"); res.StatusCode != 200 || !strings.Contains(body, "ServePrivate") {
		t.Errorf("profile of goroutines: %d %.200s", res.StatusCode, body)
	}
	for _, path := range []string{"/", "/healthz", "/api/v1/me"} {
		if res, _ := get(t, inside+path); res.StatusCode != http.StatusNotFound {
			t.Errorf("the private address answers %s: %d", path, res.StatusCode)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, inside+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "rebound.example:9090"
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("asked by a foreign name: %d, %v", res.StatusCode, err)
	}
}

func TestListenPrivateRefusesPublicAddresses(t *testing.T) {
	for _, address := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:9090", "8.8.8.8:9090", "127.0.0.1", "no such host:1"} {
		if l, err := ListenPrivate(address); err == nil {
			t.Errorf("%s was taken: %s", address, l.Addr())
			l.Close()
		}
	}
	l, err := ListenPrivate("localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// A broken connection of the private address does not keep the process from ending well.
func TestServePrivateEnds(t *testing.T) {
	a, err := New(t.Context(), Config{Data: t.TempDir(), Database: dbtest.URL(t)}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Handle(ServeConfig{}, site); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := a.ServePrivate(t.Context(), l); err == nil {
		t.Error("a closed listener served")
	}
}
