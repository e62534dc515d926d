package v1

import (
	"context"
	"net/http"

	"octavo/internal/authz"
	"octavo/internal/tour"
)

var tourRoutes = []entry{
	route(Route{ID: "get-tour", Method: http.MethodGet, Path: "/{account}/tour", Tag: "me",
		Permission: authz.ClientAccess, Hide: true, Summary: "Gives the tour of the demo, with the steps that the person may do."}, (*Server).getTour),
	route(Route{ID: "hide-tour", Method: http.MethodPut, Path: "/{account}/tour/hidden", Tag: "me",
		Permission: authz.ClientAccess, Hide: true, Summary: "Puts the tour away for the person."}, (*Server).hideTour),
	route(Route{ID: "show-tour", Method: http.MethodDelete, Path: "/{account}/tour/hidden", Tag: "me",
		Permission: authz.ClientAccess, Hide: true, Summary: "Brings the tour back for the person."}, (*Server).showTour),
}

// Tour is the tour of the demo as one person has it.
type Tour struct {
	Steps     []TourStep `json:"steps" doc:"In their order; empty = there is no tour for this person."`
	Hidden    bool       `json:"hidden" doc:"The person put it away."`
	Removable bool       `json:"removable" doc:"The person may remove the demo."`
}

// TourStep is one thing to do. It is done when it happened, by whatever way.
type TourStep struct {
	ID        tour.StepID `json:"id" enum:"look,set_up,activate"`
	Done      bool        `json:"done"`
	Client    SlugName    `json:"client" doc:"What it is about, under the name that people of the agency see."`
	Dashboard string      `json:"dashboard,omitempty" doc:"Of look: the dashboard of the client to open."`
	Imported  bool        `json:"imported,omitempty" doc:"Of set_up: something was imported."`
	Property  string      `json:"property,omitempty" doc:"Of set_up: the property that the client needs."`
	Filled    bool        `json:"filled,omitempty" doc:"Of set_up: the property has a value."`
}

func (s *Server) getTour(ctx context.Context, c *Call, _ *struct{}) (*Answer[Tour], error) {
	got, err := s.Tour.Get(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	out := Tour{Steps: make([]TourStep, len(got.Steps)), Hidden: got.Hidden}
	if out.Removable, err = s.Demo.Removable(ctx, c.Actor); err != nil {
		return nil, err
	}
	for i, step := range got.Steps {
		out.Steps[i] = TourStep{ID: step.ID, Done: step.Done, Client: SlugName{step.Client.Slug, step.Client.Name},
			Dashboard: step.Dashboard, Imported: step.Imported, Property: step.Property, Filled: step.Filled}
	}
	return answer(out), nil
}

func (s *Server) hideTour(ctx context.Context, c *Call, _ *struct{}) (*Empty, error) {
	return &Empty{}, s.Tour.Hide(ctx, c.Actor, true)
}

func (s *Server) showTour(ctx context.Context, c *Call, _ *struct{}) (*Empty, error) {
	return &Empty{}, s.Tour.Hide(ctx, c.Actor, false)
}
