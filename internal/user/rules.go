package user

import (
	"context"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/setting"
)

// securityOf reads what an account asks of sign-ins.
func (s *Service) securityOf(ctx context.Context, a id.Account) (sec setting.Security, err error) {
	err = s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		sec, err = setting.SecurityOf(ctx, tx, a)
		return err
	})
	return sec, err
}

// CheckPassword refuses passwords that are short, overlong, of too few kinds of characters, made of the e-mail address,
// or chosen by many. Codes password_too_short, password_too_long, password_too_plain, password_has_email, password_common.
func CheckPassword(rules setting.PasswordRules, password, email string) error {
	n := utf8.RuneCountInString(password)
	local, _, _ := strings.Cut(fold.Text(email), "@")
	switch least := max(rules.Length, minPassword); {
	case n < least:
		return errs.Newf(errs.Invalid, "password_too_short", "A password has at least %d characters.", least).
			WithField("password").WithParams(map[string]any{"limit": least})
	case n > maxPassword:
		return errs.Newf(errs.Invalid, "password_too_long", "A password has at most %d characters.", maxPassword).
			WithField("password").WithParams(map[string]any{"limit": maxPassword})
	case classes(password) < rules.Classes:
		return errs.Newf(errs.Invalid, "password_too_plain", "A password mixes %d of: small letters, capitals, digits, other characters.", rules.Classes).
			WithField("password").WithParams(map[string]any{"classes": rules.Classes})
	case utf8.RuneCountInString(local) >= minLocal && strings.Contains(fold.Text(password), local):
		return errs.New(errs.Invalid, "password_has_email", "The password contains the e-mail address. Choose another.").WithField("password")
	case isCommon(password):
		return errs.New(errs.Invalid, "password_common", "Many people use this password, so it is tried first. Choose another.").WithField("password")
	}
	return nil
}

// classes counts the kinds of characters: small letters, capitals, digits, others. Letters without
// capitals count as small ones.
func classes(password string) int {
	var lower, upper, digit, other int
	for _, r := range password {
		switch {
		case unicode.IsUpper(r) || unicode.IsTitle(r):
			upper = 1
		case unicode.IsLetter(r):
			lower = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return lower + upper + digit + other
}

// checkNew is CheckPassword with the rules of the person's account, which may also refuse what was chosen before. Codes
// as CheckPassword, and password_used.
func (s *Service) checkNew(ctx context.Context, c candidate, password string) error {
	rules := c.security.Password
	if err := CheckPassword(rules, password, c.identity.Email); err != nil {
		return err
	}
	for _, hash := range c.before(rules.History) {
		used, _, err := s.hasher.verify(ctx, password, hash)
		if err != nil {
			return err
		}
		if used {
			return errs.Newf(errs.Invalid, "password_used", "This is one of the last %d passwords. Choose another.", rules.History).
				WithField("password").WithParams(map[string]any{"limit": rules.History})
		}
	}
	return nil
}

// before are the hashes of the last n passwords, the present one first.
func (c candidate) before(n int) []string {
	all := c.past
	if c.hash != "" {
		all = append([]string{c.hash}, c.past...)
	}
	return all[:max(0, min(n, len(all)))]
}

// storePassword puts a new password into the place of the present one, in a System transaction. Of those before it as
// many stay as the account's rules look back.
func storePassword(ctx context.Context, tx *db.Tx, c candidate, hash string) error {
	past, err := json.Marshal(append([]string{}, c.before(c.security.Password.History-1)...))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE users SET password_hash = :hash, password_at = :now, password_past = :past WHERE id = :id`,
		db.Args{"hash": hash, "now": tx.Now, "past": string(past), "id": c.identity.User})
	return err
}

// isTooOld says whether the password has to be replaced before the next session.
func (c candidate) isTooOld(now int64) bool {
	age := c.security.Password.MaxAge
	return age > 0 && now-c.passwordAt > age.Milliseconds()
}
