package rest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/rest"
	"octavo/internal/connector/rest/resttest"
	"octavo/internal/errs"
	"octavo/internal/placeholder"
)

var version = rest.Row{Name: "X-Api-Version", Value: resttest.Version}

// get is a request of one path for the client of the property companyID.
func get(s *resttest.Server, path string) rest.Spec {
	return rest.Spec{URL: s.URL + path, Headers: []rest.Row{version}, Query: []rest.Row{{Name: "client", Value: "{props.companyID}"}}}
}

func scope(client string) placeholder.Scope {
	return placeholder.Scope{Values: map[string]string{"companyID": client, "key": resttest.Key}, Now: time.Date(2026, 3, 31, 10, 0, 0, 0, time.UTC), Zone: time.UTC}
}

var quick = rest.Options{Pause: time.Millisecond}

func read(t *testing.T, s *resttest.Server, spec rest.Spec, o rest.Options) (string, *rest.Result, error) {
	t.Helper()
	if err := spec.Check(); err != nil {
		return "", nil, err
	}
	p, err := spec.Prepare(scope("7"))
	if err != nil {
		return "", nil, err
	}
	var out bytes.Buffer
	r, err := p.Fetch(t.Context(), s.Client(t), o, &out)
	return out.String(), r, err
}

// amounts are those of the orders in a list.
func amounts(t *testing.T, text string) string {
	t.Helper()
	var list []resttest.Order
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var out []string
	for _, o := range list {
		out = append(out, fmt.Sprint(o.Amount))
	}
	return strings.Join(out, " ")
}

const all = "700 701 702 703 704"

func TestWhole(t *testing.T) {
	s := resttest.Start(t)
	spec := get(s, "/orders")
	spec.Query = append(spec.Query, rest.Row{Name: "from", Value: "{date.startOfMonth}"}, rest.Row{Name: "no", Off: true})
	text, r, err := read(t, s, spec, quick)
	if err != nil || amounts(t, text) != all || r.Status != 200 || r.ETag == "" || r.Joined || r.Bytes != int64(len(text)) {
		t.Fatalf("%s %+v %v", text, r, err)
	}
	o := quick
	o.ETag = r.ETag
	if text, r, err = read(t, s, spec, o); err != nil || text != "" || !r.Unchanged || r.Status != 304 || r.ETag != o.ETag {
		t.Errorf("asked again: %q %+v %v", text, r, err)
	}
	spec.Unconditional = true
	if text, r, err = read(t, s, spec, o); err != nil || amounts(t, text) != all || r.Unchanged {
		t.Errorf("unconditional: %q %+v %v", text, r, err)
	}
}

func TestBodies(t *testing.T) {
	s := resttest.Start(t)
	for name, spec := range map[string]rest.Spec{
		"json":   {Method: "POST", URL: s.URL + "/search", Headers: []rest.Row{version}, Body: &rest.Body{Type: "json", Text: `{"client":"{props.companyID}"}`}},
		"raw":    {Method: "POST", URL: s.URL + "/search", Headers: []rest.Row{version}, Body: &rest.Body{Type: "raw", Text: `{"client":"{props.companyID}"}`, ContentType: "application/json"}},
		"form":   {Method: "POST", URL: s.URL + "/form", Headers: []rest.Row{version}, Body: &rest.Body{Type: "form", Rows: []rest.Row{{Name: "client", Value: "{props.companyID}"}}}},
		"secret": {URL: s.URL + "/mine?client=7", Headers: []rest.Row{version, {Name: "Authorization", Value: "Bearer {props.key}"}}},
	} {
		text, _, err := read(t, s, spec, quick)
		if err != nil || !strings.Contains(text, "704") {
			t.Errorf("%s: %s %v", name, text, err)
		}
	}
	p, err := (&rest.Spec{Method: "POST", URL: s.URL, Body: &rest.Body{Type: "graphql", Text: `query { orders(client: "{props.companyID}") { id } }`, Variables: `{"n": {props.companyID}}`}}).Prepare(scope("7"))
	if want := `{"query":"query { orders(client: \"7\") { id } }","variables":{"n":7}}`; err != nil || string(p.Body) != want {
		t.Errorf("graphql: %s %v", p.Body, err)
	}
}

