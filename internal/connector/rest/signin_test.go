package rest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/rest"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/placeholder"
)

// tokens is a sign-in that gives one token after the other, and notes which were refused.
type tokens struct {
	give    []string
	refused []string
}

func (s *tokens) signIn(_ context.Context, refused string) (string, error) {
	s.refused = append(s.refused, refused)
	token := s.give[0]
	s.give = s.give[1:]
	return token, nil
}

// TestATokenStandsWhereTheRequestHasAPlaceForIt: escaped as each place wants it, and taken anew when it is refused between two pages.
func TestATokenStandsWhereTheRequestHasAPlaceForIt(t *testing.T) {
	t.Parallel()
	const first, second = `a"b&c=1;d`, `x/y z"2`
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var sent struct{ Token, Page string }
		body, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(body, &sent); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		cookie, _ := r.Cookie("sid")
		if r.URL.Query().Get("t") != sent.Token || r.Header.Get("X-Token") != sent.Token || cookie == nil || strings.ContainsAny(cookie.Value, `";, `) || strings.Contains(r.Header.Get("Authorization"), "octavo") {
			t.Errorf("%s %v %s", r.URL, r.Header, body)
		}
		seen = append(seen, sent.Token+" "+r.URL.Query().Get("page"))
		if sent.Token == first && r.URL.Query().Get("page") == "2" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, `[{"page":`+r.URL.Query().Get("page")+`}]`)
	}))
	t.Cleanup(server.Close)
	client := fetch.New(fetch.Options{Hosts: []string{strings.TrimPrefix(server.URL, "http://")}})
	t.Cleanup(client.Close)
	spec := rest.Spec{
		Method: http.MethodPost, URL: server.URL + "/orders?t={auth.token}", Headers: []rest.Row{{Name: "X-Token", Value: "{auth.token}"}}, Cookies: []rest.Row{{Name: "sid", Value: "{auth.token}"}},
		Body:     &rest.Body{Type: "json", Text: `{"token":"{auth.token}"}`},
		Paginate: &rest.Paginate{Type: "page", Param: "page", Size: 1, MaxPages: 3},
	}
	if err := spec.Check(); err != nil {
		t.Fatal(err)
	}
	var told []string
	p, err := spec.Prepare(placeholder.Scope{Now: time.Now(), Zone: time.UTC, Spill: func(form string) { told = append(told, form) }})
	if err != nil || !p.TakesToken() {
		t.Fatal(p, err)
	}
	if _, err := p.Fetch(t.Context(), client, rest.Options{}, io.Discard); !errs.Is(err, "missing_variable") || len(seen) > 0 {
		t.Errorf("without a sign-in %v, asked %v", err, seen)
	}
	hash := p.Hash()
	s := &tokens{give: []string{first, second}}
	var out strings.Builder
	_, err = p.Fetch(t.Context(), client, rest.Options{SignIn: s.signIn, Pause: time.Millisecond}, &out)
	if want := []string{first + " 1", first + " 2", second + " 2", second + " 3"}; !errs.Is(err, "too_many_pages") || !slices.Equal(seen, want) {
		t.Errorf("asked %q, %v", seen, err)
	}
	if !slices.Equal(s.refused, []string{"", first}) || hash != p.Hash() || !slices.Contains(told, second) {
		t.Errorf("refused %q, told %q", s.refused, told)
	}
}

// TestASignInIsRepeatedOnce: what is refused twice is an error.
func TestASignInIsRepeatedOnce(t *testing.T) {
	t.Parallel()
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { n++; w.WriteHeader(http.StatusUnauthorized) }))
	t.Cleanup(server.Close)
	client := fetch.New(fetch.Options{Hosts: []string{strings.TrimPrefix(server.URL, "http://")}})
	t.Cleanup(client.Close)
	p, err := (&rest.Spec{URL: server.URL}).Prepare(placeholder.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	s := &tokens{give: []string{"a", "b", "c"}}
	if _, err := p.Fetch(t.Context(), client, rest.Options{SignIn: s.signIn, Pause: time.Millisecond}, io.Discard); !errs.Is(err, "service_unauthorized") || n != 2 || len(s.give) != 1 {
		t.Errorf("%v after %d requests, %d tokens are left", err, n, len(s.give))
	}
}

