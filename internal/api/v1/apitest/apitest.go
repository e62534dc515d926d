// Package apitest runs the API in a test: a real server over a real database, and
// clients that keep cookies like a browser.
package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"
	"time"

	v1 "octavo/internal/api/v1"
	"octavo/internal/asset"
	"octavo/internal/clock"
	"octavo/internal/credential"
	"octavo/internal/db/dbtest"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/installation"
	"octavo/internal/property"
	"octavo/internal/purge"
	"octavo/internal/secret"
	"octavo/internal/setting"
	"octavo/internal/tour"
	"octavo/internal/transfer"
)

// Server is the API with a family in its database.
type Server struct {
	*httptest.Server
	*fixture.Family
	API   *v1.Server
	Clock *clock.Manual
	t     testing.TB
}

// New starts a server; it ends with the test. change may add to what the API is made of.
func New(t testing.TB, change ...func(*v1.Deps)) *Server {
	t.Helper()
	now := clock.NewManual(dbtest.Start)
	d := dbtest.Open(t, dbtest.Clock(now))
	keys, err := installation.Load(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	f := fixture.New(t, d)
	master, err := secret.NewMaster(bytes.Repeat([]byte{7}, secret.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	properties := property.New(d, f.Accounts, master)
	deps := v1.Deps{DB: d, Keys: keys, Accounts: f.Accounts, Users: f.Users, Mails: f.Mails, Purge: purge.New(slog.New(slog.DiscardHandler), d, f.Accounts, nil), Properties: properties, Settings: setting.New(d),
		Transfer: transfer.New(d, asset.New(id.NewMaker(d.Clock()), keys.IDs), f.Accounts, properties)}
	deps.Credentials = credential.New(d, f.Accounts, asset.New(id.NewMaker(d.Clock()), keys.IDs), master)
	deps.Tour = tour.New(d, f.Accounts, asset.New(id.NewMaker(d.Clock()), keys.IDs))
	deps.Demo = purge.NewDemo(d, f.Accounts, f.Users, asset.NewLibrary(d, asset.New(id.NewMaker(d.Clock()), keys.IDs), f.Users))
	for _, c := range change {
		c(&deps)
	}
	api, err := v1.New(deps)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Server: httptest.NewServer(api), Family: f, API: api, Clock: now, t: t}
	t.Cleanup(s.Close)
	return s
}

// Client sends calls as one browser or one program.
type Client struct {
	t      testing.TB
	base   string
	http   *http.Client
	header http.Header
}

// Browser is a client that nobody has signed in with.
func (s *Server) Browser() *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &Client{t: s.t, base: s.URL + v1.Prefix, header: http.Header{},
		http: &http.Client{Jar: jar, Transport: s.Server.Client().Transport, Timeout: time.Minute}}
}

// As is a browser that a person of the fixture has signed in with.
func (s *Server) As(email string) *Client {
	s.t.Helper()
	c := s.Browser()
	c.Post("/sign-in", map[string]any{"email": email, "password": fixture.Password}).Want(http.StatusOK)
	return c
}

// With is the client with a further header on every call.
func (c *Client) With(name, value string) *Client {
	other := *c
	other.header = c.header.Clone()
	other.header.Set(name, value)
	return &other
}

// Cookies are the cookies that the client would send.
func (c *Client) Cookies() []*http.Cookie {
	r, err := http.NewRequest(http.MethodGet, c.base, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.http.Jar.Cookies(r.URL)
}

// Get, Post, Put, Patch and Delete send a call below /api/v1; body is sent as JSON.
func (c *Client) Get(path string) *Answer { c.t.Helper(); return c.Do(http.MethodGet, path, nil) }

// Post is described at Get.
func (c *Client) Post(path string, body any) *Answer {
	c.t.Helper()
	return c.Do(http.MethodPost, path, body)
}

// Put is described at Get.
func (c *Client) Put(path string, body any) *Answer {
	c.t.Helper()
	return c.Do(http.MethodPut, path, body)
}

// Patch is described at Get.
func (c *Client) Patch(path string, body any) *Answer {
	c.t.Helper()
	return c.Do(http.MethodPatch, path, body)
}

// Delete is described at Get.
func (c *Client) Delete(path string) *Answer {
	c.t.Helper()
	return c.Do(http.MethodDelete, path, nil)
}

// Do sends a call. body is nil, an io.Reader that is sent as it is, or sent as JSON.
func (c *Client) Do(method, path string, body any) *Answer {
	c.t.Helper()
	var reader io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case io.Reader:
		reader = b
	default:
		text, err := json.Marshal(b)
		if err != nil {
			c.t.Fatal(err)
		}
		reader, kind = bytes.NewReader(text), "application/json"
	}
	r, err := http.NewRequest(method, c.base+path, reader)
	if err != nil {
		c.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return &Answer{t: c.t, call: method + " " + path, Status: res.StatusCode, Header: res.Header, Body: string(text)}
}

// Answer is what came back.
type Answer struct {
	t      testing.TB
	call   string
	Status int
	Header http.Header
	Body   string
}

// Want fails the test unless the status is the given one.
func (a *Answer) Want(status int) *Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.call, a.Status, status, a.Body)
	}
	return a
}

// Refused fails the test unless the answer is a problem with a status and code.
func (a *Answer) Refused(status int, code string) v1.Problem {
	a.t.Helper()
	a.Want(status)
	var p v1.Problem
	a.JSON(&p)
	if p.Code != code || p.Status != status || p.RequestID == "" || a.Header.Get("Content-Type") != "application/problem+json" {
		a.t.Fatalf("%s: %s %s, want a problem with code %s", a.call, a.Header.Get("Content-Type"), a.Body, code)
	}
	return p
}

// JSON reads the body.
func (a *Answer) JSON(v any) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.Body), v); err != nil {
		a.t.Fatalf("%s: %v in %s", a.call, err, a.Body)
	}
}

// Object reads the body as an object without a type.
func (a *Answer) Object() map[string]any {
	a.t.Helper()
	var m map[string]any
	a.JSON(&m)
	return m
}
