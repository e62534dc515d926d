package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/errs"
	"octavo/internal/user"
)

var signInRoutes = []entry{
	route(Route{ID: "sign-in", Method: http.MethodPost, Path: "/sign-in", Tag: "sign-in", Public: true,
		Summary: "Begins a session."}, (*Server).signIn),
	route(Route{ID: "sign-out", Method: http.MethodPost, Path: "/sign-out", Tag: "sign-in", Public: true,
		Summary: "Ends the session and its visits."}, (*Server).signOut),
	route(Route{ID: "enter-support", Method: http.MethodPost, Path: "/sign-in/support", Tag: "sign-in", Public: true,
		Summary: "Begins a session of the operator, by a link of theirs, in an account that lets operators in."}, (*Server).enterSupport),
}

type signInInput struct {
	Body SignIn
}

// SignIn is what a person types.
type SignIn struct {
	Email    string `json:"email" maxLength:"320"`
	Password string `json:"password" maxLength:"1000"`
}

type signInOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Me
}

func (s *Server) signIn(ctx context.Context, c *Call, in *signInInput) (*signInOutput, error) {
	secret, who, err := s.Users.SignIn(ctx, user.SignIn{Email: in.Body.Email, Password: in.Body.Password, Place: c.place()})
	if err != nil {
		return nil, err
	}
	return s.entered(ctx, c, secret, who)
}

func (s *Server) enterSupport(ctx context.Context, c *Call, in *tokenInput) (*signInOutput, error) {
	secret, who, err := s.Users.EnterSupport(ctx, in.Body.Token, c.place())
	if err != nil {
		return nil, err
	}
	return s.entered(ctx, c, secret, who)
}

// entered answers with a new session in the cookie.
func (s *Server) entered(ctx context.Context, c *Call, secret string, who user.Identity) (*signInOutput, error) {
	if err := s.endSession(ctx, c); err != nil { // the one that this browser had before
		return nil, err
	}
	me, err := s.me(ctx, who)
	if err != nil {
		return nil, err
	}
	return &signInOutput{SetCookie: s.cookie(c, secret, user.SessionMax), Body: me}, nil
}

type signOutOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (s *Server) signOut(ctx context.Context, c *Call, _ *struct{}) (*signOutOutput, error) {
	if err := s.endSession(ctx, c); err != nil {
		return nil, err
	}
	return &signOutOutput{SetCookie: s.cookie(c, "", -time.Second)}, nil
}

// endSession ends the session of the cookie, if it has one.
func (s *Server) endSession(ctx context.Context, c *Call) error {
	who, err := s.Users.Authenticate(ctx, user.Credentials{Session: c.credentials.Session, Address: c.address})
	if errs.KindOf(err) == errs.Unauthenticated {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Users.SignOut(ctx, who)
}

// cookie holds a session's secret for a time; a negative time removes it.
func (s *Server) cookie(c *Call, secret string, life time.Duration) http.Cookie {
	return http.Cookie{
		Name: CookieName, Value: secret, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: s.SecureCookies || c.tls, SameSite: http.SameSiteLaxMode,
	}
}
