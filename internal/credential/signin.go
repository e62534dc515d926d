package credential

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"octavo/internal/fetch"
	"octavo/internal/formula/xpath"
	"octavo/internal/placeholder"
)

// ServiceSignIn says how a service is signed in to before it is asked (TwoStep, data-sources.md §5.2). Parameters, body and addresses
// may hold {auth.username} and {auth.password}, the address of signing out {auth.token}, too.
type ServiceSignIn struct {
	Method        string            `json:"method,omitempty" enum:"GET,POST" doc:"POST when absent."`
	URL           string            `json:"url" maxLength:"8192" doc:"Of one of the hosts."`
	Parameters    []SignInParameter `json:"parameters,omitempty" maxItems:"100" nullable:"false"`
	Body          string            `json:"body,omitempty" maxLength:"65536" doc:"With POST: JSON, XML or a form, as it begins."`
	Response      string            `json:"response,omitempty" enum:"text,xml,json" doc:"What the answer is; json when absent."`
	TokenPath     string            `json:"token_path,omitempty" maxLength:"1000" doc:"A regular expression with a group that holds the token; or token_selector."`
	TokenSelector string            `json:"token_selector,omitempty" maxLength:"1000" doc:"A path of keys such as data.token, an XPath, header:NAME or cookie:NAME."`
	TokenTTL      int               `json:"token_ttl_s,omitempty" minimum:"0" maximum:"86400" doc:"For how many seconds a token serves further readings; 0 = each signs in and out."`
	LogoutMethod  string            `json:"logout_method,omitempty" enum:"GET,POST" doc:"GET when absent."`
	LogoutURL     string            `json:"logout_url,omitempty" maxLength:"8192" doc:"Asked after each reading, whatever came of it; none when absent."`
}

// SignInParameter is a value that is sent to sign in.
type SignInParameter struct {
	Name  string `json:"name" maxLength:"200"`
	Value string `json:"value" maxLength:"8192"`
	In    Place  `json:"in,omitempty" enum:"query,header,cookie" doc:"query when absent."`
}

// Limits of a sign-in.
const (
	maxParameters = 100
	maxSignInText = 8 << 10  // bytes of an address or a value
	maxSignInBody = 64 << 10 // bytes
	maxTokenPath  = 1000     // bytes
	maxTokenTTL   = 24 * 3600
)

// What the answer to a sign-in may be.
const (
	responseText = "text"
	responseXML  = "xml"
	responseJSON = "json"
)

// checked completes a sign-in to one of some hosts. Code bad_credential.
func (in ServiceSignIn) checked(hosts []string) (*ServiceSignIn, error) {
	in.URL, in.LogoutURL = strings.TrimSpace(in.URL), strings.TrimSpace(in.LogoutURL)
	in.TokenSelector = strings.TrimSpace(in.TokenSelector)
	if in.Parameters = slices.Clone(in.Parameters); len(in.Parameters) == 0 {
		in.Parameters = nil // as it is read again
	}
	if in.Method == "" {
		in.Method = http.MethodPost
	}
	if in.Response == "" {
		in.Response = responseJSON
	}
	methods := []string{http.MethodGet, http.MethodPost}
	if in.LogoutURL == "" {
		in.LogoutMethod = ""
	} else if in.LogoutMethod == "" {
		in.LogoutMethod = http.MethodGet
	}
	switch {
	case !slices.Contains(methods, in.Method), in.LogoutURL != "" && !slices.Contains(methods, in.LogoutMethod):
		return nil, bad("sign_in_method", "sign_in_method", "the method is GET or POST.")
	case !slices.Contains([]string{responseText, responseXML, responseJSON}, in.Response):
		return nil, bad("sign_in_response", "sign_in_response", "the answer is text, xml or json.")
	case in.TokenTTL < 0 || in.TokenTTL > maxTokenTTL:
		return nil, bad("token_ttl_s", "token_ttl", "a token serves for 0 to 86400 seconds.")
	case len(in.Body) > maxSignInBody || in.Body != "" && in.Method != http.MethodPost:
		return nil, bad("sign_in_body", "sign_in_body", "a body of 64 KB at most is sent with POST.")
	}
	if err := in.checkParameters(); err != nil {
		return nil, err
	}
	if err := in.checkToken(); err != nil {
		return nil, err
	}
	return &in, in.checkRequests(hosts)
}

