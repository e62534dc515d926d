package asset

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
)

// Library is what can be done with an asset whatever its kind: look at its versions,
// restore one, see and change who it is shared with. Each method is a transaction of
// its own. Ids are public ids of the acting account; others are not_found. Safe for
// concurrent use.
type Library struct {
	db     *db.DB
	assets *Service
}

// NewLibrary makes the library.
func NewLibrary(d *db.DB, assets *Service) *Library { return &Library{db: d, assets: assets} }

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

// SetShares replaces the shares of an asset and gives the new ones with names.
// Codes not_found, permission_denied, unknown_principal, bad_right.
func (l *Library) SetShares(ctx context.Context, who authz.Actor, public string, shares []Share) ([]Share, error) {
	var out []Share
	err := l.change(ctx, who, public, func(tx *db.Tx, no int64) error {
		a, err := l.assets.Viewable(ctx, tx, who, no)
		if err != nil {
			return err
		}
		if err := l.assets.SetShares(ctx, tx, who, no, shares); err != nil {
			return err
		}
		// The actor may have given away the own right: the answer is about the change, not about that.
		if out, err = sharesOf(ctx, tx, no); err != nil {
			return err
		}
		return l.record(ctx, tx, who, a, "shared", map[string]any{"with": len(out)})
	})
	return out, err
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
