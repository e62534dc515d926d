package asset

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Version is one state of an asset, the current one included.
type Version struct {
	Version int64
	Name    string
	Body    id.Content
	Wiring  id.Content
	Change  id.Change
	Kind    string // what made it: create, edit, import, update, restore
	By      string // name of who made it; "" = the agency
	ByID    id.User
	Current bool
}

// Versions lists the states of an asset, newest first.
func (s *Service) Versions(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) ([]Version, error) {
	if _, err := s.Viewable(ctx, tx, who, no); err != nil {
		return nil, err
	}
	var out []Version
	err := tx.Query(ctx, `
		SELECT v.version, v.name, v.body_id, v.wiring_id, v.change_id, COALESCE(c.kind, 'update'),
			CASE WHEN c.delegated = 0 THEN COALESCE(u.name, '') ELSE '' END,
			CASE WHEN c.delegated = 0 THEN COALESCE(u.id, '') ELSE '' END, v.current
		FROM (
			SELECT account_id, no, version, name, body_id, wiring_id, change_id, 1 AS current FROM assets
			WHERE account_id = :account AND no = :no
			UNION ALL
			SELECT account_id, no, version, name, body_id, wiring_id, change_id, 0 FROM versions
			WHERE account_id = :account AND no = :no) v
		LEFT JOIN changes c ON c.account_id = v.account_id AND c.id = v.change_id
		LEFT JOIN users u ON u.account_id = v.account_id AND u.id = c.actor_id
		ORDER BY v.version DESC LIMIT 200`, db.Args{"no": no}, func(scan func(...any) error) error {
		var v Version
		err := scan(&v.Version, &v.Name, &v.Body, &v.Wiring, &v.Change, &v.Kind, &v.By, &v.ByID, &v.Current)
		out = append(out, v)
		return err
	})
	return out, err
}

var editPermission = map[Kind]authz.Permission{
	Dashboard: authz.TabEdit, Klip: authz.KlipEdit, Source: authz.SourceEdit, Model: authz.SourceEdit,
}

// Restore makes an earlier state the current one, as a new version. What was
// received stays, so a restored instance counts as edited where it differs. The
// current version, or one that is equal to it, makes no new one.
// Codes not_found, permission_denied, version_conflict, version_gone.
func (s *Service) Restore(ctx context.Context, tx *db.Tx, who authz.Actor, no, version, expected int64) (*Asset, error) {
	a, _, err := s.load(ctx, tx, who, no)
	if err != nil {
		return nil, err
	}
	if a, err = s.Editable(ctx, tx, who, editPermission[a.Kind], no); err != nil {
		return nil, err
	}
	if a.Version != expected {
		return nil, Stale(a.Version)
	}
	if a.Locked {
		return nil, lockedError()
	}
	if version == a.Version {
		return a, nil
	}
	next := *a
	found, err := tx.One(ctx, `SELECT name, body_id, wiring_id FROM versions
		WHERE account_id = :account AND no = :no AND version = :version`,
		db.Args{"no": no, "version": version}, &next.Name, &next.Body, &next.Wiring)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errs.New(errs.NotFound, "version_gone", "That version is not kept any more. Pick a newer one.")
	}
	if next.Name == a.Name && next.Body == a.Body && next.Wiring == a.Wiring {
		return a, nil
	}
	return s.put(ctx, tx, who, &next, expected, "restore")
}
