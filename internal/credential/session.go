package credential

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/placeholder"
	"octavo/internal/secret"
)

// Session is a service that is signed in to for one reading (TwoStep). One goroutine uses it; End ends it.
type Session struct {
	secret *Secret
	client *fetch.Client
	origin string     // of what is read
	tls    *fetch.TLS // of it
	now    *lent      // what lets in; nil = not signed in
	seen   []string   // tokens, to hide them
}

// Session begins a reading of address; nil where the credential has no sign-in of its own. tls is how the host of address is
// known; it holds for the sign-in, too, where that is at the same origin.
func (s *Secret) Session(client *fetch.Client, address string, tls *fetch.TLS) *Session {
	if s == nil || s.kind != TwoStep || s.facts.SignIn == nil {
		return nil
	}
	s.session = &Session{secret: s, client: client, origin: originOf(address), tls: tls}
	return s.session
}

// Token signs in where nothing is kept that lets in, and gives the token. What was refused is signed out first, and not given
// again. Codes service_login_refused, service_login_missing, service_token_missing, service_limited, service_failed, host_not_allowed and those
// of fetch.Client.Do.
func (x *Session) Token(ctx context.Context, refused string) (string, error) {
	if refused != "" {
		x.leave(ctx, true)
	}
	if x.now == nil {
		ttl := time.Duration(x.secret.facts.SignIn.TokenTTL) * time.Second
		now, err := x.secret.tickets.take(ctx, x.secret.Key(), ttl, x.client, x.signIn)
		if err != nil {
			return "", err
		}
		x.now, x.seen = now, append(x.seen, now.Token)
	}
	return x.now.Token, nil
}

// End signs out, if the token is not kept for further readings. It does so whatever became of ctx.
func (x *Session) End(ctx context.Context) { x.leave(ctx, false) }

func (x *Session) leave(ctx context.Context, refused bool) {
	if x.now != nil {
		x.secret.tickets.leave(ctx, x.now, refused)
		x.now = nil
	}
}

// Allows refuses a request to another host than those of the credential; the others present its certificate, if it has one.
// Codes bad_url, host_not_allowed.
func (x *Session) Allows(r *fetch.Request) (err error) {
	if err = x.secret.allows(r.URL); err == nil {
		r.Certificate, err = x.secret.presents()
	}
	return err
}

// Apply puts the token into a request that has no place for it: into the header Authorization, or where the connected account
// says. It changes r alone. Codes bad_url, host_not_allowed, bad_header.
func (x *Session) Apply(r *fetch.Request) error {
	if err := x.Allows(r); err != nil {
		return err
	}
	if x.now == nil { // never: a request follows a sign-in
		return errors.New("credential: a request before its sign-in")
	}
	return x.secret.facts.put(r, x.now.Token)
}

// put puts a token into a request. Code bad_header.
func (f Facts) put(r *fetch.Request, token string) error {
	header := r.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	switch {
	case f.Name == "":
		header.Set("Authorization", f.Prefix+" "+token)
	case f.In == Query:
		path, query, _ := strings.Cut(r.URL, "?") // a next address may have the token of the page before
		if query = withoutParameter(query, f.Name); query != "" {
			path += "?" + query
		}
		r.URL = withParameter(path, f.Name, token)
	case f.In == Cookie:
		addCookie(header, f.Name, cookieValue(token))
	default:
		header.Set(f.Name, token)
		r.SecretHeaders = append(slices.Clone(r.SecretHeaders), f.Name)
	}
	r.Header = header
	return fetch.CheckHeader(header)
}

// addCookie puts a cookie behind those of a request.
func addCookie(h http.Header, name, value string) {
	h.Set("Cookie", strings.TrimPrefix(h.Get("Cookie")+"; "+name+"="+value, "; "))
}

// cookieValue writes a text as a cookie can hold it.
func cookieValue(text string) string {
	w := &resolver{scope: placeholder.Scope{Auth: map[string]string{"token": text}}}
	return w.text("{auth.token}", placeholder.Cookie)
}

// ticket is what lets in, and how that ends.
type ticket struct {
	Token string
	Out   *fetch.Request   // nil = nothing is done
	shown *tls.Certificate // presented with Out; nil = none
}

// signIn asks for a token.
func (x *Session) signIn(ctx context.Context) (*ticket, error) {
	s := x.secret
	scope := placeholder.Scope{Now: s.clock.Now(), Zone: time.UTC, Auth: map[string]string{"username": s.facts.UserName, "password": s.value}}
	r, err := s.facts.SignIn.request(scope)
	if err != nil {
		return nil, err
	}
	resp, err := x.do(ctx, &r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	if err := signInRefusal(resp); err != nil {
		return nil, err
	}
	t := &ticket{}
	if t.Token, err = s.facts.SignIn.token(ctx, resp.Header, body); err != nil {
		return nil, err
	}
	scope.Auth = maps.Clone(scope.Auth)
	scope.Auth["token"] = t.Token
	t.shown = r.Certificate
	t.Out, err = x.out(scope)
	return t, err
}

// do sends a request of the sign-in to a host of the credential.
func (x *Session) do(ctx context.Context, r *fetch.Request) (*fetch.Response, error) {
	if err := x.Allows(r); err != nil {
		return nil, err
	}
	if originOf(r.URL) == x.origin {
		r.TLS = x.tls
	}
	return x.client.Do(ctx, *r)
}

// out is the request that signs out; nil = there is none.
func (x *Session) out(scope placeholder.Scope) (*fetch.Request, error) {
	f := x.secret.facts
	if f.SignIn.LogoutURL == "" {
		return nil, nil
	}
	r, err := f.SignIn.logout(scope)
	if err == nil {
		err = x.secret.allows(r.URL)
	}
	if err == nil && !f.SignIn.tokenInLogout() {
		err = f.put(&r, scope.Auth["token"])
	}
	if originOf(r.URL) == x.origin {
		r.TLS = x.tls
	}
	return &r, err
}

// signInRefusal is the error of an answer to a sign-in that let nobody in. A redirect may: many services send a browser on then.
func signInRefusal(resp *fetch.Response) error {
	status := resp.Status
	if busy := fetch.Busy(resp); busy != nil {
		return busy
	}
	params := map[string]any{"status": status}
	switch {
	case status >= 200 && status < 400:
		return nil
	case slices.Contains([]int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone}, status):
		return errs.Newf(errs.Conflict, "service_login_missing", "The service did not take the sign-in (%d). Look at its address and method.", status).WithParams(params)
	}
	return errs.Newf(errs.Conflict, "service_login_refused", "The service refused the sign-in (%d). Look at the user name, the password and how they are sent.", status).WithParams(params)
}

// mask hides the tokens of a session in a text.
func (x *Session) mask(text string) string {
	if x == nil {
		return text
	}
	return secret.Mask(text, x.seen...)
}
