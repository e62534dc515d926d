package dashboard

import (
	"context"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
)

// Copy makes a dashboard of the actor's own, shared with nobody, with the same Klips at
// the same places; withKlips makes copies of the Klips too, so that they can be changed
// on their own. Copies have no master. Codes not_found, permission_denied, limit_reached.
func (s *Service) Copy(ctx context.Context, who authz.Actor, public string, withKlips bool) (*Dashboard, error) {
	if _, err := s.assets.Resolve(who.Account, public); err != nil {
		return nil, err
	}
	return s.change(ctx, who, "dashboard.copied", 0, func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.viewable(ctx, tx, who, public)
		if err == nil && withKlips {
			err = authz.Can(who, authz.KlipBuild, authz.None)
		}
		if err != nil {
			return nil, err
		}
		d, err := parseBody(a.JSON)
		if err != nil {
			return nil, err
		}
		wires, err := s.assets.Slots(ctx, tx, a.Key.No)
		if err != nil {
			return nil, err
		}
		if withKlips {
			if err := s.copyKlips(ctx, tx, who, wires); err != nil {
				return nil, err
			}
		}
		d.title = asset.CopyTitle(a.Title())
		content := asset.Content{Tree: d.body(), Refs: d.refs(), Wires: wires}
		return s.assets.Create(ctx, tx, who, authz.TabBuild, asset.Dashboard, d.title, content)
	})
}

// copyKlips makes the slots stand for copies of their Klips. Klips that the actor may
// not see, or that are in the bin, stay what they are.
func (s *Service) copyKlips(ctx context.Context, tx *db.Tx, who authz.Actor, wires map[string]int64) error {
	var nos []int64
	for _, no := range wires {
		nos = append(nos, no)
	}
	klips, err := s.assets.Some(ctx, tx, nos)
	if err != nil {
		return err
	}
	visible, err := s.assets.Visible(ctx, tx, who, klips)
	if err != nil {
		return err
	}
	copies := map[int64]int64{}
	for slot, no := range wires {
		k := klips[no]
		if k == nil || k.Kind != asset.Klip || k.DeletedAt != 0 || !visible[no] {
			continue
		}
		if copies[no] == 0 {
			made, err := s.assets.Duplicate(ctx, tx, who, authz.KlipBuild, no, k.Title())
			if err != nil {
				return err
			}
			if err := s.record(ctx, tx, who, "klip.copied", made); err != nil {
				return err
			}
			copies[no] = made.Key.No
		}
		wires[slot] = copies[no]
	}
	return nil
}

// SetLocked locks a dashboard against changes of its layout; only those who manage all
// dashboards unlock one. Codes not_found, permission_denied.
func (s *Service) SetLocked(ctx context.Context, who authz.Actor, public string, locked bool) (*Dashboard, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	action := map[bool]string{true: "dashboard.locked", false: "dashboard.unlocked"}[locked]
	return s.change(ctx, who, action, 0, func(tx *db.Tx) (*asset.Asset, error) {
		return s.assets.SetLocked(ctx, tx, who, no, locked)
	})
}
