package asset

import (
	"context"
	"strings"

	"octavo/internal/db"
	"octavo/internal/fold"
	"octavo/internal/id"
)

const columns = `a.account_id, a.no, a.kind, a.name, a.suffix, a.body_id, a.wiring_id, a.base, a.version, a.change_id,
	a.owner_id, a.locked, COALESCE(a.origin_account, 0), COALESCE(a.origin_no, 0), COALESCE(a.received_body, 0),
	COALESCE(a.received_wiring, 0), a.received_deep, COALESCE(a.import_id, 0), COALESCE(a.deleted_at, 0),
	a.copied_from`

// people joins the names of the owner and of who made the current version.
const people = ` LEFT JOIN users o ON o.account_id = a.account_id AND o.id = a.owner_id
	LEFT JOIN changes c ON c.account_id = a.account_id AND c.id = a.change_id AND c.delegated = 0
	LEFT JOIN users u ON u.account_id = a.account_id AND u.id = c.actor_id`

func (a *Asset) dest() []any {
	return []any{
		&a.Key.Account, &a.Key.No, &a.Kind, &a.Name, &a.Suffix, &a.Body, &a.Wiring, &a.Base, &a.Version, &a.Change,
		&a.Owner, &a.Locked, &a.Origin.Account, &a.Origin.No, &a.ReceivedBody,
		&a.ReceivedWiring, &a.ReceivedDeep, &a.Import, &a.DeletedAt, &a.CopiedFrom,
	}
}

// get reads one asset of the scope's account with its body; trashed ones as well.
func get(ctx context.Context, tx *db.Tx, no int64) (*Asset, bool, error) {
	a := new(Asset)
	found, err := tx.One(ctx, `
		SELECT `+columns+`, COALESCE(o.name, ''), COALESCE(u.name, ''), b.json
		FROM assets a JOIN bodies b ON b.id = a.body_id AND b.family_id = :family`+people+`
		WHERE a.account_id = :account AND a.no = :no`, db.Args{"no": no},
		append(a.dest(), &a.OwnerName, &a.ChangedBy, &a.JSON)...)
	return a, found, err
}

// listed is the condition of all lists: kinds, part of the name, what a person owns or
// was shared with, and what is chosen.
func (f Filter) listed(who id.User, now int64) (where string, args db.Args) {
	kinds := make([]string, 0, len(f.Kinds))
	for _, k := range f.Kinds {
		kinds = append(kinds, "'"+string(k)+"'") // constants of this package
	}
	only := ""
	if f.Nos != nil {
		only = " AND a.no IN {each :nos}"
	}
	args = db.Args{"search": fold.Like(f.Search), "all": who == "", "who": who, "nos": db.List(f.Nos)}
	where = `a.account_id = :account AND a.deleted_at IS NULL` + only + ` AND a.kind IN (` + strings.Join(kinds, ", ") + `)
		  AND a.name_folded LIKE :search ESCAPE '!' AND (:all = 1 OR a.owner_id = :who OR EXISTS (` + sharedWith + `))`
	return where + f.conditions(args, now), args
}

// list reads assets in their order. who is the person whose owned and
// shared assets are listed, "" for all.
func list(ctx context.Context, tx *db.Tx, f Filter, who id.User) ([]Asset, error) {
	body, join := "''", ""
	if f.Bodies {
		body, join = "b.json", " JOIN bodies b ON b.id = a.body_id AND b.family_id = :family"
	}
	where, args := f.listed(who, tx.Now)
	behind, err := f.behind(args)
	if err != nil {
		return nil, err
	}
	args["limit"] = f.Limit
	var out []Asset
	err = tx.Query(ctx, `
		SELECT `+columns+`, COALESCE(o.name, ''), COALESCE(u.name, ''), `+body+`
		FROM assets a`+join+people+`
		WHERE `+where+behind+` ORDER BY `+f.order()+` LIMIT :limit`, args,
		func(scan func(...any) error) error {
			var a Asset
			err := scan(append(a.dest(), &a.OwnerName, &a.ChangedBy, &a.JSON)...)
			out = append(out, a)
			return err
		})
	return out, err
}

// count is the number of rows of list without its page.
func count(ctx context.Context, tx *db.Tx, f Filter, who id.User) (int64, error) {
	where, args := f.listed(who, tx.Now)
	var n int64
	_, err := tx.One(ctx, `SELECT count(*) FROM assets a WHERE `+where, args, &n)
	return n, err
}

// sharedWith finds the shares of an asset with :who, direct or by a group; a group
// of kind all has everybody in it.
const sharedWith = `SELECT 1 FROM asset_shares s WHERE s.account_id = a.account_id AND s.no = a.no AND (
	(s.principal_kind = 'user' AND s.principal_id = :who) OR
	(s.principal_kind = 'group' AND s.principal_id IN (
		SELECT g.id FROM groups g WHERE g.account_id = a.account_id AND (g.kind = 'all' OR EXISTS (
			SELECT 1 FROM group_members m WHERE m.account_id = g.account_id AND m.group_id = g.id AND m.user_id = :who)))))`

