package user

import (
	"context"
	"time"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// How long visits last (accounts.md D45).
const (
	visitIdle = time.Hour
	visitMax  = 12 * time.Hour
)

// Visit is a session's leave to act in a client as its administrator.
type Visit struct {
	EndsAt  time.Time // unless there is activity before
	started int64
	used    int64
}

// newVisit works out the end: an hour after the last use, twelve after the start, or with the session.
func newVisit(started, used int64, session time.Time) *Visit {
	ends := clock.FromMillis(min(used+visitIdle.Milliseconds(), started+visitMax.Milliseconds()))
	if !session.IsZero() && session.Before(ends) {
		ends = session
	}
	return &Visit{EndsAt: ends, started: started, used: used}
}

// findVisit gives the running visit of a session in a client; nil when there is none.
func findVisit(ctx context.Context, tx *db.Tx, who Identity, client id.Account) (*Visit, error) {
	var started, used int64
	found, err := tx.One(ctx, `SELECT started_at, used_at FROM visits WHERE session_id = :session AND account_id = :client`,
		db.Args{"session": who.Session, "client": client}, &started, &used)
	if err != nil || !found {
		return nil, err
	}
	v := newVisit(started, used, who.expires)
	if !v.EndsAt.After(clock.FromMillis(tx.Now)) {
		return nil, nil
	}
	return v, nil
}

// StartVisit lets the actor's session act in a client of the agency. Starting it
// again begins it anew. Codes not_found, permission_denied, visit_needs_session.
func (s *Service) StartVisit(ctx context.Context, who authz.Actor, session Identity, slug string) (*Visit, *account.Account, error) {
	_, party, err := s.accounts.EnterGrant(ctx, who, authz.ClientLogin, slug, false)
	if err != nil {
		return nil, nil, err
	}
	if who.Via != authz.ViaSession {
		return nil, nil, errs.New(errs.Invalid, "visit_needs_session", "A key needs no visit: name the client's account in the address.")
	}
	var v *Visit
	var client *account.Account
	err = s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		var ok bool
		if client, ok, err = s.accounts.FindByID(ctx, tx, party.Account); err != nil {
			return err
		}
		if !ok {
			return authz.NotFound()
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO visits (session_id, account_id, started_at, used_at) VALUES (:session, :client, :now, :now)
			ON CONFLICT (session_id, account_id) DO UPDATE SET started_at = :now, used_at = :now`,
			db.Args{"session": who.Session, "client": client.ID, "now": tx.Now})
		if err != nil {
			return err
		}
		v = newVisit(tx.Now, tx.Now, session.expires)
		return recordVisit(ctx, tx, session.visitor(client), "visit.started", client)
	})
	return v, client, err
}

// EndVisit ends the visit that the actor is on. Code not_found.
func (s *Service) EndVisit(ctx context.Context, who authz.Actor, client *account.Account) error {
	if !who.Delegated || who.Via != authz.ViaSession {
		return authz.NotFound()
	}
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		if err := deleteVisit(ctx, tx, who.Session, client.ID); err != nil {
			return err
		}
		return recordVisit(ctx, tx, who, "visit.ended", client)
	})
}

// recordVisit leaves a line with the client and one with the agency.
func recordVisit(ctx context.Context, tx *db.Tx, who authz.Actor, action string, client *account.Account) error {
	err := audit.Record(ctx, tx, who, audit.Line{Action: action, Subject: client.PublicID, SubjectName: client.Display()})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Line{Account: who.Home, Action: action, Subject: client.PublicID, SubjectName: client.Name})
}

func (s *Service) dropVisit(ctx context.Context, session id.Session, client id.Account) error {
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error { return deleteVisit(ctx, tx, session, client) })
}

func deleteVisit(ctx context.Context, tx *db.Tx, session id.Session, client id.Account) error {
	_, err := tx.Exec(ctx, `DELETE FROM visits WHERE session_id = :session AND account_id = :client`,
		db.Args{"session": session, "client": client})
	return err
}

// touchVisit renews a visit by activity.
func (s *Service) touchVisit(ctx context.Context, who Identity, client id.Account, v *Visit) error {
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE visits SET used_at = :now WHERE session_id = :session AND account_id = :client`,
			db.Args{"now": tx.Now, "session": who.Session, "client": client})
		*v = *newVisit(v.started, tx.Now, who.expires)
		return err
	})
}
