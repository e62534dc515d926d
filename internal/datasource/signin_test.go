package datasource_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"octavo/internal/connector/rest"
	"octavo/internal/credential"
	"octavo/internal/datasource"
	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/id"
)

// office is a service that is signed in to first. It counts who is in, lets nobody in any more once three are at the same
// time, ends each token after some requests, and answers nothing that it does not know.
type office struct {
	*httptest.Server
	t *testing.T

	mu                      sync.Mutex
	lasts                   int            // requests of one token; 0 = any number
	in                      map[string]int // requests that are left, by token
	logins, logouts, locked int
	most                    int      // who were in at the same time
	saw                     []string // pages with their tokens
}

const (
	officeUser     = "me@shop.test"
	officePassword = `MARK "p&ss` + "<w>"
)

func newOffice(t *testing.T) *office {
	o := &office{t: t, in: map[string]int{}}
	o.Server = httptest.NewServer(http.HandlerFunc(o.answer))
	t.Cleanup(o.Close)
	return o
}

// open signs in whom it knows.
func (o *office) open(w http.ResponseWriter, user, password string) (token string, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.locked > 0 || len(o.in) >= 2:
		o.locked++
		http.Error(w, "too many sessions", http.StatusLocked)
		return "", false
	case user != officeUser || password != officePassword:
		http.Error(w, "no "+user+" "+password, http.StatusUnauthorized)
		return "", false
	}
	o.logins++
	token = fmt.Sprintf("MARKtoken%%3A-%d/=", o.logins)
	o.in[token] = -1
	if o.lasts > 0 {
		o.in[token] = o.lasts
	}
	o.most = max(o.most, len(o.in))
	return token, true
}

// uses says whether a token lets in, once more.
func (o *office) uses(token, path string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	left, ok := o.in[token]
	if !ok {
		return false
	}
	if left == 0 {
		delete(o.in, token) // it has ended
		return false
	}
	o.in[token] = left - 1
	o.saw = append(o.saw, path)
	return true
}

func (o *office) count() (logins, logouts, in, locked int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.logins, o.logouts, len(o.in), o.locked
}

func (o *office) answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	reply := func(kind, form, token string) {
		w.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(w, strings.ReplaceAll(form, "TOKEN", token))
	}
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch r.Method + " " + r.URL.Path {
	case "POST /json":
		var in struct{ User, Pass string }
		if err := json.Unmarshal(body, &in); err != nil || r.Header.Get("Content-Type") != "application/json" {
			o.t.Errorf("%s: %v", body, err)
		}
		if token, ok := o.open(w, in.User, in.Pass); ok {
			reply("application/json", `{"data":{"list":[{"token":"TOKEN"}]}}`, token)
		}
	case "POST /xml":
		var in struct {
			User string `xml:"user"`
			Pass string `xml:"pass"`
		}
		if err := xml.Unmarshal(body, &in); err != nil {
			o.t.Errorf("%s: %v", body, err)
		}
		if token, ok := o.open(w, in.User, in.Pass); ok {
			reply("application/xml", `<r><session id="TOKEN"/></r>`, token)
		}
	case "POST /form":
		if token, ok := o.open(w, r.FormValue("user"), r.FormValue("pass")); ok {
			reply("text/plain", "ok sid=[TOKEN]\n", token)
		}
	case "GET /query":
		if token, ok := o.open(w, r.URL.Query().Get("u"), r.Header.Get("X-Pass")); ok {
			w.Header().Set("X-Token", token)
			reply("text/plain", "welcome", "")
		}
	case "POST /cookie":
		if token, ok := o.open(w, r.FormValue("user"), r.FormValue("pass")); ok {
			http.SetCookie(w, &http.Cookie{Name: "SID", Value: token})
			http.Redirect(w, r, "/home", http.StatusFound)
		}
	case "POST /huge":
		reply("application/json", `{"token":"`+strings.Repeat("x", 2<<20)+`"}`, "")
	case "GET /logout", "POST /logout":
		token := bearer
		for _, other := range []string{r.Header.Get("X-Session"), r.URL.Query().Get("sid")} {
			if other != "" {
				token = other
			}
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		o.logouts++
		delete(o.in, token)
	case "GET /orders", "GET /broken", "GET /slow", "POST /orders":
		token := bearer
		if c, err := r.Cookie("SID"); err == nil {
			token = c.Value
		}
		for _, other := range []string{r.Header.Get("X-Session"), r.URL.Query().Get("sid")} {
			if other != "" {
				token = other
			}
		}
		if !o.uses(token, r.URL.Path+"?"+r.URL.Query().Get("page")) {
			http.Error(w, "no "+token, http.StatusUnauthorized)
			return
		}
		w.Header().Set("X-Echo", token)
		switch r.URL.Path {
		case "/broken":
			http.Error(w, token, http.StatusBadGateway)
		case "/slow":
			<-r.Context().Done()
		default:
			reply("application/json", `[{"amount":1,"echo":"TOKEN"}]`, token)
		}
	default:
		o.t.Errorf("asked %s %s", r.Method, r.URL)
		http.NotFound(w, r)
	}
}

