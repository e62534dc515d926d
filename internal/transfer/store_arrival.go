package transfer

import (
	"context"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/db"
	"octavo/internal/id"
)

// readFailures counts the imports of a selection that did not succeed since a time, and
// reads whom people of the account write to.
func readFailures(ctx context.Context, tx *db.Tx, selection string, since id.Change) (n int, support string, err error) {
	_, err = tx.One(ctx, `SELECT support, (SELECT COUNT(*) FROM changes c
			WHERE c.account_id = :account AND c.id >= :since AND c.kind = 'import_failed' AND c.note = :selection)
		FROM accounts WHERE id = :account`, db.Args{"since": since, "selection": selection}, &support, &n)
	return n, support, err
}

// readReceivers lists the accounts of the family that a change reached.
func readReceivers(ctx context.Context, tx *db.Tx, change id.Change) (map[id.Account]bool, error) {
	out := map[id.Account]bool{}
	err := tx.Query(ctx, `SELECT account_id FROM change_accounts
		WHERE change_id = :change AND account_id / 4294967296 = :family`, db.Args{"change": change},
		func(scan func(...any) error) error {
			var a id.Account
			err := scan(&a)
			out[a] = true
			return err
		})
	return out, err
}

// lockAccounts locks the rows of the accounts of the scope, ascending.
func lockAccounts(ctx context.Context, tx *db.Tx) error {
	return tx.Query(ctx, `SELECT id FROM accounts WHERE id IN {each :accounts} ORDER BY id {lock}`, nil, func(scan func(...any) error) error {
		var a id.Account
		return scan(&a)
	})
}

// readArrivedSums sums up what an import brought, account by account.
func readArrivedSums(ctx context.Context, tx *db.Tx, change id.Change) (map[id.Account]*ArrivedIn, error) {
	out := map[id.Account]*ArrivedIn{}
	args := db.Args{"change": change}
	err := tx.Query(ctx, `
		SELECT a.account_id, COUNT(*), SUM(a.version), COUNT(a.deleted_at),
			SUM(CASE WHEN a.deleted_at IS NULL AND (a.body_id <> a.received_body OR a.wiring_id <> a.received_wiring) THEN 1 ELSE 0 END),
			SUM(CASE WHEN a.deleted_at IS NULL AND a.kind = 'dashboard' THEN 1 ELSE 0 END)
		FROM assets a WHERE a.account_id IN {each :accounts} AND a.import_id = CAST(:change AS bigint)
		GROUP BY a.account_id`, args, func(scan func(...any) error) error {
		var a id.Account
		s := &ArrivedIn{}
		err := scan(&a, &s.Assets, &s.versions, &s.Gone, &s.Edited, &s.Dashboards)
		out[a] = s
		return err
	})
	if err != nil {
		return nil, err
	}
	count := func(into func(*ArrivedIn, int)) func(func(...any) error) error {
		return func(scan func(...any) error) error {
			var a id.Account
			var n int
			err := scan(&a, &n)
			into(out[a], n)
			return err
		}
	}
	err = tx.Query(ctx, `
		SELECT s.account_id, COUNT(*) FROM asset_shares s
		JOIN assets a ON a.account_id = s.account_id AND a.no = s.no AND a.import_id = CAST(:change AS bigint) AND a.deleted_at IS NULL
		WHERE s.account_id IN {each :accounts} GROUP BY s.account_id`, args, count(func(s *ArrivedIn, n int) { s.Shared = n }))
	if err != nil {
		return nil, err
	}
	used, err := readStrangers(ctx, tx, change)
	for k, names := range used {
		out[k.Account].Used += len(names)
	}
	return out, err
}

// stranger is an asset of a receiver that did not come with the import.
type stranger struct {
	account      id.Account
	wiring       id.Content
	base, suffix int64
	name         string
}

// readStrangers names what uses the assets of an import and did not come with it, by the
// asset that is used. The numbers of an import are one block in each account, so wires
// are followed here: right after a roll-out PostgreSQL has no statistics to join by.
func readStrangers(ctx context.Context, tx *db.Tx, change id.Change) (map[id.Asset][]string, error) {
	bases, err := readBases(ctx, tx, change)
	if err != nil {
		return nil, err
	}
	var others []stranger
	var wirings []id.Content
	err = tx.Query(ctx, `SELECT account_id, wiring_id, base, name, suffix FROM assets
		WHERE account_id IN {each :accounts} AND deleted_at IS NULL AND kind <> 'source' AND (import_id IS NULL OR import_id <> :change)
		ORDER BY account_id, no`, db.Args{"change": change}, func(scan func(...any) error) error {
		var o stranger
		err := scan(&o.account, &o.wiring, &o.base, &o.name, &o.suffix)
		others, wirings = append(others, o), append(wirings, o.wiring)
		return err
	})
	if err != nil || len(others) == 0 {
		return nil, err
	}
	slices.Sort(wirings)
	wires, err := readStrong(ctx, tx, slices.Compact(wirings))
	if err != nil {
		return nil, err
	}
	found := map[id.Asset][]string{}
	var nos []int64
	for _, o := range others {
		for _, rel := range wires[o.wiring] {
			if k := (id.Asset{Account: o.account, No: o.base + rel}); k.No >= bases[o.account] {
				found[k], nos = append(found[k], asset.Title(o.name, o.suffix)), append(nos, k.No)
			}
		}
	}
	return onlyArrived(ctx, tx, change, found, nos)
}

