package transfer

import (
	"context"

	"octavo/internal/asset"
	"octavo/internal/db"
	"octavo/internal/id"
)

type nameKey struct {
	kind   asset.Kind
	folded string
}

// readCopies finds the copies of masters in the receiving accounts, newest first.
func readCopies(ctx context.Context, tx *db.Tx, masters []int64) (map[int64][]Copy, error) {
	out := map[int64][]Copy{}
	err := tx.Query(ctx, `
		SELECT a.account_id, a.no, a.name, a.suffix, a.origin_no, a.change_id, a.import_id, a.received_body, a.received_deep,
			a.body_id <> a.received_body OR a.wiring_id <> a.received_wiring
		FROM assets a
		WHERE a.origin_account = :account AND a.origin_no IN {each :masters} AND a.account_id IN {each :accounts}
		  AND a.deleted_at IS NULL
		ORDER BY a.no DESC`, db.Args{"masters": db.List(masters)}, func(scan func(...any) error) error {
		var c Copy
		var suffix int64
		var changed, imported id.Change
		err := scan(&c.Key.Account, &c.Key.No, &c.Name, &suffix, &c.OriginNo, &changed, &imported, &c.body, &c.deep, &c.Edited)
		c.Name, c.At, c.ImportedAt = asset.Title(c.Name, suffix), changed.At(), imported.At()
		out[c.OriginNo] = append(out[c.OriginNo], c)
		return err
	})
	return out, err
}

// readTakenNames gives the highest suffix of each name in the receiving account.
func readTakenNames(ctx context.Context, tx *db.Tx) (map[nameKey]int64, error) {
	out := map[nameKey]int64{}
	err := tx.Query(ctx, `SELECT kind, name_folded, MAX(suffix) FROM assets
		WHERE account_id IN {each :accounts} AND deleted_at IS NULL GROUP BY kind, name_folded`, nil,
		func(scan func(...any) error) error {
			var k nameKey
			var suffix int64
			err := scan(&k.kind, &k.folded, &suffix)
			out[k] = suffix
			return err
		})
	return out, err
}

// lockReceivers locks the receiving accounts in order, moves their counters by n
// and takes d dashboards of their limits. It gives the ids of those that cannot take them.
func lockReceivers(ctx context.Context, tx *db.Tx, receivers []id.Account, n, d int64) (refused []id.Account, err error) {
	fits := map[id.Account]bool{}
	err = tx.Query(ctx, `SELECT id, deleted_at IS NULL AND (CAST(:d AS bigint) = 0 OR dash_limit < 0 OR dash_used + dash_given + :d <= dash_limit)
		FROM accounts WHERE id IN {each :accounts} ORDER BY id {lock}`, db.Args{"d": d},
		func(scan func(...any) error) error {
			var a id.Account
			var ok bool
			err := scan(&a, &ok)
			fits[a] = ok
			return err
		})
	if err != nil {
		return nil, err
	}
	for _, a := range receivers {
		if !fits[a] {
			refused = append(refused, a)
		}
	}
	if len(refused) > 0 {
		return refused, nil
	}
	_, err = tx.Exec(ctx, `UPDATE accounts SET next_no = next_no + :n, dash_used = dash_used + :d
		WHERE id IN {each :accounts}`, db.Args{"n": n, "d": d})
	return nil, err
}

