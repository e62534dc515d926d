// Package resttest is a web service for tests: a shop with the orders of several
// clients. It keeps to what is written here and refuses everything else, so that a test
// proves what was really sent.
//
// Every request needs the header X-Api-Version: 2026-01 (else 400) and the client as
// the parameter client (unknown: 404). Unknown parameters are 400.
//
//	GET  /orders            all orders of a client; ETag and If-None-Match
//	GET  /orders.csv        the same as CSV
//	GET  /pages?page&per_page      {"orders": […], "pages": n, "total": n}
//	GET  /offset?offset&limit      {"data": {"items": […]}, "total": n}
//	GET  /cursor?cursor&limit      {"items": […], "next": "…" or absent}
//	GET  /linked?page              […] with a Link header
//	GET  /next?page                {"items": […], "links": {"next": "/next?…"}}
//	GET  /stuck?page               the first page whatever page says
//	GET  /again?cursor             {"items": […], "next": the same cursor for ever}
//	GET  /folder/PAGE              […], the page as a part of the path
//	GET  /days?from&to             […] of these days, both included: one order every ten days from 2026-01-01 on
//	POST /search   JSON {"client", "limit"?, "offset"?}  {"items": […]}
//	POST /form     client=… as a form, or as its parts  […]
//	GET  /mine     Authorization: Bearer KEY     […]
package resttest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"octavo/internal/fetch"
)

// Version is the value of the header X-Api-Version; Key opens /mine.
const (
	Version = "2026-01"
	Key     = "key-Zx81-vault"
)

// Order is one order of a client.
type Order struct {
	ID     int     `json:"id"`
	Client string  `json:"client"`
	Region string  `json:"region"`
	Amount float64 `json:"amount"`
}

// Server is a running service.
type Server struct {
	URL string // http://127.0.0.1:port

	mu     sync.Mutex // guards what follows
	orders map[string][]Order
	calls  map[string]int
	faults map[string][]fault
	hold   map[string]chan struct{}
	passes map[string]int // calls of a held path that pass before
}

type fault struct {
	status, retryAfter int
}

// Start starts a service with two clients: 7 with five orders, 8 with three.
func Start(t testing.TB) *Server {
	s := &Server{orders: map[string][]Order{}, calls: map[string]int{}, faults: map[string][]fault{}, hold: map[string]chan struct{}{}, passes: map[string]int{}}
	s.Set("7", 5)
	s.Set("8", 3)
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Client is a client that may read this service, and nothing else in private networks.
func (s *Server) Client(t testing.TB) *fetch.Client {
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := fetch.New(fetch.Options{Hosts: []string{u.Host}})
	t.Cleanup(c.Close)
	return c
}

// Set gives a client n orders; the amounts differ from those of all other clients.
func (s *Server) Set(client string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	number, _ := strconv.Atoi(client) // other names: amounts from 0
	list := make([]Order, n)
	for i := range list {
		list[i] = Order{ID: i + 1, Client: client, Region: []string{"North", "South"}[i%2], Amount: float64(number*100 + i)}
	}
	s.orders[client] = list
}

// Fail answers the next n calls of a path with a status; retryAfter above 0 is sent along.
func (s *Server) Fail(path string, n, status, retryAfter int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		s.faults[path] = append(s.faults[path], fault{status, retryAfter})
	}
}

// FailAfter lets calls of a path pass, and answers the next n of it with a status.
func (s *Server) FailAfter(path string, passing, n, status int) {
	s.Fail(path, passing, 0, 0)
	s.Fail(path, n, status, 0)
}

// Heal takes back what Fail has left.
func (s *Server) Heal(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.faults, path)
}

// Hold lets calls of a path wait until release is called.
func (s *Server) Hold(path string) (release func()) { return s.HoldAfter(path, 0) }

// HoldAfter is Hold after some calls that pass.
func (s *Server) HoldAfter(path string, passing int) (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := make(chan struct{})
	s.hold[path], s.passes[path] = c, passing
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.hold, path)
		close(c)
	})
}

// Calls counts the calls of a path.
func (s *Server) Calls(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[path]
}

func (s *Server) begin(path string) (f fault, failing bool, hold chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[path]++
	if list := s.faults[path]; len(list) > 0 {
		f, failing, s.faults[path] = list[0], list[0].status > 0, list[1:]
	}
	if s.passes[path] > 0 {
		s.passes[path]--
		return f, failing, nil
	}
	return f, failing, s.hold[path]
}

