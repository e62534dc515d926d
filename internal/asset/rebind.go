package asset

import (
	"context"
	"slices"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Rebind lets slots of an asset stand for another target, as a new version with the same
// body. A wire that was received remembers what the asset was given, so that an update is
// still checked against that; one that leads back to it forgets. Codes not_found,
// permission_denied, version_conflict, dashboard_locked.
func (s *Service) Rebind(ctx context.Context, tx *db.Tx, who authz.Actor, p authz.Permission, no, expected int64, slots []string, target int64) (*Asset, error) {
	a, err := s.replaceable(ctx, tx, who, p, no, expected)
	if err != nil {
		return nil, err
	}
	wires, err := wiring(ctx, tx, a.Wiring)
	if err != nil {
		return nil, err
	}
	received, err := wiring(ctx, tx, a.ReceivedWiring)
	if err != nil {
		return nil, err
	}
	if err := lockTargets(ctx, tx, []int64{target}); err != nil {
		return nil, err
	}
	found := false
	for i := range wires {
		w := &wires[i]
		if !slices.Contains(slots, w.Slot) {
			continue
		}
		found = true
		given := slices.IndexFunc(received, func(r Wire) bool { return r.Slot == w.Slot })
		w.Rel = target - a.Base
		switch {
		case given < 0:
		case received[given].Rel == w.Rel:
			w.From = FromMark{}
		case w.From.Origin.IsZero():
			if w.From, err = receivedMark(ctx, tx, a.Base+received[given].Rel); err != nil {
				return nil, err
			}
		}
	}
	if !found {
		return nil, authz.NotFound()
	}
	next := *a
	if next.Wiring, err = s.PutWiring(ctx, tx, wires); err != nil {
		return nil, err
	}
	if next.Wiring == a.Wiring {
		return a, nil
	}
	return s.put(ctx, tx, who, &next, expected, "rebind")
}

// receivedMark is what a copy of a data source was when it came; nothing for one that is gone.
func receivedMark(ctx context.Context, tx *db.Tx, no int64) (FromMark, error) {
	var m FromMark
	_, err := tx.One(ctx, `SELECT COALESCE(origin_account, 0), COALESCE(origin_no, 0), received_deep FROM assets
		WHERE account_id = :account AND no = :no`, db.Args{"no": no}, &m.Origin.Account, &m.Origin.No, &m.Deep)
	return m, err
}

// Detach takes an instance from its master for good: no update reaches it any more.
// For those who act on all Klips (admin.klip); what it is and shows stays. Codes not_found, permission_denied,
// version_conflict, not_an_instance.
func (s *Service) Detach(ctx context.Context, tx *db.Tx, who authz.Actor, no, expected int64) (*Asset, error) {
	a, err := s.Editable(ctx, tx, who, authz.KlipEdit, no)
	if err != nil {
		return nil, err
	}
	if !who.Has(authz.AdminKlip) {
		return nil, authz.Denied(authz.AdminKlip)
	}
	if a.Kind != Klip {
		return nil, authz.NotFound()
	}
	if a.Origin.IsZero() {
		return nil, errs.New(errs.Conflict, "not_an_instance", "This Klip has no template. There is nothing to detach it from.")
	}
	n, err := tx.Exec(ctx, `UPDATE assets SET origin_account = NULL, origin_no = NULL, received_body = NULL, received_wiring = NULL,
			received_deep = NULL, import_id = NULL
		WHERE account_id = :account AND no = :no AND version = :expected AND deleted_at IS NULL`, db.Args{"no": no, "expected": expected})
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, Stale(a.Version)
	}
	a.Origin, a.ReceivedBody, a.ReceivedWiring, a.ReceivedDeep, a.Import = id.Asset{}, 0, 0, nil, 0
	return a, nil
}
