package user

import (
	"context"
	"encoding/json"
	"fmt"

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

// SignIn is what a person types, and where the request came from.
type SignIn struct {
	Email    string
	Password string
	Place    Place
}

// candidate is the person whom a sign-in names, with what decides about it.
type candidate struct {
	identity   Identity
	hash       string
	past       []string // hashes of passwords before it
	passwordAt int64    // when the present one was chosen
	state      State
	account    *account.Account
	security   setting.Security // of the account; the factory's for nobody
}

// SignIn checks a password and begins a session. secret goes into the cookie and is
// stored nowhere. Codes sign_in_failed, too_many_tries, address_refused, password_expired (with the token of a link to a new one).
func (s *Service) SignIn(ctx context.Context, in SignIn) (secret string, who Identity, err error) {
	c, err := s.candidate(ctx, in.Email)
	if err != nil {
		return "", Identity{}, err
	}
	try, err := s.countTry(ctx, in, c.security)
	if err != nil {
		return "", Identity{}, err
	}
	password := in.Password
	if len(password) > 4*maxPassword { // no password is longer, in UTF-8
		password = ""
	}
	ok, outdated, err := s.hasher.verify(ctx, password, c.hash)
	if err != nil {
		return "", Identity{}, err
	}
	if refusal := c.refusal(ok && !try.locked); refusal != nil {
		if err := s.noteRefused(ctx, in, try.last); err != nil {
			return "", Identity{}, err
		}
		return "", Identity{}, refusal
	}
	if !c.security.Admits(in.Place.Address) {
		if err := s.noteRefused(ctx, in, false); err != nil {
			return "", Identity{}, err
		}
		return "", Identity{}, addressRefused()
	}
	hash := c.hash
	if outdated {
		if hash, err = s.hasher.hash(ctx, password); err != nil {
			return "", Identity{}, err
		}
	}
	if c.isTooOld(clock.Millis(s.db.Clock().Now())) {
		return "", Identity{}, s.replaceOld(ctx, in, c)
	}
	return s.begin(ctx, in, c, hash)
}

// refusal is why a sign-in is not let in; matches says whether the password is right. Code sign_in_failed.
func (c candidate) refusal(matches bool) error {
	switch {
	case !matches || c.state != Active:
		return errs.New(errs.Unauthenticated, "sign_in_failed", "E-mail address or password is wrong.")
	case !c.account.Admits():
		return errs.New(errs.Unauthenticated, "sign_in_failed",
			"E-mail address or password is wrong. If your access was paused, contact your agency.").
			WithParams(map[string]any{"maybe_paused": true})
	}
	return nil
}

// candidate reads the person of an e-mail address; an unknown one gives an empty
// candidate, which costs the same work and fails.
func (s *Service) candidate(ctx context.Context, email string) (candidate, error) {
	var c candidate
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		c = candidate{}
		return s.fill(ctx, tx, &c, `email_folded = :value`, fold.Text(email))
	})
	return c, err
}

// fill reads the person that a condition on one value names; nobody leaves the candidate empty.
func (s *Service) fill(ctx context.Context, tx *db.Tx, c *candidate, where string, value any) error {
	c.security = setting.FactorySecurity()
	var past string
	found, err := tx.One(ctx, `
		SELECT id, account_id, name, email, password_hash, password_at, password_past, state FROM users
		WHERE `+where+` AND deleted_at IS NULL AND state <> 'principal'`, db.Args{"value": value},
		&c.identity.User, &c.identity.Home, &c.identity.Name, &c.identity.Email, &c.hash, &c.passwordAt, &past, &c.state)
	if err != nil || !found {
		return err
	}
	if err := json.Unmarshal([]byte(past), &c.past); err != nil {
		return fmt.Errorf("user: passwords before: %w", err)
	}
	if c.security, err = setting.SecurityOf(ctx, tx, c.identity.Home); err != nil {
		return err
	}
	if c.identity.Roles, c.identity.Custom, err = account.RolesOf(ctx, tx, c.identity.Home, c.identity.User); err != nil {
		return err
	}
	a, found, err := s.accounts.FindByID(ctx, tx, c.identity.Home)
	if !found {
		*c = candidate{security: setting.FactorySecurity()} // the account was deleted
	}
	c.account = a
	return err
}

// begin writes the session of a good sign-in.
func (s *Service) begin(ctx context.Context, in SignIn, c candidate, hash string) (string, Identity, error) {
	var secret string
	err := s.db.Tx(ctx, db.System(), func(tx *db.Tx) (err error) {
		if err := forgiveTries(ctx, tx, in); err != nil {
			return err
		}
		secret, err = enter(ctx, tx, &c, hash, in.Place, "user.signed_in")
		return err
	})
	return secret, c.identity, err
}

// replaceOld answers a good sign-in with a password that is older than the account allows: it leads to a new one, and
// to a session through that. Code password_expired.
func (s *Service) replaceOld(ctx context.Context, in SignIn, c candidate) error {
	var token string
	err := s.db.Tx(ctx, db.System(), func(tx *db.Tx) (err error) {
		if err := forgiveTries(ctx, tx, in); err != nil {
			return err
		}
		if token, err = insertReset(ctx, tx, c.identity.Home, c.identity.User); err != nil {
			return err
		}
		who := c.identity.actor(c.account)
		who.IP, who.UserAgent = in.Place.Address, in.Place.Agent
		return audit.Record(ctx, tx, who, audit.Line{Action: "user.password_expired", Subject: string(c.identity.User), SubjectName: c.identity.Name})
	})
	if err != nil {
		return err
	}
	return errs.New(errs.Unauthenticated, "password_expired", "Your password is older than your account allows. Choose a new one.").
		WithParams(map[string]any{"token": token})
}

// enter begins a session of a person who has proved who they are, in a System transaction. Code address_refused.
func enter(ctx context.Context, tx *db.Tx, c *candidate, hash string, at Place, action string) (string, error) {
	if !c.security.Admits(at.Address) {
		return "", addressRefused()
	}
	secret, sum := newSecret()
	c.identity.Via, c.identity.Session = authz.ViaSession, id.Session(id.New())
	if err := insertSession(ctx, tx, c.identity, sum, at); err != nil {
		return "", err
	}
	_, err := tx.Exec(ctx, `UPDATE users SET last_sign_in_at = :now, password_hash = :hash WHERE id = :id`,
		db.Args{"now": tx.Now, "hash": hash, "id": c.identity.User})
	if err != nil {
		return "", err
	}
	who := c.identity.actor(c.account)
	who.IP, who.UserAgent = at.Address, at.Agent
	return secret, audit.Record(ctx, tx, who, audit.Line{Action: action, Subject: string(c.identity.User), SubjectName: c.identity.Name})
}
