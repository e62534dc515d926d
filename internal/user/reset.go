package user

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/job"
	"octavo/internal/mail"
)

// resetLife is how long a link to a new password opens (accounts.md D33).
const resetLife = time.Hour

// Limits of asking for a new password, per tryWindow.
const (
	resetsPerEmail   = 3 // further ones are not mailed, and the answer is the same
	resetsPerAddress = 30
)

// kindResetMail is the kind of that mail.
const kindResetMail = "password_reset"

// kindReset is the job that mails a link to a new password.
const kindReset = "user.reset"

type resetArgs struct {
	Email string `json:"email"`
}

// Jobs are the handlers of the package.
func (s *Service) Jobs() []job.Handler {
	return []job.Handler{
		{Kind: kindReset, Deadline: time.Minute, Run: func(ctx context.Context, run *job.Run) error {
			var args resetArgs
			if err := run.Args(&args); err != nil {
				return err
			}
			return s.mailReset(ctx, run, args.Email)
		}},
		{Kind: kindRefused, Deadline: time.Minute, Run: func(ctx context.Context, run *job.Run) error {
			var args refused
			if err := run.Args(&args); err != nil {
				return err
			}
			return s.recordRefused(ctx, run, args)
		}},
		{Kind: kindErase, Deadline: 10 * time.Minute, Run: func(ctx context.Context, run *job.Run) error {
			var args erasure
			if err := run.Args(&args); err != nil {
				return err
			}
			return s.eraseActivity(ctx, args)
		}},
	}
}

// RequestReset mails a link to a new password to a person who can sign in. Nothing is looked up
// before the answer: whether the address is known shows neither in it nor in its time. Codes bad_email, too_many_tries.
func (s *Service) RequestReset(ctx context.Context, email string, at Place) error {
	email = plainEmail(email)
	if err := CheckEmail(email); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(fold.Text(email)))
	key := hex.EncodeToString(sum[:])
	var wait time.Duration
	err := s.db.Tx(ctx, db.System(), func(tx *db.Tx) (err error) {
		if _, wait, err = count(ctx, tx, "reset-"+addressKey(at.Address), resetsPerAddress, tryWindow); err != nil || wait > 0 {
			return err
		}
		_, many, err := count(ctx, tx, "reset-email:"+key, resetsPerEmail, tryWindow)
		if err != nil || many > 0 {
			return err
		}
		return job.EnqueueFor(ctx, tx, job.Installation, job.New{Kind: kindReset, Key: key, Class: job.Urgent, Args: resetArgs{email}})
	})
	if err == nil && wait > 0 {
		err = tooManyTries(wait)
	}
	return err
}

