package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

const (
	extraTrial = 14 * day // the one extension (accounts.md D11)
	tellBefore = 3 * day  // the agency is told so long before a trial ends
)

// NoteTrialExpired is the reason of a client that was disabled by the end of its trial.
const NoteTrialExpired = "trial_expired"

// Notices records what the agency's people are to be told of a trial, in the transaction that
// decides it. client carries its internal name: the mail goes to people of the agency only.
type Notices interface {
	TrialEnding(ctx context.Context, tx *db.Tx, client *Account) error
	TrialEnded(ctx context.Context, tx *db.Tx, client *Account) error
}

// Tell has n record what people of the agency are told of trials. It is called before the service is used.
func (s *Service) Tell(n Notices) { s.notices = n }

// Managers gives, in a System transaction, the people of an agency who look after each of some accounts of its family: of a
// client those who may change it, of the agency itself its administrators. Its people and shares are read once for all.
func (s *Service) Managers(ctx context.Context, tx *db.Tx, agency id.Account, of ...id.Account) (map[id.Account][]id.User, error) {
	people, err := agencyPeople(ctx, tx, agency)
	if err != nil {
		return nil, err
	}
	type share struct {
		client id.Account
		with   id.User // "" = everybody
	}
	shared := map[share]bool{}
	err = tx.Query(ctx, `SELECT s.client_id, CASE WHEN g.kind = 'all' THEN '' ELSE m.user_id END FROM client_shares s
		JOIN groups g ON g.account_id = s.account_id AND g.id = s.group_id
		LEFT JOIN group_members m ON m.account_id = s.account_id AND m.group_id = s.group_id AND g.kind <> 'all'
		WHERE s.account_id = :agency AND s.can_manage = 1 AND s.client_id IN {each :of} AND (g.kind = 'all' OR m.user_id IS NOT NULL)`,
		db.Args{"agency": agency, "of": db.List(of)}, func(scan func(...any) error) error {
			var one share
			err := scan(&one.client, &one.with)
			shared[one] = true
			return err
		})
	if err != nil {
		return nil, err
	}
	out := map[id.Account][]id.User{}
	for _, a := range of {
		if _, done := out[a]; done {
			continue
		}
		for _, who := range people {
			managed := shared[share{a, who.User}] || shared[share{a, ""}]
			if a == agency && who.IsAdmin() || a != agency && who.Has(authz.ClientEdit) && authz.Reach(who, a, managed, managed).CanManage {
				out[a] = append(out[a], who.User)
			}
		}
	}
	return out, nil
}

// agencyPeople reads, in a System transaction, the active people of an agency with their roles.
func agencyPeople(ctx context.Context, tx *db.Tx, agency id.Account) ([]authz.Actor, error) {
	var out []authz.Actor
	err := tx.Query(ctx, `SELECT id FROM users WHERE account_id = :agency AND state = 'active' AND deleted_at IS NULL ORDER BY id`,
		db.Args{"agency": agency}, func(scan func(...any) error) error {
			who := authz.Actor{Account: agency, Home: agency, IsParent: true}
			err := scan(&who.User)
			out = append(out, who)
			return err
		})
	for i := range out {
		if err == nil {
			out[i].Roles, out[i].Custom, err = rolesOf(ctx, tx, inSystem(out[i]))
		}
	}
	return out, err
}

