package datasource_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/connector/rest"
	"octavo/internal/connector/rest/resttest"
	"octavo/internal/credential"
	"octavo/internal/datasource"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/job"
	"octavo/internal/property"
	"octavo/internal/secret"
	"octavo/internal/setting"
)

// web is a setup whose sources read a service for tests, with a runner of its jobs.
type web struct {
	*setup
	api   *resttest.Server
	props *property.Service
	creds *credential.Service
	admin authz.Actor
}

// newWeb starts it; hosts are further ones, host:port, that may be read.
func newWeb(t *testing.T, hosts ...string) *web {
	return newWebWith(t, func(*datasource.Config) {}, hosts...)
}

// newWebWith is newWeb with other settings of the service.
func newWebWith(t *testing.T, set func(c *datasource.Config), hosts ...string) *web {
	w := &web{api: resttest.Start(t)}
	w.setup = newSetupWith(t, func(s *setup, c *datasource.Config) {
		master, err := secret.NewMaster(bytes.Repeat([]byte{9}, secret.KeySize))
		if err != nil {
			t.Fatal(err)
		}
		w.props = property.New(s.DB, s.Accounts, master)
		w.creds = credential.New(s.DB, s.Accounts, s.assets, master)
		w.creds.OnRenew(datasource.Renewed)
		c.Habits = func(ctx context.Context, a id.Account) (h datasource.Habits, err error) {
			h.Zone, h.Days, h.Policy, err = setting.New(s.DB).Refreshing(ctx, a)
			return h, err
		}
		c.Client, c.Properties, c.Credentials, c.Pause = w.api.Client(t), w.props, w.creds, time.Millisecond
		if len(hosts) > 0 {
			c.Client = fetch.New(fetch.Options{Hosts: append(hosts, strings.TrimPrefix(w.api.URL, "http://"))})
			t.Cleanup(c.Client.Close)
		}
		w.creds.Reach(c.Client)
		c.Limits.Bytes = 1 << 20
		set(c)
	})
	w.admin = w.Actor(w.Agency, w.Agency.Admin)
	runner, err := job.NewRunner(job.Config{DB: w.DB, Log: slog.New(slog.DiscardHandler), Handlers: w.Jobs(), Poll: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); runner.Serve(running) }()
	t.Cleanup(func() { stop(); <-done })
	return w
}

// request asks a path of the service for a client.
func (w *web) request(path, client string) rest.Spec {
	return rest.Spec{URL: w.api.URL + path, Headers: []rest.Row{{Name: "X-Api-Version", Value: resttest.Version}}, Query: []rest.Row{{Name: "client", Value: client}}}
}

func (w *web) make(who authz.Actor, r rest.Spec, interval int) *datasource.Source {
	w.t.Helper()
	src, err := w.CreateWeb(w.t.Context(), who, datasource.WebDraft{Name: "Orders", Request: r, Format: format.JSON, IntervalS: interval})
	if err != nil {
		w.t.Fatal(err)
	}
	return src
}

