package user

import (
	"context"
	"time"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/setting"
)

// Session is a signed-in browser of a person.
type Session struct {
	ID        id.Session
	Address   string // IP address that it began from
	Agent     string // what the browser calls itself
	CreatedAt time.Time
	UsedAt    time.Time
	Current   bool // the one of the request
}

// Sessions lists the running sessions of a person, the newest first: of oneself, or of
// somebody whom the actor may look after. Codes not_found, permission_denied, role_too_strong.
func (s *Service) Sessions(ctx context.Context, who authz.Actor, person id.User) ([]Session, error) {
	if err := s.maySee(ctx, who, person); err != nil {
		return nil, err
	}
	sessions := []Session{}
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		sec, err := setting.SecurityOf(ctx, tx, who.Account)
		if err != nil {
			return err
		}
		sessions = []Session{}
		return tx.Query(ctx, `
			SELECT id, address, agent, created_at, used_at FROM sessions
			WHERE user_id = :user AND expires_at > :now AND created_at > :oldest AND used_at > :idle ORDER BY id DESC LIMIT 200`,
			db.Args{"user": person, "now": tx.Now, "oldest": tx.Now - sec.Max.Milliseconds(), "idle": tx.Now - sec.Idle.Milliseconds()}, func(scan func(...any) error) error {
				var x Session
				var created, used int64
				err := scan(&x.ID, &x.Address, &x.Agent, &created, &used)
				x.CreatedAt, x.UsedAt, x.Current = clock.FromMillis(created), clock.FromMillis(used), x.ID == who.Session
				sessions = append(sessions, x)
				return err
			})
	})
	return sessions, err
}

// maySee admits a person to their own sessions at home, and to those of people whom they look after.
func (s *Service) maySee(ctx context.Context, who authz.Actor, person id.User) error {
	if person == who.User && !who.Delegated {
		return nil
	}
	if err := mayManageSome(who); err != nil {
		return err
	}
	return s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		is, err := findOther(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := mayManage(who, is.Roles); err != nil {
			return err
		}
		return checkGrant(ctx, tx, who, is.Roles)
	})
}

// EndSession ends one session of a person with its visits, at once. Codes as Sessions.
func (s *Service) EndSession(ctx context.Context, who authz.Actor, person id.User, session id.Session) error {
	return s.end(ctx, who, person, `SELECT id FROM sessions WHERE user_id = :user AND id = :session`, session)
}

// EndSessions ends all sessions of a person, or of oneself all but the one of the request. Codes as Sessions.
func (s *Service) EndSessions(ctx context.Context, who authz.Actor, person id.User) error {
	return s.end(ctx, who, person, `SELECT id FROM sessions WHERE user_id = :user AND id <> :session`, who.Session)
}

func (s *Service) end(ctx context.Context, who authz.Actor, person id.User, which string, session id.Session) error {
	if err := s.maySee(ctx, who, person); err != nil {
		return err
	}
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		args := db.Args{"user": person, "session": session}
		if _, err := tx.Exec(ctx, `DELETE FROM visits WHERE session_id IN (`+which+`)`, args); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `DELETE FROM sessions WHERE id IN (`+which+`)`, args)
		if err != nil || n == 0 {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "user.sessions_ended", Subject: string(person), Detail: map[string]any{"sessions": n}})
	})
}

// dropSessions ends all sessions of a person in the transaction of the account. Visits
// of these sessions to clients end with them: a visit without a session admits nobody.
func dropSessions(ctx context.Context, tx *db.Tx, is *Person) error {
	_, err := tx.Exec(ctx, `DELETE FROM sessions WHERE account_id = :account AND user_id = :id`, db.Args{"id": is.ID})
	return err
}
