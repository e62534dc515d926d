package v1

import (
	"context"
	"net/http"

	"octavo/internal/asset"
	"octavo/internal/authz"
)

var defaultRoutes = []entry{
	route(Route{ID: "list-defaults", Method: http.MethodGet, Path: "/{account}/groups/{group}/defaults", Tag: "groups",
		Permission: authz.GroupView, Summary: "Lists the dashboards that a group may see, in its order."}, (*Server).listDefaults),
	route(Route{ID: "order-defaults", Method: http.MethodPut, Path: "/{account}/groups/{group}/defaults", Tag: "groups",
		Permission: authz.TabPush, Summary: "Puts the dashboards of a group into an order."}, (*Server).orderDefaults),
	route(Route{ID: "set-default", Method: http.MethodPut, Path: "/{account}/groups/{group}/defaults/{id}", Tag: "groups",
		Summary: "Shares a dashboard with a group and says how it comes into the bars of its people."}, (*Server).setDefault),
	route(Route{ID: "drop-default", Method: http.MethodDelete, Path: "/{account}/groups/{group}/defaults/{id}", Tag: "groups",
		Summary: "Shares a dashboard with a group no more."}, (*Server).dropDefault),
	route(Route{ID: "show-default-again", Method: http.MethodPost, Path: "/{account}/groups/{group}/defaults/{id}/show-again", Tag: "groups",
		Summary: "Brings a dashboard back into the bars of those who closed it."}, (*Server).showDefaultAgain),
}

// GroupDefault is a dashboard that a group may see.
type GroupDefault struct {
	ID         string           `json:"id" doc:"Of the dashboard."`
	Title      string           `json:"title"`
	Right      authz.Right      `json:"right" enum:"view,edit"`
	Visibility asset.Visibility `json:"visibility" enum:"required,added,library" doc:"In the bar always, in the bar until the person closes it, or only in lists."`
}

// GroupDefaults are the dashboards that a group may see.
type GroupDefaults struct {
	Items []GroupDefault `json:"items"`
}

func (s *Server) defaultsOf(list []asset.Default) *Answer[GroupDefaults] {
	out := GroupDefaults{Items: make([]GroupDefault, len(list))}
	for i, d := range list {
		out.Items[i] = GroupDefault{ID: s.Keys.IDs.Format(d.Asset), Title: d.Title, Right: d.Right, Visibility: d.Visibility}
	}
	return answer(out)
}

func (s *Server) listDefaults(ctx context.Context, c *Call, in *GroupPath) (*Answer[GroupDefaults], error) {
	list, err := s.Library.Defaults(ctx, c.Actor, in.Group)
	if err != nil {
		return nil, err
	}
	return s.defaultsOf(list), nil
}

type orderDefaultsInput struct {
	GroupPath
	Body Order
}

func (s *Server) orderDefaults(ctx context.Context, c *Call, in *orderDefaultsInput) (*Answer[GroupDefaults], error) {
	list, err := s.Library.OrderDefaults(ctx, c.Actor, in.Group, in.Body.Items)
	if err != nil {
		return nil, err
	}
	return s.defaultsOf(list), nil
}

type defaultPath struct {
	GroupPath
	AssetPath
}

type setDefaultInput struct {
	GroupPath
	AssetPath
	Body struct {
		Right      authz.Right      `json:"right,omitempty" enum:"view,edit" doc:"Left out, it stays; at first view."`
		Visibility asset.Visibility `json:"visibility,omitempty" enum:"required,added,library" doc:"Left out, it stays; at first library."`
	}
}

func (s *Server) setDefault(ctx context.Context, c *Call, in *setDefaultInput) (*Empty, error) {
	return &Empty{}, s.Library.SetDefault(ctx, c.Actor, in.Group, in.ID, in.Body.Right, in.Body.Visibility)
}

func (s *Server) dropDefault(ctx context.Context, c *Call, in *defaultPath) (*Empty, error) {
	return &Empty{}, s.Library.DropDefault(ctx, c.Actor, in.Group, in.ID)
}

func (s *Server) showDefaultAgain(ctx context.Context, c *Call, in *defaultPath) (*Empty, error) {
	return &Empty{}, s.Library.ShowAgain(ctx, c.Actor, in.Group, in.ID)
}
