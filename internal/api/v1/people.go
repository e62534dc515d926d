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
	ID           id.User      `json:"id"`
	Name         string       `json:"name"`
	Email        string       `json:"email"`
	Role         authz.Role   `json:"role" enum:"admin,editor,view_only" doc:"The strongest of the built-in ones."`
	Roles        []authz.Role `json:"roles"`
	Groups       []GroupRef   `json:"groups" doc:"Of the account's own making: everybody is in All Users."`
	State        user.State   `json:"state" enum:"held,invited,active,deactivated"`
	Contact      bool         `json:"primary_contact"`
	Version      int64        `json:"version"`
	LastSignInAt *time.Time   `json:"last_sign_in_at"`
}

// GroupRef is a group by name.
type GroupRef struct {
	ID   id.Group `json:"id"`
	Name string   `json:"name"`
}

type listPeopleInput struct {
	ListInput
	Q     string     `query:"q" maxLength:"200" doc:"Part of the name or e-mail address."`
	State user.State `query:"state" enum:"held,invited,active,deactivated"`
	Role  string     `query:"role" maxLength:"64"`
	Group id.Group   `query:"group" maxLength:"64" doc:"Id of a group."`
}

func (s *Server) listPeople(ctx context.Context, c *Call, in *listPeopleInput) (*Listing[Person], error) {
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	filter := user.Filter{Search: in.Q, State: in.State, Role: authz.Role(in.Role), Group: in.Group}
	rows, next, err := s.Users.List(ctx, c.Actor, filter, req)
	if err != nil {
		return nil, err
	}
	var count *int64
	if in.Count {
		n, err := s.Users.Count(ctx, c.Actor, filter)
		if err != nil {
			return nil, err
		}
		count = &n
	}
	return listing(s, c, rows, next, count, person)
}

func person(p *user.Person) Person {
	out := Person{ID: p.ID, Name: p.Name, Email: p.Email, Role: user.Strongest(p.Roles), Roles: p.Roles,
		Groups: make([]GroupRef, len(p.Groups)), State: p.State, Contact: p.Contact, Version: p.Version}
	for i, g := range p.Groups {
		out.Groups[i] = GroupRef{ID: g.ID, Name: g.Name}
	}
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
	ID          id.Group `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Members     int64    `json:"members"`
	BuiltIn     bool     `json:"built_in"`
	Version     int64    `json:"version" doc:"Of name and description."`
}

func group(g *user.Group) Group {
	return Group{ID: g.ID, Name: g.Name, Description: g.Description, Members: g.Members, BuiltIn: g.BuiltIn, Version: g.Version}
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
	for i := range groups {
		out.Groups[i] = group(&groups[i])
	}
	return answer(out), nil
}
