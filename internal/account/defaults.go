package account

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// Defaults are what an agency gives a new client that says nothing else (accounts.md D12),
// and whom the clients' people write to when they need more.
type Defaults struct {
	Limits
	TrialDays int64  `json:"trial_days"`
	Support   string `json:"-"` // is in a column of its own, which each client repeats
}

// factory are the defaults of an agency that has set none.
var factory = Defaults{Limits: Limits{Seats: 5, Dashboards: Unlimited, Links: 5, APICalls: 10_000}, TrialDays: 14}

// maxTrialDays is the longest trial (accounts.md D11).
const maxTrialDays = 90

const maxSupport = 200

// Defaults are what the parent gives new clients.
func (a *Account) Defaults() Defaults {
	d := factory
	if a.settings.Defaults != nil {
		d = *a.settings.Defaults
	}
	d.Support = a.Support
	return d
}

// ClientDefaults reads what the actor's agency gives new clients, and its version. Code not_found.
func (s *Service) ClientDefaults(ctx context.Context, who authz.Actor) (Defaults, int64, error) {
	if !who.IsParent || !who.Has(authz.ClientAccess) {
		return Defaults{}, 0, authz.NotFound()
	}
	a, err := s.ByID(ctx, who.Account)
	if err != nil {
		return Defaults{}, 0, err
	}
	return a.Defaults(), a.Version, nil
}

// SetClientDefaults changes what the actor's agency gives new clients; clients that are there keep
// their limits. Codes not_found, permission_denied, version_conflict, bad_limit, bad_trial_days, text_too_long, bad_text.
func (s *Service) SetClientDefaults(ctx context.Context, who authz.Actor, version int64, to Defaults) (Defaults, int64, error) {
	if !who.IsParent {
		return Defaults{}, 0, authz.NotFound()
	}
	if err := authz.Can(who, authz.AccountSettings, authz.None); err != nil {
		return Defaults{}, 0, err
	}
	to, err := to.check()
	if err != nil {
		return Defaults{}, 0, err
	}
	var parent *Account
	err = s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		a, found, err := findBy(ctx, tx, byID+` {lock}`, who.Account)
		if err != nil || !found {
			return orNotFound(err)
		}
		if a.Version != version {
			return stale(a.Version)
		}
		parent = a
		before := a.Defaults()
		if before == to {
			return nil
		}
		a.settings.Defaults, a.Support = &to, to.Support
		if err := write(ctx, tx, a, `kind = 'parent'`, nil); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE accounts SET support = :support WHERE parent_id = :parent`,
			db.Args{"support": to.Support, "parent": a.ID}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "account.client_defaults_changed", Subject: a.PublicID, SubjectName: a.Name,
			Detail: map[string]any{"before": before, "after": to}})
	})
	if err != nil {
		return Defaults{}, 0, err
	}
	return parent.Defaults(), parent.Version, nil
}

func (d Defaults) check() (Defaults, error) {
	if err := d.Limits.check(); err != nil {
		return d, err
	}
	if d.TrialDays < 1 || d.TrialDays > maxTrialDays {
		return d, errs.Newf(errs.Invalid, "bad_trial_days", "A trial lasts 1 to %d days.", int64(maxTrialDays)).
			WithField("trial_days").WithParams(map[string]any{"limit": int64(maxTrialDays)})
	}
	var err error
	d.Support, err = checkText(d.Support, maxSupport, "support")
	return d, err
}
