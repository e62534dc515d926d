package dashboard

import (
	"context"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// Trash moves a dashboard to the bin. Its Klips stay, unless withKlips says that those
// go as well that no other dashboard shows and that the actor may delete. Codes
// not_found, permission_denied, version_conflict.
func (s *Service) Trash(ctx context.Context, who authz.Actor, public string, expected int64, withKlips bool) error {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if _, err := s.editable(ctx, tx, who, authz.TabDelete, no); err != nil {
			return err
		}
		a, err := s.assets.Trash(ctx, tx, who, no, expected)
		if err != nil {
			return err
		}
		if err := s.record(ctx, tx, who, "dashboard.trashed", a); err != nil || !withKlips {
			return err
		}
		return s.trashKlips(ctx, tx, who, no)
	})
}

// trashKlips moves the Klips of a dashboard that lies in the bin there as well.
func (s *Service) trashKlips(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) error {
	slots, err := s.assets.Slots(ctx, tx, no)
	if err != nil {
		return err
	}
	done := map[int64]bool{}
	for _, klip := range slots {
		if done[klip] {
			continue
		}
		done[klip] = true
		k, err := s.assets.Editable(ctx, tx, who, authz.KlipDelete, klip)
		switch {
		case errs.Is(err, "not_found"), errs.Is(err, "permission_denied"):
			continue // not the actor's, or there already
		case err != nil:
			return err
		}
		by, err := s.assets.Users(ctx, tx, []int64{klip})
		if err != nil {
			return err
		}
		if k.Kind != asset.Klip || slices.ContainsFunc(by, func(l asset.Link) bool { return l.Kind == asset.Strong }) {
			continue
		}
		if _, err := s.assets.Trash(ctx, tx, who, klip, k.Version); err != nil {
			return err
		}
		if err := s.record(ctx, tx, who, "klip.trashed", k); err != nil {
			return err
		}
	}
	return nil
}

// TrashKlip moves a Klip to the bin after taking it off all dashboards, each of which
// the actor must be able to change. Codes not_found, permission_denied,
// version_conflict, in_use_elsewhere.
func (s *Service) TrashKlip(ctx context.Context, who authz.Actor, public string, expected int64) error {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		k, err := s.assets.Editable(ctx, tx, who, authz.KlipDelete, no)
		if err != nil {
			return err
		}
		if k.Kind != asset.Klip {
			return authz.NotFound()
		}
		if err := s.removeEverywhere(ctx, tx, who, no); err != nil {
			return err
		}
		if k, err = s.assets.Trash(ctx, tx, who, no, expected); err != nil {
			return err
		}
		return s.record(ctx, tx, who, "klip.trashed", k)
	})
}

func (s *Service) removeEverywhere(ctx context.Context, tx *db.Tx, who authz.Actor, klip int64) error {
	by, err := s.assets.Users(ctx, tx, []int64{klip})
	if err != nil {
		return err
	}
	var boards []int64
	for _, l := range by {
		if l.Kind == asset.Strong && !slices.Contains(boards, l.From) {
			boards = append(boards, l.From)
		}
	}
	var names []string
	refused := 0
	for _, no := range boards {
		err := s.removeKlip(ctx, tx, who, no, klip)
		switch {
		case errs.Is(err, "not_found"):
			refused++
		case errs.Is(err, "permission_denied"), errs.Is(err, "dashboard_locked"):
			a, err := s.assets.Viewable(ctx, tx, who, no)
			if err != nil {
				return err
			}
			refused, names = refused+1, append(names, a.Title())
		case err != nil:
			return err
		}
	}
	if refused > 0 {
		return errs.Newf(errs.Conflict, "in_use_elsewhere", "%d dashboards that show it are locked or not yours to change.", refused).
			WithParams(map[string]any{"count": refused, "used_by": append([]string{}, names...), "hidden": refused - len(names)})
	}
	return nil
}

// removeKlip saves a dashboard without the placements of a Klip.
func (s *Service) removeKlip(ctx context.Context, tx *db.Tx, who authz.Actor, no, klip int64) error {
	a, err := s.editable(ctx, tx, who, authz.DashboardKlip, no)
	if err != nil {
		return err
	}
	d, err := parseBody(a.JSON)
	if err != nil {
		return err
	}
	wires, err := s.assets.Slots(ctx, tx, no)
	if err != nil {
		return err
	}
	d.placements = slices.DeleteFunc(d.placements, func(p placement) bool { return wires[p.slot] == klip })
	for slot, target := range wires {
		if target == klip {
			delete(wires, slot)
		}
	}
	content := asset.Content{Tree: d.body(), Refs: d.refs(), Wires: wires}
	saved, err := s.assets.Save(ctx, tx, who, authz.DashboardKlip, no, a.Version, d.title, content)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Line{Action: "dashboard.klip_removed", Subject: s.assets.PublicID(saved.Key), SubjectName: saved.Title()})
}