func (w *web) get(who authz.Actor, src *datasource.Source) *datasource.Source {
	w.t.Helper()
	got, err := w.Get(w.t.Context(), who, src.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// until waits for a condition.
func (w *web) until(what string, ok func() bool) {
	w.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(25 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("%s does not happen", what)
		}
	}
}

func (w *web) runs(who authz.Actor, src *datasource.Source) []datasource.Run {
	w.t.Helper()
	runs, err := w.Runs(w.t.Context(), who, src.ID, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return runs
}

// ran waits until a source has n lines in its log and gives the newest.
func (w *web) ran(who authz.Actor, src *datasource.Source, n int) datasource.Run {
	w.t.Helper()
	w.until(fmt.Sprintf("run %d", n), func() bool { return len(w.runs(who, src)) >= n })
	runs := w.runs(who, src)
	if len(runs) != n {
		w.t.Fatalf("%d runs, want %d: %+v", len(runs), n, runs)
	}
	return runs[0]
}

// amounts are those that the current data of a source show to a person.
func (w *web) amounts(who authz.Actor, src *datasource.Source) string {
	w.t.Helper()
	sheets, err := w.Preview(w.t.Context(), who, src.ID, "", 0)
	if err != nil {
		return err.Error()
	}
	i := slices.IndexFunc(sheets[0].Columns, func(c datasource.Column) bool { return c.Name == "amount" })
	var out []string
	for _, row := range sheets[0].Preview[1:] {
		out = append(out, row[i])
	}
	return strings.Join(out, " ")
}

func (w *web) advance(d time.Duration) { w.DB.Clock().(*clock.Manual).Advance(d) }

const (
	seven = "700 701 702 703 704"
	eight = "800 801 802"
)

func TestRefreshBringsData(t *testing.T) {
	w := newWeb(t)
	src := w.make(w.admin, w.request("/orders", "7"), 3600)
	if src.Connector != "rest" || src.State != datasource.Loading || src.Web == nil || src.Web.Refresh.IntervalS != 3600 || !src.Web.Waiting {
		t.Errorf("made: %+v %+v", src, src.Web)
	}
	run := w.ran(w.admin, src, 1)
	if run.Outcome != "changed" || run.Reason != "manual" || run.Status != 200 || run.Rows != 5 || run.Err != nil {
		t.Errorf("%+v", run)
	}
	got := w.get(w.admin, src)
	now := w.DB.Clock().Now().UnixMilli()
	if got.State != datasource.Fresh || got.Rows != 5 || got.ReceivedAt == 0 || got.Web.NextAt <= now || got.Web.NextAt > now+3600_000 || w.amounts(w.admin, src) != seven {
		t.Errorf("%+v %+v %s", got, got.Web, w.amounts(w.admin, src))
	}

	w.advance(time.Duration(got.Web.NextAt-now)*time.Millisecond + time.Second)
	if run := w.ran(w.admin, src, 2); run.Outcome != "unchanged" || run.Reason != "schedule" || run.Status != 304 {
		t.Errorf("by the clock, nothing new: %+v", run)
	}
	w.api.Set("7", 2)
	w.advance(time.Hour)
	if run := w.ran(w.admin, src, 3); run.Outcome != "changed" || w.amounts(w.admin, src) != "700 701" {
		t.Errorf("by the clock, new: %+v %s", run, w.amounts(w.admin, src))
	}
	w.advance(50 * time.Hour)
	w.ran(w.admin, src, 4) // many missed ones are one
	if next := w.get(w.admin, src).Web.NextAt; next <= w.DB.Clock().Now().UnixMilli() {
		t.Errorf("next is in the past")
	}
}

// TestFailuresKeepTheLastData is the ladder of data-sources.md §10.6.
func TestFailuresKeepTheLastData(t *testing.T) {
	w := newWeb(t)
	src := w.make(w.admin, w.request("/orders", "7"), 60)
	w.ran(w.admin, src, 1)
	w.api.Fail("/orders", 1000, 404, 0)
	n := 1
	for _, wait := range slices.Concat([]time.Duration{time.Minute, 5 * time.Minute, 5 * time.Minute, 30 * time.Minute, 30 * time.Minute}, slices.Repeat([]time.Duration{6 * time.Hour}, 15)) {
		w.advance(wait + 2*time.Second)
		n++
		if run := w.ran(w.admin, src, n); run.Outcome != "failed" || run.Err.Code != "service_not_found" || run.Status != 404 {
			t.Fatalf("run %d: %+v", n, run)
		}
	}
	got := w.get(w.admin, src)
	if got.State != datasource.Disabled || got.Web.Failures != 20 || got.Web.NextAt != 0 || got.Rows != 5 || w.amounts(w.admin, src) != seven {
		t.Errorf("after 20 failures: %+v %+v", got, got.Web)
	}
	w.advance(100 * time.Hour)
	w.api.Heal("/orders")
	if _, err := w.RefreshNow(t.Context(), w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, n+1); run.Reason != "manual" || run.Outcome != "unchanged" {
		t.Errorf("by hand: %+v", run)
	}
	if got := w.get(w.admin, src); got.State != datasource.Fresh || got.Web.Failures != 0 || got.Web.NextAt == 0 || got.Web.Err != nil {
		t.Errorf("a success by hand brings it back: %+v %+v", got, got.Web)
	}
}

// TestDeferral: a service that takes no more is no failure, six times in a row.
func TestDeferral(t *testing.T) {
	w := newWeb(t)
	src := w.make(w.admin, w.request("/orders", "7"), 3600)
	w.ran(w.admin, src, 1)
	w.api.Fail("/orders", 6, 429, 120)
	w.advance(time.Hour)
	for n := 2; n <= 6; n++ {
		if run := w.ran(w.admin, src, n); run.Outcome != "deferred" || run.Err.Code != "service_limited" {
			t.Fatalf("run %d: %+v", n, run)
		}
		got := w.get(w.admin, src)
		if wait := got.Web.NextAt - w.DB.Clock().Now().UnixMilli(); got.State != datasource.Fresh || got.Web.Failures != 0 || wait < 100_000 || wait > 120_000 {
			t.Errorf("deferred: %s %d failures, in %d ms", got.State, got.Web.Failures, wait)
		}
		w.advance(121 * time.Second)
	}
	if run := w.ran(w.admin, src, 7); run.Outcome != "failed" {
		t.Errorf("the sixth: %+v", run)
	}
}

// TestARefreshIsBounded: a service that keeps us waiting is left after the time that one refresh has. That is a failure
// like others: it is in the log, and the next attempt is planned.
func TestARefreshIsBounded(t *testing.T) {
	w := newWebWith(t, func(c *datasource.Config) { c.FetchTime = 200 * time.Millisecond })
	defer w.api.Hold("/orders")()
	src := w.make(w.admin, w.request("/orders", "7"), 3600)
	if run := w.ran(w.admin, src, 1); run.Outcome != "failed" || run.Err == nil || run.Err.Code != "refresh_too_long" {
		t.Errorf("%+v", run)
	}
	if got := w.get(w.admin, src); got.State != datasource.Failing || got.Web.Failures != 1 || got.Web.NextAt == 0 {
		t.Errorf("%+v %+v", got, got.Web)
	}
}

// TestAnswersOfAnotherKind: a sign-in page, or CSV where JSON was, replaces nothing.
func TestAnswersOfAnotherKind(t *testing.T) {
	told := make(chan datasource.Attempt, 9)
	w := newWebWith(t, func(c *datasource.Config) { c.Watch = func(a datasource.Attempt) { told <- a } })
	src := w.make(w.admin, w.request("/orders", "7"), 0)
	w.ran(w.admin, src, 1)
	got, err := w.Reconfigure(t.Context(), w.admin, src.ID, src.Version, datasource.WebPatch{Request: w.request("/orders.csv", "7"), Format: format.JSON})
	if err != nil || got.Version != src.Version+1 {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 2); run.Outcome != "failed" || run.Err.Code != "format_mismatch" || run.Reason != "change" {
		t.Errorf("%+v", run)
	}
	if got := w.get(w.admin, src); got.State != datasource.Failing || w.amounts(w.admin, src) != seven {
		t.Errorf("%+v", got)
	}
	if _, err := w.Reconfigure(t.Context(), w.admin, src.ID, got.Version, datasource.WebPatch{Request: w.request("/orders.csv", "8"), Format: format.CSV}); err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 3); run.Outcome != "changed" || w.amounts(w.admin, src) != eight {
		t.Errorf("%+v %s", run, w.amounts(w.admin, src))
	}
	for _, want := range []string{"rest changed ", "rest failed format_mismatch", "rest changed "} { // each once
		if a := <-told; a.Connector+" "+a.Outcome+" "+a.Code != want {
			t.Errorf("told of %+v, want %s", a, want)
		}
	}
}

func TestPagesBecomeOneTable(t *testing.T) {
	w := newWeb(t)
	r := w.request("/cursor", "7")
	r.Paginate = &rest.Paginate{Type: "cursor", Param: "cursor", From: "next"}
	src := w.make(w.admin, r, 0)
	if run := w.ran(w.admin, src, 1); run.Pages != 3 || w.amounts(w.admin, src) != seven {
		t.Errorf("%+v %s", run, w.amounts(w.admin, src))
	}
	// The seventh page fails: nothing of the six that came is shown.
	w.api.Set("7", 20)
	w.api.FailAfter("/cursor", 6, 3, 503)
	w.advance(time.Minute)
	if _, err := w.RefreshNow(t.Context(), w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 2); run.Outcome != "failed" || run.Pages != 6 || w.amounts(w.admin, src) != seven {
		t.Errorf("%+v %s", run, w.amounts(w.admin, src))
	}
}

// TestEqualRequestsAreOneCall: sources of a family that ask the same at the same time.
func TestEqualRequestsAreOneCall(t *testing.T) {
	w := newWeb(t)
	release := w.api.Hold("/orders")
	a := w.make(w.admin, w.request("/orders", "7"), 0)
	b := w.make(w.admin, w.request("/orders", "7"), 0)
	other := w.make(w.admin, w.request("/orders", "8"), 0)
	w.until("two calls", func() bool { return w.api.Calls("/orders") == 2 })
	time.Sleep(100 * time.Millisecond)
	release()
	for _, src := range []*datasource.Source{a, b, other} {
		w.ran(w.admin, src, 1)
	}
	if n := w.api.Calls("/orders"); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
	if w.amounts(w.admin, a) != seven || w.amounts(w.admin, b) != seven || w.amounts(w.admin, other) != eight {
		t.Error("data are mixed up")
	}
}

// TestSecretsOfRequests: a secret property opens the service and stands nowhere, whatever form it is written in and
// whatever the service says again.
func TestSecretsOfRequests(t *testing.T) {
	const key = "a b:c/Zx81&vault"
	var asked atomic.Pointer[http.Request]
	echo := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		asked.Store(r)
		status := http.StatusOK
		if r.URL.Query().Has("refuse") {
			status = http.StatusTeapot
		}
		out.Header().Set("X-Echo", r.Header.Get("Authorization"))
		out.WriteHeader(status)
		_ = json.NewEncoder(out).Encode([]map[string]string{{"uri": r.RequestURI, "auth": r.Header.Get("Authorization")}})
	}))
	t.Cleanup(echo.Close)
	w := newWeb(t, strings.TrimPrefix(echo.URL, "http://"))
	for name, draft := range map[string]property.Draft{"apiKey": {Type: property.Secret, Value: key}, "plain": {Type: property.Secret, Value: "MyVault7"}, "open": {Type: property.Text, Value: "told"}} {
		draft.Name = name
		if _, err := w.props.Create(t.Context(), w.admin, draft); err != nil {
			t.Fatal(err)
		}
	}
	request := func(query string) rest.Spec {
		return rest.Spec{URL: echo.URL + "/in/{secret.apiKey}/{props.apiKey|upper}?" + query, Query: []rest.Row{{Name: "k", Value: "{secret.apiKey|base64}"}},
			Headers: []rest.Row{{Name: "Authorization", Value: "Bearer {secret.apiKey}"}}}
	}
	hides := func(what string, value any) {
		t.Helper()
		text := strings.ToLower(fmt.Sprintf("%+v", value))
		for _, form := range []string{key, "a%20b%3Ac%2FZx81%26vault", "A%20B%3AC%2FZX81%26VAULT", "a+b%3Ac%2FZx81%26vault", "YSBiOmMvWng4MSZ2YXVsdA", "Zx81"} {
			if strings.Contains(text, strings.ToLower(form)) {
				t.Errorf("%s tells the secret as %s: %s", what, form, text)
			}
		}
	}
	src := w.make(w.admin, request("x=1"), 0)
	if run := w.ran(w.admin, src, 1); run.Outcome != "changed" || asked.Load().Header.Get("Authorization") != "Bearer "+key || asked.Load().URL.Path != "/in/"+key+"/"+strings.ToUpper(key) {
		t.Errorf("%+v, asked %v", run, asked.Load())
	}
	refused := w.make(w.admin, request("refuse"), 0)
	hides("a run", w.ran(w.admin, refused, 1))
	for _, query := range []string{"x=1", "refuse"} {
		tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: request(query)})
		if err != nil {
			t.Fatal(err)
		}
		hides("a trial", *tried)
	}
	// A signature that is made of a secret lets in whoever has it.
	signed := rest.Spec{URL: echo.URL + "/in?x={sign.digest(md5, secret.apiKey, base64)}", Headers: []rest.Row{{Name: "X-Sign", Value: "{sign.digest(md5, props.apiKey, hex)|upper}"},
		{Name: "Authorization", Value: "{sign.digest(md5, secret.apiKey, base64url)}"}}}
	tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: signed})
	sum := md5.Sum([]byte(key))
	told := fmt.Sprintf("%+v", tried)
	if sent := asked.Load().Header; err != nil || tried.Err != nil || sent.Get("X-Sign") != fmt.Sprintf("%X", sum) {
		t.Errorf("signed: %+v, %v, sent %v", tried, err, sent)
	}
	for _, form := range []string{fmt.Sprintf("%X", sum), base64.StdEncoding.EncodeToString(sum[:]), url.QueryEscape(base64.StdEncoding.EncodeToString(sum[:])), base64.RawURLEncoding.EncodeToString(sum[:])} {
		if strings.Contains(told, form) {
			t.Errorf("a trial tells the signature as %s: %s", form, told)
		}
	}
	// What cannot be sent is refused in words that have no value.
	for text, code := range map[string]string{
		echo.URL + `/{secret.apiKey|date("yyyy")}`: "bad_variable_value", echo.URL + "/{date.set(props.apiKey)}": "bad_variable_value",
		"https://{secret.plain}.invalid/": "bad_request_spec", "https://{props.plain}.invalid/": "bad_variable_value",
	} {
		tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: rest.Spec{URL: text}})
		if !errs.Is(err, code) || strings.Contains(strings.ToLower(err.Error()), "vault") {
			t.Errorf("%s: %+v, %v", text, tried, err)
		}
	}
	for _, text := range []string{"{secret.open}", "{secret.none}"} {
		r := request("x=1")
		r.Query[0].Value = text
		_, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: r, Values: map[string]string{"open": "typed", "none": "typed"}})
		if !errs.Is(err, "missing_variable") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, table := range []string{"instances", "refresh_runs", "jobs", "audit", "sources", "settings", "bodies"} {
		hides("table "+table, dbtest.DumpOf(t, w.DB, table))
	}
}

