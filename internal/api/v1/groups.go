package v1

import (
	"context"
	"net/http"

	"octavo/internal/authz"
	"octavo/internal/id"
	"octavo/internal/user"
)

var groupRoutes = []entry{
	route(Route{ID: "list-groups", Method: http.MethodGet, Path: "/{account}/groups", Tag: "groups",
		Permission: authz.GroupView, Summary: "Lists the groups of the account in their order."}, (*Server).listGroups),
	route(Route{ID: "create-group", Method: http.MethodPost, Path: "/{account}/groups", Tag: "groups", Status: http.StatusCreated,
		Permission: authz.UserManage, Creates: true, Summary: "Adds a group; it uses no seat."}, (*Server).createGroup),
	route(Route{ID: "get-group", Method: http.MethodGet, Path: "/{account}/groups/{group}", Tag: "groups",
		Permission: authz.GroupView, Summary: "Gives one group; list-people tells its members."}, (*Server).getGroup),
	route(Route{ID: "update-group", Method: http.MethodPatch, Path: "/{account}/groups/{group}", Tag: "groups",
		Permission: authz.UserManage, Summary: "Changes name and description of a group."}, (*Server).updateGroup),
	route(Route{ID: "delete-group", Method: http.MethodDelete, Path: "/{account}/groups/{group}", Tag: "groups",
		Permission: authz.UserManage, Summary: "Deletes a group with what was shared with it; its people stay."}, (*Server).deleteGroup),
	route(Route{ID: "change-members", Method: http.MethodPost, Path: "/{account}/groups/{group}/members", Tag: "groups",
		Permission: authz.UserManage, Summary: "Puts people into a group and takes others out."}, (*Server).changeMembers),
	route(Route{ID: "order-groups", Method: http.MethodPut, Path: "/{account}/groups-order", Tag: "groups",
		Permission: authz.UserManage, Summary: "Puts the groups into an order."}, (*Server).orderGroups),
}

// Groups are all groups of an account.
type Groups struct {
	Items []Group `json:"items"`
}

func (s *Server) listGroups(ctx context.Context, c *Call, _ *struct{}) (*Answer[Groups], error) {
	list, err := s.Users.Groups(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	out := Groups{Items: make([]Group, len(list))}
	for i := range list {
		out.Items[i] = group(&list[i])
	}
	return answer(out), nil
}

func oneGroup(g *user.Group, err error) (*Tagged[Group], error) {
	if err != nil {
		return nil, err
	}
	return tagged(g.Version, group(g)), nil
}

type createGroupInput struct {
	Body struct {
		Name        string `json:"name" maxLength:"500"`
		Description string `json:"description,omitempty" maxLength:"5000"`
	}
}

func (s *Server) createGroup(ctx context.Context, c *Call, in *createGroupInput) (*Tagged[Group], error) {
	return oneGroup(s.Users.CreateGroup(ctx, c.Actor, in.Body.Name, in.Body.Description))
}

// GroupPath names a group.
type GroupPath struct {
	Group id.Group `path:"group" maxLength:"64"`
}

type groupInput struct{ GroupPath }

func (s *Server) getGroup(ctx context.Context, c *Call, in *groupInput) (*Tagged[Group], error) {
	return oneGroup(s.Users.GetGroup(ctx, c.Actor, in.Group))
}

type updateGroupInput struct {
	GroupPath
	IfMatch
	Body struct {
		Name        *string `json:"name,omitempty" nullable:"false" maxLength:"500"`
		Description *string `json:"description,omitempty" nullable:"false" maxLength:"5000"`
	}
}

func (s *Server) updateGroup(ctx context.Context, c *Call, in *updateGroupInput) (*Tagged[Group], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return oneGroup(s.Users.UpdateGroup(ctx, c.Actor, in.Group, version, user.GroupPatch{Name: in.Body.Name, Description: in.Body.Description}))
}

func (s *Server) deleteGroup(ctx context.Context, c *Call, in *groupInput) (*Empty, error) {
	return &Empty{}, s.Users.DeleteGroup(ctx, c.Actor, in.Group)
}

type changeMembersInput struct {
	GroupPath
	Body struct {
		Add    []id.User `json:"add,omitempty" maxItems:"1000"`
		Remove []id.User `json:"remove,omitempty" maxItems:"1000"`
	}
}

func (s *Server) changeMembers(ctx context.Context, c *Call, in *changeMembersInput) (*Tagged[Group], error) {
	return oneGroup(s.Users.ChangeMembers(ctx, c.Actor, in.Group, in.Body.Add, in.Body.Remove))
}

type orderGroupsInput struct {
	Body struct {
		Groups []id.Group `json:"groups" maxItems:"1000" doc:"Each group of the account's own making once."`
	}
}

func (s *Server) orderGroups(ctx context.Context, c *Call, in *orderGroupsInput) (*Empty, error) {
	return &Empty{}, s.Users.OrderGroups(ctx, c.Actor, in.Body.Groups)
}
