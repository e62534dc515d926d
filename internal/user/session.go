package user

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/setting"
)

// SessionMax is how long a session lives at most (accounts.md D35); an account may decide for less.
const SessionMax = 30 * 24 * time.Hour

// longestIdle is how long a session may rest without a request where an account has decided for as much.
const longestIdle = 30 * 24 * time.Hour

// touchEvery is how fine the time of the last use is kept: a write per request would be waste.
const touchEvery = time.Minute

// secretSize is 256 bits.
const secretSize = 32

// newSecret gives a secret and what is stored of it.
func newSecret() (secret string, sum []byte) {
	b := make([]byte, secretSize)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, hashSecret(secret)
}

// hashSecret is SHA-256: the secrets are random, so no slow hash is needed.
func hashSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Place is where a browser is, as its person will know it again in the list of sessions.
type Place struct {
	Address string // IP address
	Agent   string // what the browser calls itself
}

// maxAgent is how much is kept of what a browser calls itself, in bytes.
const maxAgent = 300

// agent is what is kept of the browser's words.
func (p Place) agent() string { return strings.ToValidUTF8(p.Agent[:min(len(p.Agent), maxAgent)], "") }

func insertSession(ctx context.Context, tx *db.Tx, who Identity, sum []byte, at Place) error {
	return tx.Insert(ctx, "sessions", []string{"account_id", "id", "secret_hash", "user_id", "created_at", "used_at", "expires_at", "proved_at", "address", "agent"},
		[][]any{{who.Home, who.Session, sum, who.User, tx.Now, tx.Now, tx.Now + SessionMax.Milliseconds(), tx.Now, at.Address, at.agent()}})
}

// session is one that was found, and is valid.
type session struct {
	who  Identity
	used int64 // when it was, as it is stored
}

// bySession finds the identity of a session's secret. Codes sign_in_required, address_refused.
func (s *Service) bySession(ctx context.Context, secret, address string) (Identity, error) {
	var found session
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) (err error) {
		found, err = s.session(ctx, tx, secret, address)
		return err
	})
	if err == nil {
		err = s.touch(ctx, found)
	}
	if err != nil {
		return Identity{}, err
	}
	return found.who, nil
}

// session reads the session of a secret. Codes sign_in_required, address_refused.
func (s *Service) session(ctx context.Context, tx *db.Tx, secret, address string) (out session, err error) {
	who := Identity{Via: authz.ViaSession}
	var created, expires int64
	var support string
	found, err := tx.One(ctx, `
		SELECT s.id, s.used_at, s.created_at, s.expires_at, s.proved_at, s.support, u.id, u.account_id, u.name, coalesce(u.email, '')
		FROM sessions s JOIN users u ON u.id = s.user_id
		WHERE s.secret_hash = :sum AND s.expires_at > :now AND u.deleted_at IS NULL
		AND (u.state = 'active' OR u.state = 'principal' AND s.support <> '')`,
		db.Args{"sum": hashSecret(secret), "now": tx.Now},
		&who.Session, &out.used, &created, &expires, &who.proved, &support, &who.User, &who.Home, &who.Name, &who.Email)
	if err == nil && !found {
		err = signInRequired()
	}
	if err != nil {
		return out, err
	}
	sec, err := setting.SecurityOf(ctx, tx, who.Home)
	if err != nil {
		return out, err
	}
	expires = min(expires, created+sec.Max.Milliseconds())
	if expires <= tx.Now || out.used+sec.Idle.Milliseconds() <= tx.Now {
		return out, signInRequired()
	}
	who.expires = clock.FromMillis(expires)
	switch {
	case support != "":
		err = who.asSupport(ctx, tx, support)
	case !sec.Admits(address):
		err = addressRefused()
	default:
		who.Roles, who.Custom, err = account.RolesOf(ctx, tx, who.Home, who.User)
	}
	out.who = who
	return out, err
}

// touch renews the stored time of last use where it is to be renewed.
func (s *Service) touch(ctx context.Context, found session) error {
	if !s.isStale(found.used) {
		return nil
	}
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE sessions SET used_at = :now WHERE id = :id`, db.Args{"now": tx.Now, "id": found.who.Session})
		return err
	})
}

// isStale says whether a stored time of last use is to be renewed.
func (s *Service) isStale(used int64) bool {
	return clock.Millis(s.db.Clock().Now())-used >= touchEvery.Milliseconds()
}

// addressRefused keeps somebody out who comes from where the account does not let its people in.
func addressRefused() error {
	return errs.New(errs.Unauthenticated, "address_refused", "Your account does not let people in from this network. Use one that it allows, or ask an administrator.")
}

func signInRequired() error {
	return errs.New(errs.Unauthenticated, "sign_in_required", "Sign in first.")
}

// SignOut ends the session of an identity and its visits.
func (s *Service) SignOut(ctx context.Context, who Identity) error {
	return s.endSessions(ctx, `SELECT id FROM sessions WHERE id = :value`, who.Session)
}

func (s *Service) endSessions(ctx context.Context, which string, value any) error {
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		for _, text := range []string{
			`DELETE FROM visits WHERE session_id IN (` + which + `)`,
			`DELETE FROM sessions WHERE id IN (` + which + `)`,
		} {
			if _, err := tx.Exec(ctx, text, db.Args{"value": value}); err != nil {
				return err
			}
		}
		return nil
	})
}

// keepLinks is how long links that let people in are kept after they ran out.
const keepLinks = 7 * 24 * time.Hour

// endAll ends the sessions of all people of a client that was deleted, and all visits to it, and takes back mails
// that have not left: nobody gets in by their links. Their API keys are of no use while it is in the bin.
func (s *Service) endAll(ctx context.Context, tx *db.Tx, a *account.Account) error {
	for _, text := range []string{
		`DELETE FROM visits WHERE account_id IN {each :accounts} AND account_id = :client`,
		`DELETE FROM sessions WHERE account_id IN {each :accounts} AND account_id = :client`,
	} {
		if _, err := tx.Exec(ctx, text, db.Args{"client": a.ID}); err != nil {
			return err
		}
	}
	return s.mails.WithdrawAll(ctx, tx, a.ID)
}

// Sweep removes sessions, visits and counters of tries that have run out, and links to new passwords and secrets of
// invitations a while after that; the invitations themselves stay. A worker calls it now and then.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		idle := setting.FactorySecurity().Idle
		chosen, err := setting.ChoseIdle(ctx, tx)
		if err != nil {
			return err
		}
		if chosen { // an account may let its sessions rest for longer; what rests too long is refused all the same
			idle = longestIdle
		}
		args := db.Args{"now": tx.Now, "idle": tx.Now - idle.Milliseconds(), "own": ownPrefix + "%", "longest": tx.Now - longestLock.Milliseconds(), "window": tx.Now - tryWindow.Milliseconds(),
			"visit": tx.Now - visitMax.Milliseconds(), "links": tx.Now - keepLinks.Milliseconds()}
		for _, text := range []string{
			`DELETE FROM sessions WHERE expires_at <= :now OR used_at <= :idle`,
			`DELETE FROM visits WHERE started_at <= :visit OR session_id NOT IN (SELECT id FROM sessions)`,
			`DELETE FROM sign_in_tries WHERE since <= :longest OR since <= :window AND key NOT LIKE :own`,
			`DELETE FROM password_resets WHERE expires_at <= :links`,
			`UPDATE invitations SET secret_hash = NULL WHERE secret_hash IS NOT NULL AND expires_at <= :links`,
		} {
			if _, err := tx.Exec(ctx, text, args); err != nil {
				return err
			}
		}
		return nil
	})
}
