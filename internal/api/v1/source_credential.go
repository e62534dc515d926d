package v1

import (
	"context"
	"net/http"

	"octavo/internal/credential"
	"octavo/internal/errs"
	"octavo/internal/id"
)

var sourceCredentialRoutes = []entry{
	route(Route{ID: "get-data-source-credential", Method: http.MethodGet, Path: "/{account}/data-sources/{id}/credential", Tag: "data-sources",
		Summary: "Tells which connected account a data source reads with; a copy reads with that of its master."}, (*Server).sourceCredential),
}

// SourceCredential is the connected account that a data source reads with.
type SourceCredential struct {
	State   credential.State `json:"state" enum:"none,ok,needs_reauthorization,credential_missing"`
	Label   string           `json:"label" doc:"Empty for people who have no use for connected accounts."`
	Own     bool             `json:"own" doc:"It belongs to this account."`
	ID      id.Credential    `json:"id" doc:"Empty unless it belongs to this account and the caller may see it."`
	Account *OriginAccount   `json:"account" doc:"The account that it belongs to, where that is another one and may be told."`
}

type sourceCredentialInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) sourceCredential(ctx context.Context, c *Call, in *sourceCredentialInput) (*Answer[SourceCredential], error) {
	found, err := s.Credentials.OfSource(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	out := SourceCredential{State: found.State, Label: found.Label, ID: found.ID, Own: found.Owner == c.Actor.Account}
	if found.Owner == 0 || out.Own || !s.mayNameOrigin(c, found.Owner) {
		return answer(out), nil
	}
	owner, err := s.Accounts.ByID(ctx, found.Owner)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return nil, err
	}
	if err == nil {
		out.Account = &OriginAccount{Slug: owner.Slug, Name: owner.Display()}
	}
	return answer(out), nil
}
