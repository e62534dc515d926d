package transfer

import (
	"context"
	"errors"
	"slices"
	"time"

	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// helpWindow is the time in which imports that did not succeed are counted together,
// and helpAfter how many of them call for help.
const (
	helpWindow = time.Hour
	helpAfter  = 2
)

// Help is whom to turn to when an import of a selection keeps failing.
type Help struct {
	Failures int    // within the last hour
	Support  string // whom to write to; "" while it is too early to ask, or nobody is named
}

// uncounted are the codes that say nothing about the assets: the plan was shown too long
// ago, or the call itself is at fault.
var uncounted = []string{"plan_changed", "idempotency_key_reused", "value_not_missing", "cells_refused", "cells_changed", "not_found"}

// NoteFailure remembers that an import of a selection did not succeed. It does its best:
// what went wrong may be the database itself, and that is what the person is told then.
func (s *Service) NoteFailure(ctx context.Context, who authz.Actor, sel Selection, cause error) {
	code := "internal_error"
	var e *errs.Error
	if errors.As(cause, &e) {
		code = e.Code
	}
	if slices.Contains(uncounted, code) || len(sel.Assets) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_ = s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		change := s.assets.Change()
		err := s.assets.RecordChange(ctx, tx, asset.ChangeRow{
			ID: change, Kind: "import_failed", Account: who.Account, Actor: who.User, Delegated: who.Delegated, Note: sel.hash(),
		})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "import.failed", Detail: map[string]any{"code": code, "assets": len(sel.Assets)}})
	})
}

// hash names what was selected, whatever the options.
func (s Selection) hash() string {
	assets := slices.Clone(s.Assets)
	slices.SortFunc(assets, func(a, b id.Asset) int { return int(a.No - b.No) })
	return digest(s.From, assets)
}

// Help says how often an import of a selection into the acting account has failed within
// an hour, and whom to turn to when that is too often. Codes as of Sources, not_found.
func (s *Service) Help(ctx context.Context, who authz.Actor, sel Selection) (*Help, error) {
	if _, err := s.grant(ctx, who, sel); err != nil {
		return nil, err
	}
	out := &Help{}
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		var support string
		out.Failures, support, err = readFailures(ctx, tx, sel.hash(), id.ChangeAt(tx.Now-helpWindow.Milliseconds()))
		if out.Failures >= helpAfter {
			out.Support = support
		}
		return err
	})
	return out, err
}
