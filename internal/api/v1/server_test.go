package v1

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"octavo/internal/account"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/installation"
	"octavo/internal/user"
)

// newServer is a server with further public routes and a log to read.
func newServer(t *testing.T, log io.Writer, more ...entry) *Server {
	t.Helper()
	d := dbtest.Open(t)
	keys, err := installation.Load(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	accounts := account.New(d)
	s, err := New(Deps{Log: slog.New(slog.NewTextHandler(log, nil)), DB: d, Keys: keys, Accounts: accounts, Users: user.New(user.Config{DB: d, Accounts: accounts})})
	if err != nil {
		t.Fatal(err)
	}
	for _, register := range more {
		register(s)
	}
	return s
}

func send(s *Server, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, Prefix+path, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func problemOf(t *testing.T, w *httptest.ResponseRecorder) Problem {
	t.Helper()
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return p
}

func TestCausesGoToTheLogOnly(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	fail := func(id string, err error) entry {
		return route(Route{ID: id, Method: http.MethodGet, Path: "/" + id, Public: true},
			func(*Server, context.Context, *Call, *struct{}) (*Empty, error) { return nil, err })
	}
	crash := route(Route{ID: "crash", Method: http.MethodGet, Path: "/crash", Public: true},
		func(*Server, context.Context, *Call, *struct{}) (*Empty, error) { panic("secret of the panic") })
	s := newServer(t, &log,
		fail("plain", errors.New("secret of the cause")),
		fail("wrapped", errs.New(errs.Unavailable, "store_away", "Try again.").WithCause(errors.New("secret of the cause"))), crash)
	for path, want := range map[string]struct {
		status int
		code   string
	}{"/plain": {500, "internal_error"}, "/wrapped": {503, "store_away"}, "/crash": {500, "internal_error"}} {
		log.Reset()
		w := send(s, http.MethodGet, path, "")
		p := problemOf(t, w)
		if w.Code != want.status || p.Code != want.code || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if !strings.Contains(log.String(), "secret of the") || !strings.Contains(log.String(), p.RequestID) {
			t.Errorf("%s: the log has no cause or no reference: %s", path, log.String())
		}
	}
}

func TestTheLogHasNoQueryAndNoSecret(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newServer(t, &log)
	send(s, http.MethodGet, "/northlight/clients?q=findme", "", "Authorization", "Bearer octavo_findme")
	line := log.String()
	if strings.Contains(line, "findme") || !strings.Contains(line, "status=401") || !strings.Contains(line, `route="GET /api/v1/{account}/clients"`) {
		t.Errorf("log line %s", line)
	}
}

type streamInput struct {
	Stream
	Name string `query:"name"`
}

type streamOutput struct {
	Name, Kind, Text string
}

func TestStreamIsReadAsItComes(t *testing.T) {
	t.Parallel()
	s := newServer(t, io.Discard, route(Route{ID: "send-file", Method: http.MethodPost, Path: "/files", Public: true, MaxBytes: 10},
		func(_ *Server, _ context.Context, _ *Call, in *streamInput) (*Answer[streamOutput], error) {
			text, err := io.ReadAll(in.Reader())
			return answer(streamOutput{Name: in.Name, Kind: in.ContentType(), Text: string(text)}), err
		}))
	w := send(s, http.MethodPost, "/files?name=a.csv", "0123456789", "Content-Type", "text/csv")
	var got streamOutput
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got != (streamOutput{"a.csv", "text/csv", "0123456789"}) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = send(s, http.MethodPost, "/files?name=a.csv", "0123456789a", "Content-Type", "text/csv")
	if p := problemOf(t, w); w.Code != 413 || p.Code != "body_too_large" || p.Params["limit_bytes"] != 10.0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	s := newServer(t, io.Discard)
	for _, c := range []struct {
		body, kind string
		status     int
		code       string
	}{
		{"", "application/json", 400, "bad_request"},
		{"{", "application/json", 400, "bad_request"},
		{`{"email":"a","password":"b"} {}`, "application/json", 400, "bad_request"},
		{`{"email":"a","password":"b","x":1}`, "application/json", 422, "unknown_field"},
		{`{"email":"a","Password":"b"}`, "application/json", 422, "invalid_input"},
		{`email=a`, "application/x-www-form-urlencoded", 415, "unsupported_media_type"},
		{`{"email":"` + strings.Repeat("a", maxBody) + `","password":"b"}`, "application/json", 413, "body_too_large"},
	} {
		w := send(s, http.MethodPost, "/sign-in", c.body, "Content-Type", c.kind)
		if p := problemOf(t, w); w.Code != c.status || p.Code != c.code || p.Detail == "" {
			t.Errorf("%.60q: %d %s, want %d %s", c.body, w.Code, w.Body, c.status, c.code)
		}
	}
}

type cachedInput struct{ IfNoneMatch }

func TestUnchangedAnswerIsNotSentAgain(t *testing.T) {
	t.Parallel()
	made := 0
	s := newServer(t, io.Discard, route(Route{ID: "get-cached", Method: http.MethodGet, Path: "/cached", Public: true},
		func(_ *Server, _ context.Context, _ *Call, in *cachedInput) (*Cached[Slug], error) {
			return cached(in.IfNoneMatch, `"abc"`, func() (Slug, error) { made++; return Slug{Slug: "x"}, nil })
		}))
	w := send(s, http.MethodGet, "/cached", "", "If-None-Match", `"other"`)
	if w.Code != 200 || w.Header().Get("ETag") != `"abc"` || w.Header().Get("Cache-Control") != "private, no-cache" || made != 1 {
		t.Errorf("first: %d %v, made %d", w.Code, w.Header(), made)
	}
	w = send(s, http.MethodGet, "/cached", "", "If-None-Match", `"zzz", W/"abc"`)
	if w.Code != 304 || w.Body.Len() != 0 || made != 1 {
		t.Errorf("second: %d %q, made %d", w.Code, w.Body, made)
	}
}

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	s := newServer(t, io.Discard)
	w := send(s, http.MethodGet, "/openapi.json", "")
	var doc struct {
		OpenAPI string                               `json:"openapi"`
		Paths   map[string]map[string]map[string]any `json:"paths"`
		Parts   struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Type any } `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if described, err := s.OpenAPI(); err != nil || doc.OpenAPI != "3.1.0" || !bytes.Equal(w.Body.Bytes(), described) {
		t.Errorf("openapi %q, %v", doc.OpenAPI, err)
	}
	n := 0
	for path, methods := range doc.Paths {
		for method, op := range methods {
			n++
			if op["summary"] == "" || op["operationId"] == "" || op["responses"].(map[string]any)["default"] == nil {
				t.Errorf("%s %s is not described: %v", method, path, op)
			}
		}
	}
	if n != len(routes()) {
		t.Errorf("%d routes are described of %d", n, len(routes()))
	}
	names := slices.Sorted(maps.Keys(doc.Parts.Schemas))
	for _, want := range []string{"Client", "Context", "Me", "PageClient", "PagePerson", "Principals", "Problem"} {
		if !slices.Contains(names, want) {
			t.Errorf("no schema %s among %v", want, names)
		}
	}
	if slices.Contains(names, "ErrorModel") {
		t.Error("huma's error model is described")
	}
	if got := doc.Parts.Schemas["PageClient"].Properties["items"].Type; got != "array" {
		t.Errorf("a list may be %v", got)
	}
}
