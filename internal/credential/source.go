package credential

import (
	"context"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// Further states, of what a data source reads with.
const (
	None    State = "none"               // it reads without a credential
	Missing State = "credential_missing" // its credential, or the account that owned it, was deleted
)

// OfSource is what people may know of the credential that a data source of their account
// reads with (accounts.md D77): neither its hosts, its login nor where else it is used.
type OfSource struct {
	State State
	Label string        // "" for people who have no use for credentials
	Owner id.Account    // the account it belongs to; 0 = none
	ID    id.Credential // "" unless it is the acting account's own and the actor may see it
}

// OfSource tells what a data source reads with, for who may see the data source. Codes not_found.
func (s *Service) OfSource(ctx context.Context, who authz.Actor, public string) (*OfSource, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	out := &OfSource{State: None}
	var cred id.Credential
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.assets.Viewable(ctx, tx, who, no)
		if err != nil {
			return err
		}
		if a.Kind != asset.Source {
			return authz.NotFound()
		}
		_, err = tx.One(ctx, `SELECT COALESCE(credential_account, 0), COALESCE(credential_id, '') FROM sources WHERE account_id = :account AND no = :no`,
			db.Args{"no": no}, &out.Owner, &cred)
		return err
	})
	if err != nil || cred == "" {
		return out, err
	}
	return out, s.tell(ctx, who, out, cred)
}

// tell fills in what the owner's row says, read in the owner's scope.
func (s *Service) tell(ctx context.Context, who authz.Actor, out *OfSource, cred id.Credential) error {
	c := Credential{ID: cred}
	var shared int64
	found := false
	err := s.db.Read(ctx, db.Account(out.Owner), func(tx *db.Tx) (err error) {
		found, err = tx.One(ctx, `
			SELECT c.label, c.state, c.owner_id, c.shared FROM credentials c JOIN accounts a ON a.id = c.account_id AND a.deleted_at IS NULL
			WHERE c.account_id = :account AND c.id = :id`, db.Args{"id": cred}, &c.Label, &c.State, &c.Owner, &shared)
		return err
	})
	switch {
	case err != nil:
		return err
	case !found:
		out.State = Missing
		return nil
	}
	out.State, c.Shared = c.State, shared == 1
	if mayLook(who) != nil {
		return nil
	}
	out.Label = c.Label
	if out.Owner == who.Account && authz.CanView(who, c.forAuthz(who)) == nil {
		out.ID = cred
	}
	return nil
}
