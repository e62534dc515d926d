package user

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
)

// atHome admits people to what is their own; a visitor has nothing of that kind in a client (accounts.md D47), nor has
// the operator.
func atHome(who authz.Actor) error {
	if who.Delegated || who.Support {
		return errs.New(errs.Forbidden, "not_in_visit", "Go back to your own account for this.")
	}
	return authz.Can(who, authz.AccountProfile, authz.None)
}

// Profile gives the actor as a person. Codes not_in_visit, permission_denied.
func (s *Service) Profile(ctx context.Context, who authz.Actor) (*Details, error) {
	if err := atHome(who); err != nil {
		return nil, err
	}
	return s.details(ctx, who.Account, who.User)
}

// ProfilePatch is a change of what is a person's own; nil leaves a field as it is.
type ProfilePatch struct {
	Name     *string
	DataMail *bool // whether mails about data that cannot be fetched come
}

// ChangeProfile changes the actor as a person. Codes not_in_visit, permission_denied, name_required, name_too_long.
func (s *Service) ChangeProfile(ctx context.Context, who authz.Actor, p ProfilePatch) (*Details, error) {
	if err := atHome(who); err != nil {
		return nil, err
	}
	name := who.Name
	if p.Name != nil {
		var err error
		if name, err = checkName(*p.Name); err != nil {
			return nil, err
		}
	}
	err := s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if p.Name != nil {
			if err := rename(ctx, tx, who, name); err != nil {
				return err
			}
		}
		return setDataMail(ctx, tx, who, name, p.DataMail)
	})
	if err != nil {
		return nil, err
	}
	return s.details(ctx, who.Account, who.User)
}

func rename(ctx context.Context, tx *db.Tx, who authz.Actor, name string) error {
	_, err := tx.Exec(ctx, `UPDATE users SET name = :name, name_folded = :folded, version = version + 1 WHERE account_id = :account AND id = :id`,
		db.Args{"name": name, "folded": fold.Text(name), "id": who.User})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Line{Action: "profile.changed", Subject: string(who.User), SubjectName: name})
}

// setDataMail notes whether the actor, whose name is given, gets the mails about data; nil, and what holds already, change
// nothing.
func setDataMail(ctx context.Context, tx *db.Tx, who authz.Actor, name string, on *bool) error {
	if on == nil {
		return nil
	}
	n, err := tx.Exec(ctx, `UPDATE users SET data_mail = CAST(:on AS smallint), version = version + 1 WHERE account_id = :account AND id = :id AND data_mail <> CAST(:on AS smallint)`,
		db.Args{"on": *on, "id": who.User})
	if err != nil || n == 0 {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Line{Action: "profile.data_mail", Subject: string(who.User), SubjectName: name,
		Detail: map[string]any{"data_mail": map[string]any{"before": !*on, "after": *on}}})
}

// ChangePassword replaces the actor's password, ends the other sessions and takes back a link to a new one. A wrong present password counts
// as a try to sign in. Codes not_in_visit, permission_denied, password_wrong, too_many_tries, password_used and those of CheckPassword.
func (s *Service) ChangePassword(ctx context.Context, who authz.Actor, at Place, present, wanted string) error {
	if err := atHome(who); err != nil {
		return err
	}
	if who.Via != authz.ViaSession {
		return authz.Denied(authz.AccountProfile)
	}
	c, err := s.checkOwn(ctx, who.User, who.Email, at, present, "present")
	if err != nil {
		return err
	}
	if err := s.checkNew(ctx, c, wanted); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, wanted)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		args := db.Args{"user": who.User, "session": who.Session}
		for _, text := range []string{
			`DELETE FROM visits WHERE session_id IN (SELECT id FROM sessions WHERE user_id = :user AND id <> :session)`,
			`DELETE FROM sessions WHERE user_id = :user AND id <> :session`,
			`DELETE FROM password_resets WHERE user_id = :user`,
		} {
			if _, err := tx.Exec(ctx, text, args); err != nil {
				return err
			}
		}
		if err := s.mails.WithdrawFor(ctx, tx, c.identity.Home, kindResetMail, string(who.User)); err != nil {
			return err
		}
		if err := storePassword(ctx, tx, c, hash); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "user.password_changed", Subject: string(who.User), SubjectName: who.Name})
	})
}

// checkOwn checks the present password of somebody who is signed in; field is the input that it came in. A wrong one
// counts as a try to sign in, the right one forgives those before it. Codes password_wrong, too_many_tries.
func (s *Service) checkOwn(ctx context.Context, person id.User, email string, at Place, present, field string) (candidate, error) {
	try := SignIn{Email: email, Place: at}
	c, err := s.candidate(ctx, email)
	if err != nil {
		return candidate{}, err
	}
	counted, err := s.countTry(ctx, try, c.security)
	if err != nil {
		return candidate{}, err
	}
	if counted.locked { // to the person it may be said
		return candidate{}, tooManyTries(counted.wait)
	}
	if len(present) > 4*maxPassword {
		present = ""
	}
	ok, _, err := s.hasher.verify(ctx, present, c.hash)
	if err != nil {
		return c, err
	}
	if ok && c.identity.User == person {
		return c, s.db.Tx(ctx, db.System(), func(tx *db.Tx) error { return forgiveTries(ctx, tx, try) })
	}
	if counted.last { // nobody signs in here, so that is all there is to tell
		if err := s.noteLocked(ctx, try); err != nil {
			return candidate{}, err
		}
	}
	return candidate{}, errs.New(errs.Invalid, "password_wrong", "This is not your present password.").WithField(field)
}

// Prove checks the password of somebody who is signed in, for a step that asks for it again: for a while none does.
// Codes permission_denied (a key has no password), password_wrong, too_many_tries.
func (s *Service) Prove(ctx context.Context, who Identity, at Place, password string) error {
	if who.Via != authz.ViaSession {
		return authz.Denied(authz.AccountProfile)
	}
	if _, err := s.checkOwn(ctx, who.User, who.Email, at, password, "password"); err != nil {
		return err
	}
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE sessions SET proved_at = :now WHERE id = :id`, db.Args{"now": tx.Now, "id": who.Session})
		return err
	})
}