// Link is a wire as seen from outside: which asset, through which slot, uses which.
type Link struct {
	From, To int64 // numbers in the account
	Slot     string
	Kind     RefKind
}

// links reads the wires of assets as far as their bodies still name the slots.
func links(ctx context.Context, tx *db.Tx, of []int64) ([]Link, error) {
	var out []Link
	err := tx.Query(ctx, `
		SELECT a.no, a.base + w.rel, w.slot, w.kind
		FROM assets a
		JOIN wires w ON w.wiring_id = a.wiring_id
		JOIN body_refs r ON r.body_id = a.body_id AND r.kind = w.kind AND r.name = w.slot
		WHERE a.account_id = :account AND a.no IN {each :of} ORDER BY a.no, w.slot`, db.Args{"of": db.List(of)},
		func(scan func(...any) error) error {
			var l Link
			err := scan(&l.From, &l.To, &l.Slot, &l.Kind)
			out = append(out, l)
			return err
		})
	return out, err
}

// users reads who uses the assets: the links that end at them, from assets not in the bin.
func users(ctx context.Context, tx *db.Tx, of []int64) ([]Link, error) {
	var out []Link
	err := tx.Query(ctx, `
		SELECT a.no, a.base + w.rel, w.slot, w.kind
		FROM assets a
		JOIN wires w ON w.wiring_id = a.wiring_id
		JOIN body_refs r ON r.body_id = a.body_id AND r.kind = w.kind AND r.name = w.slot
		WHERE a.account_id = :account AND a.deleted_at IS NULL AND a.base + w.rel IN {each :of}
		ORDER BY a.no, w.slot`, db.Args{"of": db.List(of)},
		func(scan func(...any) error) error {
			var l Link
			err := scan(&l.From, &l.To, &l.Slot, &l.Kind)
			out = append(out, l)
			return err
		})
	return out, err
}

// takeNumbers moves the account's counter and, for dashboards, its use of the limit.
func takeNumbers(ctx context.Context, tx *db.Tx, n, dashboards int64) (first int64, ok bool, err error) {
	ok, err = tx.One(ctx, `
		UPDATE accounts SET next_no = next_no + :n, dash_used = dash_used + :d
		WHERE id = :account AND deleted_at IS NULL AND (:d = 0 OR dash_limit < 0 OR dash_used + dash_given + :d <= dash_limit)
		RETURNING next_no - :n`, db.Args{"n": n, "d": dashboards}, &first)
	return first, ok, err
}

func insert(ctx context.Context, tx *db.Tx, a *Asset) error {
	return tx.Insert(ctx, "assets", []string{
		"account_id", "no", "kind", "name", "name_folded", "suffix", "body_id", "wiring_id", "base", "version",
		"change_id", "owner_id", "locked", "copied_from",
	}, [][]any{{
		a.Key.Account, a.Key.No, a.Kind, a.Name, Fold(a.Name), a.Suffix, a.Body, a.Wiring, a.Base, a.Version,
		a.Change, a.Owner, a.Locked, a.CopiedFrom,
	}})
}

// keepVersion locks an asset and copies its current state to its versions; false when
// another version than the expected one is current, or the asset is locked by a person. The lock comes first: of two saves
// at the same moment the second waits here, and then finds another version.
func keepVersion(ctx context.Context, tx *db.Tx, no, expected int64, by id.Change) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO versions (account_id, no, version, name, body_id, wiring_id, received_body, received_wiring,
			received_deep, change_id, replaced_by)
		SELECT account_id, no, version, name, body_id, wiring_id, received_body, received_wiring, received_deep,
			change_id, CAST(:by AS bigint)
		FROM assets WHERE account_id = :account AND no = :no AND version = :expected AND locked = 0 {lock}`,
		db.Args{"no": no, "expected": expected, "by": by})
	return n == 1, err
}

// dropOldVersions keeps the newest keptVersions and everything younger than keptAge.
func dropOldVersions(ctx context.Context, tx *db.Tx, no, current int64) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM versions WHERE account_id = :account AND no = :no AND version < :oldest AND replaced_by < :before`,
		db.Args{"no": no, "oldest": current - keptVersions, "before": id.ChangeAt(tx.Now - keptAge.Milliseconds())})
	return err
}

// replace writes a new version over the expected one; false when another is current.
func replace(ctx context.Context, tx *db.Tx, a *Asset, expected int64) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE assets SET name = :name, name_folded = :folded, body_id = :body, wiring_id = :wiring,
			version = version + 1, change_id = :change
		WHERE account_id = :account AND no = :no AND version = :expected AND deleted_at IS NULL`, db.Args{
		"name": a.Name, "folded": Fold(a.Name), "body": a.Body, "wiring": a.Wiring, "change": a.Change,
		"no": a.Key.No, "expected": expected,
	})
	return n == 1, err
}
