package rest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/rest"
	"octavo/internal/connector/rest/resttest"
	"octavo/internal/errs"
	"octavo/internal/fetch"
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
		"parts":  {Method: "POST", URL: s.URL + "/form", Headers: []rest.Row{version}, Body: &rest.Body{Type: "multipart", Rows: []rest.Row{{Name: "client", Value: "{props.companyID}"}, {Name: "x", Off: true}}}},
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
	for name, c := range map[string]struct {
		path  string
		p     rest.Paginate
		want  string
		pages int
	}{
		"page in the path":     {"/folder/${page.token}", rest.Paginate{Type: "page", In: "path"}, all, 4},
		"every second page":    {"/pages", rest.Paginate{Type: "page", Param: "page", Step: 2}, "700 701 704", 3},
		"offset by size":       {"/offset", rest.Paginate{Type: "offset", Param: "offset", SizeParam: "limit", Size: 3, BySize: true}, all, 2},
		"each":                 {"/orders", rest.Paginate{Type: "each", Param: "client", Each: &rest.Each{Values: "8,{props.companyID}"}}, "800 801 802 " + all, 2},
		"each, with pages":     {"/pages", rest.Paginate{Type: "each", Param: "client", Each: &rest.Each{Values: `["7","8"]`}, Then: &rest.Paginate{Type: "page", Param: "page", TotalPages: "pages"}}, all + " 800 801 802", 5},
		"each of nothing":      {"/orders", rest.Paginate{Type: "each", Param: "client", Each: &rest.Each{Values: "{props.none:}"}}, "", 0},
		"each in the path":     {"/folder/${page.token}", rest.Paginate{Type: "each", In: "path", Each: &rest.Each{Values: "3,1"}}, "704 700 701", 2},
		"windows":              {"/days", rest.Paginate{Type: "window", Window: &rest.Window{FromParam: "from", ToParam: "to", Start: "2026-01-01", End: "{date.set(\"2026-02-05\")}", Step: "P1W"}}, "700 701 702 703", 6},
		"windows without data": {"/days", rest.Paginate{Type: "window", Window: &rest.Window{FromParam: "from", ToParam: "to", Start: "2025-11-01", End: "2026-01-11", Step: "P1M"}}, "700 701", 3},
		"no window":            {"/days", rest.Paginate{Type: "window", Window: &rest.Window{FromParam: "from", ToParam: "to", Start: "2026-01-02", End: "2026-01-01", Step: "P1D"}}, "", 0},
		"windows of each": {"/days", rest.Paginate{Type: "each", Param: "client", Each: &rest.Each{Values: "8,7"}, Then: &rest.Paginate{Type: "window",
			Window: &rest.Window{FromParam: "from", ToParam: "to", Start: "2026-01-11", End: "2026-01-31", Step: "P11D"}}}, "801 802 701 702 703", 4},
	} {
		spec := get(s, c.path)
		spec.Paginate = &c.p
		text, r, err := read(t, s, spec, quick)
		if err != nil || amounts(t, text) != c.want || r.Pages != c.pages || r.Loop || !r.Joined {
			t.Errorf("%s: %s %+v %v", name, text, r, err)
		}
	}
	spec := get(s, "/orders")
	spec.Paginate = &rest.Paginate{Type: "each", Param: "client", Each: &rest.Each{Values: "8", As: "region"}}
	if text, _, err := read(t, s, spec, quick); err != nil || strings.Count(text, `{"region":"8","id":`) != 3 || strings.Contains(text, "North") {
		t.Errorf("with a column: %s %v", text, err)
	}
	spec = rest.Spec{Method: "POST", URL: s.URL + "/form", Headers: []rest.Row{version}, Body: &rest.Body{Type: "form", Rows: []rest.Row{{Name: "client", Value: "x"}}},
		Paginate: &rest.Paginate{Type: "each", In: "form", Param: "client", Each: &rest.Each{Values: "7"}}}
	if text, _, err := read(t, s, spec, quick); err != nil || amounts(t, text) != all {
		t.Errorf("each in a form: %s %v", text, err)
	}
	spec = rest.Spec{Method: "POST", URL: s.URL + "/search", Headers: []rest.Row{version}, Body: &rest.Body{Type: "json", Text: `{"client":"{props.companyID}"}`},
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
	spec = get(s, "/again")
	spec.Paginate = &rest.Paginate{Type: "cursor", Param: "cursor", From: "next"}
	if text, r, err := read(t, s, spec, quick); err != nil || amounts(t, text) != "700 701 702 703" || !r.Loop || r.Pages != 2 {
		t.Errorf("the same cursor for ever: %s %+v %v", text, r, err)
	}
	spec = get(s, "/pages")
	spec.Paginate = &rest.Paginate{Type: "page", Param: "page", TotalPages: "pages"}
	s.Set("7", 2000)
	if _, r, err := read(t, s, spec, quick); err != nil || r.Pages != 1000 {
		t.Errorf("a thousand pages: %+v %v", r, err)
	}
	s.Set("7", 2001)
	if _, _, err := read(t, s, spec, quick); !errs.Is(err, "too_many_pages") {
		t.Errorf("one more: %v", err)
	}
	s.Set("7", 50)
	s.FailAfter("/pages", 6, 3, 503)
	if text, r, err := read(t, s, spec, quick); !errs.Is(err, "service_failed") || r.Pages != 6 || strings.Contains(text, "]") {
		t.Errorf("the seventh page fails: %s %+v %v", text, r, err)
	}
	spec.Paginate = &rest.Paginate{Type: "page", Param: "page", TotalPages: "pages", Partial: "allow"}
	for status, partial := range map[int]bool{503: true, 401: false, 404: false, 429: false} {
		s.FailAfter("/pages", 6, 3, status)
		text, r, err := read(t, s, spec, quick)
		if (err == nil) != partial || (r.Fault != nil) != partial || r.Pages != 6 || strings.HasSuffix(text, "]\n") != partial || partial && (r.Status != 200 || r.Header == nil) {
			t.Errorf("the seventh page fails with %d, half an answer is allowed: %s %+v %v", status, text, r, err)
		}
		s.Heal("/pages")
	}
	s.Fail("/pages", 3, 503, 0)
	if _, r, err := read(t, s, spec, quick); !errs.Is(err, "service_failed") || r.Fault != nil {
		t.Errorf("the first page fails, half an answer is allowed: %+v %v", r, err)
	}
	whole := quick
	whole.Whole = true
	s.FailAfter("/pages", 6, 3, 503)
	if _, r, err := read(t, s, spec, whole); !errs.Is(err, "service_failed") || r.Fault != nil {
		t.Errorf("half an answer is of no use: %+v %v", r, err)
	}
	for _, p := range []rest.Paginate{{Type: "page", Param: "page", Partial: "yes"},
		{Type: "each", Param: "client", Each: &rest.Each{Values: "7"}, Then: &rest.Paginate{Type: "page", Param: "page", Partial: "allow"}}} {
		spec.Paginate = &p
		if _, r, err := read(t, s, spec, quick); err == nil {
			t.Errorf("partial where it has no place: %+v", r)
		}
	}
	spec = get(s, "/pages")
	spec.Paginate = &rest.Paginate{Type: "page", Param: "page", MaxPages: 5}
	if _, _, err := read(t, s, spec, quick); !errs.Is(err, "too_many_pages") {
		t.Errorf("too many pages: %v", err)
	}
	s.Set("7", 5) // three pages, and then those of the next value
	spec.Paginate = &rest.Paginate{Type: "each", Param: "client", MaxPages: 4, Each: &rest.Each{Values: "7,7"}, Then: &rest.Paginate{Type: "page", Param: "page", TotalPages: "pages", MaxPages: 3}}
	var e *errs.Error
	if _, _, err := read(t, s, spec, quick); !errors.As(err, &e) || e.Code != "too_many_pages" || e.Params["limit"] != 4 {
		t.Errorf("too many pages of all values: %v", err)
	}
	s.Set("7", 50)
	spec.Paginate = &rest.Paginate{Type: "page", Param: "page"}
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

// TestChallengeWithoutAnswer looks at whether an answer is let go that nobody reads.
func TestChallengeWithoutAnswer(t *testing.T) {
	let := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(let)
	}))
	defer server.Close()
	p, err := (&rest.Spec{URL: server.URL}).Prepare(scope("7"))
	if err != nil {
		t.Fatal(err)
	}
	client := fetch.New(fetch.Options{Hosts: []string{strings.TrimPrefix(server.URL, "http://")}})
	broken := errors.New("no answer")
	_, err = p.Fetch(t.Context(), client, rest.Options{Answer: func(http.Header, *fetch.Request) (bool, error) { return false, broken }}, &bytes.Buffer{})
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	select {
	case <-let:
	case <-time.After(time.Minute):
		t.Error("the answer is open")
		server.CloseClientConnections()
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
		"secret host":   {rest.Spec{URL: "https://{secret.key}.invalid/"}, "bad_request_spec"},
		"signed host":   {rest.Spec{URL: "https://h:8{sign.digest(md5, secret.key, hex)|lower}"}, "bad_request_spec"},
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
		"path":          {rest.Spec{URL: "https://h/x?y=${page.token}", Paginate: &rest.Paginate{Type: "page", In: "path"}}, "bad_request_spec"},
		"host":          {rest.Spec{URL: "https://${page.token}/x", Paginate: &rest.Paginate{Type: "page", In: "path"}}, "bad_url"},
		"no form":       {rest.Spec{URL: "https://h", Paginate: &rest.Paginate{Type: "page", Param: "p", In: "form"}}, "bad_request_spec"},
		"own header 2":  {rest.Spec{URL: "https://h", Paginate: &rest.Paginate{Type: "page", Param: "Host", In: "header"}}, "bad_request_spec"},
		"no list":       {rest.Spec{URL: "https://h", Paginate: &rest.Paginate{Type: "each", Param: "p"}}, "bad_request_spec"},
		"no step":       {rest.Spec{URL: "https://h", Paginate: &rest.Paginate{Type: "window", Window: &rest.Window{FromParam: "f", Start: "2026-01-01", End: "2026-01-01", Step: "P0D"}}}, "bad_request_spec"},
		"hours of days": {rest.Spec{URL: "https://h", Paginate: &rest.Paginate{Type: "window", Window: &rest.Window{FromParam: "f", Start: "2026-01-01", End: "2026-01-01", Step: "PT6H"}}}, "bad_request_spec"},
		"no pages":      {rest.Spec{URL: "https://h", Paginate: &rest.Paginate{Type: "page", Param: "p", Then: &rest.Paginate{Type: "page", Param: "p"}}}, "bad_request_spec"},
		"each of each":  {rest.Spec{URL: "https://h", Paginate: &rest.Paginate{Type: "each", Param: "p", Each: &rest.Each{Values: "1"}, Then: &rest.Paginate{Type: "each", Param: "q", Each: &rest.Each{Values: "1"}}}}, "bad_request_spec"},
		"status":        {rest.Spec{URL: "https://h", AcceptStatus: []int{429}}, "bad_request_spec"},
		"too much text": {rest.Spec{URL: "https://h/" + strings.Repeat("x", 9000)}, "bad_request_spec"},
	} {
		if err := c.spec.Check(); !errs.Is(err, c.code) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	whole := rest.Spec{URL: "https://h", Paginate: &rest.Paginate{Type: "window", Window: &rest.Window{FromParam: "f", Start: "2026-01-01", End: "2026-01-01", Step: "PT48H"}}}
	if err := whole.Check(); err != nil {
		t.Errorf("hours that are whole days: %v", err)
	}
	secret := scope("")
	secret.Secret = map[string]bool{"key": true}
	for _, url := range []string{"https://{props.key}.invalid/", "https://{props.companyID}{props.key|lower|raw}?/", "{props.companyID}/{props.key}", "https://h{sign.digest(md5, props.key, hex)}#/"} {
		if _, err := (&rest.Spec{URL: url}).Prepare(secret); !errs.Is(err, "bad_variable_value") || strings.Contains(strings.ToLower(err.Error()), strings.ToLower(resttest.Key)) {
			t.Errorf("a secret names a server in %s: %v", url, err)
		}
	}
	if p, err := (&rest.Spec{URL: "https://h/{secret.key}?{secret.key}"}).Prepare(secret); err != nil || strings.Count(p.URL, resttest.Key) != 2 {
		t.Errorf("a secret behind the server: %s %v", p.URL, err)
	}
	spec := rest.Spec{URL: "https://{props.shop}.example.com/{props.id}", Query: []rest.Row{{Name: "a", Value: "{user.firstName}{props.id}{date}"}}}
	if err := spec.Check(); err != nil || strings.Join(spec.Names(), " ") != "shop id user.firstName" || spec.Host() != "{props.shop}.example.com" {
		t.Errorf("%v %v %s", err, spec.Names(), spec.Host())
	}
}