// recordReceivers notes the block of numbers that each receiver got.
func recordReceivers(ctx context.Context, tx *db.Tx, change id.Change, n int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO change_accounts (change_id, account_id, base, variant, result, detail)
		SELECT CAST(:change AS bigint), id, next_no - :n, 0, 'imported', '' FROM accounts WHERE id IN {each :accounts} ORDER BY id`,
		db.Args{"change": change, "n": n})
	return err
}

// readBases gives the first number of each receiver's block.
func readBases(ctx context.Context, tx *db.Tx, change id.Change) (map[id.Account]int64, error) {
	out := map[id.Account]int64{}
	err := tx.Query(ctx, `SELECT account_id, base FROM change_accounts
		WHERE change_id = :change AND account_id IN {each :accounts}`, db.Args{"change": change},
		func(scan func(...any) error) error {
			var a id.Account
			var base int64
			err := scan(&a, &base)
			out[a] = base
			return err
		})
	return out, err
}

// clashes are the highest suffixes of names that receivers have already.
const clashes = `
		SELECT account_id, kind, name_folded, MAX(suffix) AS taken FROM assets
		WHERE account_id IN {each :accounts} AND deleted_at IS NULL
		  AND name_folded IN (SELECT name_folded FROM nodes WHERE change_id = CAST(:change AS bigint))
		GROUP BY account_id, kind, name_folded`

// hasClash says whether a receiver has a name of the frozen nodes already.
func hasClash(ctx context.Context, tx *db.Tx, change id.Change) (found bool, err error) {
	var n int64
	_, err = tx.One(ctx, `SELECT COUNT(*) FROM (`+clashes+` LIMIT 1) c`, db.Args{"change": change}, &n)
	return n > 0, err
}

// insertCopies makes the rows of all receivers from the frozen nodes. A client's
// copies belong to the agency's principal there, those of the agency to the actor.
// The receivers are written down first, so that owners are looked for once per account
// and not once per row; names are compared only where one is taken.
func insertCopies(ctx context.Context, tx *db.Tx, change id.Change, actor id.User) (int64, error) {
	clash, err := hasClash(ctx, tx, change)
	if err != nil {
		return 0, err
	}
	suffix, taken := `n.suffix`, ``
	if clash {
		suffix = `n.suffix + COALESCE(e.taken, 0)`
		taken = ` LEFT JOIN (` + clashes + `) e ON e.account_id = r.account_id AND e.kind = n.kind AND e.name_folded = n.name_folded`
	}
	return tx.Exec(ctx, `
		WITH r AS MATERIALIZED (
			SELECT c.account_id, c.base, COALESCE(o.id, CAST(:actor AS text)) AS owner FROM change_accounts c
			LEFT JOIN users o ON o.account_id = c.account_id AND o.state = 'principal'
			WHERE c.change_id = CAST(:change AS bigint) AND c.account_id IN {each :accounts}
			ORDER BY c.account_id)
		INSERT INTO assets (account_id, no, kind, name, name_folded, suffix, body_id, wiring_id, base, version, change_id,
			owner_id, locked, origin_account, origin_no, received_body, received_wiring, received_deep, import_id)
		SELECT r.account_id, r.base + n.ord, n.kind, n.name, n.name_folded, `+suffix+`, n.body_id, n.wiring_id,
			r.base, 1, n.change_id, r.owner, 0, n.origin_account, n.origin_no, n.body_id, n.wiring_id,
			n.deep, n.change_id
		FROM r CROSS JOIN nodes n`+taken+`
		WHERE n.change_id = :change`, db.Args{"change": change, "actor": actor})
}

// insertCopiedSources makes the side rows of raw data sources: the credential is
// kept as it is, stored content only where the product owns it.
func insertCopiedSources(ctx context.Context, tx *db.Tx, change id.Change) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO sources (account_id, no, description, credential_account, credential_id, settings_id, next_at, payload_id,
			received_at, stale_at, state)
		SELECT r.account_id, r.base + n.ord, s.description, n.credential_account, n.credential_id, n.settings_id,
			CASE WHEN n.payload_id IS NULL THEN CAST(:now AS bigint) END, n.payload_id,
			CASE WHEN n.payload_id IS NULL THEN NULL ELSE s.received_at END,
			CASE WHEN n.payload_id IS NULL THEN NULL ELSE s.stale_at END,
			CASE WHEN n.payload_id IS NULL THEN 'no_data' ELSE 'fresh' END
		FROM change_accounts r
		JOIN nodes n ON n.change_id = r.change_id AND n.kind = 'source'
		JOIN sources s ON s.account_id = :account AND s.no = n.origin_no
		WHERE r.change_id = :change AND r.account_id IN {each :accounts}
		ORDER BY r.account_id, n.ord`, db.Args{"change": change, "now": tx.Now})
	return err
}

// insertCopiedTags takes the tags of Klips and data sources along.
func insertCopiedTags(ctx context.Context, tx *db.Tx, change id.Change) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO asset_tags (account_id, no, folded, tag)
		SELECT r.account_id, r.base + n.ord, t.folded, t.tag
		FROM change_accounts r
		JOIN nodes n ON n.change_id = r.change_id
		JOIN asset_tags t ON t.account_id = :account AND t.no = n.origin_no
		WHERE r.change_id = :change AND r.account_id IN {each :accounts}`, db.Args{"change": change})
	return err
}

// insertMissingVariables makes the variables that the bodies name and the accounts
// do not have; existing ones keep type and default.
func insertMissingVariables(ctx context.Context, tx *db.Tx, into []id.Account, bodies []id.Content) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO variables (account_id, name, type, default_json)
		SELECT r.id, v.name, v.type, v.default_json
		FROM accounts r
		JOIN variables v ON v.account_id = :account
		WHERE r.id IN {each :accounts} AND r.id IN {each :into} AND v.name IN (
			SELECT f.name FROM bodies b JOIN body_refs f ON f.body_id = b.id AND f.kind = 'variable'
			WHERE b.family_id = :family AND b.id IN {each :bodies})
		ON CONFLICT (account_id, name) DO NOTHING`, db.Args{"bodies": db.List(bodies), "into": db.List(into)})
	return err
}

// readImported reads what a change brought into the accounts of the scope.
func readImported(ctx context.Context, tx *db.Tx, change id.Change) ([]Created, error) {
	var out []Created
	err := tx.Query(ctx, `SELECT account_id, no, kind, name, suffix, origin_no FROM assets
		WHERE import_id = :change AND account_id IN {each :accounts} ORDER BY account_id, kind, no`, db.Args{"change": change},
		func(scan func(...any) error) error {
			var c Created
			var name string
			var suffix int64
			err := scan(&c.Account, &c.No, &c.Kind, &name, &suffix, &c.MasterNo)
			c.Name = asset.Title(name, suffix)
			out = append(out, c)
			return err
		})
	return out, err
}
