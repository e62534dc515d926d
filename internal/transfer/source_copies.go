package transfer

import (
	"context"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// SourceCopies are the copies of a data source of the agency in one client.
type SourceCopies struct {
	Client account.Party
	Copies int64
	Late   int64 // of these, those whose data are too old, do not come, or are not there yet; none in a disabled client, where nothing is fetched
	Klips  int64 // of the client that use them
}

// SourceCopies lists the clients that have copies of a data source of the agency, in order of name. hidden counts the
// clients that the actor may not see, whose copies are not told. For whom there are no clients there are no copies. Code
// not_found.
func (s *Service) SourceCopies(ctx context.Context, who authz.Actor, source int64) (list []SourceCopies, hidden int, err error) {
	if !who.IsParent || !who.Has(authz.ClientAccess) {
		return nil, 0, nil
	}
	parties, err := s.clients(ctx, who)
	if err != nil {
		return nil, 0, err
	}
	grant, err := authz.GrantFamily(who, authz.ClientAccess, plainParties(parties), false)
	if err != nil {
		return nil, 0, err
	}
	found := map[id.Account]SourceCopies{}
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		clear(found)
		if _, err := s.assets.Viewable(ctx, tx, who, source); err != nil {
			return err
		}
		return tx.Query(ctx, `
			SELECT i.account_id, COUNT(*), SUM(CASE WHEN s.off_at IS NULL AND (s.state <> 'fresh' OR s.stale_at < :now) THEN 1 ELSE 0 END),
				(SELECT COUNT(DISTINCT k.no) FROM assets k
					JOIN wires w ON w.wiring_id = k.wiring_id
					JOIN body_refs r ON r.body_id = k.body_id AND r.kind = w.kind AND r.name = w.slot
					JOIN assets c ON c.account_id = k.account_id AND c.no = k.base + w.rel
						AND c.origin_account = :account AND c.origin_no = :master AND c.deleted_at IS NULL
					WHERE k.account_id = i.account_id AND k.kind = 'klip' AND k.deleted_at IS NULL)
			FROM assets i JOIN sources s ON s.account_id = i.account_id AND s.no = i.no
			WHERE `+ofMaster+` GROUP BY i.account_id`, db.Args{"master": source, "now": tx.Now}, func(scan func(...any) error) error {
			var a id.Account
			var c SourceCopies
			err := scan(&a, &c.Copies, &c.Late, &c.Klips)
			found[a] = c
			return err
		})
	})
	for _, p := range parties {
		if c, has := found[p.Account]; has {
			c.Client = p
			if p.Status == account.Disabled {
				c.Late = 0
			}
			list = append(list, c)
		}
	}
	return list, len(parties) - len(grant.Accounts()), err
}
