package user

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
)

// State is where a person stands between invitation and leaving.
type State string

// The states.
const (
	Held        State = "held"        // invited, mail not sent yet
	Invited     State = "invited"     // mail sent
	Active      State = "active"      // may sign in
	Deactivated State = "deactivated" // may not sign in any more
	Principal   State = "principal"   // owns what the agency makes; nobody
)

// Person is a person of an account.
type Person struct {
	ID         id.User
	Account    id.Account
	Name       string
	Email      string
	State      State
	Roles      []authz.Role // never empty: without a role it is View-Only
	LastSignIn time.Time    // zero = never
}

// Draft is what a person is made of.
type Draft struct {
	Name     string
	Email    string
	Password string
	Roles    []authz.Role // empty = View-Only
	Groups   []id.Group   // of the account, beside All Users
}

// Group is a group of people with the number of its members.
type Group struct {
	ID      id.Group
	Name    string
	BuiltIn bool // All Users
	Members int64
}

// Limits, in characters (accounts.md D32).
const (
	minPassword = 10
	maxPassword = 128
	maxName     = 120
	maxEmail    = 254 // RFC 5321
)

// check puts the fields of a new person in order. Codes name_required,
// name_too_long, bad_email and those of CheckPassword.
func (d Draft) check() (Draft, error) {
	d.Name, d.Email = strings.TrimSpace(d.Name), strings.TrimSpace(d.Email)
	switch n := utf8.RuneCountInString(d.Name); {
	case n == 0:
		return d, errs.New(errs.Invalid, "name_required", "Give the person a name.").WithField("name")
	case n > maxName:
		return d, errs.Newf(errs.Invalid, "name_too_long", "A name has at most %d characters.", maxName).WithField("name")
	}
	if err := CheckEmail(d.Email); err != nil {
		return d, err
	}
	d.Roles = checkRoles(d.Roles)
	return d, CheckPassword(d.Password, d.Email)
}

// checkRoles gives the roles once each; none becomes View-Only. Whether the account
// has them is asked by checkGrant.
func checkRoles(roles []authz.Role) []authz.Role {
	if len(roles) == 0 {
		return []authz.Role{authz.ViewOnly}
	}
	roles = slices.Clone(roles)
	slices.Sort(roles)
	return slices.Compact(roles)
}

// CheckEmail refuses what is not a plain e-mail address. Code bad_email.
func CheckEmail(email string) error {
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || a.Name != "" || len(email) > maxEmail {
		return errs.New(errs.Invalid, "bad_email", "This is not an e-mail address.").WithField("email")
	}
	return nil
}

// CheckPassword refuses passwords that are short, overlong, or made of the e-mail
// address. Codes password_too_short, password_too_long, password_has_email.
func CheckPassword(password, email string) error {
	n := utf8.RuneCountInString(password)
	local, _, _ := strings.Cut(fold.Text(email), "@")
	switch {
	case n < minPassword:
		return errs.Newf(errs.Invalid, "password_too_short", "A password has at least %d characters.", minPassword).
			WithField("password").WithParams(map[string]any{"limit": minPassword})
	case n > maxPassword:
		return errs.Newf(errs.Invalid, "password_too_long", "A password has at most %d characters.", maxPassword).
			WithField("password").WithParams(map[string]any{"limit": maxPassword})
	case local != "" && strings.Contains(fold.Text(password), local):
		return errs.New(errs.Invalid, "password_has_email", "The password contains the e-mail address. Choose another.").WithField("password")
	}
	return nil
}

// Strongest gives the role that is shown for a person with several.
func Strongest(roles []authz.Role) authz.Role {
	for _, r := range []authz.Role{authz.Admin, authz.Editor} {
		if slices.Contains(roles, r) {
			return r
		}
	}
	return authz.ViewOnly
}
