package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Limits of the HTTP server.
const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
	stopTimeout       = 9 * time.Second // all in all the process ends within 10 s
	lastJobs          = 3 * time.Second // for which jobs are begun for requests that run; these are answered before the process ends
	maxHeaderBytes    = 64 << 10
	readyTimeout      = 2 * time.Second
)

// Serve answers on the listener, does jobs and tells open pages of changes and of what is fetched until ctx ends; requests that run
// then have stopTimeout to end, jobs somewhat less. While there are such requests jobs are begun for lastJobs: they may
// wait for one.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	work, stopWork := context.WithCancel(ctx)
	jobs, stopJobs := context.WithCancel(context.WithoutCancel(ctx))
	var working sync.WaitGroup
	working.Go(func() { a.jobs.Serve(jobs) })
	working.Go(func() { a.live.Serve(work) })
	working.Go(func() { a.Sources.ServeFetches(work) })
	working.Go(func() {
		<-work.Done()
		select {
		case <-time.After(lastJobs):
		case <-jobs.Done():
		}
		a.Sources.EndWaits()
		stopJobs()
	})
	defer working.Wait()
	defer stopWork()
	defer stopJobs()
	return a.serve(ctx, l, a.handler)
}

// serve answers until ctx ends; requests that run then have stopTimeout to end. Data sources do not read what
// answers here: whoever may set one up would ask from inside what is closed to them from outside.
func (a *App) serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	if at, err := netip.ParseAddrPort(l.Addr().String()); err == nil {
		a.fetch.Refuse(at)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("app.Serve: %w", err)
	case <-ctx.Done():
	}
	a.log.Info("stopping", "address", l.Addr().String())
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	err := server.Shutdown(stop)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if err != nil {
		return fmt.Errorf("app.Serve: stop: %w", err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("app.Serve: %w", err)
	}
	return nil
}

// routes puts the API, the probes and the pages under one handler.
func (a *App) routes(api http.Handler, web http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/api/", api)
	alive := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.Handle("GET /healthz", watched(a.metrics, "GET /healthz", alive))
	mux.Handle("GET /readyz", watched(a.metrics, "GET /readyz", http.HandlerFunc(a.ready)))
	mux.Handle("/", watched(a.metrics, "pages", web))
	return mux
}

// ready says whether the database and the store of files answer.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := errors.Join(a.DB.Ping(ctx), a.Blobs.Ping(ctx)); err != nil {
		a.log.Error("not ready", "error", err)
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}
