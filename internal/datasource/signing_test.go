package datasource_test

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sort"
	"strings"
	"testing"
	"time"

	"octavo/internal/connector/rest"
	"octavo/internal/credential"
	"octavo/internal/datasource"
	"octavo/internal/format"
	"octavo/internal/id"
)

// awsServer verifies signatures as AWS describes it for who runs a service: from what came over the wire alone, and within
// five minutes of its clock.
type awsServer struct {
	secrets, sessions map[string]string // by access key id
	service           string
	now               func() time.Time
}

// refuses says why a request is not answered; "" = it is.
func (s *awsServer) refuses(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err.Error()
	}
	rest, ok := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	parts := strings.Split(rest, ", ")
	if !ok || len(parts) != 3 {
		return "MissingAuthenticationToken"
	}
	cred := strings.Split(strings.TrimPrefix(parts[0], "Credential="), "/")
	names, signature := strings.Split(strings.TrimPrefix(parts[1], "SignedHeaders="), ";"), strings.TrimPrefix(parts[2], "Signature=")
	secret, known := s.secrets[cred[0]]
	if len(cred) != 5 || !known || r.Header.Get("X-Amz-Security-Token") != s.sessions[cred[0]] {
		return "UnrecognizedClient"
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if off := s.now().Sub(at).Abs(); err != nil || off > 5*time.Minute || cred[1] != at.Format("20060102") {
		return "RequestTimeTooSkewed"
	}
	if cred[2] != "eu-central-1" || cred[3] != s.service || cred[4] != "aws4_request" {
		return "CredentialScope"
	}
	if r.Header.Get("X-Amz-Content-Sha256") != hexSum(string(body)) {
		return "XAmzContentSHA256Mismatch"
	}
	for name := range r.Header {
		if low := strings.ToLower(name); strings.HasPrefix(low, "x-amz-") && !contains(names, low) {
			return "UnsignedHeader " + low
		}
	}
	canonical := r.Method + "\n" + s.path(r) + "\n" + queryOf(r) + "\n"
	for _, name := range names {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		canonical += name + ":" + strings.TrimSpace(value) + "\n"
	}
	canonical += "\n" + strings.Join(names, ";") + "\n" + hexSum(string(body))
	key := "AWS4" + secret
	for _, part := range []string{cred[1], cred[2], cred[3], cred[4], "AWS4-HMAC-SHA256\n" + r.Header.Get("X-Amz-Date") + "\n" + strings.Join(cred[1:], "/") + "\n" + hexSum(canonical)} {
		h := hmac.New(sha256.New, []byte(key))
		_, _ = io.WriteString(h, part)
		key = string(h.Sum(nil))
	}
	if !contains(names, "host") || signature != hex.EncodeToString([]byte(key)) {
		return "SignatureDoesNotMatch"
	}
	return ""
}

// path is the path of a request line as it is signed, of paths without dots.
func (s *awsServer) path(r *http.Request) string {
	raw, _, _ := strings.Cut(r.RequestURI, "?")
	if s.service == "s3" {
		return raw // who reads from S3 sends it as it is signed
	}
	return byteEscaped(raw, "/")
}

// queryOf is the query of a request line as it is signed.
func queryOf(r *http.Request) string {
	_, raw, _ := strings.Cut(r.RequestURI, "?")
	if raw == "" {
		return ""
	}
	var out []string
	for _, one := range strings.Split(raw, "&") {
		name, value, _ := strings.Cut(one, "=")
		plainName, _ := url.PathUnescape(name) // a plus sign is one
		plainValue, _ := url.PathUnescape(value)
		out = append(out, byteEscaped(plainName, "")+"="+byteEscaped(plainValue, ""))
	}
	sort.Strings(out)
	return strings.Join(out, "&")
}

func byteEscaped(text, also string) string {
	var sb strings.Builder
	for _, c := range []byte(text) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~"+also, c) >= 0 {
			sb.WriteByte(c)
		} else {
			fmt.Fprintf(&sb, "%%%02X", c)
		}
	}
	return sb.String()
}

