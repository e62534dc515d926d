package transfer

import (
	"context"

	"octavo/internal/asset"
	"octavo/internal/db"
	"octavo/internal/id"
)

// keepPushedMaster notes which state of the master an update gave away.
func keepPushedMaster(ctx context.Context, tx *db.Tx, change id.Change, m *asset.Asset) error {
	return tx.Insert(ctx, "nodes", []string{
		"change_id", "ord", "kind", "name", "name_folded", "suffix", "origin_account", "origin_no", "version", "body_id", "wiring_id",
	}, [][]any{{change, 0, m.Kind, m.Name, asset.Fold(m.Name), m.Suffix, m.Key.Account, m.Key.No, m.Version, m.Body, m.Wiring}})
}

// readPushes reads the newest updates of a Klip since a change, without counts.
func readPushes(ctx context.Context, tx *db.Tx, master int64, since id.Change, only id.Change, limit int) ([]Push, error) {
	var out []Push
	err := tx.Query(ctx, `
		SELECT c.id, COALESCE(u.name, ''), COALESCE(n.version, 0) FROM changes c
		LEFT JOIN users u ON u.id = c.actor_id AND u.account_id IN (c.account_id, :account)
		LEFT JOIN nodes n ON n.change_id = c.id AND n.ord = 0
		WHERE c.account_id = :account AND c.kind = 'update' AND c.origin_account = :account AND c.origin_no = :master
			AND c.id >= :since AND (CAST(:only AS bigint) = 0 OR c.id = :only)
		ORDER BY c.id DESC LIMIT :limit`,
		db.Args{"master": master, "since": since, "only": only, "limit": limit}, func(scan func(...any) error) error {
			var p Push
			err := scan(&p.Change, &p.By, &p.Version)
			out = append(out, p)
			return err
		})
	return out, err
}

// pushedRows are what updates replaced (v), the instances as they are now (i), and the
// change that took back what the update gave (b).
const pushedRows = `FROM versions v
		JOIN assets i ON i.account_id = v.account_id AND i.no = v.no
		LEFT JOIN versions p ON p.account_id = v.account_id AND p.no = v.no AND p.version = v.version + 1
		LEFT JOIN changes b ON b.account_id = :account AND b.id = p.replaced_by AND b.kind = 'roll_back'`

// countPushed counts, for each of the updates, the instances that it changed, those
// that are still as it left them, and those that were rolled back.
func countPushed(ctx context.Context, tx *db.Tx, pushes []Push) error {
	at := map[id.Change]*Push{}
	changes := make([]id.Change, len(pushes))
	for i := range pushes {
		changes[i], at[pushes[i].Change] = pushes[i].Change, &pushes[i]
	}
	return tx.Query(ctx, `
		SELECT v.replaced_by, COUNT(*),
			SUM(CASE WHEN i.change_id = v.replaced_by AND i.origin_no IS NOT NULL AND i.deleted_at IS NULL THEN 1 ELSE 0 END),
			SUM(CASE WHEN b.id IS NULL THEN 0 ELSE 1 END)
		`+pushedRows+`
		WHERE v.replaced_by IN {each :changes} AND v.account_id IN {each :accounts}
		GROUP BY v.replaced_by`, db.Args{"changes": db.List(changes)}, func(scan func(...any) error) error {
		var change id.Change
		var all, open, back int64
		err := scan(&change, &all, &open, &back)
		if p := at[change]; p != nil {
			p.Instances, p.Open, p.RolledBack = int(all), int(open), int(back)
		}
		return err
	})
}

// readPushed reads what an update replaced, and how these instances are now, in order of account and number.
func readPushed(ctx context.Context, tx *db.Tx, push id.Change) ([]Pushed, error) {
	var out []Pushed
	err := tx.Query(ctx, `
		SELECT v.account_id, v.no, v.name, COALESCE(v.received_body, 0), v.body_id <> COALESCE(v.received_body, 0),
			i.version, i.name, i.suffix, i.change_id, i.origin_no IS NULL, i.deleted_at IS NOT NULL, COALESCE(b.id, 0), COALESCE(u.name, '')
		`+pushedRows+`
		LEFT JOIN changes c ON c.id = i.change_id AND (c.account_id = i.account_id OR c.account_id = :account)
		LEFT JOIN users u ON u.id = c.actor_id AND u.account_id IN (c.account_id, :account)
		WHERE v.replaced_by = :push AND v.account_id IN {each :accounts}
		ORDER BY v.account_id, v.no`, db.Args{"push": push}, func(scan func(...any) error) error {
		var p Pushed
		var suffix int64
		var name string
		var change id.Change
		var detached, trashed bool
		err := scan(&p.Key.Account, &p.Key.No, &p.oldName, &p.oldReceived, &p.Edited,
			&p.Version, &name, &suffix, &change, &detached, &trashed, &p.back, &p.ChangedBy)
		p.Name, p.ChangedAt = asset.Title(name, suffix), change.At()
		switch {
		case trashed:
			p.State = InBin
		case detached:
			p.State = Detached
		case change == push:
			p.State, p.ChangedBy = Open, ""
		case change == p.back:
			p.State = RolledBack
		default:
			p.State = ChangedSince
		}
		out = append(out, p)
		return err
	})
	return out, err
}

// lockPushed locks the instances that an update changed, in order.
func lockPushed(ctx context.Context, tx *db.Tx, push id.Change) error {
	return tx.Query(ctx, `SELECT i.no FROM assets i
		WHERE i.account_id IN {each :accounts}
			AND EXISTS (SELECT 1 FROM versions v WHERE v.account_id = i.account_id AND v.no = i.no AND v.replaced_by = :push)
		ORDER BY i.account_id, i.no {lock}`, db.Args{"push": push}, func(scan func(...any) error) error {
		var no int64
		return scan(&no)
	})
}

// rolledBack selects the instances that a roll back changes, with the state before the update as v.
const rolledBack = `v.account_id = i.account_id AND v.no = i.no AND v.replaced_by = :push AND i.change_id = :push
	AND i.account_id IN {each :accounts} AND i.origin_no IS NOT NULL AND i.deleted_at IS NULL
	AND (:all = 1 OR CAST(i.account_id AS text) || ':' || CAST(i.no AS text) IN {words :these})`

// keepPushed copies the state that the update gave to the instances.
func keepPushed(ctx context.Context, tx *db.Tx, args db.Args) (int64, error) {
	return tx.Exec(ctx, `
		INSERT INTO versions (account_id, no, version, name, body_id, wiring_id, received_body, received_wiring,
			received_deep, change_id, replaced_by)
		SELECT i.account_id, i.no, i.version, i.name, i.body_id, i.wiring_id, i.received_body, i.received_wiring,
			i.received_deep, i.change_id, CAST(:change AS bigint)
		FROM assets i, versions v WHERE `+rolledBack, args)
}

// moveBack gives the instances the state before the update, what was received included.
// :folds holds for each name that comes back the name, a line feed, and its folded form.
func moveBack(ctx context.Context, tx *db.Tx, args db.Args) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE assets AS i SET body_id = v.body_id, wiring_id = v.wiring_id, received_body = v.received_body,
			received_wiring = v.received_wiring, received_deep = v.received_deep, name = v.name,
			name_folded = CASE WHEN v.name = i.name THEN i.name_folded ELSE (
				SELECT substr(f.value, length(v.name) + 2) FROM {words :folds} AS f
				WHERE substr(f.value, 1, length(v.name) + 1) = v.name || '
') END,
			version = i.version + 1, change_id = CAST(:change AS bigint)
		FROM versions AS v WHERE `+rolledBack, args)
}
