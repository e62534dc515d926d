package v1

import (
	"context"
	"net/http"

	"octavo/internal/authz"
	"octavo/internal/dashboard"
)

var barRoutes = []entry{
	route(Route{ID: "get-bar", Method: http.MethodGet, Path: "/{account}/bar", Tag: "bar",
		Summary: "Lists the dashboards that one has open, in one's order, and favourites that are not open."}, (*Server).getBar),
	route(Route{ID: "order-bar", Method: http.MethodPut, Path: "/{account}/bar", Tag: "bar",
		Permission: authz.DashboardTab, Summary: "Puts one's open dashboards into an order."}, (*Server).orderBar),
	route(Route{ID: "open-dashboard", Method: http.MethodPut, Path: "/{account}/bar/{id}", Tag: "bar",
		Summary: "Puts a dashboard into one's bar."}, (*Server).openDashboard),
	route(Route{ID: "close-dashboard", Method: http.MethodDelete, Path: "/{account}/bar/{id}", Tag: "bar",
		Summary: "Takes a dashboard out of one's bar; it is not deleted."}, (*Server).closeDashboard),
	route(Route{ID: "add-favourite", Method: http.MethodPut, Path: "/{account}/dashboards/{id}/favourite", Tag: "bar",
		Summary: "Makes a dashboard one's favourite."}, (*Server).addFavourite),
	route(Route{ID: "drop-favourite", Method: http.MethodDelete, Path: "/{account}/dashboards/{id}/favourite", Tag: "bar",
		Summary: "Takes one's star away from a dashboard."}, (*Server).dropFavourite),
	route(Route{ID: "set-home", Method: http.MethodPut, Path: "/{account}/dashboards/{id}/home", Tag: "bar",
		Summary: "Makes a dashboard the one that opens first."}, (*Server).setHome),
	route(Route{ID: "drop-home", Method: http.MethodDelete, Path: "/{account}/dashboards/{id}/home", Tag: "bar",
		Summary: "Lets the first dashboard of the bar open first again."}, (*Server).dropHome),
	route(Route{ID: "get-place", Method: http.MethodGet, Path: "/{account}/dashboards/{id}/place", Tag: "bar",
		Summary: "Gives what was remembered of a dashboard for oneself, such as how far down one was."}, (*Server).getPlace),
	route(Route{ID: "set-place", Method: http.MethodPut, Path: "/{account}/dashboards/{id}/place", Tag: "bar",
		Summary: "Remembers where one is on a dashboard, for oneself only."}, (*Server).setPlace),
}

// BarItem is a dashboard of the bar.
type BarItem struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Open      bool   `json:"open" doc:"It is in the bar; else it is only a favourite, or opens first."`
	Why       string `json:"why" enum:"required,added,own," doc:"A group wants it there always (it cannot be closed), a group put it there once, or one opened it."`
	Favourite bool   `json:"favourite"`
	Home      bool   `json:"home" doc:"It opens first."`
	Locked    bool   `json:"locked"`
}

// Bar is the dashboards of a person.
type Bar struct {
	Items []BarItem `json:"items"`
}

func barOf(items []dashboard.BarItem) *Answer[Bar] {
	out := Bar{Items: make([]BarItem, len(items))}
	for i, b := range items {
		out.Items[i] = BarItem{
			ID: b.ID, Title: b.Title(), Open: b.Why != dashboard.WhyNot, Why: string(b.Why),
			Favourite: b.Favourite, Home: b.Home, Locked: b.Locked,
		}
	}
	return answer(out)
}

func (s *Server) getBar(ctx context.Context, c *Call, _ *struct{}) (*Answer[Bar], error) {
	items, err := s.Dashboards.Bar(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	return barOf(items), nil
}

// Order names assets in an order.
type Order struct {
	Items []string `json:"items" maxItems:"500" doc:"Ids; what is not named comes behind."`
}

func (s *Server) orderBar(ctx context.Context, c *Call, in *struct{ Body Order }) (*Answer[Bar], error) {
	items, err := s.Dashboards.OrderBar(ctx, c.Actor, in.Body.Items)
	if err != nil {
		return nil, err
	}
	return barOf(items), nil
}

func (s *Server) openDashboard(ctx context.Context, c *Call, in *AssetPath) (*Empty, error) {
	return &Empty{}, s.Dashboards.Open(ctx, c.Actor, in.ID)
}

func (s *Server) closeDashboard(ctx context.Context, c *Call, in *AssetPath) (*Empty, error) {
	return &Empty{}, s.Dashboards.CloseTab(ctx, c.Actor, in.ID)
}

func (s *Server) addFavourite(ctx context.Context, c *Call, in *AssetPath) (*Empty, error) {
	return &Empty{}, s.Dashboards.SetFavourite(ctx, c.Actor, in.ID, true)
}

func (s *Server) dropFavourite(ctx context.Context, c *Call, in *AssetPath) (*Empty, error) {
	return &Empty{}, s.Dashboards.SetFavourite(ctx, c.Actor, in.ID, false)
}

func (s *Server) setHome(ctx context.Context, c *Call, in *AssetPath) (*Empty, error) {
	return &Empty{}, s.Dashboards.SetHome(ctx, c.Actor, in.ID, true)
}

func (s *Server) dropHome(ctx context.Context, c *Call, in *AssetPath) (*Empty, error) {
	return &Empty{}, s.Dashboards.SetHome(ctx, c.Actor, in.ID, false)
}

func (s *Server) getPlace(ctx context.Context, c *Call, in *AssetPath) (*Answer[map[string]any], error) {
	place, err := s.Dashboards.Place(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(place), nil
}

type setPlaceInput struct {
	AssetPath
	Body map[string]any
}

func (s *Server) setPlace(ctx context.Context, c *Call, in *setPlaceInput) (*Empty, error) {
	return &Empty{}, s.Dashboards.SetPlace(ctx, c.Actor, in.ID, in.Body)
}
