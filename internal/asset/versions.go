package asset

import (
	"context"
	"maps"
	"slices"

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
	Kind    string // what made it: create, edit, import, update, restore, rebind, roll_back
	Asset   Kind   // what it is a version of
	By      string // name of who made it; "" = the agency
	ByID    id.User
	Current bool
	JSON    string            // the body; "" where the actor may only look
	Targets map[string]string // names of what its slots stand for, as they are called now; with JSON only
}

// Difference is one thing that is not the same in two versions, in words.
type Difference struct {
	Kind string `json:"kind" enum:"added,removed,changed,renamed,moved,resized,replaced"`
	What string `json:"what"` // what it is about, in a sentence: "series"
	Name string `json:"name"` // its name, "" = it has none
	Of   string `json:"of"`   // changed: what of it, "colour"; renamed and replaced: the name before
}

// Versions lists the states of an asset, newest first, with bodies for those who may change it.
func (s *Service) Versions(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) ([]Version, error) {
	a, err := s.Viewable(ctx, tx, who, no)
	if err != nil {
		return nil, err
	}
	_, err = s.Editable(ctx, tx, who, editPermission[a.Kind], no)
	if err != nil && !errs.Is(err, "permission_denied") {
		return nil, err
	}
	bodies := err == nil
	var out []Version
	err = tx.Query(ctx, `
		SELECT v.version, v.name, v.body_id, v.wiring_id, v.change_id, COALESCE(c.kind, 'update'),
			CASE WHEN c.delegated = 0 THEN COALESCE(u.name, '') ELSE '' END,
			CASE WHEN c.delegated = 0 THEN COALESCE(u.id, '') ELSE '' END, v.current, CASE WHEN :bodies = 1 THEN b.json ELSE '' END
		FROM (
			SELECT account_id, no, version, name, body_id, wiring_id, change_id, 1 AS current FROM assets
			WHERE account_id = :account AND no = :no
			UNION ALL
			SELECT account_id, no, version, name, body_id, wiring_id, change_id, 0 FROM versions
			WHERE account_id = :account AND no = :no) v
		JOIN bodies b ON b.id = v.body_id AND b.family_id = :family
		LEFT JOIN changes c ON c.account_id = v.account_id AND c.id = v.change_id
		LEFT JOIN users u ON u.account_id = v.account_id AND u.id = c.actor_id
		ORDER BY v.version DESC LIMIT 200`, db.Args{"no": no, "bodies": bodies}, func(scan func(...any) error) error {
		v := Version{Asset: a.Kind}
		err := scan(&v.Version, &v.Name, &v.Body, &v.Wiring, &v.Change, &v.Kind, &v.By, &v.ByID, &v.Current, &v.JSON)
		out = append(out, v)
		return err
	})
	if err != nil || !bodies {
		return out, err
	}
	return out, addTargets(ctx, tx, a.Base, out)
}

// addTargets names what the slots of the versions stand for.
func addTargets(ctx context.Context, tx *db.Tx, base int64, versions []Version) error {
	names := map[id.Content]map[string]string{}
	for i := range versions {
		if names[versions[i].Wiring] == nil {
			names[versions[i].Wiring] = map[string]string{}
		}
		versions[i].Targets = names[versions[i].Wiring]
	}
	return tx.Query(ctx, `
		SELECT w.wiring_id, w.slot, t.name, t.suffix FROM wirings g
		JOIN wires w ON w.wiring_id = g.id
		JOIN assets t ON t.account_id = :account AND t.no = CAST(:base AS bigint) + w.rel
		WHERE g.family_id = :family AND g.id IN {each :wirings}`,
		db.Args{"base": base, "wirings": db.List(slices.Collect(maps.Keys(names)))}, func(scan func(...any) error) error {
			var wiring id.Content
			var slot, name string
			var suffix int64
			err := scan(&wiring, &slot, &name, &suffix)
			if of := names[wiring]; of != nil {
				of[slot] = Title(name, suffix)
			}
			return err
		})
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
	if a, err = s.replaceable(ctx, tx, who, editPermission[a.Kind], no, expected); err != nil {
		return nil, err
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
