package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"

	"octavo/internal/app/metrics"
)

// ListenPrivate takes an address for metrics and profiles. Profiles show what is in
// the memory of the process, so an address that others could reach is refused:
// only loopback, private and link-local ones are taken.
func ListenPrivate(address string) (net.Listener, error) {
	addr, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--metrics-addr: %w", err)
	}
	if ip := addr.IP; !ip.IsLoopback() && !ip.IsPrivate() && !ip.IsLinkLocalUnicast() {
		return nil, fmt.Errorf("--metrics-addr %s is no private address: use 127.0.0.1:PORT or that of an inner network", address)
	}
	l, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("--metrics-addr: %w", err)
	}
	return l, nil
}

// ServePrivate answers /metrics and /debug/pprof/ on the listener until ctx ends.
func (a *App) ServePrivate(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.metrics.Handler())
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return a.serve(ctx, l, byAddress(mux))
}

// byAddress refuses names: a page in a browser on this machine could otherwise let
// a name of its own lead here and read what comes.
func byAddress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if _, err := netip.ParseAddr(host); err != nil && host != "localhost" {
			http.Error(w, "ask by address, not by name", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// watched counts the requests of pages and probes; the API counts its own.
func watched(m *metrics.Metrics, route string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		end, rec := m.Begin(), &statusRecorder{ResponseWriter: w}
		defer func() { end(route, rec.status) }()
		next.ServeHTTP(rec, r)
	})
}

// statusRecorder remembers the status of an answer.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
