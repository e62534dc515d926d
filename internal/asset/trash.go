package asset

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

var deletePermission = map[Kind]authz.Permission{
	Dashboard: authz.TabDelete, Klip: authz.KlipDelete, Source: authz.SourceDelete, Model: authz.SourceDelete,
}

// Trash moves an asset to the bin, where it keeps number, wiring and rights. A
// Klip or data source that something uses is refused. Codes not_found,
// permission_denied, version_conflict, in_use.
func (s *Service) Trash(ctx context.Context, tx *db.Tx, who authz.Actor, no, expected int64) (*Asset, error) {
	a, err := s.moveToBin(ctx, tx, who, no, expected)
	if err != nil {
		return nil, err
	}
	return a, s.settleInBin(ctx, tx, who, a)
}

// TrashUsed is Trash for a data source, whatever uses it: wires that lead to it stay, read as deleted, and hold
// again when it is restored. Only those who manage all data sources may. used is by how many it is used.
// Codes not_found, permission_denied, version_conflict.
func (s *Service) TrashUsed(ctx context.Context, tx *db.Tx, who authz.Actor, no, expected int64) (a *Asset, used int, err error) {
	if a, err = s.moveToBin(ctx, tx, who, no, expected); err != nil {
		return nil, 0, err
	}
	if a.Kind != Source && a.Kind != Model {
		return nil, 0, authz.NotFound()
	}
	if !who.Has(authz.AdminDatasource) {
		return nil, 0, authz.Denied(authz.AdminDatasource)
	}
	by, err := s.usersOf(ctx, tx, no)
	if err != nil {
		return nil, 0, err
	}
	return a, len(by), s.record(ctx, tx, who, s.ids.Change(), "trash", a.Title())
}

// moveToBin is the first half of Trash, which does not ask who uses the asset.
func (s *Service) moveToBin(ctx context.Context, tx *db.Tx, who authz.Actor, no, expected int64) (*Asset, error) {
	a, _, err := s.load(ctx, tx, who, no)
	if err != nil {
		return nil, err
	}
	if a, err = s.Editable(ctx, tx, who, deletePermission[a.Kind], no); err != nil {
		return nil, err
	}
	if a.Version != expected {
		return nil, Stale(a.Version)
	}
	if a.Kind == Dashboard {
		if _, err := tx.Exec(ctx, `UPDATE accounts SET dash_used = dash_used - 1 WHERE id = :account`, nil); err != nil {
			return nil, err
		}
	}
	// Of two at the same moment the second waits here, and then finds nothing to move.
	n, err := tx.Exec(ctx, `UPDATE assets SET deleted_at = :now, deleted_by = :by
		WHERE account_id = :account AND no = :no AND version = :expected AND deleted_at IS NULL`,
		db.Args{"no": no, "expected": expected, "now": tx.Now, "by": who.User})
	if err == nil && n == 0 {
		err = s.lost(ctx, tx, no)
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

// settleInBin is the second half of Trash: it refuses what is used from outside the bin. It comes after the
// write, which waits for whoever is about to use the asset (lockTargets). Code in_use.
func (s *Service) settleInBin(ctx context.Context, tx *db.Tx, who authz.Actor, a *Asset) error {
	if err := s.refuseInUse(ctx, tx, who, a.Key.No); err != nil {
		return err
	}
	return s.record(ctx, tx, who, s.ids.Change(), "trash", a.Title())
}

// lost tells why a conditional write found no row: the asset is in the bin, or another version is current.
func (s *Service) lost(ctx context.Context, tx *db.Tx, no int64) error {
	a, found, err := get(ctx, tx, no)
	if err != nil {
		return err
	}
	if !found || a.DeletedAt != 0 {
		return authz.NotFound()
	}
	return Stale(a.Version)
}

// refuseInUse names what uses an asset, as far as the actor may see it, and counts the rest.
func (s *Service) refuseInUse(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) error {
	nos, err := s.usersOf(ctx, tx, no)
	if err != nil || len(nos) == 0 {
		return err
	}
	some, err := s.Some(ctx, tx, nos)
	if err != nil {
		return err
	}
	visible, err := s.Visible(ctx, tx, who, some)
	if err != nil {
		return err
	}
	names := []string{}
	for _, n := range nos {
		if visible[n] {
			names = append(names, some[n].Title())
		}
	}
	return errs.Newf(errs.Conflict, "in_use", "Still used by %s. Remove it there first.", usedBy(names, len(nos))).
		WithParams(map[string]any{"count": len(nos), "used_by": names, "hidden": len(nos) - len(names)})
}

// usedBy words who uses something: up to three names, and how many more there are.
func usedBy(names []string, all int) string {
	shown := names[:min(len(names), 3)]
	more := all - len(shown)
	switch {
	case len(shown) == 0:
		return fmt.Sprintf("%d that you may not see", more)
	case more > 0:
		return fmt.Sprintf("%s and %d more", strings.Join(shown, ", "), more)
	default:
		return strings.Join(shown, ", ")
	}
}

// usersOf gives the numbers of the assets outside the bin that use one, each once.
func (s *Service) usersOf(ctx context.Context, tx *db.Tx, no int64) ([]int64, error) {
	by, err := users(ctx, tx, []int64{no})
	if err != nil {
		return nil, err
	}
	var nos []int64
	for _, l := range by {
		if l.Kind == Strong && !slices.Contains(nos, l.From) {
			nos = append(nos, l.From)
		}
	}
	return nos, nil
}

// Untrash takes an asset out of the bin; one that is not in it stays as it is.
// Codes not_found, permission_denied, limit_reached.
func (s *Service) Untrash(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) (*Asset, error) {
	a, best, err := s.load(ctx, tx, who, no)
	if err != nil {
		return nil, err
	}
	if err := authz.Can(who, deletePermission[a.Kind], authz.Edit, a.ForAuthz(best)); err != nil {
		return nil, err
	}
	if a.DeletedAt == 0 {
		return a, nil
	}
	if a.Kind == Dashboard {
		if _, ok, err := takeNumbers(ctx, tx, 0, 1); err != nil || !ok {
			if err == nil {
				err = errs.New(errs.Conflict, "limit_reached", "All dashboards of this account are in use. Delete one or ask for a higher limit.").
					WithParams(map[string]any{"resource": "dashboard.combined.total"})
			}
			return nil, err
		}
	}
	n, err := tx.Exec(ctx, `UPDATE assets SET deleted_at = NULL, deleted_by = NULL WHERE account_id = :account AND no = :no AND deleted_at IS NOT NULL`,
		db.Args{"no": no})
	if err == nil && n == 0 { // somebody else was faster: what was counted here goes back with the transaction
		err = Stale(a.Version)
	}
	if err != nil {
		return nil, err
	}
	a.DeletedAt = 0
	return a, s.record(ctx, tx, who, s.ids.Change(), "restore_from_bin", a.Title())
}