// TestDaysOfRequests are those of the account, or where it is so set, those of Klipfolio (data-sources.md §4.3).
func TestDaysOfRequests(t *testing.T) {
	w := newWeb(t)
	settings := setting.New(w.DB)
	days := func(name, value, want string) {
		t.Helper()
		_, version, err := settings.List(t.Context(), w.admin)
		if err == nil {
			_, _, err = settings.Set(t.Context(), w.admin, version, map[string]*string{name: &value})
		}
		if err != nil {
			t.Fatal(err)
		}
		request := w.request("/orders", "7")
		request.Query = append(request.Query, rest.Row{Name: "day", Value: "{date.startOfDay.iso}"})
		for _, who := range []authz.Actor{w.admin, w.Actor(w.Solstice, w.Solstice.Admin)} { // a client has what its agency has
			tried, err := w.Try(t.Context(), who, datasource.Trial{Request: request})
			if err != nil || !strings.Contains(tried.URL, url.QueryEscape(want)) {
				t.Errorf("%s: %s, %v, want %s", value, tried.URL, err, want)
			}
		}
	}
	days(setting.TimeZone, "Asia/Tokyo", "T00:00:00+09:00")
	days(setting.DateZone, "legacy-est", "T00:00:00-05:00")
	days(setting.DateZone, "account", "T00:00:00+09:00")
}

