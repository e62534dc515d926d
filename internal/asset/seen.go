package asset

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// Seen tells which of the assets the actor has opened since they came into the account.
func (s *Service) Seen(ctx context.Context, tx *db.Tx, who authz.Actor, nos []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	if len(nos) == 0 {
		return out, nil
	}
	err := tx.Query(ctx, `SELECT no FROM asset_seen WHERE account_id = :account AND user_id = :who AND no IN {each :nos}`,
		db.Args{"who": who.User, "nos": db.List(nos)}, func(scan func(...any) error) error {
			var no int64
			err := scan(&no)
			out[no] = true
			return err
		})
	return out, err
}

// MarkSeen remembers that the actor has opened an asset that it may see. Code not_found.
func (s *Service) MarkSeen(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) error {
	if _, err := s.Viewable(ctx, tx, who, no); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO asset_seen (account_id, no, user_id, seen_at) VALUES (:account, :no, :who, :now)
		ON CONFLICT (account_id, no, user_id) DO UPDATE SET seen_at = excluded.seen_at`,
		db.Args{"no": no, "who": who.User, "now": tx.Now})
	return err
}

// ShareCounts tells with how many people and groups each of the assets is shared.
func (s *Service) ShareCounts(ctx context.Context, tx *db.Tx, nos []int64) (map[int64]int, error) {
	out := map[int64]int{}
	err := tx.Query(ctx, `SELECT no, count(*) FROM asset_shares WHERE account_id = :account AND no IN {each :nos} GROUP BY no`,
		db.Args{"nos": db.List(nos)}, func(scan func(...any) error) error {
			var no int64
			var n int
			err := scan(&no, &n)
			out[no] = n
			return err
		})
	return out, err
}

// Count is the number of assets that List would give over all pages.
func (s *Service) Count(ctx context.Context, tx *db.Tx, who authz.Actor, f Filter) (int64, error) {
	f, err := s.narrow(ctx, tx, who, f)
	if err != nil {
		return 0, err
	}
	return count(ctx, tx, f, listedFor(who, f))
}

// Seeable is the condition that the actor may see an asset a of a kind in the acting account, with what it binds.
func (s *Service) Seeable(who authz.Actor, kind Kind) (condition string, args db.Args) {
	person := listedFor(who, Filter{Kinds: []Kind{kind}})
	return `(:all = 1 OR a.owner_id = :who OR EXISTS (` + sharedWith + `))`, db.Args{"all": person == "", "who": person}
}

// listedFor is the person whose assets are listed; "" = all of the account.
func listedFor(who authz.Actor, f Filter) id.User {
	if len(f.Kinds) > 0 && who.Allows(authz.Asset{Kind: string(f.Kinds[0]), Owner: "-"}) == authz.Edit {
		return ""
	}
	return who.Owner
}