func TestPages(t *testing.T) {
	s := resttest.Start(t)
	for name, c := range map[string]struct {
		path  string
		p     rest.Paginate
		pages int
	}{
		"page with total":      {"/pages", rest.Paginate{Type: "page", Param: "page", TotalPages: "pages"}, 3},
		"page with items":      {"/pages", rest.Paginate{Type: "page", Param: "page", SizeParam: "per_page", Size: 3, TotalItems: "total"}, 2},
		"page until short":     {"/pages", rest.Paginate{Type: "page", Param: "page", SizeParam: "per_page", Size: 2}, 3},
		"page until empty":     {"/pages", rest.Paginate{Type: "page", Param: "page"}, 4},
		"offset":               {"/offset", rest.Paginate{Type: "offset", Param: "offset", SizeParam: "limit", Size: 2}, 3},
		"offset with total":    {"/offset", rest.Paginate{Type: "offset", Param: "offset", SizeParam: "limit", Size: 5, TotalItems: "$.total"}, 1},
		"cursor":               {"/cursor", rest.Paginate{Type: "cursor", Param: "cursor", From: "next", SizeParam: "limit", Size: 4}, 2},
		"link header":          {"/linked", rest.Paginate{Type: "link_header"}, 3},
		"next address in body": {"/next", rest.Paginate{Type: "next_url", From: "links.next"}, 3},
	} {
		spec := get(s, c.path)
		spec.Paginate = &c.p
		text, r, err := read(t, s, spec, quick)
		if err != nil || amounts(t, text) != all || r.Pages != c.pages || r.Loop || !r.Joined {
			t.Errorf("%s: %s %+v %v", name, text, r, err)
		}
	}
	spec := rest.Spec{Method: "POST", URL: s.URL + "/search", Headers: []rest.Row{version}, Body: &rest.Body{Type: "json", Text: `{"client":"{props.companyID}"}`},
		Paginate: &rest.Paginate{Type: "offset", In: "json", Param: "offset", SizeParam: "limit", Size: 2}}
	if text, r, err := read(t, s, spec, quick); err != nil || amounts(t, text) != all || r.Pages != 3 {
		t.Errorf("offset in the body: %s %+v %v", text, r, err)
	}
}

// TestPagesEnd: what never ends by itself ends, and half data is never taken.
func TestPagesEnd(t *testing.T) {
	s := resttest.Start(t)
	spec := get(s, "/stuck")
	spec.Paginate = &rest.Paginate{Type: "page", Param: "page"}
	if text, r, err := read(t, s, spec, quick); err != nil || amounts(t, text) != "700 701" || !r.Loop || r.Pages != 2 {
		t.Errorf("the same page for ever: %s %+v %v", text, r, err)
	}
	s.Set("7", 50)
	spec = get(s, "/pages")
	spec.Paginate = &rest.Paginate{Type: "page", Param: "page", MaxPages: 5}
	if _, _, err := read(t, s, spec, quick); !errs.Is(err, "too_many_pages") {
		t.Errorf("too many pages: %v", err)
	}
	spec.Paginate.MaxPages = 0
	if text, r, err := read(t, s, spec, rest.Options{OnePage: true}); err != nil || amounts(t, text) != "700 701" || r.Pages != 1 {
		t.Errorf("one page: %s %+v %v", text, r, err)
	}
	s.Fail("/pages", 3, 503, 0)
	if text, _, err := read(t, s, spec, quick); !errs.Is(err, "service_failed") || strings.Contains(text, "]") {
		t.Errorf("a page that fails: %s %v", text, err)
	}
	if _, _, err := read(t, s, spec, rest.Options{MaxBytes: 300, Pause: time.Millisecond}); !errs.Is(err, "too_large") {
		t.Errorf("all pages together: %v", err)
	}
}

