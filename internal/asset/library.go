package asset

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/user"
)

// Library is what can be done with an asset whatever its kind, each concept in its file:
// versions, shares and owner (here), what comes along with it (reach.go), the default
// dashboards of groups (defaults.go), and the bin with what empties it (bin.go). Each
// method is a transaction of its own. Ids are public ids of the acting account; others are not_found. Safe for
// concurrent use.
type Library struct {
	db     *db.DB
	assets *Service
	people *user.Service
}

// NewLibrary makes the library.
func NewLibrary(d *db.DB, assets *Service, people *user.Service) *Library {
	return &Library{db: d, assets: assets, people: people}
}

// Versions lists the states of an asset that the actor may see, newest first, 200 at most. Code not_found.
func (l *Library) Versions(ctx context.Context, who authz.Actor, public string) ([]Version, error) {
	var out []Version
	err := l.read(ctx, who, public, func(tx *db.Tx, no int64) (err error) {
		out, err = l.assets.Versions(ctx, tx, who, no)
		return err
	})
	return out, err
}

// Restore makes an earlier version the current one. Codes not_found,
// permission_denied, version_conflict, version_gone.
func (l *Library) Restore(ctx context.Context, who authz.Actor, public string, version, expected int64) (*Asset, error) {
	var out *Asset
	err := l.change(ctx, who, public, func(tx *db.Tx, no int64) (err error) {
		if out, err = l.assets.Restore(ctx, tx, who, no, version, expected); err != nil || out.Version == expected {
			return err
		}
		return l.record(ctx, tx, who, out, "restored", map[string]any{"version": version})
	})
	return out, err
}

// Shares lists who has which right on an asset that the actor may see, with names. Codes not_found, permission_denied.
func (l *Library) Shares(ctx context.Context, who authz.Actor, public string) ([]Share, error) {
	var out []Share
	err := l.read(ctx, who, public, func(tx *db.Tx, no int64) (err error) {
		out, err = l.shares(ctx, tx, who, no)
		return err
	})
	return out, err
}

func (l *Library) shares(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) ([]Share, error) {
	if _, err := l.assets.Viewable(ctx, tx, who, no); err != nil {
		return nil, err
	}
	if err := authz.Can(who, authz.UserView, authz.None); err != nil {
		return nil, err
	}
	return l.assets.Shares(ctx, tx, who, no)
}

// Sharing is what a person decides about an asset in one go.
type Sharing struct {
	With   []Share
	Hidden []string // public ids of Klips that a dashboard does not share along; nil = as they are
	Tell   bool     // mail those who see it from now on
}

// SetShares replaces the shares of an asset and gives the new ones with names.
// Codes not_found, permission_denied, unknown_principal, bad_right, bad_visibility.
func (l *Library) SetShares(ctx context.Context, who authz.Actor, public string, in Sharing) ([]Share, error) {
	var out []Share
	by, err := l.signature(ctx, who, in.Tell)
	if err != nil {
		return nil, err
	}
	err = l.change(ctx, who, public, func(tx *db.Tx, no int64) error {
		a, err := l.assets.Viewable(ctx, tx, who, no)
		if err != nil {
			return err
		}
		news, err := l.begin(ctx, tx, who, by, public)
		if err != nil {
			return err
		}
		if in.Hidden != nil {
			if err := l.setHidden(ctx, tx, who, no, in.Hidden); err != nil {
				return err
			}
		}
		if err := l.assets.SetShares(ctx, tx, who, no, in.With); err != nil {
			return err
		}
		// The actor may have given away the own right: the answer is about the change, not about that.
		if out, err = sharesOf(ctx, tx, no); err != nil {
			return err
		}
		news.assets = []*Asset{a}
		told, err := l.tell(ctx, tx, who, news)
		if err != nil {
			return err
		}
		return l.record(ctx, tx, who, a, "shared", map[string]any{"with": len(out), "told": told})
	})
	return out, err
}