// mailReset makes the link, records the mail and ends the job, together: the link that was mailed stays the one
// that opens.
func (s *Service) mailReset(ctx context.Context, run *job.Run, email string) error {
	c, err := s.candidate(ctx, email)
	if err != nil {
		return err
	}
	if c.state != Active || !c.account.Admits() {
		return nil
	}
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM password_resets WHERE user_id = :id`, db.Args{"id": c.identity.User}); err != nil {
			return err
		}
		secret, err := insertReset(ctx, tx, c.identity.Home, c.identity.User)
		if err != nil {
			return err
		}
		err = s.mails.RecordFor(ctx, tx, c.identity.Home, mail.Letter{
			Kind: kindResetMail, About: string(c.identity.User), To: c.identity.Email, Sender: c.account.Display(),
			Subject: "Choose a new password for " + c.account.Display(),
			Lines:   []string{"Somebody, most likely you, asked for a new password for this e-mail address."},
			Button:  mail.Button{Label: "Choose a new password", URL: s.mails.Link("/reset/" + secret)},
			Small: []string{"The link opens once, within 60 minutes.",
				"If it was not you, do nothing: your password stays as it is."},
		})
		if err != nil {
			return err
		}
		return run.FinishFor(ctx, tx)
	})
}

// insertReset makes a link of a person to a new password; the scope may write to the account.
func insertReset(ctx context.Context, tx *db.Tx, account id.Account, person id.User) (string, error) {
	secret, sum := newSecret()
	return secret, tx.Insert(ctx, "password_resets", []string{"account_id", "secret_hash", "user_id", "created_at", "expires_at"},
		[][]any{{account, sum, person, tx.Now, tx.Now + resetLife.Milliseconds()}})
}

// ResetLink makes a link to a new password that the actor hands over; the actor never sees or sets a
// password. Codes permission_denied, role_too_strong, not_found, not_active.
func (s *Service) ResetLink(ctx context.Context, who authz.Actor, person id.User) (string, time.Time, error) {
	var secret string
	var ends time.Time
	err := s.change(ctx, who, person, func(tx *db.Tx, is *Person) error {
		if is.State != Active {
			return errs.New(errs.Conflict, "not_active", "Only somebody who can sign in can get a new password.")
		}
		ends = clock.FromMillis(tx.Now).Add(resetLife)
		if _, err := tx.Exec(ctx, `DELETE FROM password_resets WHERE account_id = :account AND user_id = :id`, db.Args{"id": is.ID}); err != nil {
			return err
		}
		if err := s.mails.Withdraw(ctx, tx, is.Account, kindResetMail, string(is.ID)); err != nil {
			return err
		}
		var err error
		if secret, err = insertReset(ctx, tx, is.Account, is.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "user.reset_link_made", Subject: string(is.ID), SubjectName: is.Name})
	})
	return s.mails.Link("/reset/" + secret), ends, err
}

// Reset is what a link to a new password opens.
type Reset struct {
	Email   string
	Account string // shown name
}

// LookReset says whose password a link replaces. Code link_expired.
func (s *Service) LookReset(ctx context.Context, secret string) (*Reset, error) {
	c, err := s.resetOf(ctx, secret)
	if err != nil {
		return nil, err
	}
	return &Reset{Email: c.identity.Email, Account: c.account.Display()}, nil
}

// resetOf reads the person of a link. Code link_expired.
func (s *Service) resetOf(ctx context.Context, secret string) (candidate, error) {
	return s.byLink(ctx, `SELECT user_id FROM password_resets WHERE secret_hash = :sum AND expires_at > :now`, secret, Active)
}

// byLink reads the person whom a link names, in the account that admits its people. Code link_expired.
func (s *Service) byLink(ctx context.Context, which, secret string, state State) (candidate, error) {
	var c candidate
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		c = candidate{}
		var person id.User
		found, err := tx.One(ctx, which, db.Args{"sum": hashSecret(secret), "now": tx.Now}, &person)
		if err != nil || !found {
			return err
		}
		return s.fill(ctx, tx, &c, `id = :value`, person)
	})
	if err == nil && (c.account == nil || c.state != state) {
		err = linkExpired()
	}
	return c, err
}

func linkExpired() error {
	return errs.New(errs.NotFound, "link_expired", "This link does not open any more. Ask for a new one.")
}

// NewPassword sets the password of the person of a link, ends all sessions and begins a new one. Codes
// link_expired, password_used and those of CheckPassword.
func (s *Service) NewPassword(ctx context.Context, secret, password string, at Place) (string, Identity, error) {
	c, err := s.resetOf(ctx, secret)
	if err != nil {
		return "", Identity{}, err
	}
	if !c.account.Admits() {
		return "", Identity{}, linkExpired()
	}
	if err := s.checkNew(ctx, c, password); err != nil {
		return "", Identity{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", Identity{}, err
	}
	var session string
	err = s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM password_resets WHERE secret_hash = :sum AND expires_at > :now`,
			db.Args{"sum": hashSecret(secret), "now": tx.Now})
		if err != nil {
			return err
		}
		if n == 0 { // used a moment ago
			return linkExpired()
		}
		args := db.Args{"user": c.identity.User}
		for _, text := range []string{
			`DELETE FROM visits WHERE session_id IN (SELECT id FROM sessions WHERE user_id = :user)`,
			`DELETE FROM sessions WHERE user_id = :user`,
		} {
			if _, err := tx.Exec(ctx, text, args); err != nil {
				return err
			}
		}
		if err := s.mails.WithdrawFor(ctx, tx, c.identity.Home, kindResetMail, string(c.identity.User)); err != nil {
			return err
		}
		if err := forgetTries(ctx, tx, c.identity.Email); err != nil {
			return err
		}
		if err := storePassword(ctx, tx, c, hash); err != nil {
			return err
		}
		session, err = enter(ctx, tx, &c, hash, at, "user.password_reset")
		return err
	})
	return session, c.identity, err
}
