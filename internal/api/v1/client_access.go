package v1

import (
	"context"
	"net/http"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/id"
)

var clientAccessRoutes = []entry{
	route(Route{ID: "get-client-access", Method: http.MethodGet, Path: "/{account}/clients/{client}/access", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Lists the groups of the agency that a client is shared with."}, (*Server).getClientAccess),
	route(Route{ID: "set-client-access", Method: http.MethodPut, Path: "/{account}/clients/{client}/access", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Replaces the groups of the agency that a client is shared with."}, (*Server).setClientAccess),
}

// ClientAccess says which groups of the agency have a client. Administrators have all.
type ClientAccess struct {
	Groups []GroupAccess `json:"groups"`
}

// GroupAccess is what a group of the agency may do with a client.
type GroupAccess struct {
	Group     id.Group `json:"group"`
	Name      string   `json:"name"`
	Everybody bool     `json:"everybody" doc:"The group of all people of the agency."`
	Members   int64    `json:"members"`
	CanManage bool     `json:"can_manage" doc:"Its people may change the client, as far as their roles allow."`
}

func clientAccess(list []account.Access, version int64) *Tagged[ClientAccess] {
	out := ClientAccess{Groups: make([]GroupAccess, len(list))}
	for i, a := range list {
		out.Groups[i] = GroupAccess(a)
	}
	return tagged(version, out)
}

func (s *Server) getClientAccess(ctx context.Context, c *Call, in *getClientInput) (*Tagged[ClientAccess], error) {
	list, version, err := s.Accounts.ClientAccess(ctx, c.Actor, in.Client)
	if err != nil {
		return nil, err
	}
	return clientAccess(list, version), nil
}

// ClientAccessBody names the groups that have a client.
type ClientAccessBody struct {
	Groups []struct {
		Group     id.Group `json:"group" maxLength:"64"`
		CanManage bool     `json:"can_manage,omitempty"`
	} `json:"groups" nullable:"false" maxItems:"200"`
}

type setClientAccessInput struct {
	ClientPath
	IfMatch
	Body ClientAccessBody
}

func (s *Server) setClientAccess(ctx context.Context, c *Call, in *setClientAccessInput) (*Tagged[ClientAccess], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	groups := make([]account.Access, len(in.Body.Groups))
	for i, g := range in.Body.Groups {
		groups[i] = account.Access{Group: g.Group, CanManage: g.CanManage}
	}
	list, version, err := s.Accounts.SetClientAccess(ctx, c.Actor, in.Client, version, groups)
	if err != nil {
		return nil, err
	}
	return clientAccess(list, version), nil
}