// signsIn is a connected account of the office that signs in by JSON.
func (o *office) signsIn(change func(d *credential.Draft)) credential.Draft {
	d := credential.Draft{Kind: credential.TwoStep, Label: "Office", Hosts: []string{o.URL}, UserName: officeUser, Secret: officePassword, SignIn: &credential.ServiceSignIn{
		URL: o.URL + "/json", Body: `{"user":"{auth.username}","pass":"{auth.password}"}`, TokenSelector: "$.data.list[0].token", LogoutURL: o.URL + "/logout",
	}}
	if change != nil {
		change(&d)
	}
	return d
}

func newOfficeWeb(t *testing.T, set ...func(c *datasource.Config)) (*office, *web) {
	o := newOffice(t)
	w := newWebWith(t, func(c *datasource.Config) {
		for _, f := range set {
			f(c)
		}
	}, strings.TrimPrefix(o.URL, "http://"))
	t.Cleanup(w.creds.Close)
	return o, w
}

// TestEachWayOfSigningInFirst: how it is sent, where the token is found, and where it goes (data-sources.md §5.2, two_step).
func TestEachWayOfSigningInFirst(t *testing.T) {
	o, w := newOfficeWeb(t)
	formBody := "user={auth.username}&pass={auth.password}"
	for name, c := range map[string]struct {
		change func(d *credential.Draft)
		ask    rest.Spec
	}{
		"JSON, Bearer": {nil, rest.Spec{URL: o.URL + "/orders"}},
		"XML, a header of the account": {func(d *credential.Draft) {
			d.Name = "X-Session"
			d.SignIn.URL, d.SignIn.Body = o.URL+"/xml", `<login><user>{auth.username}</user><pass>{auth.password}</pass></login>`
			d.SignIn.Response, d.SignIn.TokenSelector = "xml", "/r/session/@id"
		}, rest.Spec{URL: o.URL + "/orders"}},
		"form, a parameter of the account, out by address": {func(d *credential.Draft) {
			d.Name, d.In = "sid", credential.Query
			d.SignIn.URL, d.SignIn.Body, d.SignIn.Response = o.URL+"/form", formBody, "text"
			d.SignIn.TokenSelector, d.SignIn.TokenPath = "", `sid=\[([^\]]+)\]`
			d.SignIn.LogoutMethod, d.SignIn.LogoutURL = "POST", o.URL+"/logout?sid={auth.token}"
		}, rest.Spec{URL: o.URL + "/orders?a=b&sid=of-before"}},
		"parameters, a place in the request": {func(d *credential.Draft) {
			d.SignIn.Method, d.SignIn.URL, d.SignIn.Body = "GET", o.URL+"/query", ""
			d.SignIn.Parameters = []credential.SignInParameter{{Name: "u", Value: "{auth.username}"}, {Name: "X-Pass", Value: "{auth.password}", In: credential.Header}}
			d.SignIn.TokenSelector = "header:X-Token"
		}, rest.Spec{URL: o.URL + "/orders", Headers: []rest.Row{{Name: "X-Session", Value: "{auth.token}"}}}},
		"a cookie of a redirect": {func(d *credential.Draft) {
			d.Name, d.In = "SID", credential.Cookie
			d.SignIn.URL, d.SignIn.Body, d.SignIn.TokenSelector = o.URL+"/cookie", formBody, "cookie:SID"
			d.SignIn.LogoutURL = o.URL + "/logout?sid={auth.token}"
		}, rest.Spec{URL: o.URL + "/orders", Cookies: []rest.Row{{Name: "a", Value: "b"}}}},
	} {
		cred := w.connect(o.signsIn(c.change))
		for range 3 { // one session that stays open locks the office before the third
			tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: c.ask, Credential: cred})
			if err != nil || tried.Err != nil || tried.Sheets[0].Preview[1][0] != "1" {
				t.Fatalf("%s: %+v, %v", name, tried, err)
			}
			if text := fmt.Sprintf("%+v", *tried); strings.Contains(text, "MARK") || strings.Contains(text, "octavo.auth") || !strings.Contains(text, "••••••") {
				t.Errorf("%s tells the token: %s", name, text)
			}
		}
	}
	if logins, logouts, in, locked := o.count(); logins != 15 || logouts != 15 || in != 0 || locked != 0 {
		t.Errorf("%d sign-ins, %d sign-outs, %d are in, %d refused", logins, logouts, in, locked)
	}
}

