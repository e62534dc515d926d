package account

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
)

// SetUp is how far a client has been set up, as its agency sees it.
type SetUp struct {
	Client        *Listed
	Groups        int64 // made for the client
	Users         int64 // with those who are invited or held
	BrandingLater bool  // put off on purpose
	Imported      int64 // assets that came from elsewhere
	Made          int64 // assets that were made there
	Held          []Held
}

// Held is somebody whose invitation waits until the client is opened.
type Held struct{ Name, Email string }

// maxHeld is how many of them are listed.
const maxHeld = 200

// SetUp says how far a client has been set up. Code not_found.
func (s *Service) SetUp(ctx context.Context, who authz.Actor, slug string) (*SetUp, error) {
	grant, party, err := s.EnterGrant(ctx, who, authz.ClientAccess, slug, false)
	if err != nil {
		return nil, err
	}
	out := &SetUp{}
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		*out = SetUp{Held: []Held{}}
		if out.Client, err = listedByID(ctx, tx, party.Account); err != nil {
			return err
		}
		out.Users, out.BrandingLater = out.Client.SeatsUsed, out.Client.settings.SetUp.BrandingLater
		if _, err := tx.One(ctx, `SELECT COUNT(*) FROM groups WHERE account_id IN {each :accounts} AND kind = 'custom'`, nil, &out.Groups); err != nil {
			return err
		}
		_, err := tx.One(ctx, `SELECT COUNT(CASE WHEN origin_no IS NOT NULL THEN 1 END), COUNT(CASE WHEN origin_no IS NULL THEN 1 END)
			FROM assets WHERE account_id IN {each :accounts} AND deleted_at IS NULL`, nil, &out.Imported, &out.Made)
		if err != nil {
			return err
		}
		return tx.Query(ctx, `SELECT name, email FROM users
			WHERE account_id IN {each :accounts} AND state = 'held' AND deleted_at IS NULL ORDER BY name_folded, id LIMIT :rows`,
			db.Args{"rows": maxHeld}, func(scan func(...any) error) error {
				var h Held
				err := scan(&h.Name, &h.Email)
				out.Held = append(out.Held, h)
				return err
			})
	})
	return out, err
}