// ExtendTrial gives a running trial of a client 14 more days, once; for people who act on all
// clients. Codes not_found, permission_denied, version_conflict, no_trial, trial_extended.
func (s *Service) ExtendTrial(ctx context.Context, who authz.Actor, slug string, version int64) (*Listed, error) {
	var out *Listed
	err := s.change(ctx, who, slug, version, func(tx *db.Tx, _, a *Account) (err error) {
		switch {
		case !who.Has(authz.AdminClient):
			return authz.Denied(authz.AdminClient)
		case a.Status != Trial || !a.TrialEndsAt.After(clock.FromMillis(tx.Now)):
			return errs.New(errs.Conflict, "no_trial", "No trial of this client is running.")
		case a.TrialExtended:
			return errs.New(errs.Conflict, "trial_extended", "The trial was extended before. Activate the client, or let the trial end.")
		}
		before := a.TrialEndsAt
		a.TrialEndsAt, a.TrialExtended = before.Add(extraTrial), true
		if err := update(ctx, tx, a); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE accounts SET trial_told_at = NULL WHERE id IN {each :accounts} AND id = :id`, db.Args{"id": a.ID}); err != nil {
			return err
		}
		err = audit.Record(ctx, tx, who, audit.Line{Action: "client.trial_extended", Subject: a.PublicID, SubjectName: a.Name,
			Detail: map[string]any{"trial_ends_at": map[string]any{"before": before, "after": a.TrialEndsAt}}})
		if err != nil {
			return err
		}
		out, err = listedByID(ctx, tx, a.ID)
		return err
	})
	return out, err
}

// TendTrials tells agencies of trials that end soon and disables the clients whose trial has
// ended. A worker calls it now and then; each client has a transaction of its own, and one that fails keeps no other waiting.
func (s *Service) TendTrials(ctx context.Context) error {
	var due []id.Account
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		due = nil
		return tx.Query(ctx, `SELECT id FROM accounts WHERE status = 'trial' AND deleted_at IS NULL
			AND (trial_ends_at <= :now OR (trial_ends_at <= :soon AND trial_told_at IS NULL)) ORDER BY id`,
			db.Args{"now": tx.Now, "soon": tx.Now + tellBefore.Milliseconds()}, func(scan func(...any) error) error {
				var a id.Account
				err := scan(&a)
				due = append(due, a)
				return err
			})
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, a := range due {
		if err := s.db.Tx(ctx, db.System(), func(tx *db.Tx) error { return s.tendTrial(ctx, tx, a) }); err != nil {
			failed = append(failed, fmt.Errorf("trial of account %d: %w", a, err))
		}
	}
	return errors.Join(failed...)
}

// tendTrial does what is due for the trial of one client, which may have changed since it was found.
func (s *Service) tendTrial(ctx context.Context, tx *db.Tx, client id.Account) error {
	a, found, err := findBy(ctx, tx, byID+` {lock}`, client)
	if err != nil || !found || a.Status != Trial {
		return err
	}
	if now := clock.FromMillis(tx.Now); a.TrialEndsAt.After(now) {
		return s.tellEnding(ctx, tx, a, now)
	}
	agency, found, err := findBy(ctx, tx, byID, a.Parent)
	if err != nil || !found {
		return orNotFound(err)
	}
	a.Status, a.StatusNote = Disabled, NoteTrialExpired
	if err := write(ctx, tx, a, `kind = 'client'`, nil); err != nil {
		return err
	}
	server := agency.Operator()
	server.Name = "Octavo"
	if err := s.moved(ctx, tx, server, a, Trial); err != nil {
		return err
	}
	err = audit.Record(ctx, tx, server, audit.Line{Action: "client.trial_expired", Subject: a.PublicID, SubjectName: a.Name,
		Detail: map[string]any{"status": map[string]any{"before": Trial, "after": Disabled}}})
	if err != nil || s.notices == nil {
		return err
	}
	return s.notices.TrialEnded(ctx, tx, a)
}

// tellEnding tells the agency once that a trial ends soon.
func (s *Service) tellEnding(ctx context.Context, tx *db.Tx, a *Account, now time.Time) error {
	if s.notices == nil || a.TrialEndsAt.After(now.Add(tellBefore)) {
		return nil
	}
	n, err := tx.Exec(ctx, `UPDATE accounts SET trial_told_at = :now WHERE id = :id AND trial_told_at IS NULL`, db.Args{"now": tx.Now, "id": a.ID})
	if err != nil || n == 0 {
		return err
	}
	return s.notices.TrialEnding(ctx, tx, a)
}
