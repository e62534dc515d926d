package transfer

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// InstanceCounts gives the number of client instances by number of the Klip, in the
// clients that the actor may enter. Klips without instances are absent; outside an
// agency the answer is empty.
func (s *Service) InstanceCounts(ctx context.Context, who authz.Actor, klips []int64) (map[int64]int, error) {
	out := map[int64]int{}
	if !who.IsParent || !who.Has(authz.ClientAccess) {
		return out, nil
	}
	grant, err := s.accounts.Grant(ctx, who, authz.ClientAccess, false)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		return tx.Query(ctx, `
			SELECT i.origin_no, COUNT(*) FROM assets i
			WHERE i.origin_account = :account AND i.origin_no IN {each :klips} AND i.account_id IN {each :accounts}
			  AND i.deleted_at IS NULL
			GROUP BY i.origin_no`, db.Args{"klips": db.List(klips)}, func(scan func(...any) error) error {
			var no int64
			var n int
			err := scan(&no, &n)
			out[no] = n
			return err
		})
	})
	return out, err
}

// Facts is what the list of clients shows of a client's assets.
type Facts struct {
	SourcesTotal int64
	SourcesFresh int64
	ClientDrift
}

// ClientFacts counts data sources and instances of the clients that the grant opens:
// one statement for each of both.
func (s *Service) ClientFacts(ctx context.Context, grant authz.Grant) (map[id.Account]Facts, error) {
	out := map[id.Account]Facts{}
	err := s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		clear(out)
		err := tx.Query(ctx, `
			SELECT a.account_id, COUNT(*), SUM(CASE WHEN s.off_at IS NOT NULL OR s.state = 'fresh' AND (s.stale_at IS NULL OR s.stale_at >= :now) THEN 1 ELSE 0 END)
			FROM assets a JOIN sources s ON s.account_id = a.account_id AND s.no = a.no
			WHERE a.account_id IN {each :accounts} AND a.deleted_at IS NULL GROUP BY a.account_id`,
			db.Args{"now": tx.Now}, func(scan func(...any) error) error {
				var a id.Account
				var f Facts
				err := scan(&a, &f.SourcesTotal, &f.SourcesFresh)
				out[a] = f
				return err
			})
		if err != nil {
			return err
		}
		return readClientDrift(ctx, tx, func(a id.Account, d ClientDrift) {
			f := out[a]
			f.ClientDrift = d
			out[a] = f
		})
	})
	return out, err
}
