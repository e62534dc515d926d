package datasource_test

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"octavo/internal/authz"
	"octavo/internal/connector/rest"
	"octavo/internal/credential"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/id"
)

// guarded is a service that answers to one token only, and says what it was sent.
type guarded struct {
	*httptest.Server
	token atomic.Value
	asked atomic.Int64
}

func newGuarded(t *testing.T) *guarded {
	g := &guarded{}
	g.token.Store("MARKfirst")
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.asked.Add(1)
		sent := r.Header.Get("Authorization")
		if sent != "Bearer "+g.token.Load().(string) {
			http.Error(w, "unknown: "+sent, http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Echo", sent)
		_, _ = w.Write([]byte(`[{"amount":1,"echo":"` + sent + `"}]`))
	}))
	t.Cleanup(g.Close)
	return g
}

func TestAWebAddressIsReadWithAConnectedAccount(t *testing.T) {
	g := newGuarded(t)
	w := newWeb(t, strings.TrimPrefix(g.URL, "http://"))
	ctx := t.Context()
	made, err := w.creds.Create(ctx, w.admin, credential.Draft{Kind: credential.Bearer, Label: "Shop", Hosts: []string{g.URL}, Secret: "MARKfirst"})
	if err != nil {
		t.Fatal(err)
	}
	ask := rest.Spec{URL: g.URL + "/orders"}
	tried, err := w.Try(ctx, w.admin, datasource.Trial{Request: ask, Credential: made.ID})
	if err != nil || tried.Err != nil || tried.Status != http.StatusOK || strings.Contains(tried.Body+tried.Answer.Get("X-Echo")+tried.Sheets[0].Preview[0][1], "MARK") {
		t.Fatalf("tried %+v, %v", tried, err)
	}
	elsewhere := rest.Spec{URL: strings.Replace(g.URL, "127.0.0.1", "localhost", 1)}
	if _, err := w.Try(ctx, w.admin, datasource.Trial{Request: elsewhere, Credential: made.ID}); !errs.Is(err, "host_not_allowed") {
		t.Errorf("elsewhere: %v", err)
	}
	for _, who := range []authz.Actor{w.Actor(w.Agency, w.Agency.Editor), w.Actor(w.Solstice, w.Solstice.Admin), w.Visitor(w.Solstice)} {
		if _, err := w.Try(ctx, who, datasource.Trial{Request: ask, Credential: made.ID}); !errs.Is(err, "not_found") {
			t.Errorf("%s tries with it: %v", who.Name, err)
		}
		if _, err := w.CreateWeb(ctx, who, datasource.WebDraft{Name: "x", Request: ask, Format: format.JSON, Credential: made.ID}); !errs.Is(err, "not_found") {
			t.Errorf("%s makes a source with it: %v", who.Name, err)
		}
	}
	src, err := w.CreateWeb(ctx, w.admin, datasource.WebDraft{Name: "Orders", Request: ask, Format: format.JSON, IntervalS: 3600, Credential: made.ID})
	if err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 1); run.Outcome != "changed" || run.Rows != 1 {
		t.Fatalf("first run %+v", run)
	}
	if is, err := w.creds.Get(ctx, w.admin, made.ID); err != nil || is.OKAt.IsZero() || is.Sources != 1 {
		t.Errorf("the connected account %+v, %v", is, err)
	}
	// The copy of an import: its row names the credential of the agency.
	copied := w.copyInto(src, ask, made.ID)
	client := w.Actor(w.Solstice, w.Solstice.Admin)
	if run := w.ran(client, copied, 1); run.Outcome != "changed" {
		t.Fatalf("the copy %+v", run)
	}
	// Its people may read it otherwise, and not ask something else with it.
	patch := datasource.WebPatch{Request: ask, Format: format.JSON}
	now := w.get(client, copied)
	patch.Request.Query = []rest.Row{{Name: "all", Value: "1"}}
	if _, err := w.Reconfigure(ctx, client, copied.ID, now.Version, patch); !errs.Is(err, "own_credential_required") {
		t.Errorf("asks something else: %v", err)
	}
	if _, err := w.Try(ctx, client, datasource.Trial{Request: patch.Request, Source: copied.ID}); !errs.Is(err, "own_credential_required") {
		t.Errorf("tries something else: %v", err)
	}
	// A visitor may, who has use of the account at home (D80): as little elsewhere as anybody, and not when it is somebody's own.
	visitor := w.Visitor(w.Solstice)
	tried, err = w.Try(ctx, visitor, datasource.Trial{Request: patch.Request, Source: copied.ID})
	if err != nil || tried.Err != nil || strings.Contains(tried.Body, "MARK") {
		t.Errorf("a visitor tries %+v, %v", tried, err)
	}
	if _, err := w.Try(ctx, visitor, datasource.Trial{Request: elsewhere, Source: copied.ID}); !errs.Is(err, "host_not_allowed") {
		t.Errorf("a visitor elsewhere: %v", err)
	}
	if _, err := w.Try(ctx, visitor, datasource.Trial{Request: ask, Source: src.ID}); !errs.Is(err, "not_found") {
		t.Errorf("a visitor, with a source of another account: %v", err)
	}
	editor := visitor
	editor.User, editor.HomeRoles = w.Agency.Editor.ID, []authz.Role{authz.Editor}
	stranger := visitor
	stranger.Home = w.Fjord.ID
	for _, who := range []authz.Actor{editor, stranger} {
		if _, err := w.Reconfigure(ctx, who, copied.ID, now.Version, patch); !errs.Is(err, "own_credential_required") {
			t.Errorf("%s of %d asks something else: %v", who.User, who.Home, err)
		}
		if _, err := w.Try(ctx, who, datasource.Trial{Request: patch.Request, Source: copied.ID}); !errs.Is(err, "own_credential_required") {
			t.Errorf("%s of %d tries something else: %v", who.User, who.Home, err)
		}
	}
	after, err := w.Reconfigure(ctx, visitor, copied.ID, now.Version, patch)
	if err != nil {
		t.Fatalf("a visitor asks something else: %v", err)
	}
	if run := w.ran(client, copied, 2); run.Err != nil || run.Reason != "change" {
		t.Errorf("with what the visitor asks: %+v", run)
	}
	now.Version = after.Version
	patch.Request.Query[0].Value = "2"
	none := id.Credential("")
	patch.Credential = &none
	if _, err := w.Reconfigure(ctx, client, copied.ID, now.Version, patch); err != nil {
		t.Errorf("without it: %v", err)
	}
}

