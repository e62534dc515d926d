package account

import (
	"slices"
	"time"

	"octavo/internal/clock"
	"octavo/internal/errs"
)

// Status says who may enter a client and what runs there (accounts.md §4.2).
type Status string

// The states of a client. Parents are always active.
const (
	Setup    Status = "setup"    // the agency prepares it; nobody of the client signs in
	Trial    Status = "trial"    // full features for trialDays
	Active   Status = "active"   // in use
	Disabled Status = "disabled" // paused; nobody of the client signs in
)

// Statuses lists the states in the order of a client's life.
var Statuses = []Status{Setup, Trial, Active, Disabled}

// trialDays is how long a trial lasts (accounts.md D11).
const trialDays = 14

// next says where a status leads (accounts.md D7).
var next = map[Status][]Status{
	Setup:    {Trial, Active, Disabled},
	Trial:    {Active, Disabled},
	Active:   {Disabled},
	Disabled: {Active, Trial},
}

func (s Status) check() error {
	if slices.Contains(Statuses, s) {
		return nil
	}
	return errs.New(errs.Invalid, "bad_status", "A client is in setup, trial, active or disabled.").WithField("status")
}

// moveTo changes the status of a client. Codes bad_status, bad_status_transition, active_needs_allocation.
func (a *Account) moveTo(to Status, now int64) error {
	if err := to.check(); err != nil || to == a.Status {
		return err
	}
	ok := slices.Contains(next[a.Status], to)
	if a.Status == Disabled && to == Trial {
		ok = ok && !a.settings.WasActive && a.TrialEndsAt.After(clock.FromMillis(now))
	}
	if !ok {
		return errs.Newf(errs.Conflict, "bad_status_transition", "A client cannot go from %s to %s.", a.Status, to).
			WithField("status").WithParams(map[string]any{"from": a.Status, "to": to})
	}
	a.Status, a.StatusNote = to, ""
	return a.enter(now)
}

// enter does what entering the present status brings along.
func (a *Account) enter(now int64) error {
	switch a.Status {
	case Trial:
		if a.TrialEndsAt.IsZero() {
			a.TrialEndsAt = clock.FromMillis(now).Add(trialDays * 24 * time.Hour)
		}
	case Active:
		if a.SeatsLimit == 0 || a.DashboardsLimit == 0 {
			return errs.New(errs.Conflict, "active_needs_allocation", "Give the client at least one seat and one dashboard first.").WithField("status")
		}
		a.settings.WasActive = true
	}
	return nil
}