// TestRequestsOfWhatIsNew: a request asks from where the data of before end.
func TestRequestsOfWhatIsNew(t *testing.T) {
	var w *web
	var since, etag atomic.Value
	slow := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		since.Store(r.URL.Query().Get("from"))
		w.advance(10 * time.Second) // in which it makes what it does not answer
		rw.Header().Set("ETag", etag.Load().(string))
		if r.Header.Get("If-None-Match") == etag.Load() {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = fmt.Fprintf(rw, `[{"amount":%s}]`, etag.Load())
	}))
	t.Cleanup(slow.Close)
	w = newWeb(t, strings.TrimPrefix(slow.URL, "http://"))
	r := w.request("/offset", "7")
	r.Query = append(r.Query, rest.Row{Name: "offset", Value: `{last.value("id"):0}`}, rest.Row{Name: "limit", Value: "2"})
	records := "data.items"
	src, err := w.CreateWeb(t.Context(), w.admin, datasource.WebDraft{Name: "New", Request: r, Format: format.JSON, Options: format.Options{Records: &records}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"700 701", "702 703", "704"} {
		if w.ran(w.admin, src, i+1); w.amounts(w.admin, src) != want {
			t.Errorf("reading %d brought %s, want %s", i+1, w.amounts(w.admin, src), want)
		}
		w.advance(time.Minute)
		if _, err := w.RefreshNow(t.Context(), w.admin, src.ID); err != nil {
			t.Fatal(err)
		}
	}
	r = rest.Spec{URL: slow.URL, Query: []rest.Row{{Name: "from", Value: `{last.refresh:never}`}}}
	etag.Store(`"1"`)
	begun, want := w.DB.Clock().Now(), "never"
	src = w.make(w.admin, r, 0)
	for i, outcome := range []string{"changed", "unchanged", "changed"} {
		if i == 2 {
			etag.Store(`"2"`)
		}
		if run := w.ran(w.admin, src, i+1); run.Outcome != outcome || since.Load() != want {
			t.Errorf("reading %d: %+v, since %s, want %s", i+1, run, since.Load(), want)
		}
		want = begun.UTC().Format(time.RFC3339)
		w.advance(time.Minute)
		begun = w.DB.Clock().Now()
		if _, err := w.RefreshNow(t.Context(), w.admin, src.ID); err != nil {
			t.Fatal(err)
		}
	}
}