// TestWindowsMissNothing: a window ends just before the next one begins, by what its format tells apart, and the last one
// with the day that it names.
func TestWindowsMissNothing(t *testing.T) {
	for _, c := range []struct {
		window rest.Window // from 2026-01-01 on
		want   string
	}{
		{rest.Window{End: "2026-01-05", Step: "P3D"}, "2026-01-01 2026-01-03, 2026-01-04 2026-01-05"},
		{rest.Window{End: "2026-01-05", Step: "P3D", Open: true}, "2026-01-01 2026-01-04, 2026-01-04 2026-01-06"},
		{rest.Window{End: "2026-01-05", Step: "P3D", Format: "iso"}, "2026-01-01T00:00:00+01:00 2026-01-03T23:59:59+01:00, 2026-01-04T00:00:00+01:00 2026-01-05T23:59:59+01:00"},
		{rest.Window{End: "2026-01-05", Step: "P3D", Format: "iso", Open: true}, "2026-01-01T00:00:00+01:00 2026-01-04T00:00:00+01:00, 2026-01-04T00:00:00+01:00 2026-01-06T00:00:00+01:00"},
		{rest.Window{End: "2026-01-05", Step: "P3D", Format: "unix"}, "1767222000 1767481199, 1767481200 1767653999"},
		{rest.Window{End: "2026-01-02", Step: "P1D", Format: "unixms"}, "1767222000000 1767308399999, 1767308400000 1767394799999"},
		{rest.Window{End: "2026-01-05", Step: "P3D", Format: "yyyy-MM-dd HH:mm"}, "2026-01-01 00:00 2026-01-03 23:59, 2026-01-04 00:00 2026-01-05 23:59"},
		{rest.Window{End: "2026-01-04T06:30:00", Step: "P3D", Format: "yyyy-MM-dd HH:mm:ss"}, "2026-01-01 00:00:00 2026-01-03 23:59:59, 2026-01-04 00:00:00 2026-01-04 06:30:00"},
		{rest.Window{End: "2026-01-04T06:30:00", Step: "P3D", Format: "iso", Open: true}, "2026-01-01T00:00:00+01:00 2026-01-04T00:00:00+01:00, 2026-01-04T00:00:00+01:00 2026-01-04T06:30:01+01:00"},
		{rest.Window{End: "2026-01-01", Step: "PT12H", Format: "MMM d HH"}, "Jan 1 00 Jan 1 11, Jan 1 12 Jan 1 23"},
		{rest.Window{Start: "2026-01-01T12:00:00", End: "2026-01-02", Step: "P1D"}, "2026-01-01 2026-01-01, 2026-01-02 2026-01-02"},
	} {
		w := c.window
		w.FromParam, w.ToParam = "f", "t"
		if w.Start == "" {
			w.Start = "2026-01-01"
		}
		spec := rest.Spec{URL: "https://h", Paginate: &rest.Paginate{Type: "window", Window: &w}}
		p, err := spec.Prepare(placeholder.Scope{Zone: time.FixedZone("", 3600)})
		if got := strings.Join(rest.Rounds(p), ", "); err != nil || spec.Check() != nil || got != c.want {
			t.Errorf("%+v\n%s, want\n%s, %v, %v", c.window, got, c.want, err, spec.Check())
		}
	}
}