// checkParameters completes the parameters. Code bad_credential.
func (in *ServiceSignIn) checkParameters() error {
	if len(in.Parameters) > maxParameters {
		return bad("sign_in_parameters", "sign_in_parameters", "there are 100 parameters at most.")
	}
	for i := range in.Parameters {
		p := &in.Parameters[i]
		p.Name = strings.TrimSpace(p.Name)
		if p.In == "" {
			p.In = Query
		}
		f := Facts{Name: p.Name, In: p.In}
		if !slices.Contains([]Place{Header, Query, Cookie}, p.In) || utf8.RuneCountInString(p.Name) > maxName || !f.nameFits() || len(p.Value) > maxSignInText {
			return bad("sign_in_parameters", "sign_in_parameter", "a parameter has a name that fits its place, and a value of 8 KB at most.")
		}
	}
	return nil
}

// checkToken refuses what finds no token. Code bad_credential.
func (in *ServiceSignIn) checkToken() error {
	if (in.TokenPath == "") == (in.TokenSelector == "") {
		return bad("token_selector", "token_where", "say where the token is: by an expression or by a selector, not both.")
	}
	if in.TokenPath != "" {
		re, err := regexp.Compile(in.TokenPath)
		if err != nil || re.NumSubexp() < 1 || len(in.TokenPath) > maxTokenPath {
			return bad("token_path", "token_path", `a regular expression with a group in parentheses, such as "token":"([^"]+)".`)
		}
		return nil
	}
	fits := len(in.TokenSelector) <= maxTokenPath && isLine(in.TokenSelector)
	if place, name, named := in.named(); named {
		fits = fits && Facts{Name: name, In: place}.nameFits()
	} else if in.Response == responseXML {
		q, err := xpath.Parse(in.TokenSelector)
		fits = fits && err == nil && len(q.Variables()) == 0
	} else {
		_, ok := keysOf(in.TokenSelector)
		fits = fits && ok && in.Response == responseJSON
	}
	if !fits {
		return bad("token_selector", "token_selector", "it is a path of keys for JSON, an XPath for XML, header:NAME or cookie:NAME.")
	}
	return nil
}

// named reads a selector of a header or a cookie.
func (in *ServiceSignIn) named() (place Place, name string, ok bool) {
	if name, ok = strings.CutPrefix(in.TokenSelector, "header:"); ok {
		return Header, strings.TrimSpace(name), true
	}
	name, ok = strings.CutPrefix(in.TokenSelector, "cookie:")
	return Cookie, strings.TrimSpace(name), ok
}

// checkRequests makes the requests with values that stand in for those to come. Code bad_credential.
func (in *ServiceSignIn) checkRequests(hosts []string) error {
	known := []string{"username", "password"}
	holds := false
	for _, text := range in.texts() {
		tpl, err := placeholder.Parse(text)
		if err != nil || len(tpl.Names())+len(tpl.Secrets())+len(tpl.Lasts()) > 0 || tpl.SignsRequest() {
			return bad("sign_in_url", "sign_in_placeholder", "a sign-in has {auth.username} and {auth.password}, dates, and no other placeholders.")
		}
		if slices.Contains(tpl.Auths(), "token") {
			return bad("sign_in_url", "sign_in_token", "there is no {auth.token} before the sign-in.")
		}
		for _, name := range tpl.Auths() {
			holds = holds || slices.Contains(known, name)
		}
	}
	if !holds {
		return bad("sign_in_url", "sign_in_password", "write {auth.username} and {auth.password} where they belong.")
	}
	values := map[string]string{"username": "x", "password": "x", "token": "x"}
	scope := placeholder.Scope{Now: time.Unix(0, 0), Zone: time.UTC, Auth: values}
	r, err := in.request(scope)
	if err != nil || len(in.URL) > maxSignInText || !slices.Contains(hosts, originOf(r.URL)) {
		return bad("sign_in_url", "sign_in_url", "an address of one of the hosts, such as https://api.example.com/login.")
	}
	if in.LogoutURL == "" {
		return nil
	}
	out, err := in.logout(scope)
	if tpl, bad := placeholder.Parse(in.LogoutURL); err == nil && bad == nil && len(tpl.Names())+len(tpl.Secrets())+len(tpl.Lasts()) > 0 {
		err = fetch.BadURL()
	}
	if err != nil || len(in.LogoutURL) > maxSignInText || !slices.Contains(hosts, originOf(out.URL)) {
		return bad("logout_url", "sign_in_url", "an address of one of the hosts, such as https://api.example.com/logout.")
	}
	return nil
}

