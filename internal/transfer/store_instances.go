package transfer

import (
	"context"

	"octavo/internal/asset"
	"octavo/internal/db"
	"octavo/internal/id"
)

// ofMaster selects the instances of :master in the accounts of the scope.
const ofMaster = `i.origin_account = :account AND i.origin_no = :master AND i.account_id IN {each :accounts} AND i.deleted_at IS NULL`

// readInstances reads the instances of a master, in order of account and number. Edits
// are the client's last change, or after a roll back the one that the edits came from.
func readInstances(ctx context.Context, tx *db.Tx, master int64) ([]Instance, error) {
	var out []Instance
	err := tx.Query(ctx, `
		SELECT i.account_id, i.no, i.name, i.suffix, i.version, i.body_id, i.wiring_id, i.received_body, i.received_wiring,
			i.change_id, i.import_id, COALESCE(c.id, 0), COALESCE(u.name, ''),
			(SELECT COUNT(*) FROM assets d
				JOIN wires w ON w.wiring_id = d.wiring_id
				JOIN body_refs r ON r.body_id = d.body_id AND r.kind = w.kind AND r.name = w.slot
				WHERE d.account_id = i.account_id AND d.kind = 'dashboard' AND d.deleted_at IS NULL AND d.base + w.rel = i.no)
		FROM assets i
		LEFT JOIN changes c ON c.account_id = i.account_id AND i.body_id <> i.received_body AND c.id = COALESCE(
			(SELECT k.id FROM changes k WHERE k.account_id = i.account_id AND k.id = i.change_id),
			(SELECT MAX(k.id) FROM versions v JOIN changes k ON k.account_id = v.account_id AND k.id = v.change_id
				WHERE v.account_id = i.account_id AND v.no = i.no AND v.body_id = i.body_id))
		LEFT JOIN users u ON u.id = c.actor_id AND u.account_id IN (c.account_id, :account)
		WHERE `+ofMaster+`
		ORDER BY i.account_id, i.no`, db.Args{"master": master}, func(scan func(...any) error) error {
		var i Instance
		var suffix int64
		var changed, imported, edited id.Change
		err := scan(&i.Key.Account, &i.Key.No, &i.shownName, &suffix, &i.Version, &i.body, &i.wiring, &i.receivedBody,
			&i.receivedWires, &changed, &imported, &edited, &i.EditedBy, &i.Dashboards)
		i.Name = asset.Title(i.shownName, suffix)
		i.Edited, i.Rebound = i.body != i.receivedBody, i.wiring != i.receivedWires
		i.UpdatedAt, i.ImportedAt = changed.At(), imported.At()
		if i.Edited {
			i.EditedAt = edited.At()
		}
		out = append(out, i)
		return err
	})
	return out, err
}

// slotRow is one slot of the master as an instance has it.
type slotRow struct {
	instance id.Asset
	slot     string
	received bool     // the instance was given something for the slot
	origin   id.Asset // the master of what it was given
	deep     []byte   // and its deep hash then
	broken   bool     // what it uses now is missing or in the bin
}

// readSlots reads, for every instance and strong slot of the master's body, what
// the instance was given and whether what it uses now is there. What was given is
// read through the received wiring; for a copy that is gone, through the mark that
// re-binding left on the current wire.
func readSlots(ctx context.Context, tx *db.Tx, master *asset.Asset, visit func(slotRow)) error {
	return tx.Query(ctx, `
		SELECT i.account_id, i.no, r.name, rw.slot IS NOT NULL,
			COALESCE(rc.origin_account, cw.from_account, 0), COALESCE(rc.origin_no, cw.from_no, 0),
			COALESCE(rc.received_deep, cw.from_deep), cc.no IS NULL OR cc.deleted_at IS NOT NULL
		FROM assets i
		JOIN body_refs r ON r.body_id = :body AND r.kind = 'strong'
		LEFT JOIN wires rw ON rw.wiring_id = i.received_wiring AND rw.slot = r.name
		LEFT JOIN assets rc ON rc.account_id = i.account_id AND rc.no = i.base + rw.rel
		LEFT JOIN wires cw ON cw.wiring_id = i.wiring_id AND cw.slot = r.name
		LEFT JOIN assets cc ON cc.account_id = i.account_id AND cc.no = i.base + cw.rel
		WHERE `+ofMaster+` ORDER BY i.account_id, i.no, r.name`,
		db.Args{"master": master.Key.No, "body": master.Body}, func(scan func(...any) error) error {
			var row slotRow
			err := scan(&row.instance.Account, &row.instance.No, &row.slot, &row.received,
				&row.origin.Account, &row.origin.No, &row.deep, &row.broken)
			visit(row)
			return err
		})
}

// lockMaster locks the row of the master and reads its version.
func lockMaster(ctx context.Context, tx *db.Tx, no int64) (version int64, found bool, err error) {
	found, err = tx.One(ctx, `SELECT version FROM assets WHERE account_id = :account AND no = :no AND deleted_at IS NULL {lock nowait}`,
		db.Args{"no": no}, &version)
	return version, found, err
}

// lockInstances locks the rows of all instances, in order.
func lockInstances(ctx context.Context, tx *db.Tx, master int64) error {
	return tx.Query(ctx, `SELECT i.no FROM assets i WHERE `+ofMaster+` ORDER BY i.account_id, i.no {lock}`,
		db.Args{"master": master}, func(scan func(...any) error) error {
			var no int64
			return scan(&no)
		})
}

// outdated selects the instances that an update changes: all but those that are
// blocked and those that are equal already.
const outdated = ofMaster + `
	AND (:all = 1 OR CAST(i.account_id AS text) || ':' || CAST(i.no AS text) IN {words :clear})
	AND (i.body_id <> :body OR i.received_body <> :body OR i.name <> :name)`

func updateArgs(master *asset.Asset, change id.Change, clear []string, all bool) db.Args {
	return db.Args{
		"master": master.Key.No, "body": master.Body, "name": master.Name, "change": change,
		"clear": db.Words(clear), "all": all,
	}
}

// keepVersions copies the state of the instances that will change.
func keepVersions(ctx context.Context, tx *db.Tx, args db.Args) (int64, error) {
	return tx.Exec(ctx, `
		INSERT INTO versions (account_id, no, version, name, body_id, wiring_id, received_body, received_wiring,
			received_deep, change_id, replaced_by)
		SELECT i.account_id, i.no, i.version, i.name, i.body_id, i.wiring_id, i.received_body, i.received_wiring,
			i.received_deep, i.change_id, CAST(:change AS bigint)
		FROM assets i WHERE `+outdated, args)
}

// moveBodies gives the instances the master's body and name, and nothing else.
func moveBodies(ctx context.Context, tx *db.Tx, args db.Args, folded string) (int64, error) {
	args["folded"] = folded
	return tx.Exec(ctx, `
		UPDATE assets AS i SET body_id = :body, received_body = :body, name = :name, name_folded = :folded,
			version = version + 1, change_id = :change
		WHERE `+outdated, args)
}
