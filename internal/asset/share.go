package asset

import (
	"context"
	"slices"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Visibility is how a dashboard that a group may see comes into the bars of its people.
type Visibility string

// The visibilities, strongest first.
const (
	Required  Visibility = "required" // in the bar, and stays there
	Added     Visibility = "added"    // in the bar until the person closes it
	InLibrary Visibility = "library"  // only in lists
)

// Share gives a person or a group of the same account a right on an asset.
type Share struct {
	Kind       string // "user" or "group"
	ID         string
	Right      authz.Right
	Visibility Visibility // of a dashboard for a group; "" = as it is, at first InLibrary
	Name       string     // of the person or group; only in answers
}

// bestRights gives the strongest share right of a person on each of the assets.
func bestRights[U ~string](ctx context.Context, tx *db.Tx, who U, nos []int64) (map[int64]authz.Right, error) {
	best := map[int64]authz.Right{}
	err := tx.Query(ctx, `
		SELECT s.no, s.access FROM asset_shares s
		WHERE s.account_id = :account AND s.no IN {each :nos} AND (
			(s.principal_kind = 'user' AND s.principal_id = :who) OR
			(s.principal_kind = 'group' AND s.principal_id IN (
				SELECT g.id FROM groups g WHERE g.account_id = :account AND (g.kind = 'all' OR EXISTS (
					SELECT 1 FROM group_members m WHERE m.account_id = :account AND m.group_id = g.id AND m.user_id = :who)))))`,
		db.Args{"nos": db.List(nos), "who": who}, func(scan func(...any) error) error {
			var no int64
			var r authz.Right
			if err := scan(&no, &r); err != nil {
				return err
			}
			if best[no] != authz.Edit {
				best[no] = r
			}
			return nil
		})
	return best, err
}

var sharePermission = map[Kind]authz.Permission{
	Dashboard: authz.TabShare, Klip: authz.KlipShare, Source: authz.SourceShare, Model: authz.SourceShare,
}

// Shares lists who has which right on an asset that the actor may see.
func (s *Service) Shares(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) ([]Share, error) {
	if _, err := s.Viewable(ctx, tx, who, no); err != nil {
		return nil, err
	}
	return sharesOf(ctx, tx, no)
}

// sharesOf reads who has which right on an asset, with names.
func sharesOf(ctx context.Context, tx *db.Tx, no int64) ([]Share, error) {
	out := []Share{}
	err := tx.Query(ctx, `
		SELECT s.principal_kind, s.principal_id, s.access, COALESCE(u.name, g.name, ''),
			CASE WHEN s.principal_kind = 'group' AND a.kind = 'dashboard' THEN s.visibility ELSE '' END
		FROM asset_shares s
		JOIN assets a ON a.account_id = s.account_id AND a.no = s.no
		LEFT JOIN users u ON s.principal_kind = 'user' AND u.account_id = s.account_id AND u.id = s.principal_id
		LEFT JOIN groups g ON s.principal_kind = 'group' AND g.account_id = s.account_id AND g.id = s.principal_id
		WHERE s.account_id = :account AND s.no = :no ORDER BY s.principal_kind, s.principal_id`, db.Args{"no": no},
		func(scan func(...any) error) error {
			var sh Share
			err := scan(&sh.Kind, &sh.ID, &sh.Right, &sh.Name, &sh.Visibility)
			out = append(out, sh)
			return err
		})
	return out, err
}

// SetShares replaces the shares of an asset. A dashboard takes its Klips along, but
// for those that it hides: whoever may see it may see them. The owner has every right
// anyway and is passed over. Codes not_found, permission_denied, unknown_principal,
// bad_right, bad_visibility.
func (s *Service) SetShares(ctx context.Context, tx *db.Tx, who authz.Actor, no int64, shares []Share) error {
	a, err := s.shareable(ctx, tx, who, no)
	if err != nil {
		return err
	}
	return s.setShares(ctx, tx, who, a, shares)
}

// shareable reads an asset whose shares the actor may change. Codes not_found, permission_denied.
func (s *Service) shareable(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) (*Asset, error) {
	a, _, err := s.load(ctx, tx, who, no)
	if err != nil {
		return nil, err
	}
	return s.Editable(ctx, tx, who, sharePermission[a.Kind], no)
}

func (s *Service) setShares(ctx context.Context, tx *db.Tx, who authz.Actor, a *Asset, shares []Share) error {
	shares = withoutOwner(a, shares)
	if err := checkShares(ctx, tx, shares); err != nil {
		return err
	}
	before, err := sharesOf(ctx, tx, a.Key.No)
	if err != nil {
		return err
	}
	if shares, err = visibilities(who, a, before, shares); err != nil {
		return err
	}
	for _, old := range before {
		if _, stays := findShare(shares, old); stays {
			continue
		}
		_, err := tx.Exec(ctx, `DELETE FROM asset_shares WHERE account_id = :account AND no = :no
			AND principal_kind = :kind AND principal_id = :id`, db.Args{"no": a.Key.No, "kind": old.Kind, "id": old.ID})
		if err != nil {
			return err
		}
	}
	for _, sh := range shares {
		if _, err := putShare(ctx, tx, a.Key.No, sh, replaceRight); err != nil {
			return err
		}
	}
	if a.Kind != Dashboard {
		return nil
	}
	_, err = s.shareBelow(ctx, tx, a, shares)
	return err
}

// addShares gives rights on an asset beside those that are there, and gives them filled in, and how many rights
// changed by it, those on Klips of a dashboard among them.
// The owner is passed over. Who gets them is checked before. Code bad_visibility.
func (s *Service) addShares(ctx context.Context, tx *db.Tx, who authz.Actor, a *Asset, shares []Share, on overRight) ([]Share, int64, error) {
	shares = withoutOwner(a, shares)
	before, err := sharesOf(ctx, tx, a.Key.No)
	if err != nil {
		return nil, 0, err
	}
	if shares, err = visibilities(who, a, before, shares); err != nil {
		return nil, 0, err
	}
	var changed int64
	for _, sh := range shares {
		n, err := putShare(ctx, tx, a.Key.No, sh, on)
		if err != nil {
			return nil, 0, err
		}
		changed += n
	}
	if a.Kind != Dashboard {
		return shares, changed, nil
	}
	below, err := s.shareBelow(ctx, tx, a, shares)
	return shares, changed + below, err
}

// withoutOwner leaves out the share of the owner, who has every right anyway.
func withoutOwner(a *Asset, shares []Share) []Share {
	return slices.DeleteFunc(slices.Clone(shares), func(sh Share) bool { return sh.Kind == "user" && sh.ID == string(a.Owner) })
}

// findShare looks for the share of the same person or group.
func findShare(in []Share, of Share) (Share, bool) {
	i := slices.IndexFunc(in, func(sh Share) bool { return sh.Kind == of.Kind && sh.ID == of.ID })
	if i < 0 {
		return Share{}, false
	}
	return in[i], true
}

// visibilities fills in what the shares leave open. To change one needs tab.push. Code bad_visibility.
func visibilities(who authz.Actor, a *Asset, before, shares []Share) ([]Share, error) {
	for i, sh := range shares {
		if a.Kind != Dashboard || sh.Kind != "group" {
			if sh.Visibility != "" {
				return nil, badVisibility("A visibility belongs to a dashboard that a group may see.")
			}
			shares[i].Visibility = InLibrary
			continue
		}
		had := InLibrary
		if old, found := findShare(before, sh); found {
			had = old.Visibility
		}
		switch sh.Visibility {
		case "":
			shares[i].Visibility = had
		case Required, Added, InLibrary:
			if sh.Visibility != had && !who.Has(authz.TabPush) {
				return nil, authz.Denied(authz.TabPush)
			}
		default:
			return nil, badVisibility("A default dashboard is required, added or library.")
		}
	}
	return shares, nil
}

func badVisibility(text string) error {
	return errs.New(errs.Invalid, "bad_visibility", text).WithField("visibility")
}

// overRight is the right that somebody has in the end who had one before, as SQL.
type overRight string

const (
	replaceRight overRight = `excluded.access`
	keepStronger overRight = `CASE WHEN asset_shares.access = 'edit' THEN 'edit' ELSE excluded.access END`
)

// putShare gives a right, and says whether that changed something, 0 or 1; a new one comes last among those of its person or group.
func putShare(ctx context.Context, tx *db.Tx, no int64, sh Share, on overRight) (int64, error) {
	return tx.Exec(ctx, `
		INSERT INTO asset_shares (account_id, no, principal_kind, principal_id, access, visibility, position)
		SELECT account_id, no, CAST(:kind AS text), CAST(:id AS text), CAST(:access AS text), CAST(:visibility AS text),
			COALESCE((SELECT MAX(s.position) + 1 FROM asset_shares s
				WHERE s.account_id = :account AND s.principal_kind = :kind AND s.principal_id = :id), 0)
		FROM assets WHERE account_id = :account AND no = :no
		ON CONFLICT (account_id, no, principal_kind, principal_id) DO UPDATE
			SET access = `+string(on)+`, visibility = excluded.visibility
			WHERE asset_shares.access <> `+string(on)+` OR asset_shares.visibility <> excluded.visibility`,
		db.Args{"no": no, "kind": sh.Kind, "id": sh.ID, "access": sh.Right, "visibility": sh.Visibility})
}

// shareBelow gives a right to view the Klips of a dashboard where there is none yet, and says how many.
func (s *Service) shareBelow(ctx context.Context, tx *db.Tx, a *Asset, shares []Share) (int64, error) {
	below, err := links(ctx, tx, []int64{a.Key.No})
	if err != nil {
		return 0, err
	}
	hidden, err := exceptions(ctx, tx, a.Key.No)
	if err != nil {
		return 0, err
	}
	var given int64
	var klips []int64
	for _, l := range below {
		if l.Kind == Strong && !hidden[l.To] {
			klips = append(klips, l.To)
		}
	}
	for _, sh := range shares { // a handful: the people and groups of one dialog
		n, err := tx.Exec(ctx, `
			INSERT INTO asset_shares (account_id, no, principal_kind, principal_id, access)
			SELECT account_id, no, CAST(:kind AS text), CAST(:id AS text), 'view' FROM assets
			WHERE account_id = :account AND no IN {each :nos}
			ON CONFLICT (account_id, no, principal_kind, principal_id) DO NOTHING`,
			db.Args{"kind": sh.Kind, "id": sh.ID, "nos": db.List(klips)})
		if err != nil {
			return 0, err
		}
		given += n
	}
	return given, nil
}

func checkShares(ctx context.Context, tx *db.Tx, shares []Share) error {
	table := map[string]string{
		"user":  `SELECT 1 FROM users WHERE account_id = :account AND id = :id AND deleted_at IS NULL AND state <> 'principal'`,
		"group": `SELECT 1 FROM groups WHERE account_id = :account AND id = :id`,
	}
	for _, sh := range shares {
		if sh.Right != authz.View && sh.Right != authz.Edit {
			return errs.New(errs.Invalid, "bad_right", "A share allows to view or to edit.").WithField("right")
		}
		query, ok := table[sh.Kind]
		found := false
		if ok {
			var one int
			var err error
			if found, err = tx.One(ctx, query, db.Args{"id": sh.ID}, &one); err != nil {
				return err
			}
		}
		if !found {
			return errs.New(errs.Invalid, "unknown_principal", "Share with people and groups of this account.").WithField("id")
		}
	}
	return nil
}

// HandOver gives what one person of the scope's account owns to another, the bin included, and takes the
// person out of what was shared. It says how many assets changed hands.
func HandOver(ctx context.Context, tx *db.Tx, from, to id.User) (int64, error) {
	n, err := tx.Exec(ctx, `UPDATE assets SET owner_id = :to WHERE account_id = :account AND owner_id = :from`, db.Args{"from": from, "to": to})
	if err != nil {
		return 0, err
	}
	for _, table := range []string{
		`asset_shares WHERE account_id = :account AND principal_kind = 'user' AND principal_id = :from`,
		`user_dashboards WHERE account_id = :account AND user_id = :from`,
	} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table, db.Args{"from": from}); err != nil {
			return 0, err
		}
	}
	return n, nil
}
