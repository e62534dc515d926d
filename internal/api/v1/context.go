package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/user"
)

var contextRoutes = []entry{
	route(Route{ID: "get-context", Method: http.MethodGet, Path: "/{account}/context", Tag: "me",
		Summary: "Says in which account, as whom and with which permissions a person acts."}, (*Server).getContext),
	route(Route{ID: "end-visit", Method: http.MethodDelete, Path: "/{account}/visit", Tag: "me",
		Summary: "Ends the visit to the client of the path."}, (*Server).endVisit),
}

// Context is what the web application must know of the account it shows. The name of
// a client is the one that its own people see.
type Context struct {
	Account     AccountRef         `json:"account"`
	User        User               `json:"user"`
	Role        authz.Role         `json:"role" enum:"admin,editor,view_only"`
	Permissions []authz.Permission `json:"permissions"`
	FileBytes   int64              `json:"file_bytes" doc:"Size of the largest file that is taken as data."`
	Visit       *VisitRef          `json:"visit" doc:"Null unless a person of the agency visits the client."`
}

// AccountRef is the account that a person acts in.
type AccountRef struct {
	ID     string         `json:"id"`
	Slug   string         `json:"slug"`
	Name   string         `json:"name"`
	Kind   account.Kind   `json:"kind" enum:"parent,client"`
	Status account.Status `json:"status" enum:"setup,trial,active,disabled"`
}

// VisitRef is a running visit.
type VisitRef struct {
	_      struct{}  `nullable:"true"`
	Agency SlugName  `json:"agency"`
	EndsAt time.Time `json:"ends_at" doc:"Unless there is activity before."`
}

// SlugName is an account by its address and shown name.
type SlugName struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

func (s *Server) getContext(ctx context.Context, c *Call, _ *struct{}) (*Answer[Context], error) {
	out := Context{
		Account:     AccountRef{ID: c.Account.PublicID, Slug: c.Account.Slug, Name: c.Account.Display(), Kind: c.Account.Kind, Status: c.Account.Status},
		User:        User{ID: c.Actor.User, Name: c.Actor.Name, Email: c.Actor.Email},
		Role:        user.Strongest(c.Actor.Roles),
		Permissions: c.Actor.Permissions(),
	}
	if s.DataSources != nil { // a server of sign-in and clients alone takes no files
		out.FileBytes = s.DataSources.MaxUpload()
	}
	if c.Visit != nil {
		agency, err := s.Accounts.ByID(ctx, c.Account.Parent)
		if err != nil {
			return nil, err
		}
		out.Visit = &VisitRef{Agency: SlugName{Slug: agency.Slug, Name: agency.Display()}, EndsAt: c.Visit.EndsAt}
	}
	return answer(out), nil
}

// Slug names an account to go to.
type Slug struct {
	Slug string `json:"slug"`
}

func (s *Server) endVisit(ctx context.Context, c *Call, _ *struct{}) (*Answer[Slug], error) {
	if err := s.Users.EndVisit(ctx, c.Actor, c.Account); err != nil {
		return nil, err
	}
	agency, err := s.Accounts.ByID(ctx, c.Account.Parent)
	if err != nil {
		return nil, err
	}
	return answer(Slug{Slug: agency.Slug}), nil
}
