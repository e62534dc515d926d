package account

import (
	"context"
	"slices"
	"time"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// Status says who may enter a client and what runs there (accounts.md §4.2).
type Status string

// The states of a client. Parents are always active.
const (
	Setup    Status = "setup"    // the agency prepares it; nobody of the client signs in
	Trial    Status = "trial"    // full features until a day
	Active   Status = "active"   // in use
	Disabled Status = "disabled" // paused; nobody of the client signs in
)

// Statuses lists the states in the order of a client's life.
var Statuses = []Status{Setup, Trial, Active, Disabled}

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

// Next gives where a client may go from its present status at an instant.
func (a *Account) Next(now time.Time) []Status {
	var out []Status
	for _, to := range next[a.Status] {
		if a.Status == Disabled && to == Trial && (a.settings.WasActive || !a.TrialEndsAt.After(now)) {
			continue
		}
		out = append(out, to)
	}
	return out
}

// moveTo changes the status of a client; trial is how many days one lasts. Codes bad_status, bad_status_transition, active_needs_allocation.
func (a *Account) moveTo(to Status, now, trial int64) error {
	if err := to.check(); err != nil || to == a.Status {
		return err
	}
	if !slices.Contains(a.Next(clock.FromMillis(now)), to) {
		return errs.Newf(errs.Conflict, "bad_status_transition", "A client cannot go from %s to %s.", a.Status, to).
			WithField("status").WithParams(map[string]any{"from": a.Status, "to": to})
	}
	a.Status, a.StatusNote = to, ""
	return a.enter(now, trial)
}

// enter does what entering the present status brings along.
func (a *Account) enter(now, trial int64) error {
	switch a.Status {
	case Trial:
		if a.TrialEndsAt.IsZero() {
			a.TrialEndsAt = clock.FromMillis(now).Add(time.Duration(trial) * day)
		}
	case Active:
		limits := a.Limits()
		if err := limits.allocated("status"); err != nil {
			return err
		}
		a.settings.WasActive = true
	}
	return nil
}

// opened is told when a client begins to admit its people, in the same transaction.
type opened func(ctx context.Context, tx *db.Tx, who authz.Actor, a *Account) error

// OnOpen adds what is to be done when a client begins to admit its own people: on the way from
// setup or disabled to trial or active. fn runs in the transaction of the change, whose scope
// may write to the client and to its agency; an error takes the change back. It is called
// before the service is used.
func (s *Service) OnOpen(fn func(ctx context.Context, tx *db.Tx, who authz.Actor, a *Account) error) {
	s.opened = append(s.opened, fn)
}

// moved does what a change of status brings along outside the row: a line for the client's own
// people, which also tells their open pages, and what others wait for.
func (s *Service) moved(ctx context.Context, tx *db.Tx, who authz.Actor, a *Account, before Status) error {
	if a.Status == before {
		return nil
	}
	err := audit.Record(ctx, tx, who, audit.Line{Account: a.ID, Action: "account.status_changed", Subject: a.PublicID, SubjectName: a.Display(),
		Detail: map[string]any{"before": before, "after": a.Status}})
	if err != nil || !a.Admits() || before.admits() {
		return err
	}
	for _, fn := range s.opened {
		if err := fn(ctx, tx, who, a); err != nil {
			return err
		}
	}
	return nil
}

// admits says whether people of a client in this status may sign in.
func (s Status) admits() bool { return s == Trial || s == Active }
