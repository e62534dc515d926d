package v1

import (
	"context"
	"net/http"

	"octavo/internal/account"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/user"
)

var meRoutes = []entry{
	route(Route{ID: "get-me", Method: http.MethodGet, Path: "/me", Tag: "me",
		Summary: "Says who is signed in."}, (*Server).getMe),
	route(Route{ID: "prove-password", Method: http.MethodPost, Path: "/me/password", Tag: "me",
		Summary: "Checks the password again, for steps that are answered with password_needed: for 10 minutes none is."}, (*Server).provePassword),
}

// Me is the person who is signed in, and where they are at home.
type Me struct {
	User       User    `json:"user"`
	Home       HomeRef `json:"home"`
	OwnsServer bool    `json:"owns_server" doc:"Looks after the installation: an administrator of its first agency."`
}

// User is a person.
type User struct {
	ID    id.User `json:"id"`
	Name  string  `json:"name"`
	Email string  `json:"email"`
}

// HomeRef is an account with its kind.
type HomeRef struct {
	Slug string       `json:"slug"`
	Name string       `json:"name"`
	Kind account.Kind `json:"kind" enum:"parent,client"`
}

func (s *Server) getMe(ctx context.Context, c *Call, _ *struct{}) (*Answer[Me], error) {
	me, err := s.me(ctx, c.Identity)
	return answer(me), err
}

func (s *Server) me(ctx context.Context, who user.Identity) (Me, error) {
	home, err := s.Accounts.ByID(ctx, who.Home)
	if err != nil {
		return Me{}, err
	}
	if !home.Admits() && !who.Support {
		return Me{}, errs.New(errs.Unauthenticated, "sign_in_required", "Sign in first.")
	}
	return Me{
		OwnsServer: who.OwnsServer(),
		User:       User{ID: who.User, Name: who.Name, Email: who.Email},
		Home:       HomeRef{Slug: home.Slug, Name: home.Display(), Kind: home.Kind},
	}, nil
}

type provePasswordInput struct {
	Body struct {
		Password string `json:"password" maxLength:"1000"`
	}
}

func (s *Server) provePassword(ctx context.Context, c *Call, in *provePasswordInput) (*Empty, error) {
	return &Empty{}, s.Users.Prove(ctx, c.Identity, c.place(), in.Body.Password)
}