// TestEachWayOfSigningIn asks a server that checks each of them, with the right secret and with another one
// (data-sources.md §16 line 5).
func TestEachWayOfSigningIn(t *testing.T) {
	const user, password = "me", "MARK pass:word"
	md5of := func(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }
	field := func(r *http.Request, header, name string) string {
		m := regexp.MustCompile(name + `="?([^",]*)"?`).FindStringSubmatch(r.Header.Get(header))
		if m == nil {
			return ""
		}
		return m[1]
	}
	checks := map[string]func(r *http.Request) bool{
		"/basic": func(r *http.Request) bool {
			name, secret, ok := r.BasicAuth()
			return ok && name == user && secret == password
		},
		"/bearer": func(r *http.Request) bool { return r.Header.Get("Authorization") == "Token "+password },
		"/header": func(r *http.Request) bool { return r.Header.Get("X-Key") == password },
		"/query":  func(r *http.Request) bool { return r.URL.Query().Get("key") == password },
		"/digest": func(r *http.Request) bool {
			of := func(name string) string { return field(r, "Authorization", name) }
			want := md5of(md5of(user+":shop:"+password) + ":asked-once:" + of("nc") + ":" + of("cnonce") + ":auth:" + md5of("GET:"+r.URL.RequestURI()))
			return of("username") == user && of("response") == want && of("uri") == r.URL.RequestURI()
		},
		"/wsse": func(r *http.Request) bool {
			of := func(name string) string { return field(r, "X-Wsse", name) }
			nonce, err := base64.StdEncoding.DecodeString(of("Nonce"))
			sum := sha1.Sum([]byte(string(nonce) + of("Created") + password))
			_, err2 := time.Parse(time.RFC3339, of("Created"))
			return err == nil && err2 == nil && of("Username") == user && of("PasswordDigest") == base64.StdEncoding.EncodeToString(sum[:])
		},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if check := checks[r.URL.Path]; check == nil || !check(r) {
			w.Header().Set("WWW-Authenticate", `Digest realm="shop", nonce="asked-once", qop="auth"`)
			http.Error(w, fmt.Sprint("no: ", r.Header), http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, `[{"amount":1}]`)
	}))
	t.Cleanup(server.Close)
	w := newWeb(t, strings.TrimPrefix(server.URL, "http://"))
	for path, draft := range map[string]credential.Draft{
		"/basic": {Kind: credential.Basic, UserName: user}, "/digest": {Kind: credential.Digest, UserName: user}, "/wsse": {Kind: credential.WSSE, UserName: user},
		"/bearer": {Kind: credential.Bearer, Prefix: "Token"}, "/header": {Kind: credential.APIKey, Name: "X-Key"}, "/query": {Kind: credential.APIKey, Name: "key", In: credential.Query},
	} {
		for _, secret := range []string{password, "MARK other"} {
			draft.Label, draft.Hosts, draft.Secret = path+secret, []string{server.URL}, secret
			made, err := w.creds.Create(t.Context(), w.admin, draft)
			if err != nil {
				t.Fatal(path, err)
			}
			tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: rest.Spec{URL: server.URL + path + "?a=b%20c"}, Credential: made.ID})
			if good := err == nil && tried.Err == nil; err != nil || good != (secret == password) || !good && tried.Err.Code != "service_unauthorized" {
				t.Errorf("%s with %s: %v, %+v", path, secret, err, tried)
			}
			if text := fmt.Sprintf("%+v %v", *tried, tried.Err); strings.Contains(text, "MARK") {
				t.Errorf("%s tells the secret: %s", path, text)
			}
		}
	}
}

