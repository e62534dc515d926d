package v1

import (
	"context"
	"net/http"
)

var userPropertyRoutes = []entry{
	route(Route{ID: "list-user-properties", Method: http.MethodGet, Path: "/{account}/user-properties", Tag: "people",
		Summary: "Lists the properties that every person of the account has."}, (*Server).listUserProperties),
	route(Route{ID: "add-user-property", Method: http.MethodPost, Path: "/{account}/user-properties", Tag: "people", Status: http.StatusNoContent,
		Summary: "Gives every person one more property."}, (*Server).addUserProperty),
	route(Route{ID: "delete-user-property", Method: http.MethodDelete, Path: "/{account}/user-properties/{name}", Tag: "people",
		Summary: "Takes a property with its values from everybody."}, (*Server).deleteUserProperty),
}

// UserProperties are names of properties.
type UserProperties struct {
	Items []string `json:"items"`
}

func (s *Server) listUserProperties(ctx context.Context, c *Call, _ *struct{}) (*Answer[UserProperties], error) {
	names, err := s.Users.Properties(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	return answer(UserProperties{Items: names}), nil
}

type addUserPropertyInput struct {
	Body struct {
		Name string `json:"name" maxLength:"200"`
	}
}

func (s *Server) addUserProperty(ctx context.Context, c *Call, in *addUserPropertyInput) (*Empty, error) {
	return &Empty{}, s.Users.AddProperty(ctx, c.Actor, in.Body.Name)
}

type userPropertyInput struct {
	Name string `path:"name" maxLength:"200"`
}

func (s *Server) deleteUserProperty(ctx context.Context, c *Call, in *userPropertyInput) (*Empty, error) {
	return &Empty{}, s.Users.DeleteProperty(ctx, c.Actor, in.Name)
}
