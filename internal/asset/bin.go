package asset

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/page"
)

// BinAge is how long the bin keeps things.
const BinAge = 30 * 24 * time.Hour

// Binned is an asset in the bin.
type Binned struct {
	Asset
	ID        string // public
	DeletedBy string // name of who did it; "" = the agency, or somebody who left
}

// GoesAt is when it is removed for good, in UTC milliseconds.
func (b *Binned) GoesAt() int64 { return b.DeletedAt + BinAge.Milliseconds() }

// BinFilter selects what a list of the bin shows.
type BinFilter struct {
	Kinds  []Kind // nil = all
	Search string // part of the name
}

// Bin lists what lies in the bin and the actor may restore, the newest first.
func (l *Library) Bin(ctx context.Context, who authz.Actor, f BinFilter, req page.Request) ([]Binned, *page.Mark, error) {
	where, args := f.condition(who)
	from := req.From()
	args["first"], args["limit"] = req.First(), req.Rows()
	for name, text := range map[string]string{"before": from.Key, "before_no": from.ID} {
		n, err := strconv.ParseInt("0"+text, 10, 64)
		if err != nil {
			return nil, nil, err
		}
		args[name] = n
	}
	var out []Binned
	err := l.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		out = nil
		return tx.Query(ctx, `
			SELECT `+columns+`, COALESCE(o.name, ''), '', COALESCE(d.name, '')
			FROM assets a`+people+`
			LEFT JOIN users d ON d.account_id = a.account_id AND d.id = a.deleted_by
			WHERE `+where+` AND (CAST(:first AS bigint) = 1 OR a.deleted_at < :before OR (a.deleted_at = :before AND a.no < :before_no))
			ORDER BY a.deleted_at DESC, a.no DESC LIMIT :limit`, args, func(scan func(...any) error) error {
			var b Binned
			err := scan(append(b.dest(), &b.OwnerName, &b.ChangedBy, &b.DeletedBy)...)
			b.ID = l.assets.PublicID(b.Key)
			out = append(out, b)
			return err
		})
	})
	if err != nil {
		return nil, nil, err
	}
	out, next := page.Cut(req, out, func(b Binned) page.Mark {
		return page.Mark{Key: strconv.FormatInt(b.DeletedAt, 10), ID: strconv.FormatInt(b.Key.No, 10)}
	})
	return out, next, nil
}

// condition is what of the bin the actor may restore: kinds that the role may delete,
// and of these everything, or what the actor owns or may edit.
func (f BinFilter) condition(who authz.Actor) (where string, args db.Args) {
	all, own := []string{"''"}, []string{"''"}
	kinds := f.Kinds
	if kinds == nil {
		kinds = []Kind{Dashboard, Klip, Source, Model}
	}
	for _, k := range kinds {
		quoted := "'" + string(k) + "'" // a constant of this package, or nothing that is stored
		switch {
		case deletePermission[k] == "" || !who.Has(deletePermission[k]):
		case who.Allows(authz.Asset{Kind: string(k), Owner: "-"}) == authz.Edit:
			all = append(all, quoted)
		default:
			own = append(own, quoted)
		}
	}
	where = `a.account_id = :account AND a.deleted_at IS NOT NULL AND a.name_folded LIKE :search ESCAPE '!' AND (
		a.kind IN (` + strings.Join(all, ", ") + `) OR (a.kind IN (` + strings.Join(own, ", ") + `)
			AND (a.owner_id = :owner OR EXISTS (` + sharedWith + ` AND s.access = 'edit'))))`
	return where, db.Args{"search": fold.Like(f.Search), "owner": who.Owner, "who": who.User}
}

// RestoreFromBin takes an asset out of the bin, with what went into it in the same
// moment because of it: the Klips of a dashboard. Codes not_found, permission_denied, limit_reached.
func (l *Library) RestoreFromBin(ctx context.Context, who authz.Actor, public string) (*Asset, error) {
	var out *Asset
	err := l.change(ctx, who, public, func(tx *db.Tx, no int64) (err error) {
		out, err = l.restoreFromBin(ctx, tx, who, no)
		return err
	})
	return out, err
}

func (l *Library) restoreFromBin(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) (*Asset, error) {
	before, found, err := get(ctx, tx, no)
	if err != nil {
		return nil, err
	}
	out, err := l.assets.Untrash(ctx, tx, who, no)
	if err != nil || !found || before.DeletedAt == 0 {
		return out, err
	}
	if err := l.record(ctx, tx, who, out, "restored_from_bin", nil); err != nil {
		return nil, err
	}
	return out, l.restoreBelow(ctx, tx, who, before)
}

// restoreBelow takes out the Klips that went into the bin together with a dashboard.
func (l *Library) restoreBelow(ctx context.Context, tx *db.Tx, who authz.Actor, a *Asset) error {
	if a.Kind != Dashboard {
		return nil
	}
	klips, err := l.assets.klipsOf(ctx, tx, a.Key.No)
	if err != nil {
		return err
	}
	some, err := l.assets.Some(ctx, tx, klips)
	if err != nil {
		return err
	}
	for _, no := range klips {
		k := some[no]
		if k == nil || k.DeletedAt != a.DeletedAt {
			continue
		}
		back, err := l.assets.Untrash(ctx, tx, who, no)
		if errs.Is(err, "permission_denied") || errs.Is(err, "not_found") {
			continue // stays where its own people find it
		}
		if err != nil {
			return err
		}
		if err := l.record(ctx, tx, who, back, "restored_from_bin", nil); err != nil {
			return err
		}
	}
	return nil
}