// TestValuesOfPagingStayValues: a value of a list leads to no other folder, parameter, header or number of requests.
func TestValuesOfPagingStayValues(t *testing.T) {
	s := resttest.Start(t)
	scope := placeholder.Scope{Zone: time.UTC, Now: time.Unix(0, 0)}
	for value, code := range map[string]string{"..": "bad_request_spec", ".": "bad_request_spec", "../orders": "bad_request_spec", `x\\..`: "bad_request_spec", "1?client=8": "service_refused", "1#": "service_refused", "%2e%2e": "service_refused"} {
		spec := get(s, "/folder/${page.token}")
		spec.Query[0].Value = "7"
		spec.Paginate = &rest.Paginate{Type: "each", In: "path", Each: &rest.Each{Values: `["{props.x}"]`}}
		scope.Values = map[string]string{"x": value}
		p, err := spec.Prepare(scope)
		if err == nil {
			_, err = p.Fetch(t.Context(), s.Client(t), quick, &bytes.Buffer{})
		}
		if !errs.Is(err, code) {
			t.Errorf("%s: %v, want %s", value, err, code)
		}
	}
	spec := rest.Spec{URL: "https://h", Paginate: &rest.Paginate{Type: "each", Param: "p", Each: &rest.Each{Values: "{props.x}"}}}
	scope.Values["x"] = strings.Repeat("1,", 1001)
	if _, err := spec.Prepare(scope); !errs.Is(err, "bad_request_spec") {
		t.Errorf("too many values: %v", err)
	}
	spec.Paginate.Then = &rest.Paginate{Type: "window", Window: &rest.Window{FromParam: "f", Start: "2000-01-01", End: "9999-12-31", Step: "P1D"}}
	scope.Values["x"] = "1,2"
	if _, err := spec.Prepare(scope); !errs.Is(err, "too_many_pages") {
		t.Errorf("too many windows: %v", err)
	}
	one, two := spec, spec
	one.Paginate = &rest.Paginate{Type: "each", Param: "p", Each: &rest.Each{Values: "{props.x}"}}
	two.Paginate = one.Paginate
	a, err := one.Prepare(placeholder.Scope{Values: map[string]string{"x": "1"}})
	b, err2 := two.Prepare(placeholder.Scope{Values: map[string]string{"x": "2"}})
	if err != nil || err2 != nil || a.Hash() == b.Hash() || strings.Join(one.Names(), " ") != "x" {
		t.Errorf("hashes do not tell lists apart: %v %v, names %v", err, err2, one.Names())
	}
}

