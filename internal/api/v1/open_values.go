package v1

import (
	"context"
	"net/http"

	"octavo/internal/authz"
	"octavo/internal/transfer"
)

var openValueRoutes = []entry{
	route(Route{ID: "list-open-properties", Method: http.MethodGet, Path: "/{account}/clients/{client}/open-properties", Tag: "properties",
		Permission: authz.ClientLogin, Hide: true, Summary: "Lists values that decide whose data a client reads with what its agency gave it, and that its people could change."}, (*Server).listOpenValues),
	route(Route{ID: "lock-open-properties", Method: http.MethodPost, Path: "/{account}/clients/{client}/open-properties/lock", Tag: "properties",
		Permission: authz.ClientLogin, Hide: true, Summary: "Locks such values, and gives those that are left."}, (*Server).lockOpenValues),
}

// OpenProperty is a property that decides whose data is read, and is not locked.
type OpenProperty struct {
	Name    string   `json:"name"`
	Sources []string `json:"sources" doc:"Names of the data sources whose requests take it."`
}

// OpenProperties are all of one client.
type OpenProperties struct {
	Items []OpenProperty `json:"items"`
}

func openProperties(list []transfer.OpenValue, err error) (*Answer[OpenProperties], error) {
	if err != nil {
		return nil, err
	}
	out := OpenProperties{Items: make([]OpenProperty, len(list))}
	for i, v := range list {
		out.Items[i] = OpenProperty(v)
	}
	return answer(out), nil
}

func (s *Server) listOpenValues(ctx context.Context, c *Call, in *getClientInput) (*Answer[OpenProperties], error) {
	return openProperties(s.Transfer.OpenValues(ctx, c.Actor, in.Client))
}

type lockOpenValuesInput struct {
	ClientPath
	Body struct {
		Names []string `json:"names" nullable:"false" minItems:"1" maxItems:"500"`
	}
}

func (s *Server) lockOpenValues(ctx context.Context, c *Call, in *lockOpenValuesInput) (*Answer[OpenProperties], error) {
	return openProperties(s.Transfer.LockValues(ctx, c.Actor, in.Client, in.Body.Names))
}