func (l *Library) setHidden(ctx context.Context, tx *db.Tx, who authz.Actor, no int64, public []string) error {
	klips := make([]int64, len(public))
	for i, p := range public {
		klip, err := l.assets.Resolve(who.Account, p)
		if err != nil {
			return err
		}
		klips[i] = klip
	}
	taken, err := l.assets.SetHidden(ctx, tx, who, no, klips)
	if err != nil {
		return err
	}
	for _, t := range taken {
		if err := l.record(ctx, tx, who, t.Klip, "shared", map[string]any{"taken": t.Rights}); err != nil {
			return err
		}
	}
	return nil
}

// SetOwner gives an asset to another person of the account. Only its owner and those
// who manage all assets of the kind may; the owner before keeps the right to edit it.
// The new owner is told by mail. Codes not_found, permission_denied, unknown_principal.
func (l *Library) SetOwner(ctx context.Context, who authz.Actor, public string, to id.User) error {
	by, err := l.signature(ctx, who, true)
	if err != nil {
		return err
	}
	return l.change(ctx, who, public, func(tx *db.Tx, no int64) error {
		a, err := l.assets.Viewable(ctx, tx, who, no)
		if err != nil {
			return err
		}
		// Without its share rights: an asset shared for editing is not the actor's to give away.
		if who.Allows(a.ForAuthz(authz.None)) != authz.Edit {
			return authz.Denied(sharePermission[a.Kind])
		}
		if err := checkShares(ctx, tx, []Share{{Kind: "user", ID: string(to), Right: authz.Edit}}); err != nil {
			return err
		}
		if to == a.Owner {
			return nil
		}
		if err := giveAway(ctx, tx, a, to); err != nil {
			return err
		}
		if err := l.tellOwner(ctx, tx, who, by, a, to); err != nil {
			return err
		}
		return l.record(ctx, tx, who, a, "owner_changed", map[string]any{"from": a.OwnerName, "to": to})
	})
}

// giveAway changes the owner. The one before keeps a share, unless it is the agency's principal.
func giveAway(ctx context.Context, tx *db.Tx, a *Asset, to id.User) error {
	args := db.Args{"no": a.Key.No, "to": to, "from": a.Owner}
	for _, statement := range []string{
		`UPDATE assets SET owner_id = :to WHERE account_id = :account AND no = :no`,
		`DELETE FROM asset_shares WHERE account_id = :account AND no = :no AND principal_kind = 'user' AND principal_id = :to`,
		`INSERT INTO asset_shares (account_id, no, principal_kind, principal_id, access)
			SELECT account_id, CAST(:no AS bigint), 'user', id, 'edit' FROM users
			WHERE account_id = :account AND id = :from AND state <> 'principal' AND deleted_at IS NULL
			ON CONFLICT (account_id, no, principal_kind, principal_id) DO UPDATE SET access = 'edit'`,
	} {
		if _, err := tx.Exec(ctx, statement, args); err != nil {
			return err
		}
	}
	return nil
}

func (l *Library) read(ctx context.Context, who authz.Actor, public string, fn func(tx *db.Tx, no int64) error) error {
	no, err := l.assets.Resolve(who.Account, public)
	if err != nil {
		return err
	}
	return l.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error { return fn(tx, no) })
}

func (l *Library) change(ctx context.Context, who authz.Actor, public string, fn func(tx *db.Tx, no int64) error) error {
	no, err := l.assets.Resolve(who.Account, public)
	if err != nil {
		return err
	}
	return l.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error { return fn(tx, no) })
}

func (l *Library) record(ctx context.Context, tx *db.Tx, who authz.Actor, a *Asset, what string, detail map[string]any) error {
	return audit.Record(ctx, tx, who, audit.Line{
		Action: string(a.Kind) + "." + what, Subject: l.assets.PublicID(a.Key), SubjectName: a.Title(), Detail: detail,
	})
}