// TestPartsStayParts: a value with what looks like the end of a part stays a value, and equal requests are equal.
func TestPartsStayParts(t *testing.T) {
	spec := rest.Spec{Method: "POST", URL: "https://h", Body: &rest.Body{Type: "multipart", Rows: []rest.Row{{Name: "a\"\r\nX: y", Value: "{props.companyID}"}, {Name: "b", Value: "2"}}}}
	attack := "1\r\n--b\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n3"
	p, err := spec.Prepare(scope(attack))
	again, err2 := spec.Prepare(scope(attack))
	if err != nil || err2 != nil || p.Hash() != again.Hash() {
		t.Fatalf("%v %v", err, err2)
	}
	r := httptest.NewRequest("POST", "/", bytes.NewReader(p.Body))
	r.Header = p.Header
	if err := r.ParseMultipartForm(1 << 20); err != nil || len(r.MultipartForm.Value) != 2 || r.FormValue("b") != "2" || r.MultipartForm.Value["b"][0] != "2" {
		t.Errorf("%v %v", err, r.MultipartForm)
	}
	bad := rest.Spec{URL: "https://h", TLS: &rest.TLS{CA: "none"}}
	if err := bad.Check(); !errs.Is(err, "bad_request_spec") {
		t.Errorf("a CA that is none: %v", err)
	}
	spec.Body.Rows[1].Value = `{sign.digest(md5, request.path, hex)}`
	if err := spec.Check(); !errs.Is(err, "bad_request_spec") {
		t.Errorf("a signature within parts: %v", err)
	}
}

