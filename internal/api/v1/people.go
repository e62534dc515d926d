package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/authz"
	"octavo/internal/id"
	"octavo/internal/user"
)

var peopleRoutes = []entry{
	route(Route{ID: "list-people", Method: http.MethodGet, Path: "/{account}/people", Tag: "people",
		Permission: authz.UserView, Summary: "Lists the people of the account."}, (*Server).listPeople),
	route(Route{ID: "list-principals", Method: http.MethodGet, Path: "/{account}/principals", Tag: "people",
		Permission: authz.UserView, Summary: "Lists the people and groups that things can be shared with."}, (*Server).listPrincipals),
}

// Person is a person of an account.
type Person struct {
	ID           id.User    `json:"id"`
	Name         string     `json:"name"`
	Email        string     `json:"email"`
	Role         authz.Role `json:"role" enum:"admin,editor,view_only"`
	State        user.State `json:"state" enum:"held,invited,active,deactivated"`
	LastSignInAt *time.Time `json:"last_sign_in_at"`
}

type listPeopleInput struct {
	ListInput
	Q string `query:"q" maxLength:"200" doc:"Part of the name or e-mail address."`
}

func (s *Server) listPeople(ctx context.Context, c *Call, in *listPeopleInput) (*Listing[Person], error) {
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	rows, next, err := s.Users.List(ctx, c.Actor, in.Q, req)
	if err != nil {
		return nil, err
	}
	var count *int64
	if in.Count {
		n, err := s.Users.Count(ctx, c.Actor, in.Q)
		if err != nil {
			return nil, err
		}
		count = &n
	}
	return listing(s, c, rows, next, count, person)
}

func person(p *user.Person) Person {
	out := Person{ID: p.ID, Name: p.Name, Email: p.Email, Role: user.Strongest(p.Roles), State: p.State}
	if !p.LastSignIn.IsZero() {
		out.LastSignInAt = &p.LastSignIn
	}
	return out
}

// Principals are whom assets can be shared with.
type Principals struct {
	Users  []PrincipalUser `json:"users"`
	Groups []Group         `json:"groups"`
}

// PrincipalUser is a person to share with.
type PrincipalUser struct {
	ID    id.User `json:"id"`
	Name  string  `json:"name"`
	Email string  `json:"email"`
}

// Group is a group of people.
type Group struct {
	ID      id.Group `json:"id"`
	Name    string   `json:"name"`
	Members int64    `json:"members"`
	BuiltIn bool     `json:"built_in"`
}

func (s *Server) listPrincipals(ctx context.Context, c *Call, _ *struct{}) (*Answer[Principals], error) {
	people, groups, err := s.Users.Principals(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	out := Principals{Users: make([]PrincipalUser, len(people)), Groups: make([]Group, len(groups))}
	for i, p := range people {
		out.Users[i] = PrincipalUser{ID: p.ID, Name: p.Name, Email: p.Email}
	}
	for i, g := range groups {
		out.Groups[i] = Group{ID: g.ID, Name: g.Name, Members: g.Members, BuiltIn: g.BuiltIn}
	}
	return answer(out), nil
}
