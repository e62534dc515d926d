package user

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/setting"
)

// supportLink is how long a link for the operator can be opened.
const supportLink = 15 * time.Minute

// linkSecret marks the secret of a link, so that it is of no use as a cookie.
func linkSecret(token string) []byte { return hashSecret("support link " + token) }

// OpenSupport makes a link, good once and for a quarter of an hour, by which an operator of the server enters an account
// as its administrator, for as long as the account lets operators in. name is who that is, for the activity. Who calls it
// has the server in their hands. Codes support_off, name_required, name_too_long.
func (s *Service) OpenSupport(ctx context.Context, a *account.Account, name string) (link string, ends time.Time, err error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		return "", ends, errs.New(errs.Invalid, "name_required", "Say who enters; the account reads it in its activity.").WithField("name")
	}
	if utf8.RuneCountInString(name) > maxLabel {
		return "", ends, errs.Newf(errs.Invalid, "name_too_long", "A name has at most %d characters.", maxLabel).WithField("name")
	}
	token, _ := newSecret()
	err = s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		if ends, err = supportEnds(ctx, tx, a.ID); err != nil {
			return err
		}
		ends = earlier(ends, clock.FromMillis(tx.Now).Add(SessionMax))
		person, err := supportPerson(ctx, tx, a)
		if err != nil {
			return err
		}
		err = tx.Insert(ctx, "sessions", []string{"account_id", "id", "secret_hash", "user_id", "created_at", "used_at", "expires_at", "proved_at", "address", "agent", "support"},
			[][]any{{a.ID, id.Session(id.New()), linkSecret(token), person, tx.Now, tx.Now, tx.Now + supportLink.Milliseconds(), int64(0), "", "", name}})
		if err != nil {
			return err
		}
		who := a.Operator()
		who.Name = name
		return audit.Record(ctx, tx, who, audit.Line{Action: "account.support_invited"})
	})
	return s.mails.Link("/sign-in/support/" + token), ends, err
}

// EnterSupport opens such a link: its session gets a secret of its own. Codes link_expired, support_off.
func (s *Service) EnterSupport(ctx context.Context, token string, at Place) (secret string, who Identity, err error) {
	var sum []byte
	secret, sum = newSecret()
	err = s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		var session id.Session
		var home id.Account
		var name string
		found, err := tx.One(ctx, `SELECT id, account_id, support FROM sessions WHERE secret_hash = :sum AND expires_at > :now AND support <> '' {lock}`,
			db.Args{"sum": linkSecret(token), "now": tx.Now}, &session, &home, &name)
		if err == nil && !found {
			err = linkExpired()
		}
		if err != nil {
			return err
		}
		ends, err := supportEnds(ctx, tx, home)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE sessions SET secret_hash = :sum, created_at = :now, used_at = :now, expires_at = :ends, address = :address, agent = :agent WHERE id = :id`,
			db.Args{"sum": sum, "now": tx.Now, "ends": min(ends.UnixMilli(), tx.Now+SessionMax.Milliseconds()), "address": at.Address, "agent": at.agent(), "id": session})
		if err != nil {
			return err
		}
		a, found, err := s.accounts.FindByID(ctx, tx, home)
		if err == nil && !found {
			err = linkExpired()
		}
		if err != nil {
			return err
		}
		actor := a.Operator()
		actor.Name, actor.IP, actor.UserAgent = name, at.Address, at.agent()
		return audit.Record(ctx, tx, actor, audit.Line{Action: "account.support_entered"})
	})
	if err != nil {
		return "", Identity{}, err
	}
	who, err = s.bySession(ctx, secret, at.Address)
	return secret, who, err
}

// supportPerson is whom sessions of the operator belong to: the principal that every client has, and that an agency gets
// with the first link. Nobody signs in as it, and it is in no list of people.
func supportPerson(ctx context.Context, tx *db.Tx, a *account.Account) (person id.User, err error) {
	found, err := tx.One(ctx, `SELECT id FROM users WHERE account_id = :of AND state = 'principal' AND deleted_at IS NULL`, db.Args{"of": a.ID}, &person)
	if err != nil || found {
		return person, err
	}
	person = id.User(id.New())
	return person, tx.Insert(ctx, "users", []string{"account_id", "id", "name", "name_folded", "password_hash", "state", "created_at"},
		[][]any{{a.ID, person, a.Name, fold.Text(a.Name), "", "principal", tx.Now}})
}

// supportEnds is until when the operator may be in an account. Code support_off.
func supportEnds(ctx context.Context, tx *db.Tx, a id.Account) (time.Time, error) {
	ends, err := setting.SupportEnds(ctx, tx, a)
	if err == nil && ends.IsZero() {
		err = errs.New(errs.Forbidden, "support_off", "The account does not let the operator in now. One of its administrators can, for some days: Settings, Security.")
	}
	return ends, err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// asSupport makes an identity of a session the operator's: an administrator of the account, for as long as it lets
// operators in. Code sign_in_required.
func (who *Identity) asSupport(ctx context.Context, tx *db.Tx, name string) error {
	ends, err := setting.SupportEnds(ctx, tx, who.Home)
	if err != nil {
		return err
	}
	if ends.IsZero() {
		return signInRequired()
	}
	who.Name, who.Email, who.Support, who.Roles = name, "", true, []authz.Role{authz.Admin}
	return nil
}