// TestSignedRequests: what is signed is the request without the rows that have a signature of it.
func TestSignedRequests(t *testing.T) {
	now := scope("7")
	now.Secret = map[string]bool{"key": true}
	row := rest.Row{Name: "sig", Value: `{sign.hmac(sha256, secret.key, request.method + " " + request.path + "?" + request.query + request.body + request.date, base64)}`}
	want := func(text string) string {
		tpl, err := placeholder.Parse(`{sign.hmac(sha256, secret.key, "` + text + `Tue, 31 Mar 2026 10:00:00 GMT", base64)}`)
		if err != nil {
			t.Fatal(err)
		}
		out, err := tpl.Resolve(placeholder.Value, now)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	spec := rest.Spec{URL: "https://h.test/a b/{props.companyID}?x=1", Headers: []rest.Row{row}, Cookies: []rest.Row{{Name: "c", Value: "1"}, row},
		Query: []rest.Row{row, {Name: "y", Value: "2 3"}, {Name: "z", Value: "4", Off: true}}}
	if err := spec.Check(); err != nil {
		t.Fatal(err)
	}
	p, err := spec.Prepare(now)
	sig := want("GET /a%20b/7?x=1&y=2+3")
	if err != nil || p.Header.Get("Sig") != sig || p.URL != "https://h.test/a%20b/7?x=1&y=2+3&sig="+url.QueryEscape(sig) || !strings.HasPrefix(p.Header.Get("Cookie"), "c=1; sig=") {
		t.Errorf("%v %s %v, want %s", err, p.URL, p.Header, sig)
	}
	spec = rest.Spec{Method: "POST", URL: "https://h.test", Body: &rest.Body{Type: "form", Rows: []rest.Row{row, {Name: "a", Value: "b"}}}}
	if p, err = spec.Prepare(now); err != nil || string(p.Body) != "a=b&sig="+url.QueryEscape(want("POST /?a=b")) {
		t.Errorf("%v %s", err, p.Body)
	}
	for _, bad := range []rest.Spec{
		{URL: "https://h/{sign.digest(md5, request.query, hex)}"}, {URL: "https://h", Headers: []rest.Row{row}, Paginate: &rest.Paginate{Type: "link_header"}},
		{Method: "POST", URL: "https://h", Body: &rest.Body{Type: "json", Text: `"{sign.digest(md5, request.body, hex)}"`}},
	} {
		if err := bad.Check(); !errs.Is(err, "bad_request_spec") {
			t.Errorf("%+v: %v", bad, err)
		}
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