// TestASignInThatFailsIsBegunAgain without the token that was refused.
func TestASignInThatFailsIsBegunAgain(t *testing.T) {
	t.Parallel()
	token := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/orders":
			http.Redirect(w, r, "/orders/", http.StatusMovedPermanently)
		case token != "b":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			_, _ = io.WriteString(w, `[1]`)
		}
	}))
	t.Cleanup(server.Close)
	client := fetch.New(fetch.Options{Hosts: []string{strings.TrimPrefix(server.URL, "http://")}})
	t.Cleanup(client.Close)
	p, err := (&rest.Spec{URL: server.URL + "/orders"}).Prepare(placeholder.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	var refused []string
	signIn := func(_ context.Context, old string) (string, error) {
		refused = append(refused, old)
		switch len(refused) {
		case 1:
			token = "a"
		case 2:
			return "", errs.New(errs.Unavailable, "service_failed", "The service failed (503).")
		default:
			token = "b"
		}
		return token, nil
	}
	var out strings.Builder
	_, err = p.Fetch(t.Context(), client, rest.Options{SignIn: signIn, Pause: time.Millisecond}, &out)
	if err != nil || out.String() != "[1]" || !slices.Equal(refused, []string{"", "a", ""}) {
		t.Errorf("%q, refused %q, %v", out.String(), refused, err)
	}
}

// TestWhatIsPutInStaysWithItsOrigin: headers that say nothing of who asks do, where a placeholder stands in them.
func TestWhatIsPutInStaysWithItsOrigin(t *testing.T) {
	t.Parallel()
	seen := make(chan http.Header, 1)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header
		_, _ = io.WriteString(w, `[]`)
	}))
	t.Cleanup(other.Close)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusFound)
	}))
	t.Cleanup(server.Close)
	client := fetch.New(fetch.Options{Hosts: []string{strings.TrimPrefix(server.URL, "http://"), strings.TrimPrefix(other.URL, "http://")}})
	t.Cleanup(client.Close)
	p, err := (&rest.Spec{URL: server.URL, Headers: []rest.Row{{Name: "user-agent", Value: "{auth.token}"}, {Name: "Accept", Value: "{props.key}"}, {Name: "Accept-Language", Value: "de"}}}).
		Prepare(placeholder.Scope{Values: map[string]string{"key": "MARKkey"}})
	if err != nil {
		t.Fatal(err)
	}
	s := &tokens{give: []string{"MARKtoken"}}
	if _, err := p.Fetch(t.Context(), client, rest.Options{SignIn: s.signIn}, io.Discard); err != nil {
		t.Fatal(err)
	}
	if h := <-seen; strings.Contains(h.Get("User-Agent")+h.Get("Accept"), "MARK") || h.Get("Accept-Language") != "de" {
		t.Errorf("%v", h)
	}
}

// TestWhereATokenMayNotStand: it names no server, and of a sign-in a request knows nothing else.
func TestWhereATokenMayNotStand(t *testing.T) {
	t.Parallel()
	for name, spec := range map[string]rest.Spec{
		"host":     {URL: "https://{auth.token}.test/"},
		"password": {URL: "https://h.test/?p={auth.password}"},
		"user":     {URL: "https://h.test/", Headers: []rest.Row{{Name: "X", Value: "{auth.username}"}}},
		"pages":    {URL: "https://h.test/", Paginate: &rest.Paginate{Type: "each", Param: "v", Each: &rest.Each{Values: "{auth.token}"}}},
	} {
		if err := spec.Check(); !errs.Is(err, "bad_request_spec") {
			t.Errorf("%s: %v", name, err)
		}
	}
	off := rest.Spec{URL: "https://h.test/", Headers: []rest.Row{{Name: "X", Value: "{auth.token}", Off: true}}}
	p, err := off.Prepare(placeholder.Scope{})
	if err != nil || p.TakesToken() || off.TakesToken() {
		t.Errorf("a row that is not sent: %v, %v", p, err)
	}
	if _, err := (&rest.Spec{URL: "https://h{auth.token}/"}).Prepare(placeholder.Scope{}); !errs.Is(err, "bad_variable_value") {
		t.Errorf("of what was not checked: %v", err)
	}
}