// known are the parameters of each path.
var known = map[string][]string{
	"/orders": {"client", "from"}, "/orders.csv": {"client"}, "/pages": {"client", "page", "per_page"}, "/offset": {"client", "offset", "limit"},
	"/cursor": {"client", "cursor", "limit"}, "/linked": {"client", "page"}, "/next": {"client", "page"}, "/stuck": {"client", "page"},
	"/again": {"client", "cursor"}, "/folder": {"client"}, "/days": {"client", "from", "to"},
	"/search": {}, "/form": {}, "/mine": {"client"},
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	f, failing, hold := s.begin(r.URL.Path)
	if hold != nil {
		select {
		case <-hold:
		case <-r.Context().Done():
			return
		}
	}
	if failing {
		if f.retryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(f.retryAfter))
		}
		http.Error(w, `{"error":"as the test asked"}`, f.status)
		return
	}
	path := r.URL.Path
	if strings.HasPrefix(path, "/folder/") {
		path = "/folder"
	}
	params, ok := known[path]
	switch {
	case !ok:
		http.Error(w, `{"error":"no such path"}`, http.StatusNotFound)
		return
	case r.Header.Get("X-Api-Version") != Version:
		http.Error(w, `{"error":"X-Api-Version is missing"}`, http.StatusBadRequest)
		return
	}
	for name, values := range r.URL.Query() {
		if !slices.Contains(params, name) || len(values) != 1 {
			http.Error(w, `{"error":"unknown or repeated parameter `+name+`"}`, http.StatusBadRequest)
			return
		}
	}
	if err := s.answer(w, r); err != nil {
		http.Error(w, `{"error":"`+err.Error()+`"}`, http.StatusBadRequest)
	}
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) error {
	switch r.URL.Path {
	case "/search":
		return s.search(w, r)
	case "/form":
		return s.form(w, r)
	}
	if r.Method != http.MethodGet {
		return fmt.Errorf("GET only")
	}
	list, ok := s.of(w, r.URL.Query().Get("client"))
	if !ok {
		return nil
	}
	switch r.URL.Path {
	case "/orders":
		return whole(w, r, list)
	case "/orders.csv":
		return asCSV(w, list)
	case "/mine":
		if r.Header.Get("Authorization") != "Bearer "+Key {
			http.Error(w, `{"error":"sign in"}`, http.StatusUnauthorized)
			return nil
		}
		return asJSON(w, list)
	case "/days":
		return ofDays(w, r, list)
	}
	if page, ok := strings.CutPrefix(r.URL.Path, "/folder/"); ok {
		n, err := strconv.Atoi(page)
		if err != nil || n < 1 {
			return fmt.Errorf("no such folder")
		}
		return asJSON(w, cut(list, (n-1)*pageSize, pageSize))
	}
	return paged(w, r, list)
}

// of gives the orders of a client, or answers that there is none.
func (s *Server) of(w http.ResponseWriter, client string) ([]Order, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list, ok := s.orders[client]
	if !ok {
		http.Error(w, `{"error":"no such client"}`, http.StatusNotFound)
	}
	return slices.Clone(list), ok
}

func asJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}

func asCSV(w http.ResponseWriter, list []Order) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	lines := []string{"id,client,region,amount"}
	for _, o := range list {
		lines = append(lines, fmt.Sprintf("%d,%s,%s,%g", o.ID, o.Client, o.Region, o.Amount))
	}
	_, err := io.WriteString(w, strings.Join(lines, "\n")+"\n")
	return err
}

