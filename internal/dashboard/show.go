package dashboard

import (
	"context"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// viewable reads a dashboard that the actor may see; other kinds of asset are not_found.
func (s *Service) viewable(ctx context.Context, tx *db.Tx, who authz.Actor, public string) (*asset.Asset, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	return ofKind(s.assets.Viewable(ctx, tx, who, no))
}

func (s *Service) editable(ctx context.Context, tx *db.Tx, who authz.Actor, p authz.Permission, no int64) (*asset.Asset, error) {
	return ofKind(s.assets.Editable(ctx, tx, who, p, no))
}

func ofKind(a *asset.Asset, err error) (*asset.Asset, error) {
	if err == nil && a.Kind != asset.Dashboard {
		err = authz.NotFound()
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

// document reads the current document with the public ids of its Klips.
func (s *Service) document(ctx context.Context, tx *db.Tx, a *asset.Asset) (*document, error) {
	d, err := parseBody(a.JSON)
	if err != nil {
		return nil, err
	}
	public, err := s.publicIDs(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	for i := range d.placements {
		p := &d.placements[i]
		p.klip, p.slot = public(p.slot), ""
	}
	return d, nil
}

// publicIDs turns slots of a dashboard into public ids of Klips; "" where a slot stands for nothing.
func (s *Service) publicIDs(ctx context.Context, tx *db.Tx, a *asset.Asset) (func(slot string) string, error) {
	wires, err := s.assets.Slots(ctx, tx, a.Key.No)
	if err != nil {
		return nil, err
	}
	return func(slot string) string {
		number, ok := wires[slot]
		if !ok {
			return ""
		}
		return s.assets.PublicID(id.Asset{Account: a.Key.Account, No: number})
	}, nil
}

// show gives a dashboard with its document and counts.
func (s *Service) show(ctx context.Context, tx *db.Tx, who authz.Actor, a *asset.Asset) (*Dashboard, error) {
	out, d, err := s.describe(a)
	if err != nil {
		return nil, err
	}
	public, err := s.publicIDs(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	out.Document, out.Placed = d.show(public), d.placed(public)
	one := []Dashboard{*out}
	if err := s.addCounts(ctx, tx, who, one); err != nil {
		return nil, err
	}
	return &one[0], nil
}

// addCounts fills in tags, shares, whether a dashboard is new to the actor, and whether the actor may change it.
func (s *Service) addCounts(ctx context.Context, tx *db.Tx, who authz.Actor, list []Dashboard) error {
	nos, all := make([]int64, len(list)), make([]*asset.Asset, len(list))
	rows := make(map[int64]*asset.Asset, len(list))
	var imported []int64
	for i := range list {
		nos[i], all[i], rows[list[i].Key.No] = list[i].Key.No, &list[i].Asset, &list[i].Asset
		if list[i].Import != 0 {
			imported = append(imported, list[i].Key.No)
		}
	}
	if err := s.assets.AddTags(ctx, tx, all...); err != nil {
		return err
	}
	rights, err := s.assets.Rights(ctx, tx, who, rows)
	if err != nil {
		return err
	}
	shared, err := s.assets.ShareCounts(ctx, tx, nos)
	if err != nil {
		return err
	}
	seen, err := s.assets.Seen(ctx, tx, who, imported)
	if err != nil {
		return err
	}
	for i := range list {
		d := &list[i]
		d.CanEdit = who.Has(authz.TabEdit) && rights[d.Key.No] == authz.Edit
		d.Shared, d.IsNew = shared[d.Key.No], d.Import != 0 && !seen[d.Key.No]
	}
	return nil
}
