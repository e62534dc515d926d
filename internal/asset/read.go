package asset

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
)

// Viewable reads an asset that the actor may see, with its body. Code not_found,
// also for assets in the bin.
func (s *Service) Viewable(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) (*Asset, error) {
	a, best, err := s.load(ctx, tx, who, no)
	if err != nil {
		return nil, err
	}
	if a.DeletedAt != 0 {
		return nil, authz.NotFound()
	}
	return a, authz.CanView(who, a.ForAuthz(best))
}

// Editable reads an asset that the actor may change. Codes not_found, permission_denied.
func (s *Service) Editable(ctx context.Context, tx *db.Tx, who authz.Actor, p authz.Permission, no int64) (*Asset, error) {
	a, best, err := s.load(ctx, tx, who, no)
	if err != nil {
		return nil, err
	}
	if a.DeletedAt != 0 {
		return nil, authz.NotFound()
	}
	return a, authz.Can(who, p, authz.Edit, a.ForAuthz(best))
}

func (s *Service) load(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) (*Asset, authz.Right, error) {
	a, found, err := get(ctx, tx, no)
	if err != nil {
		return nil, authz.None, err
	}
	if !found {
		return nil, authz.None, authz.NotFound()
	}
	best, err := bestRights(ctx, tx, who.User, []int64{no})
	return a, best[no], err
}

// List reads a page of the assets that the actor may see, in the order of the filter.
// Filter.Limit rows at most. Code permission_denied.
func (s *Service) List(ctx context.Context, tx *db.Tx, who authz.Actor, f Filter) ([]Asset, error) {
	f, err := s.narrow(ctx, tx, who, f)
	if err != nil {
		return nil, err
	}
	return list(ctx, tx, f, listedFor(who, f))
}

// Links reads which assets the given ones use.
func (s *Service) Links(ctx context.Context, tx *db.Tx, of []int64) ([]Link, error) {
	return links(ctx, tx, of)
}

// Users reads which assets use the given ones.
func (s *Service) Users(ctx context.Context, tx *db.Tx, of []int64) ([]Link, error) {
	return users(ctx, tx, of)
}

// Some reads several assets of the account by number, with bodies, without asking
// for rights: for what an asset that the actor may see consists of. Trashed ones
// carry DeletedAt; missing ones are absent.
func (s *Service) Some(ctx context.Context, tx *db.Tx, nos []int64) (map[int64]*Asset, error) {
	out := make(map[int64]*Asset, len(nos))
	err := tx.Query(ctx, `
		SELECT `+columns+`, COALESCE(o.name, ''), COALESCE(u.name, ''), b.json
		FROM assets a JOIN bodies b ON b.id = a.body_id AND b.family_id = :family`+people+`
		WHERE a.account_id = :account AND a.no IN {each :nos}`, db.Args{"nos": db.List(nos)},
		func(scan func(...any) error) error {
			a := new(Asset)
			err := scan(append(a.dest(), &a.OwnerName, &a.ChangedBy, &a.JSON)...)
			out[a.Key.No] = a
			return err
		})
	return out, err
}

// Visible tells which of the assets the actor may see by rights; whether one is in the bin is not asked.
func (s *Service) Visible(ctx context.Context, tx *db.Tx, who authz.Actor, assets map[int64]*Asset) (map[int64]bool, error) {
	rights, err := s.Rights(ctx, tx, who, assets)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]bool, len(assets))
	for no := range assets {
		out[no] = rights[no] != authz.None
	}
	return out, nil
}

// Rights gives the strongest right of the actor on each of the assets.
func (s *Service) Rights(ctx context.Context, tx *db.Tx, who authz.Actor, assets map[int64]*Asset) (map[int64]authz.Right, error) {
	nos := make([]int64, 0, len(assets))
	for no := range assets {
		nos = append(nos, no)
	}
	best, err := bestRights(ctx, tx, who.User, nos)
	if err != nil {
		return nil, err
	}
	for no, a := range assets {
		best[no] = who.Allows(a.ForAuthz(best[no]))
	}
	return best, nil
}

// Slots gives the targets of an asset's slots: slot → number in the account.
func (s *Service) Slots(ctx context.Context, tx *db.Tx, no int64) (map[string]int64, error) {
	all, err := links(ctx, tx, []int64{no})
	if err != nil {
		return nil, err
	}
	out := make(map[string]int64, len(all))
	for _, l := range all {
		out[l.Slot] = l.To
	}
	return out, nil
}
