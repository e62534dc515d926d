package v1

import (
	"context"
	"net/http"

	"octavo/internal/authz"
	"octavo/internal/user"
)

var roleRoutes = []entry{
	route(Route{ID: "list-roles", Method: http.MethodGet, Path: "/{account}/roles", Tag: "people",
		Permission: authz.UserView, Summary: "Lists the roles of the account, built-in ones first."}, (*Server).listRoles),
	route(Route{ID: "create-role", Method: http.MethodPost, Path: "/{account}/roles", Tag: "people", Status: http.StatusCreated,
		Permission: authz.UserManage, Creates: true, Summary: "Adds a role."}, (*Server).createRole),
	route(Route{ID: "update-role", Method: http.MethodPut, Path: "/{account}/roles/{role}", Tag: "people",
		Permission: authz.UserManage, Summary: "Changes a role of the account's own making."}, (*Server).updateRole),
	route(Route{ID: "delete-role", Method: http.MethodDelete, Path: "/{account}/roles/{role}", Tag: "people",
		Permission: authz.UserManage, Summary: "Removes a role; its people get another."}, (*Server).deleteRole),
}

// Role is a role that people of an account can have.
type Role struct {
	ID          authz.Role         `json:"id" doc:"admin, editor or view_only, or 32 hex digits."`
	Name        string             `json:"name" doc:"Empty for built-in roles."`
	BuiltIn     bool               `json:"built_in"`
	Permissions []authz.Permission `json:"permissions" doc:"In the order of the matrix."`
	People      int64              `json:"people" doc:"How many people have it."`
	Version     int64              `json:"version"`
}

func role(r user.Role) Role {
	if r.Permissions == nil {
		r.Permissions = []authz.Permission{}
	}
	return Role(r)
}

// Roles lists roles and every permission that can be given in the account.
type Roles struct {
	Items       []Role             `json:"items"`
	Permissions []authz.Permission `json:"permissions" doc:"All that exist in this account, in the order of the matrix."`
}

func (s *Server) listRoles(ctx context.Context, c *Call, _ *struct{}) (*Answer[Roles], error) {
	list, err := s.Users.Roles(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	out := Roles{Items: make([]Role, len(list)), Permissions: authz.All(c.Actor.IsParent)}
	for i, r := range list {
		out.Items[i] = role(r)
	}
	return answer(out), nil
}

// RoleBody is what a role is made of.
type RoleBody struct {
	Name        string             `json:"name" maxLength:"500"`
	Permissions []authz.Permission `json:"permissions" nullable:"false" maxItems:"200"`
}

type createRoleInput struct {
	Body RoleBody
}

func (s *Server) createRole(ctx context.Context, c *Call, in *createRoleInput) (*Tagged[Role], error) {
	r, err := s.Users.CreateRole(ctx, c.Actor, user.RoleDraft(in.Body))
	if err != nil {
		return nil, err
	}
	return tagged(r.Version, role(*r)), nil
}

// RolePath is the role that a path names.
type RolePath struct {
	Role authz.Role `path:"role" maxLength:"64"`
}

type updateRoleInput struct {
	RolePath
	IfMatch
	Body RoleBody
}

func (s *Server) updateRole(ctx context.Context, c *Call, in *updateRoleInput) (*Tagged[Role], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	r, err := s.Users.UpdateRole(ctx, c.Actor, in.Role, version, user.RoleDraft(in.Body))
	if err != nil {
		return nil, err
	}
	return tagged(r.Version, role(*r)), nil
}

type deleteRoleInput struct {
	RolePath
	Replacement authz.Role `query:"replacement" maxLength:"64" doc:"The role that the people who have it get instead."`
}

func (s *Server) deleteRole(ctx context.Context, c *Call, in *deleteRoleInput) (*Empty, error) {
	return &Empty{}, s.Users.DeleteRole(ctx, c.Actor, in.Role, in.Replacement)
}
