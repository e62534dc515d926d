package purge

import (
	"context"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/db"
)

// Loss is what the deletion of a client takes along, and what elsewhere is touched by it.
type Loss struct {
	Client     *account.Listed
	Users      int64
	Dashboards int64
	Klips      int64
	Sources    int64
	Copies     int64 // assets elsewhere that were imported from the client; they stay
	Dependents int64 // data sources elsewhere that use a connection of the client
	Keep       time.Duration
}

// Preview counts what the deletion of a client takes along, and what of all accounts of the family depends on it,
// also in clients that the actor does not see. Codes not_found, permission_denied.
func (s *Service) Preview(ctx context.Context, who authz.Actor, slug string) (*Loss, error) {
	if _, _, err := s.accounts.EnterGrant(ctx, who, authz.ClientDelete, slug, false); err != nil {
		return nil, err
	}
	client, err := s.accounts.GetClient(ctx, who, slug)
	if err != nil {
		return nil, err
	}
	family, err := s.family(ctx, who.Account)
	if err != nil {
		return nil, err
	}
	// What depends on the client is counted wherever it is: how many, never whose.
	all := authz.GrantOperator(who.Account, family, false)
	loss := &Loss{Client: client, Users: client.SeatsUsed, Keep: s.accounts.Keep()}
	err = s.db.Read(ctx, db.Across(all), func(tx *db.Tx) error {
		args := db.Args{"client": client.ID}
		_, err := tx.One(ctx, `SELECT COUNT(CASE WHEN kind = 'dashboard' THEN 1 END), COUNT(CASE WHEN kind = 'klip' THEN 1 END),
				COUNT(CASE WHEN kind IN ('source', 'model') THEN 1 END)
			FROM assets WHERE account_id IN {each :accounts} AND account_id = :client AND deleted_at IS NULL`, args,
			&loss.Dashboards, &loss.Klips, &loss.Sources)
		if err != nil {
			return err
		}
		const elsewhere = `(account_id = :account OR account_id IN {each :accounts}) AND account_id <> :client`
		_, err = tx.One(ctx, `SELECT COUNT(*) FROM assets WHERE `+elsewhere+` AND origin_account = :client AND deleted_at IS NULL`, args, &loss.Copies)
		if err != nil {
			return err
		}
		_, err = tx.One(ctx, `SELECT COUNT(*) FROM sources WHERE `+elsewhere+` AND credential_account = :client`, args, &loss.Dependents)
		return err
	})
	return loss, err
}