func hexSum(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

func contains(list []string, one string) bool {
	for _, is := range list {
		if is == one {
			return true
		}
	}
	return false
}

// TestRequestsAreSignedForAWS reads from a server that verifies each signature, also of pages and of a body.
func TestRequestsAreSignedForAWS(t *testing.T) { readSigned(t, "execute-api") }

// TestRequestsAreSignedForS3 is the same for the service whose paths are signed otherwise.
func TestRequestsAreSignedForS3(t *testing.T) { readSigned(t, "s3") }

func readSigned(t *testing.T, service string) {
	const long, short, session = "MARKlong/+secret", "MARKshort", "MARKsession=="
	check := &awsServer{service: service, secrets: map[string]string{"AKIDLONG": long, "AKIDSHORT": short}, sessions: map[string]string{"AKIDSHORT": session}}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if why := check.refuses(r); why != "" {
			http.Error(rw, why+fmt.Sprint(r.Header), http.StatusForbidden)
			return
		}
		onePage(rw, r)
	}))
	t.Cleanup(server.Close)
	w := newWeb(t, strings.TrimPrefix(server.URL, "http://"))
	check.now = w.DB.Clock().Now
	key := func(id, secret, session, region string) id.Credential {
		return w.connect(credential.Draft{Kind: credential.AWS, Hosts: []string{server.URL}, Secret: secret, Session: session,
			AWS: credential.AWSKey{ID: id, Region: region, Service: service}})
	}
	odd := rest.Spec{URL: server.URL + "/a%20b/ü(1)/c%2Fd+e/", Query: []rest.Row{{ID: "1", Name: "q", Value: "1 + 2/ü~*"}, {ID: "2", Name: "q", Value: "!"}, {ID: "3", Name: "B"}},
		Headers: []rest.Row{{ID: "4", Name: "X-Amz-Target", Value: "Orders.List"}}}
	posted := odd
	posted.Method, posted.Body = "POST", &rest.Body{Type: "json", Text: `{"a": "ü"}`}
	const here = "eu-central-1"
	w.tries("a key", odd, key("AKIDLONG", long, "", here), "")
	w.tries("a key that ends", odd, key("AKIDSHORT", short, session, here), "")
	w.tries("a body", posted, key("AKIDLONG", long, "", here), "")
	w.tries("another secret", odd, key("AKIDLONG", "MARKlong", "", here), "service_forbidden")
	w.tries("without its session", odd, key("AKIDSHORT", short, "", here), "service_forbidden")
	w.tries("another region", odd, key("AKIDLONG", long, "", "us-east-1"), "service_forbidden")
	w.readsTwoPages(odd, key("AKIDLONG", long, "", here))
}