func TestR029ARenewedAccountResumesEverySource(t *testing.T) {
	g := newGuarded(t)
	w := newWeb(t, strings.TrimPrefix(g.URL, "http://"))
	ctx := t.Context()
	made, err := w.creds.Create(ctx, w.admin, credential.Draft{Kind: credential.Bearer, Label: "Shop", Hosts: []string{g.URL}, Secret: "MARKold"})
	if err != nil {
		t.Fatal(err)
	}
	ask := rest.Spec{URL: g.URL + "/orders"}
	src, err := w.CreateWeb(ctx, w.admin, datasource.WebDraft{Name: "Orders", Request: ask, Format: format.JSON, IntervalS: 3600, Credential: made.ID})
	if err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 1); run.Outcome != "failed" || run.Err.Code != "service_unauthorized" || strings.Contains(run.Err.Error(), "MARK") {
		t.Fatalf("refused %+v", run)
	}
	is, err := w.creds.Get(ctx, w.admin, made.ID)
	if err != nil || is.State != credential.NeedsRenewal {
		t.Fatalf("the connected account %+v, %v", is, err)
	}
	// Nothing more is sent, and no further attempt is planned.
	asked := g.asked.Load()
	if _, err := w.RefreshNow(ctx, w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 2); run.Err == nil || run.Err.Code != "needs_reauthorization" || g.asked.Load() != asked {
		t.Errorf("again %+v", run)
	}
	if web := w.get(w.admin, src).Web; web.NextAt != 0 || web.Failures != 1 {
		t.Errorf("planned %+v", web)
	}
	copied := w.copyInto(src, ask, made.ID)
	client := w.Actor(w.Solstice, w.Solstice.Admin)
	w.ran(client, copied, 1)
	if _, err := w.creds.Update(ctx, w.admin, made.ID, is.Version, credential.Patch{Secret: ptrTo("MARKfirst")}); err != nil {
		t.Fatal(err)
	}
	w.until("the new plan", func() bool {
		return w.get(w.admin, src).Web.NextAt != 0 && w.get(client, copied).Web.NextAt != 0
	})
	if next := w.get(client, copied).Web.NextAt - w.DB.Clock().Now().UnixMilli(); next < 0 || next > (10*time.Minute).Milliseconds() {
		t.Errorf("the copy goes on in %d ms", next)
	}
	if dump := dbtest.Dump(t, w.DB); strings.Contains(dump, "MARK") {
		t.Error("the database holds the secret")
	}
}