func TestNextPageStaysThere(t *testing.T) {
	s, other := resttest.Start(t), resttest.Start(t)
	spec := get(s, "/orders")
	spec.Paginate = &rest.Paginate{Type: "next_url", From: "header:X-Next"}
	for _, next := range []string{other.URL + "/orders", "file:///etc/passwd", "http://169.254.169.254/", "//" + strings.TrimPrefix(other.URL, "http://") + "/x"} {
		if _, err := rest.SameOrigin(s.URL+"/orders", next); !errs.Is(err, "next_page_elsewhere") {
			t.Errorf("%s: %v", next, err)
		}
	}
	if got, err := rest.SameOrigin(s.URL+"/orders?a=1", "?page=2"); err != nil || got != s.URL+"/orders?page=2" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestAnswersThatBringNothing(t *testing.T) {
	s := resttest.Start(t)
	for status, code := range map[int]string{401: "service_unauthorized", 403: "service_forbidden", 404: "service_not_found", 410: "service_not_found",
		418: "service_refused", 500: "service_failed", 503: "service_failed", 408: "service_failed", 301: "service_refused"} {
		s.Heal("/orders")
		s.Fail("/orders", 3, status, 0)
		if _, _, err := read(t, s, get(s, "/orders"), quick); !errs.Is(err, code) {
			t.Errorf("%d is %v", status, err)
		}
	}
	s.Heal("/orders")
	s.Fail("/orders", 1, 429, 120)
	before := s.Calls("/orders")
	_, _, err := read(t, s, get(s, "/orders"), quick)
	var e *errs.Error
	if !errors.As(err, &e) || e.Code != "service_limited" || e.Params["retry_after_s"] != 120 || s.Calls("/orders") != before+1 {
		t.Errorf("429: %v, %d calls", err, s.Calls("/orders")-before)
	}
	s.Fail("/orders", 2, 502, 0)
	if text, r, err := read(t, s, get(s, "/orders"), quick); err != nil || amounts(t, text) != all || r.Attempts != 3 {
		t.Errorf("a fault that passes: %+v %v", r, err)
	}
	spec := get(s, "/orders")
	spec.AcceptStatus = []int{404}
	s.Fail("/orders", 1, 404, 0)
	if text, r, err := read(t, s, spec, quick); err != nil || r.Status != 404 || !strings.Contains(text, "as the test asked") {
		t.Errorf("404 accepted: %s %+v %v", text, r, err)
	}
}

func TestChecks(t *testing.T) {
	for name, c := range map[string]struct {
		spec rest.Spec
		code string
	}{
		"method":        {rest.Spec{Method: "DELETE", URL: "https://h"}, "bad_request_spec"},
		"no scheme":     {rest.Spec{URL: "h/{props.x}"}, "bad_request_spec"},
		"file":          {rest.Spec{URL: "file:///etc/passwd"}, "bad_url"},
		"password":      {rest.Spec{URL: "https://a:b@h"}, "bad_url"},
		"placeholder":   {rest.Spec{URL: "https://h/{props.}"}, "bad_placeholder"},
		"body on GET":   {rest.Spec{URL: "https://h", Body: &rest.Body{Type: "json"}}, "bad_request_spec"},
		"broken JSON":   {rest.Spec{Method: "POST", URL: "https://h", Body: &rest.Body{Type: "json", Text: `{"a":{props.x}"}`}}, "bad_request_spec"},
		"header name":   {rest.Spec{URL: "https://h", Headers: []rest.Row{{Name: "A B"}}}, "bad_request_spec"},
		"header value":  {rest.Spec{URL: "https://h", Headers: []rest.Row{{Name: "A", Value: "x\r\nB: y"}}}, "bad_header"},
		"own header":    {rest.Spec{URL: "https://h", Headers: []rest.Row{{Name: "Host", Value: "x"}}}, "bad_header"},
		"open sign-in":  {rest.Spec{URL: "https://h", Headers: []rest.Row{{Name: "authorization", Value: "Bearer x"}}}, "secret_in_request"},
		"wait":          {rest.Spec{URL: "https://h", TimeoutS: 301}, "bad_request_spec"},
		"paging":        {rest.Spec{URL: "https://h", Paginate: &rest.Paginate{Type: "magic"}}, "bad_request_spec"},
		"cursor place":  {rest.Spec{URL: "https://h", Paginate: &rest.Paginate{Type: "cursor", Param: "c"}}, "bad_request_spec"},
		"status":        {rest.Spec{URL: "https://h", AcceptStatus: []int{429}}, "bad_request_spec"},
		"too much text": {rest.Spec{URL: "https://h/" + strings.Repeat("x", 9000)}, "bad_request_spec"},
	} {
		if err := c.spec.Check(); !errs.Is(err, c.code) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	spec := rest.Spec{URL: "https://{props.shop}.example.com/{props.id}", Query: []rest.Row{{Name: "a", Value: "{user.firstName}{props.id}{date}"}}}
	if err := spec.Check(); err != nil || strings.Join(spec.Names(), " ") != "shop id user.firstName" || spec.Host() != "{props.shop}.example.com" {
		t.Errorf("%v %v %s", err, spec.Names(), spec.Host())
	}
}

// TestNothingIsSentWithoutValues is D92.
func TestNothingIsSentWithoutValues(t *testing.T) {
	s := resttest.Start(t)
	spec := get(s, "/orders")
	_, err := spec.Prepare(placeholder.Scope{Values: map[string]string{}, Zone: time.UTC})
	var e *errs.Error
	if !errors.As(err, &e) || e.Code != "missing_variable" || e.Params["name"] != "companyID" || e.Field != "request.query" {
		t.Errorf("%+v", err)
	}
	a, _ := spec.Prepare(scope("7"))
	b, _ := spec.Prepare(scope("8"))
	again, _ := spec.Prepare(scope("7"))
	if a.Hash() == b.Hash() || a.Hash() != again.Hash() {
		t.Error("hashes do not tell requests apart")
	}
}