func whole(w http.ResponseWriter, r *http.Request, list []Order) error {
	if from := r.URL.Query().Get("from"); from != "" {
		if _, err := time.Parse(time.DateOnly, from); err != nil {
			return fmt.Errorf("from is no day")
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(text)
	return err
}

func ofDays(w http.ResponseWriter, r *http.Request, list []Order) error {
	from, err := time.Parse(time.DateOnly, r.URL.Query().Get("from"))
	to, err2 := time.Parse(time.DateOnly, r.URL.Query().Get("to"))
	if err != nil || err2 != nil || to.Before(from) {
		return fmt.Errorf("from and to are days")
	}
	out := []Order{}
	for i, o := range list {
		if day := time.Date(2026, 1, 1+10*i, 0, 0, 0, 0, time.UTC); !day.Before(from) && !day.After(to) {
			out = append(out, o)
		}
	}
	return asJSON(w, out)
}

func number(r *http.Request, name string, otherwise int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s is no number", name)
	}
	return n, nil
}

func cut(list []Order, from, n int) []Order {
	from = min(from, len(list))
	return list[from:min(from+n, len(list))]
}

// pageSize is how many orders a page has where the request does not say.
const pageSize = 2

func paged(w http.ResponseWriter, r *http.Request, list []Order) error {
	page, err := number(r, "page", 1)
	if err != nil || page < 1 {
		return fmt.Errorf("page is no number from 1")
	}
	client := url.QueryEscape(r.URL.Query().Get("client"))
	rows := cut(list, (page-1)*pageSize, pageSize)
	another := page*pageSize < len(list)
	switch r.URL.Path {
	case "/pages":
		size, err := number(r, "per_page", pageSize)
		if err != nil || size < 1 || size > 100 {
			return fmt.Errorf("per_page is 1 to 100")
		}
		return asJSON(w, map[string]any{"orders": cut(list, (page-1)*size, size), "pages": (len(list) + size - 1) / size, "total": len(list)})
	case "/offset":
		offset, err := number(r, "offset", 0)
		limit, err2 := number(r, "limit", pageSize)
		if err != nil || err2 != nil || limit < 1 {
			return fmt.Errorf("offset and limit are numbers")
		}
		return asJSON(w, map[string]any{"data": map[string]any{"items": cut(list, offset, limit)}, "total": len(list)})
	case "/cursor":
		return cursor(w, r, list)
	case "/again":
		at := 0
		if r.URL.Query().Has("cursor") {
			at = pageSize
		}
		return asJSON(w, map[string]any{"items": cut(list, at, pageSize), "next": "here"})
	case "/linked":
		if another {
			w.Header().Set("Link", fmt.Sprintf(`</linked?page=1&client=%[2]s>; rel="first", </linked?client=%[2]s&page=%[1]d>; rel="next"`, page+1, client))
		}
		return asJSON(w, rows)
	case "/next":
		links := map[string]any{"next": nil}
		if another {
			links["next"] = fmt.Sprintf("/next?client=%s&page=%d", client, page+1)
		}
		return asJSON(w, map[string]any{"items": rows, "links": links})
	}
	return asJSON(w, map[string]any{"items": cut(list, 0, pageSize)}) // stuck
}

func cursor(w http.ResponseWriter, r *http.Request, list []Order) error {
	at := 0
	if c := r.URL.Query().Get("cursor"); c != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(c, "after-"))
		if err != nil {
			return fmt.Errorf("no such cursor")
		}
		at = n
	}
	limit, err := number(r, "limit", pageSize)
	if err != nil || limit < 1 {
		return fmt.Errorf("limit is a number")
	}
	out := map[string]any{"items": cut(list, at, limit)}
	if at+limit < len(list) {
		out["next"] = fmt.Sprintf("after-%d", at+limit)
	}
	return asJSON(w, out)
}

func (s *Server) search(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Client string `json:"client"`
		Limit  int    `json:"limit"`
		Offset int    `json:"offset"`
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || dec.Decode(&in) != nil {
		return fmt.Errorf("POST JSON with client, limit and offset")
	}
	list, ok := s.of(w, in.Client)
	if !ok {
		return nil
	}
	if in.Limit == 0 {
		in.Limit = len(list)
	}
	return asJSON(w, map[string]any{"items": cut(list, in.Offset, in.Limit)})
}

func (s *Server) form(w http.ResponseWriter, r *http.Request) error {
	parse := r.ParseForm
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data; boundary=") {
		parse = func() error { return r.ParseMultipartForm(pageSize << 10) }
	} else if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return fmt.Errorf("POST a form")
	}
	if r.Method != http.MethodPost || parse() != nil || len(r.PostForm) != 1 {
		return fmt.Errorf("POST a form with client")
	}
	list, ok := s.of(w, r.PostForm.Get("client"))
	if !ok {
		return nil
	}
	return asJSON(w, list)
}
