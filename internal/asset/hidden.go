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

// SetHidden says which Klips of a dashboard are not shared along with it. A Klip that
// is hidden from now on is taken away from the people and groups of the dashboard,
// unless they may edit it or see it on another dashboard; one that is hidden no more
// comes with the next SetShares. Codes not_found, permission_denied.
func (s *Service) SetHidden(ctx context.Context, tx *db.Tx, who authz.Actor, no int64, klips []int64) error {
	if _, err := s.shareable(ctx, tx, who, no); err != nil {
		return err
	}
	before, err := exceptions(ctx, tx, no)
	if err != nil {
		return err
	}
	below, err := s.klipsOf(ctx, tx, no)
	if err != nil {
		return err
	}
	now := map[int64]bool{}
	for _, klip := range klips {
		if !slices.Contains(below, klip) {
			return authz.NotFound()
		}
		now[klip] = true
	}
	if maps.Equal(before, now) {
		return nil
	}
	if _, err := tx.Exec(ctx, `DELETE FROM share_exceptions WHERE account_id = :account AND no = :no`, db.Args{"no": no}); err != nil {
		return err
	}
	for klip := range now { // as many as one dashboard holds, once per dialog
		err := tx.Insert(ctx, "share_exceptions", []string{"account_id", "no", "klip_no"}, [][]any{{who.Account, no, klip}})
		if err == nil && !before[klip] {
			err = s.takeAway(ctx, tx, no, klip)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// takeAway ends the rights to view a Klip that came with a dashboard and with no other one.
func (s *Service) takeAway(ctx context.Context, tx *db.Tx, dashboard, klip int64) error {
	by, err := users(ctx, tx, []int64{klip})
	if err != nil {
		return err
	}
	var others []int64
	for _, l := range by {
		if l.Kind == Strong && l.From != dashboard {
			others = append(others, l.From)
		}
	}
	_, err = tx.Exec(ctx, `
		DELETE FROM asset_shares WHERE account_id = :account AND no = :klip AND access = 'view'
			AND EXISTS (SELECT 1 FROM asset_shares d WHERE d.account_id = :account AND d.no = :dashboard
				AND d.principal_kind = asset_shares.principal_kind AND d.principal_id = asset_shares.principal_id)
			AND NOT EXISTS (SELECT 1 FROM asset_shares o WHERE o.account_id = :account AND o.no IN {each :others}
				AND o.principal_kind = asset_shares.principal_kind AND o.principal_id = asset_shares.principal_id
				AND NOT EXISTS (SELECT 1 FROM share_exceptions x
					WHERE x.account_id = :account AND x.no = o.no AND x.klip_no = :klip))`,
		db.Args{"klip": klip, "dashboard": dashboard, "others": db.List(others)})
	return err
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