// readStrong gives the distances of the strong wires of some wirings.
func readStrong(ctx context.Context, tx *db.Tx, wirings []id.Content) (map[id.Content][]int64, error) {
	out := map[id.Content][]int64{}
	err := tx.Query(ctx, `SELECT w.wiring_id, w.rel FROM wirings g JOIN wires w ON w.wiring_id = g.id
		WHERE g.family_id = :family AND g.id IN {each :wirings} AND w.kind = 'strong' ORDER BY w.wiring_id, w.slot`,
		db.Args{"wirings": db.List(wirings)}, func(scan func(...any) error) error {
			var of id.Content
			var rel int64
			err := scan(&of, &rel)
			out[of] = append(out[of], rel)
			return err
		})
	return out, err
}

// onlyArrived keeps those that came with the import and are not in the bin.
func onlyArrived(ctx context.Context, tx *db.Tx, change id.Change, found map[id.Asset][]string, nos []int64) (map[id.Asset][]string, error) {
	out := map[id.Asset][]string{}
	if len(nos) == 0 {
		return out, nil
	}
	slices.Sort(nos)
	err := tx.Query(ctx, `SELECT account_id, no FROM assets
		WHERE account_id IN {each :accounts} AND no IN {each :nos} AND import_id = :change AND deleted_at IS NULL`,
		db.Args{"nos": db.List(slices.Compact(nos)), "change": change}, func(scan func(...any) error) error {
			var k id.Asset
			err := scan(&k.Account, &k.No)
			if names := found[k]; names != nil {
				out[k] = names
			}
			return err
		})
	return out, err
}

// manyArrived is how many rows are looked through for those that were touched.
const manyArrived = 20_000

// readArrived lists what an import brought; touched asks only for what somebody has
// edited, shared or used since, and for no more than maxArrived of it.
func readArrived(ctx context.Context, tx *db.Tx, change id.Change, touched bool) ([]Arrived, error) {
	used, err := readStrangers(ctx, tx, change)
	if err != nil {
		return nil, err
	}
	nos := make([]int64, 0, len(used))
	for k := range used {
		nos = append(nos, k.No)
	}
	slices.Sort(nos)
	var out []Arrived
	args := db.Args{"change": change, "all": !touched, "used": db.List(slices.Compact(nos)), "limit": manyArrived}
	err = tx.Query(ctx, `
		SELECT x.account_id, x.no, x.kind, x.name, x.suffix, x.gone, x.edited, x.shared FROM (
			SELECT a.account_id, a.no, a.kind, a.name, a.suffix, CASE WHEN a.deleted_at IS NULL THEN 0 ELSE 1 END AS gone,
				CASE WHEN a.body_id <> a.received_body OR a.wiring_id <> a.received_wiring THEN 1 ELSE 0 END AS edited,
				(SELECT COUNT(*) FROM asset_shares s WHERE s.account_id = a.account_id AND s.no = a.no) AS shared
			FROM assets a WHERE a.account_id IN {each :accounts} AND a.import_id = CAST(:change AS bigint)) x
		WHERE CAST(:all AS bigint) = 1 OR (x.gone = 0 AND (x.edited = 1 OR x.no IN {each :used} OR x.shared > 0))
		ORDER BY x.account_id, x.kind, x.no LIMIT :limit`, args, func(scan func(...any) error) error {
		var a Arrived
		var suffix, gone, edited int64
		err := scan(&a.Key.Account, &a.Key.No, &a.Kind, &a.Name, &suffix, &gone, &edited, &a.Shared)
		a.Name, a.Gone, a.Edited, a.UsedBy = asset.Title(a.Name, suffix), gone == 1, edited == 1, used[a.Key]
		if !touched || len(out) < maxArrived && (a.Edited || a.Shared > 0 || len(a.UsedBy) > 0) {
			out = append(out, a)
		}
		return err
	})
	return out, err
}

// trashArrived moves what an import brought to the bin and gives the dashboards back to the limits. The assets are found
// by the receivers, whose keys PostgreSQL follows also where it has no statistics of import_id; they are listed first, or
// it compares each asset with the list of a thousand clients.
func trashArrived(ctx context.Context, tx *db.Tx, change id.Change, by id.User) (int64, error) {
	_, err := tx.Exec(ctx, `
		UPDATE accounts SET dash_used = dash_used - (SELECT COUNT(*) FROM assets a WHERE a.account_id = accounts.id
			AND a.import_id = CAST(:change AS bigint) AND a.kind = 'dashboard' AND a.deleted_at IS NULL)
		WHERE id IN {each :accounts}`, db.Args{"change": change})
	if err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `
		WITH r AS MATERIALIZED (SELECT account_id, base FROM change_accounts
			WHERE change_id = CAST(:change AS bigint) AND account_id IN {each :accounts})
		UPDATE assets AS i SET deleted_at = CAST(:now AS bigint), deleted_by = CAST(:by AS text) FROM r
		WHERE i.account_id = r.account_id AND i.no >= r.base AND i.import_id = :change AND i.deleted_at IS NULL`,
		db.Args{"change": change, "by": by, "now": tx.Now})
}