// Purge removes what lies in the bin for good. Only its owner and those who manage all
// assets of the kind may. Codes not_found, permission_denied.
func (l *Library) Purge(ctx context.Context, who authz.Actor, public string) error {
	return l.change(ctx, who, public, func(tx *db.Tx, no int64) error {
		a, best, err := l.assets.load(ctx, tx, who, no)
		if err != nil {
			return err
		}
		if err := authz.Can(who, deletePermission[a.Kind], authz.Edit, a.ForAuthz(best)); err != nil {
			return err
		}
		if a.DeletedAt == 0 {
			return authz.NotFound()
		}
		if who.Allows(a.ForAuthz(authz.None)) != authz.Edit {
			return authz.Denied(deletePermission[a.Kind])
		}
		gone, err := l.purge(ctx, tx, who, a)
		if err == nil && !gone {
			err = authz.NotFound()
		}
		return err
	})
}

// ofAsset are the tables besides assets whose rows belong to one asset by account_id
// and no. A test finds one that is missing.
var ofAsset = []string{
	"versions", "sources", "asset_tags", "asset_shares", "asset_seen", "share_exceptions", "user_dashboards", "instances", "refresh_runs", "earlier_payloads",
	"template_versions", "running_fetches", "fetch_stops",
}

// purge removes the rows of an asset that lies in the bin as it was read, and says whether
// it still did: nothing is removed of one that was restored meanwhile. Content stays as
// long as others may name it. Wires that lead to it dangle and read as deleted.
func (l *Library) purge(ctx context.Context, tx *db.Tx, who authz.Actor, a *Asset) (bool, error) {
	// First, and under the condition: it waits for whoever is restoring the asset.
	n, err := tx.Exec(ctx, `DELETE FROM assets WHERE account_id = :account AND no = :no AND deleted_at = :deleted`,
		db.Args{"no": a.Key.No, "deleted": a.DeletedAt})
	if err != nil || n == 0 {
		return false, err
	}
	if err := removeBeside(ctx, tx, a.Key.No); err != nil {
		return false, err
	}
	return true, l.record(ctx, tx, who, a, "purged", nil)
}

// removeBeside removes the rows that belong to one asset, besides its own.
func removeBeside(ctx context.Context, tx *db.Tx, no int64) error {
	args := db.Args{"no": no}
	for _, table := range ofAsset {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE account_id = :account AND no = :no`, args); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `DELETE FROM share_exceptions WHERE account_id = :account AND klip_no = :no`, args)
	return err
}

// Erase removes assets of the scope's account for good, from the bin or from where they are. Who calls it has asked
// whether the actor may, and whether something uses them.
func (l *Library) Erase(ctx context.Context, tx *db.Tx, who authz.Actor, nos []int64) error {
	for _, no := range nos {
		a, found, err := get(ctx, tx, no)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if _, err := tx.Exec(ctx, `DELETE FROM assets WHERE account_id = :account AND no = :no`, db.Args{"no": no}); err != nil {
			return err
		}
		if err := removeBeside(ctx, tx, no); err != nil {
			return err
		}
		if a.Kind == Dashboard && a.DeletedAt == 0 {
			if _, err := tx.Exec(ctx, `UPDATE accounts SET dash_used = dash_used - 1 WHERE id = :account`, nil); err != nil {
				return err
			}
		}
		if err := l.record(ctx, tx, who, a, "purged", nil); err != nil {
			return err
		}
	}
	return nil
}

// Users gives the links that end at assets of the scope's account, from those outside the bin.
func (l *Library) Users(ctx context.Context, tx *db.Tx, nos []int64) ([]Link, error) {
	return users(ctx, tx, nos)
}

// binBatch is how many assets one transaction removes.
const binBatch = 100

// EmptyBins removes what has lain in the bins of these accounts for BinAge. A worker calls
// it once an hour, with all accounts. A bin that cannot be emptied keeps no other waiting.
func (l *Library) EmptyBins(ctx context.Context, accounts func(context.Context) ([]id.Account, error)) error {
	all, err := accounts(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, a := range all {
		if err := l.emptyBin(ctx, a); err != nil {
			failed = append(failed, fmt.Errorf("bin of account %d: %w", a, err))
		}
	}
	return errors.Join(failed...)
}

// emptyBin removes what is due in one account, batch by batch.
func (l *Library) emptyBin(ctx context.Context, account id.Account) error {
	for {
		var due []Asset
		err := l.db.Read(ctx, db.Account(account), func(tx *db.Tx) (err error) {
			due, err = longBinned(ctx, tx)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		err = l.db.Tx(ctx, db.Account(account), func(tx *db.Tx) error {
			for i := range due {
				if _, err := l.purge(ctx, tx, theBin(account), &due[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(due) < binBatch {
			return err
		}
	}
}

// longBinned reads a batch of what has lain in the bin for BinAge.
func longBinned(ctx context.Context, tx *db.Tx) ([]Asset, error) {
	var out []Asset
	err := tx.Query(ctx, `SELECT `+columns+` FROM assets a WHERE a.account_id = :account AND a.deleted_at <= :before ORDER BY a.no LIMIT :limit`,
		db.Args{"before": tx.Now - BinAge.Milliseconds(), "limit": binBatch}, func(scan func(...any) error) error {
			var a Asset
			err := scan(a.dest()...)
			out = append(out, a)
			return err
		})
	return out, err
}

// theBin is who removes things when their time is over.
func theBin(account id.Account) authz.Actor {
	return authz.Actor{Name: "Bin", Account: account, Home: account, Via: authz.ViaOperator}
}