// originOf is the origin of an address; "" = it has none.
func originOf(address string) string {
	origin, err := fetch.Origin(address)
	if err != nil {
		return ""
	}
	return origin
}

// texts are those with placeholders, up to the token.
func (in *ServiceSignIn) texts() []string {
	out := []string{in.URL, in.Body}
	for _, p := range in.Parameters {
		out = append(out, p.Value)
	}
	return out
}

// signInBytes is how much of the answer to a sign-in is read.
const signInBytes = 1 << 20

// request is the request that signs in. It follows no redirect: what it sends is for the address that was given. Codes of
// placeholder.Template.Resolve, bad_header.
func (in *ServiceSignIn) request(scope placeholder.Scope) (fetch.Request, error) {
	w := &resolver{scope: scope}
	r := fetch.Request{Method: in.Method, URL: w.text(in.URL, placeholder.URL), Header: http.Header{}, MaxBytes: signInBytes, MaxRedirects: -1}
	var cookies []string
	for _, p := range in.Parameters {
		switch p.In {
		case Header:
			r.Header.Add(p.Name, w.text(p.Value, placeholder.Header))
		case Cookie:
			cookies = append(cookies, p.Name+"="+w.text(p.Value, placeholder.Cookie))
		default:
			r.URL = withParameter(r.URL, p.Name, w.text(p.Value, placeholder.Value))
		}
	}
	if len(cookies) > 0 {
		r.Header.Add("Cookie", strings.Join(cookies, "; "))
	}
	if in.Body != "" {
		if r.Header.Get("Content-Type") == "" {
			r.Header.Set("Content-Type", bodyKind(in.Body))
		}
		r.Body = []byte(w.text(in.Body, escapesOf(r.Header.Get("Content-Type"))))
	}
	if w.err == nil {
		w.err = fetch.CheckHeader(r.Header)
	}
	return r, w.err
}

// logout is the request that signs out, without the token where its address has no place for it.
func (in *ServiceSignIn) logout(scope placeholder.Scope) (fetch.Request, error) {
	w := &resolver{scope: scope}
	r := fetch.Request{Method: in.LogoutMethod, URL: w.text(in.LogoutURL, placeholder.URL), Header: http.Header{}, MaxBytes: signInBytes, MaxRedirects: -1}
	return r, w.err
}

// tokenInLogout says whether the address of signing out has a place for the token.
func (in *ServiceSignIn) tokenInLogout() bool {
	tpl, err := placeholder.Parse(in.LogoutURL)
	return err == nil && slices.Contains(tpl.Auths(), "token")
}

// bodyKind says what a body is by how it begins.
func bodyKind(body string) string {
	body = strings.TrimSpace(body)
	inner, object := strings.CutPrefix(body, "{")
	switch {
	case object && strings.HasPrefix(strings.TrimSpace(inner), `"`), strings.HasPrefix(body, "["):
		return "application/json"
	case strings.HasPrefix(body, "<"):
		return "application/xml"
	}
	return "application/x-www-form-urlencoded"
}

// escapesOf says how values are escaped in a body of a media type.
func escapesOf(kind string) placeholder.Position {
	switch kind = strings.ToLower(kind); {
	case strings.Contains(kind, "json"):
		return placeholder.JSON
	case strings.Contains(kind, "xml"):
		return placeholder.XML
	case strings.Contains(kind, "form-urlencoded"):
		return placeholder.Form
	}
	return placeholder.Text
}

// resolver puts values into texts and keeps the first error.
type resolver struct {
	scope placeholder.Scope
	err   error
}

func (w *resolver) text(text string, pos placeholder.Position) string {
	tpl, err := placeholder.Parse(text)
	var out string
	if err == nil {
		out, err = tpl.Resolve(pos, w.scope)
	}
	if w.err == nil {
		w.err = err
	}
	return out
}