// TestWhatIsSignedInIsSignedOut whatever becomes of the reading.
func TestWhatIsSignedInIsSignedOut(t *testing.T) {
	o, w := newOfficeWeb(t)
	cred := w.connect(o.signsIn(nil))
	out := func(name string, want int) {
		t.Helper()
		if logins, logouts, in, locked := o.count(); logins != want || logouts != want || in != 0 || locked != 0 {
			t.Errorf("%s: %d sign-ins, %d sign-outs, %d are in, %d refused", name, logins, logouts, in, locked)
		}
	}
	try := func(ctx context.Context, ask rest.Spec) (*datasource.Tried, error) {
		return w.Try(ctx, w.admin, datasource.Trial{Request: ask, Credential: cred})
	}
	if tried, err := try(t.Context(), rest.Spec{URL: o.URL + "/broken"}); err != nil || tried.Err == nil || tried.Err.Code != "service_failed" {
		t.Errorf("an error: %+v, %v", tried, err)
	}
	out("after an error", 1)
	if tried, err := try(t.Context(), rest.Spec{URL: o.URL + "/slow", TimeoutS: 1}); err != nil || tried.Err == nil || tried.Err.Code != "timeout" {
		t.Errorf("too slow: %+v, %v", tried, err)
	}
	out("after a timeout", 2)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, cancel)
	if tried, err := try(ctx, rest.Spec{URL: o.URL + "/slow"}); err == nil {
		t.Errorf("cancelled: %+v", tried)
	}
	out("after a cancel", 3)
	if tried, err := try(t.Context(), rest.Spec{URL: "http://127.0.0.1:1/"}); !errs.Is(err, "host_not_allowed") {
		t.Errorf("elsewhere: %+v, %v", tried, err)
	}
	out("nothing for another host", 3)
}

// TestATokenThatEndsIsTakenAnew between two pages, and the old one is signed out.
func TestATokenThatEndsIsTakenAnew(t *testing.T) {
	o, w := newOfficeWeb(t)
	o.lasts = 2
	cred := w.connect(o.signsIn(nil))
	ask := rest.Spec{URL: o.URL + "/orders", Paginate: &rest.Paginate{Type: "each", Param: "page", Each: &rest.Each{Values: "1, 2, 3, 4, 5"}}}
	src, err := w.CreateWeb(t.Context(), w.admin, datasource.WebDraft{Name: "Orders", Request: ask, Format: format.JSON, IntervalS: 3600, Credential: cred})
	if err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 1); run.Outcome != "changed" || run.Rows != 5 {
		t.Fatalf("run %+v, %v", run, run.Err)
	}
	logins, logouts, in, locked := o.count()
	if logins != 3 || logouts != 3 || in != 0 || locked != 0 || o.most != 1 || strings.Join(o.saw, " ") != "/orders?1 /orders?2 /orders?3 /orders?4 /orders?5" {
		t.Errorf("%d sign-ins, %d sign-outs, %d are in, %d refused, saw %v", logins, logouts, in, locked, o.saw)
	}
	if is, err := w.creds.Get(t.Context(), w.admin, cred); err != nil || is.OKAt.IsZero() {
		t.Errorf("%+v, %v", is, err)
	}
}

// TestAKeptTokenServesAllReadings: one sign-in does for many at the same time, and ends in time, with the server, and with the password.
func TestAKeptTokenServesAllReadings(t *testing.T) {
	o, w := newOfficeWeb(t)
	kept := func(seconds int) func(d *credential.Draft) {
		return func(d *credential.Draft) { d.SignIn.TokenTTL = seconds }
	}
	cred := w.connect(o.signsIn(kept(600)))
	try := func(cred id.Credential) {
		tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: rest.Spec{URL: o.URL + "/orders"}, Credential: cred})
		if err != nil || tried.Err != nil {
			t.Errorf("%+v, %v", tried, err)
		}
	}
	want := func(name string, logins, logouts, in int) {
		t.Helper()
		if a, b, c, locked := o.count(); a != logins || b != logouts || c != in || locked != 0 {
			t.Errorf("%s: %d sign-ins, %d sign-outs, %d are in, %d refused", name, a, b, c, locked)
		}
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { try(cred) })
	}
	all.Wait()
	want("many at once", 1, 0, 1)
	o.mu.Lock()
	clear(o.in) // the service has forgotten it
	o.mu.Unlock()
	try(cred)
	try(cred)
	want("a token that is refused", 2, 1, 1)

	is, err := w.creds.Get(t.Context(), w.admin, cred)
	if err != nil {
		t.Fatal(err)
	}
	same, password := *is.SignIn, officePassword
	same.TokenTTL = 1
	if _, err := w.creds.Update(t.Context(), w.admin, cred, is.Version, credential.Patch{SignIn: &same, Secret: &password}); err != nil {
		t.Fatal(err)
	}
	w.until("the token of the password of before is signed out", func() bool { logins, logouts, in, _ := o.count(); return logins == 2 && logouts == 2 && in == 0 })
	try(cred)
	want("a new password has no token", 3, 2, 1)
	w.until("its second is over", func() bool { _, logouts, in, _ := o.count(); return logouts == 3 && in == 0 })
	gone := w.connect(o.signsIn(kept(600)))
	try(gone)
	want("another account", 4, 3, 1)
	if err := w.creds.Delete(t.Context(), w.admin, gone, 1, ""); err != nil {
		t.Fatal(err)
	}
	w.until("it is removed", func() bool { _, logouts, in, _ := o.count(); return logouts == 4 && in == 0 })
	try(w.connect(o.signsIn(kept(600))))
	want("a last account", 5, 4, 1)
	w.creds.Close()
	want("the server ends", 5, 5, 0)
}

