package v1

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/user"
)

// CookieName is the cookie that holds a session's secret.
const CookieName = "octavo_session"

// Call is what a handler knows of a request beside its input.
type Call struct {
	Actor    authz.Actor      // in the account of the path; zero on routes without one
	Account  *account.Account // the account of the path
	Visit    *user.Visit      // set while the actor is on a visit
	Identity user.Identity    // who signed in; zero on public routes

	address     string // IP address of the browser
	tls         bool   // the browser sees TLS
	agent       string // what the browser calls itself
	credentials user.Credentials
	route       string     // id of the route
	shows       string     // Route.Shows of the route
	query       url.Values // as sent
}

// place is where the browser is.
func (c *Call) place() user.Place { return user.Place{Address: c.address, Agent: c.agent} }

// callKey is how admit hands the call to the adapter in route: huma passes nothing
// else to a handler. Handlers get it as an argument.
type callKey struct{}

func callOf(ctx context.Context) *Call { return ctx.Value(callKey{}).(*Call) }

// admit finds out who calls, puts them into the account of the path and asks for the
// permission of the route, before the body is read.
func (s *Server) admit(route Route) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		call, err := s.call(r, route)
		if err != nil {
			s.writeProblem(w, r, err)
			return
		}
		next(huma.WithValue(ctx, callKey{}, call))
	}
}

func (s *Server) call(r *http.Request, route Route) (*Call, error) {
	c := &Call{address: s.address(r), tls: r.TLS != nil, agent: r.UserAgent(), credentials: s.credentials(r), route: route.ID, shows: route.Shows, query: r.URL.Query()}
	if strings.ContainsRune(r.URL.Path, 0) || strings.Contains(r.URL.RawQuery, "%00") {
		return nil, badText()
	}
	if route.Public {
		return c, nil
	}
	if err := s.identify(r, route, c); err != nil {
		return nil, err
	}
	if !route.inAccount() {
		return c, nil
	}
	c.Actor.IP, c.Actor.UserAgent = c.address, r.UserAgent()
	if route.Permission != "" && !c.Actor.Has(route.Permission) {
		if route.Hide {
			return nil, authz.NotFound()
		}
		return nil, authz.Denied(route.Permission)
	}
	return c, nil
}

// identify finds out who calls, and on routes of an account as whom they act there.
func (s *Server) identify(r *http.Request, route Route, c *Call) (err error) {
	ctx, slug := r.Context(), r.PathValue("account")
	if route.inAccount() && c.credentials.Key == "" && c.credentials.Session != "" {
		c.Identity, c.Actor, c.Account, c.Visit, err = s.Users.Enter(ctx, c.credentials, slug)
		return err
	}
	if c.Identity, err = s.Users.Authenticate(ctx, c.credentials); err != nil {
		return err
	}
	if err = s.countCall(ctx, c.Identity); err != nil || !route.inAccount() {
		return err
	}
	c.Actor, c.Account, c.Visit, err = s.Users.Act(ctx, c.Identity, slug)
	return err
}

// looking is how long a page waits for the database to say who asks. Without an answer it is the application, which is
// right for everybody.
const looking = 500 * time.Millisecond

// OnlyLooks says whether who asks for a page of an account is signed in and may only look there. It is false for
// those who are not admitted: the page that they get learns why.
func (s *Server) OnlyLooks(r *http.Request, account string) bool {
	ctx, cancel := context.WithTimeout(r.Context(), looking)
	defer cancel()
	cookie, err := r.Cookie(CookieName)
	if err != nil {
		return false
	}
	_, actor, _, _, err := s.Users.Enter(ctx, user.Credentials{Session: cookie.Value, Address: s.address(r)}, account)
	return err == nil && actor.OnlyLooks()
}

// countCall counts a call with an API key against the limits of the key and of its owner's account, and refuses
// keys of accounts that may not use them. Codes key_refused, sign_in_required, account_disabled, feature_off, rate_limited.
func (s *Server) countCall(ctx context.Context, who user.Identity) error {
	if who.Via != authz.ViaKey {
		return nil
	}
	home, err := s.Accounts.ByID(ctx, who.Home)
	if errs.Is(err, "not_found") { // the account lies in the bin
		return errs.New(errs.Unauthenticated, "key_refused", "This API key is not known or was revoked.")
	}
	if err != nil {
		return err
	}
	if home.Status == account.Disabled { // who has a key of it may know (data-sources.md §10.2)
		return errs.New(errs.Forbidden, "account_disabled", "This account is disabled. Nothing is fetched and nothing can be pushed until it is active again.")
	}
	if !home.Admits() { // its calls count for nothing
		return errs.New(errs.Unauthenticated, "sign_in_required", "Sign in first.")
	}
	if err := home.NeedFeature(account.API); err != nil {
		return err
	}
	return s.Calls.Take(ctx, who.Key, home)
}

// credentials takes the secrets out of a request, and where it comes from.
func (s *Server) credentials(r *http.Request) user.Credentials {
	c := user.Credentials{Address: s.address(r)}
	if cookie, err := r.Cookie(CookieName); err == nil {
		c.Session = cookie.Value
	}
	c.Key = bearer(r)
	return c
}

// bearer is the API key of a request, "" without one.
func bearer(r *http.Request) string {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

// address is the IP address of the browser. Of X-Forwarded-For only the last entry
// counts: what stands before it was sent by the browser.
func (s *Server) address(r *http.Request) string {
	if s.TrustProxy {
		list := r.Header.Values("X-Forwarded-For")
		if len(list) > 0 {
			parts := strings.Split(list[len(list)-1], ",")
			return strings.TrimSpace(parts[len(parts)-1])
		}
	}
	if a, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		return a.Addr().String()
	}
	return r.RemoteAddr
}

func badText() error {
	return errs.New(errs.Invalid, "bad_text", "This text has characters that cannot be stored.")
}