// copyInto makes in Solstice what an import of a source makes there, and has it fetched.
func (w *web) copyInto(src *datasource.Source, ask rest.Spec, cred id.Credential) *datasource.Source {
	w.t.Helper()
	ctx := w.t.Context()
	client := w.Actor(w.Solstice, w.Solstice.Admin)
	made, err := w.CreateWeb(ctx, client, datasource.WebDraft{Name: "Copy", Request: rest.Spec{URL: "https://nowhere.test/"}, Format: format.JSON, IntervalS: 3600})
	if err != nil {
		w.t.Fatal(err)
	}
	w.ran(client, made, 1)
	changed, err := w.Reconfigure(ctx, client, made.ID, w.get(client, made).Version, datasource.WebPatch{Request: ask, Format: format.JSON})
	if err != nil {
		w.t.Fatal(err)
	}
	w.ran(client, changed, 2) // without the account; what is still under way would be a run too many below
	err = w.DB.Tx(ctx, db.Account(w.Solstice.ID), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE sources SET credential_account = :owner, credential_id = :cred WHERE account_id = :account`, db.Args{"owner": w.Agency.ID, "cred": cred})
		if err == nil {
			_, err = tx.Exec(ctx, `DELETE FROM refresh_runs WHERE account_id = :account`, nil)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.RefreshNow(ctx, client, changed.ID); err != nil {
		w.t.Fatal(err)
	}
	return changed
}

func ptrTo[T any](v T) *T { return &v }

// Who waits for an account that is removed in favour of another goes on with that, by the same transaction.
func TestAReplacedAccountResumesItsSources(t *testing.T) {
	g := newGuarded(t)
	w := newWeb(t, strings.TrimPrefix(g.URL, "http://"))
	ctx := t.Context()
	accounts := map[string]*credential.Credential{}
	for _, secret := range []string{"MARKold", "MARKfirst"} {
		made, err := w.creds.Create(ctx, w.admin, credential.Draft{Kind: credential.Bearer, Label: secret[4:], Hosts: []string{g.URL}, Secret: secret})
		if err != nil {
			t.Fatal(err)
		}
		accounts[secret] = made
	}
	refused := accounts["MARKold"]
	src, err := w.CreateWeb(ctx, w.admin, datasource.WebDraft{Name: "Orders", Request: rest.Spec{URL: g.URL + "/orders"}, Format: format.JSON, IntervalS: 3600, Credential: refused.ID})
	if err != nil {
		t.Fatal(err)
	}
	w.ran(w.admin, src, 1)
	if _, err := w.RefreshNow(ctx, w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	w.ran(w.admin, src, 2) // nothing was sent, nothing is planned
	if web := w.get(w.admin, src).Web; web.NextAt != 0 {
		t.Fatalf("planned %+v", web)
	}
	is, err := w.creds.Get(ctx, w.admin, refused.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.creds.Delete(ctx, w.admin, refused.ID, is.Version, accounts["MARKfirst"].ID); err != nil {
		t.Fatal(err)
	}
	w.until("the new plan", func() bool { return w.get(w.admin, src).Web.NextAt != 0 })
	w.advance(11 * time.Minute)
	if run := w.ran(w.admin, src, 3); run.Err != nil {
		t.Errorf("with the other account: %+v", run.Err)
	}
}
