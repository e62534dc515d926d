package v1

import (
	"context"
	"time"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Named is a person, or the agency, by name.
type Named struct {
	ID   id.User `json:"id"`
	Name string  `json:"name"`
}

// AssetRef names an asset of the account.
type AssetRef struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Origin says where an imported asset came from.
type Origin struct {
	Account    *OriginAccount `json:"account" doc:"Null where it may not be told, or is gone."`
	ID         string         `json:"id" doc:"Of the master, in its own account."`
	ImportedAt time.Time      `json:"imported_at"`
	Import     string         `json:"import" doc:"The import that it came with: see get-arrival."`
}

// OriginAccount is an account by address and shown name.
type OriginAccount struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// origins finds where imported assets came from. The answer to an asset that was not
// imported is nil. People of a client learn nothing of its sisters, and people of the
// agency who may not see clients nothing of clients.
func (s *Server) origins(ctx context.Context, c *Call, assets ...*asset.Asset) (func(*asset.Asset) *Origin, error) {
	known := map[id.Account]*OriginAccount{}
	for _, a := range assets {
		from := a.Origin.Account
		if _, asked := known[from]; asked || a.Origin.IsZero() || !s.mayNameOrigin(c, from) {
			continue
		}
		found, err := s.Accounts.ByID(ctx, from)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return nil, err
		}
		known[from] = nil
		if err == nil {
			known[from] = &OriginAccount{Slug: found.Slug, Name: found.Display()}
		}
	}
	return func(a *asset.Asset) *Origin {
		if a.Origin.IsZero() {
			return nil
		}
		return &Origin{Account: known[a.Origin.Account], ID: s.Keys.IDs.Format(a.Origin), ImportedAt: millis(a.Import.At()), Import: a.Import.String()}
	}, nil
}

// mayNameOrigin says whether the actor may learn the name of the account.
func (s *Server) mayNameOrigin(c *Call, from id.Account) bool {
	if c.Account.Kind == account.Client && from == c.Account.Parent {
		return true
	}
	return c.Actor.Delegated || c.Actor.IsParent && c.Actor.Has(authz.ClientAccess)
}
