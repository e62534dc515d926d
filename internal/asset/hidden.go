package asset

import (
	"context"
	"maps"
	"slices"

	"octavo/internal/authz"
	"octavo/internal/db"
)

// exceptions are the numbers of the Klips that a dashboard does not share along.
func exceptions(ctx context.Context, tx *db.Tx, no int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	err := tx.Query(ctx, `SELECT klip_no FROM share_exceptions WHERE account_id = :account AND no = :no`, db.Args{"no": no},
		func(scan func(...any) error) error {
			var klip int64
			err := scan(&klip)
			out[klip] = true
			return err
		})
	return out, err
}

// Taken is a Klip that was taken away from people and groups.
type Taken struct {
	Klip   *Asset
	Rights int64 // how many of them
}

// SetHidden says which Klips of a dashboard are not shared along with it. A Klip that
// is hidden from now on is taken away from the people and groups of the dashboard,
// unless they may edit it or see it on another dashboard; but only where the actor may
// edit and share the Klip: rights on the Klips of others are not the actor's to take. One that is
// hidden no more comes with the next SetShares. Klips that the actor may not see stay as
// they are; of Klips that are not on the dashboard any more nothing is kept. It gives the Klips that were taken away from somebody.
// Codes not_found, permission_denied.
func (s *Service) SetHidden(ctx context.Context, tx *db.Tx, who authz.Actor, no int64, klips []int64) ([]Taken, error) {
	if _, err := s.shareable(ctx, tx, who, no); err != nil {
		return nil, err
	}
	before, err := exceptions(ctx, tx, no)
	if err != nil {
		return nil, err
	}
	below, err := s.klipsOf(ctx, tx, no)
	if err != nil {
		return nil, err
	}
	some, err := s.Some(ctx, tx, below)
	if err != nil {
		return nil, err
	}
	rights, err := s.Rights(ctx, tx, who, some)
	if err != nil {
		return nil, err
	}
	now := map[int64]bool{}
	for _, klip := range klips {
		if !slices.Contains(below, klip) || rights[klip] == authz.None {
			return nil, authz.NotFound()
		}
		now[klip] = true
	}
	for klip := range before {
		if rights[klip] == authz.None && slices.Contains(below, klip) {
			now[klip] = true
		}
	}
	if maps.Equal(before, now) {
		return nil, nil
	}
	if _, err := tx.Exec(ctx, `DELETE FROM share_exceptions WHERE account_id = :account AND no = :no`, db.Args{"no": no}); err != nil {
		return nil, err
	}
	var taken []Taken
	for _, klip := range slices.Sorted(maps.Keys(now)) { // as many as one dashboard holds, once per dialog
		if err := tx.Insert(ctx, "share_exceptions", []string{"account_id", "no", "klip_no"}, [][]any{{who.Account, no, klip}}); err != nil {
			return nil, err
		}
		if before[klip] || rights[klip] != authz.Edit || !who.Has(authz.KlipShare) {
			continue
		}
		n, err := s.takeAway(ctx, tx, no, klip)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			taken = append(taken, Taken{Klip: some[klip], Rights: n})
		}
	}
	return taken, nil
}

// takeAway ends the rights to view a Klip that came with a dashboard and with no other
// one, and says how many.
func (s *Service) takeAway(ctx context.Context, tx *db.Tx, dashboard, klip int64) (int64, error) {
	by, err := users(ctx, tx, []int64{klip})
	if err != nil {
		return 0, err
	}
	var others []int64
	for _, l := range by {
		if l.Kind == Strong && l.From != dashboard {
			others = append(others, l.From)
		}
	}
	return tx.Exec(ctx, `
		DELETE FROM asset_shares WHERE account_id = :account AND no = :klip AND access = 'view'
			AND EXISTS (SELECT 1 FROM asset_shares d WHERE d.account_id = :account AND d.no = :dashboard
				AND d.principal_kind = asset_shares.principal_kind AND d.principal_id = asset_shares.principal_id)
			AND NOT EXISTS (SELECT 1 FROM asset_shares o WHERE o.account_id = :account AND o.no IN {each :others}
				AND o.principal_kind = asset_shares.principal_kind AND o.principal_id = asset_shares.principal_id
				AND NOT EXISTS (SELECT 1 FROM share_exceptions x
					WHERE x.account_id = :account AND x.no = o.no AND x.klip_no = :klip))`,
		db.Args{"klip": klip, "dashboard": dashboard, "others": db.List(others)})
}

// klipsOf gives the numbers of the Klips on a dashboard, ascending.
func (s *Service) klipsOf(ctx context.Context, tx *db.Tx, no int64) ([]int64, error) {
	below, err := links(ctx, tx, []int64{no})
	if err != nil {
		return nil, err
	}
	var out []int64
	for _, l := range below {
		if l.Kind == Strong {
			out = append(out, l.To)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
