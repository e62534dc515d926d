package v1

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"octavo/internal/clock"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// chain puts around the routes what every request passes.
func (s *Server) chain(routes http.Handler) http.Handler {
	return s.withID(s.withLog(s.withLinger(s.withHeaders(s.withOrigin(routes)))))
}

type requestIDKey struct{}

// RequestID names a request in the log and in problems; "" outside of one.
func RequestID(ctx context.Context) string {
	name, _ := ctx.Value(requestIDKey{}).(string)
	return name
}

func (s *Server) withID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := id.New()
		w.Header().Set("X-Request-Id", name)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, name)))
	})
}

// withLog writes one line per request and turns a panic into a problem. The query
// is not in the line: it holds what people search for.
func (s *Server) withLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := clock.System().Now()
		rec := &recorder{ResponseWriter: w}
		end := s.Watch()
		defer func() { end(r.Pattern, rec.status) }() // runs last, after a panic was answered
		defer func() {
			if p := recover(); p != nil {
				s.recovered(rec, r, p)
			}
			s.Log.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("request_id", RequestID(r.Context())), slog.String("method", r.Method),
				slog.String("path", r.URL.Path), slog.String("route", r.Pattern), slog.Int("status", rec.status),
				slog.Int64("bytes", rec.bytes), slog.Float64("duration_ms", float64(clock.System().Now().Sub(begin).Microseconds())/1000))
		}()
		next.ServeHTTP(rec, r)
	})
}

// recovered answers after a panic, unless an answer is under way: then the connection is cut.
func (s *Server) recovered(rec *recorder, r *http.Request, p any) {
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	s.Log.ErrorContext(r.Context(), "panic", "request_id", RequestID(r.Context()), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	if rec.status != 0 {
		panic(http.ErrAbortHandler)
	}
	s.writeProblem(rec, r, errs.New(errs.Internal, "internal_error", "Something went wrong on our side. If it happens again, tell us the reference."))
}

// recorder remembers status and size of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// withHeaders sets what holds for every answer; handlers may set another Cache-Control.
func (s *Server) withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// withOrigin refuses calls that change something and come from a page of somebody
// else. A call with an API key is not sent by a browser on its own, so it passes.
func (s *Server) withOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if bearer(r) == "" {
			if err := protection.Check(r); err != nil {
				s.writeProblem(w, r, errs.New(errs.Forbidden, "cross_origin_refused", "This call comes from another site and was refused.").WithCause(err))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