// TestARefusedSignInIsNotTriedForever: the account waits for people, and nothing tells what was sent.
func TestARefusedSignInIsNotTriedForever(t *testing.T) {
	o, w := newOfficeWeb(t)
	for name, c := range map[string]struct {
		change func(d *credential.Draft)
		code   string
	}{
		"another password": {func(d *credential.Draft) { d.Secret = "MARKother" }, "service_login_refused"},
		"no token there":   {func(d *credential.Draft) { d.SignIn.TokenSelector = "data.token" }, "service_token_missing"},
		"no such address": {func(d *credential.Draft) {
			d.SignIn.Method, d.SignIn.Body, d.SignIn.URL = "GET", "", o.URL+"/orders?u={auth.username}&sid=x"
		}, "service_login_refused"},
	} {
		cred := w.connect(o.signsIn(c.change))
		src, err := w.CreateWeb(t.Context(), w.admin, datasource.WebDraft{Name: name, Request: rest.Spec{URL: o.URL + "/orders"}, Format: format.JSON, IntervalS: 3600, Credential: cred})
		if err != nil {
			t.Fatal(err)
		}
		run := w.ran(w.admin, src, 1)
		if run.Err == nil || run.Err.Code != c.code || strings.Contains(fmt.Sprintf("%+v %v", run, run.Err), "MARK") {
			t.Errorf("%s: %+v, %v", name, run, run.Err)
		}
		is, err := w.creds.Get(t.Context(), w.admin, cred)
		if err != nil || is.State != credential.NeedsRenewal || strings.Contains(fmt.Sprintf("%+v", is), "MARK") {
			t.Errorf("%s: %+v, %v", name, is, err)
		}
	}
}

// TestASignInGoesNowhereElse: not into a private network, and no answer is read without end.
func TestASignInGoesNowhereElse(t *testing.T) {
	o, w := newOfficeWeb(t)
	for name, c := range map[string]struct {
		change func(d *credential.Draft)
		code   string
	}{
		"a private network": {func(d *credential.Draft) {
			d.Hosts = append(d.Hosts, "http://10.1.2.3:8080")
			d.SignIn.URL = "http://10.1.2.3:8080/login"
		}, "private_address"},
		"an answer without end": {func(d *credential.Draft) { d.SignIn.URL, d.SignIn.TokenSelector = o.URL+"/huge", "token" }, "too_large"},
	} {
		tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: rest.Spec{URL: o.URL + "/orders"}, Credential: w.connect(o.signsIn(c.change))})
		if err != nil || tried.Err == nil || tried.Err.Code != c.code {
			t.Errorf("%s: %+v, %v", name, tried, err)
		}
	}
	if logins, logouts, in, _ := o.count(); logins+logouts+in > 0 || len(o.saw) > 0 {
		t.Errorf("%d sign-ins, %d sign-outs, %d in, saw %v", logins, logouts, in, o.saw)
	}
}

// TestATokenNeedsAnAccountThatSignsIn tells so before anything is asked.
func TestATokenNeedsAnAccountThatSignsIn(t *testing.T) {
	o, w := newOfficeWeb(t)
	ask := rest.Spec{URL: o.URL + "/orders?sid={auth.token}"}
	bearer := w.connect(credential.Draft{Kind: credential.Bearer, Label: "Key", Hosts: []string{o.URL}, Secret: "x"})
	for _, cred := range []id.Credential{"", bearer} {
		if _, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: ask, Credential: cred}); !errs.Is(err, "bad_connection") {
			t.Errorf("tried with %q: %v", cred, err)
		}
		if _, err := w.CreateWeb(t.Context(), w.admin, datasource.WebDraft{Name: "x", Request: ask, Format: format.JSON, Credential: cred}); !errs.Is(err, "bad_connection") {
			t.Errorf("made with %q: %v", cred, err)
		}
	}
}