// TestRequestsAreSignedWithAnHMAC reads from servers that compute each signature themselves, of what came over the wire, and
// take a date of this moment only.
func TestRequestsAreSignedWithAnHMAC(t *testing.T) {
	const secret = "MARKsecret key"
	var now func() time.Time
	checks := map[string]func(r *http.Request, body string) bool{
		"/header": func(r *http.Request, body string) bool {
			h := hmac.New(sha512.New, []byte(secret))
			path, query, _ := strings.Cut(r.RequestURI, "?")
			_, _ = fmt.Fprintf(h, "%s\n%s\n%s\n%s\n%s", r.Method, path, query, body, r.Header.Get("Date"))
			at, err := http.ParseTime(r.Header.Get("Date"))
			return err == nil && now().Sub(at).Abs() < time.Minute && r.Header.Get("Authorization") == "HMAC me:"+base64.StdEncoding.EncodeToString(h.Sum(nil))
		},
		"/query": func(r *http.Request, _ string) bool {
			signed, signature, _ := strings.Cut(r.RequestURI, "&sig=")
			h := hmac.New(sha1.New, []byte(secret))
			_, _ = io.WriteString(h, signed)
			return signature == hex.EncodeToString(h.Sum(nil)) && r.Header.Get("Date") == ""
		},
	}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if check := checks[r.URL.Path]; err != nil || check == nil || !check(r, string(body)) {
			http.Error(rw, fmt.Sprint("no: ", r.RequestURI, r.Header), http.StatusUnauthorized)
			return
		}
		onePage(rw, r)
	}))
	t.Cleanup(server.Close)
	w := newWeb(t, strings.TrimPrefix(server.URL, "http://"))
	now = w.DB.Clock().Now
	inHeader := credential.Draft{Kind: credential.HMAC, Hosts: []string{server.URL}, Secret: secret, Name: "Authorization", Prefix: "HMAC me:",
		Signature: credential.Signature{Algorithm: "sha512", Encoding: "base64", Text: "{request.method}\n{request.path}\n{request.query}\n{request.body}\n{request.date}"}}
	inQuery := credential.Draft{Kind: credential.HMAC, Hosts: []string{server.URL}, Secret: secret, Name: "sig", In: credential.Query,
		Signature: credential.Signature{Algorithm: "sha1", Text: "{request.path}?{request.query}"}}
	header := rest.Spec{URL: server.URL + "/header", Query: []rest.Row{{ID: "1", Name: "q", Value: "ü +/"}}, Headers: []rest.Row{{ID: "2", Name: "Date", Value: "never"}}}
	posted, query := header, rest.Spec{URL: server.URL + "/query?q=a%20b+c"}
	posted.Method, posted.Body = "POST", &rest.Body{Type: "json", Text: `{"a": "ü"}`}
	w.tries("a header", header, w.connect(inHeader), "")
	w.tries("a body", posted, w.connect(inHeader), "")
	w.tries("a parameter", query, w.connect(inQuery), "")
	wrong := inHeader
	wrong.Secret = "MARKother"
	w.tries("another secret", header, w.connect(wrong), "service_unauthorized")
	w.tries("elsewhere", rest.Spec{URL: server.URL + "/query"}, w.connect(inHeader), "service_unauthorized")
	w.readsTwoPages(query, w.connect(inQuery))
}

// onePage answers with one of two pages.
func onePage(rw http.ResponseWriter, r *http.Request) {
	page := r.URL.Query().Get("page")
	if page == "3" {
		_, _ = io.WriteString(rw, `[]`)
		return
	}
	_, _ = fmt.Fprintf(rw, `[{"amount":"p%s"}]`, page)
}

// connect keeps a connected account of the administrator.
func (w *web) connect(draft credential.Draft) id.Credential {
	w.t.Helper()
	draft.Label = cmp.Or(draft.Label, "Shop")
	made, err := w.creds.Create(w.t.Context(), w.admin, draft)
	if err != nil {
		w.t.Fatal(err)
	}
	return made.ID
}

// tries wants a trial to end with a code, "" = well.
func (w *web) tries(name string, ask rest.Spec, cred id.Credential, code string) {
	w.t.Helper()
	if got := w.tried(ask, cred); got != code {
		w.t.Errorf("%s: %q, want %q", name, got, code)
	}
}

// tried gives the code with which a trial ends, which has to tell no secret.
func (w *web) tried(ask rest.Spec, cred id.Credential) (code string) {
	w.t.Helper()
	tried, err := w.Try(w.t.Context(), w.admin, datasource.Trial{Request: ask, Credential: cred})
	if err != nil {
		w.t.Fatal(err)
	}
	if text := fmt.Sprintf("%+v %v", *tried, tried.Err); strings.Contains(text, "MARK") {
		w.t.Errorf("a secret is told: %s", text)
	}
	if tried.Err != nil {
		code = tried.Err.Code
	}
	return code
}

// readsTwoPages wants a data source to be read from onePage.
func (w *web) readsTwoPages(ask rest.Spec, cred id.Credential) {
	w.t.Helper()
	ask.Paginate = &rest.Paginate{Type: "page", Param: "page"}
	src, err := w.CreateWeb(w.t.Context(), w.admin, datasource.WebDraft{Name: "Pages", Request: ask, Format: format.JSON, Credential: cred})
	if err != nil {
		w.t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 1); run.Outcome != "changed" || run.Rows != 2 {
		w.t.Errorf("pages: %+v, %v", run, run.Err)
	}
}
