package rest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"octavo/internal/connector/connectortest"
	"octavo/internal/connector/rest"
	"octavo/internal/fetch"
	"octavo/internal/placeholder"
)

const token = connectortest.Mark + "-token"

// paths of the questions.
var paths = map[connectortest.Question]string{
	connectortest.Some: "/some", connectortest.None: "/none", connectortest.Many: "/many", connectortest.Slow: "/slow",
}

// service is a web address that wants a token, which it says again in everything that it refuses.
type service struct {
	host    string
	slow    atomic.Int32
	disturb atomic.Bool
}

// TestConformance asks what every connector is asked.
func TestConformance(t *testing.T) {
	t.Parallel()
	s := &service{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.host = strings.TrimPrefix(server.URL, "http://")
	connectortest.Run(t, s)
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	company := r.URL.Query()["company"]
	switch {
	case s.disturb.Swap(false):
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = conn.Close()
		}
	case r.Header.Get("Authorization") != "Bearer "+token:
		http.Error(w, "no such token: "+r.Header.Get("Authorization"), http.StatusUnauthorized)
	case len(company) != 1:
		http.Error(w, "one company", http.StatusBadRequest)
	default:
		s.answer(w, r, company[0])
	}
}

func (s *service) answer(w http.ResponseWriter, r *http.Request, company string) {
	n := map[string]int{"7": 3, "8": 2}[company]
	switch r.URL.Path {
	case "/none":
		n = 0
	case "/many":
		n = 1 << 30
	case "/slow":
		s.slow.Add(1)
		defer s.slow.Add(-1)
		select {
		case <-r.Context().Done():
		case <-time.After(30 * time.Second):
		}
	}
	_, _ = io.WriteString(w, "[")
	for i := range n {
		comma := ","
		if i == 0 {
			comma = ""
		}
		if _, err := fmt.Fprintf(w, `%s{"id":%d}`, comma, i); err != nil {
			return
		}
	}
	_, _ = io.WriteString(w, "]")
}

// Read implements connectortest.Service.
func (s *service) Read(ctx context.Context, a connectortest.Ask, w io.Writer) error {
	host, with := s.host, token
	if a.Port != 0 {
		host = net.JoinHostPort("127.0.0.1", fmt.Sprint(a.Port))
	}
	if a.Wrong {
		with = connectortest.Mark + "-other"
	}
	hosts := []string{host}
	if a.Guard {
		hosts = nil
	}
	spec := rest.Spec{URL: "http://" + host + paths[a.What], Query: []rest.Row{{Name: "company", Value: "{props.company}"}}, TimeoutS: a.Wait}
	if err := spec.Check(); err != nil {
		return err
	}
	scope := placeholder.Scope{Values: map[string]string{}, Zone: time.UTC, Now: time.Unix(0, 0)}
	if a.Value != "" {
		scope.Values["company"] = a.Value
	}
	p, err := spec.Prepare(scope)
	if err != nil {
		return err
	}
	client := fetch.New(fetch.Options{Hosts: hosts})
	defer client.Close()
	o := rest.Options{Pause: time.Millisecond, Authorize: func(r *fetch.Request) error {
		r.Header = r.Header.Clone()
		r.Header.Set("Authorization", "Bearer "+with)
		return nil
	}}
	if a.Least {
		o.MaxBytes = 1000
	}
	_, err = p.Fetch(ctx, client, o, w)
	return err
}

// Rows implements connectortest.Service.
func (s *service) Rows(answer []byte) (int, error) {
	var list []any
	err := json.Unmarshal(answer, &list)
	return len(list), err
}

// Waiting implements connectortest.Service.
func (s *service) Waiting() int { return int(s.slow.Load()) }

// Disturb implements connectortest.Service.
func (s *service) Disturb() { s.disturb.Store(true) }
