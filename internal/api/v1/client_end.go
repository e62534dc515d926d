package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
)

var clientEndRoutes = []entry{
	route(Route{ID: "preview-client-deletion", Method: http.MethodGet, Path: "/{account}/clients/{client}/deletion", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Says what the deletion of a client takes along."}, (*Server).previewDeletion),
	route(Route{ID: "delete-client", Method: http.MethodDelete, Path: "/{account}/clients/{client}", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Puts a client into the bin; confirm is its name."}, (*Server).deleteClient),
	route(Route{ID: "list-deleted-clients", Method: http.MethodGet, Path: "/{account}/deleted-clients", Tag: "clients",
		Permission: authz.AdminClient, Hide: true, Summary: "Lists the clients in the bin."}, (*Server).listDeletedClients),
	route(Route{ID: "restore-client", Method: http.MethodPost, Path: "/{account}/deleted-clients/{client}/restore", Tag: "clients",
		Permission: authz.AdminClient, Hide: true, Summary: "Takes a client out of the bin."}, (*Server).restoreClient),
	route(Route{ID: "purge-client", Method: http.MethodDelete, Path: "/{account}/deleted-clients/{client}", Tag: "clients",
		Permission: authz.AdminClient, Hide: true, Summary: "Removes a client in the bin for good; confirm is its name."}, (*Server).purgeClient),
}

// ClientLoss is what the deletion of a client takes along.
type ClientLoss struct {
	Users      int64 `json:"users"`
	Dashboards int64 `json:"dashboards"`
	Klips      int64 `json:"klips"`
	Sources    int64 `json:"sources"`
	Copies     int64 `json:"copies" doc:"Assets elsewhere that were imported from the client; they stay."`
	Dependents int64 `json:"dependents" doc:"Data sources elsewhere that use a connection of the client."`
	KeepS      int64 `json:"keep_s" doc:"How long it can be restored."`
}

func (s *Server) previewDeletion(ctx context.Context, c *Call, in *getClientInput) (*Answer[ClientLoss], error) {
	l, err := s.Purge.Preview(ctx, c.Actor, in.Client)
	if err != nil {
		return nil, err
	}
	return answer(ClientLoss{Users: l.Users, Dashboards: l.Dashboards, Klips: l.Klips, Sources: l.Sources,
		Copies: l.Copies, Dependents: l.Dependents, KeepS: int64(l.Keep.Seconds())}), nil
}

type confirmInput struct {
	ClientPath
	Confirm string `query:"confirm" maxLength:"500" doc:"Name of the client, as the agency calls it."`
}

func (s *Server) deleteClient(ctx context.Context, c *Call, in *confirmInput) (*Answer[DeletedClient], error) {
	a, err := s.Accounts.DeleteClient(ctx, c.Actor, in.Client, in.Confirm)
	if err != nil {
		return nil, err
	}
	return answer(deletedClient(a)), nil
}

// DeletedClient is a client in the bin.
type DeletedClient struct {
	ID        string    `json:"id"`
	Slug      string    `json:"slug"`
	Name      string    `json:"name"`
	Users     int64     `json:"users"`
	DeletedAt time.Time `json:"deleted_at"`
	PurgeAt   time.Time `json:"purge_at" doc:"When it is removed for good."`
}

func deletedClient(a *account.Account) DeletedClient {
	return DeletedClient{ID: a.PublicID, Slug: a.Slug, Name: a.Name, Users: a.SeatsUsed, DeletedAt: a.DeletedAt, PurgeAt: a.PurgeAt}
}

type listDeletedInput struct{ ListInput }

func (s *Server) listDeletedClients(ctx context.Context, c *Call, in *listDeletedInput) (*Listing[DeletedClient], error) {
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	rows, next, err := s.Accounts.DeletedClients(ctx, c.Actor, req)
	if err != nil {
		return nil, err
	}
	return listing(s, c, rows, next, nil, deletedClient)
}

func (s *Server) restoreClient(ctx context.Context, c *Call, in *getClientInput) (*Tagged[Client], error) {
	l, err := s.Accounts.RestoreClient(ctx, c.Actor, in.Client)
	if err != nil {
		return nil, err
	}
	return s.oneClient(ctx, c, l)
}

func (s *Server) purgeClient(ctx context.Context, c *Call, in *confirmInput) (*Empty, error) {
	return &Empty{}, s.Purge.Now(ctx, c.Actor, in.Client, in.Confirm)
}
