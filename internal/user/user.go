package user

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"octavo/internal/authz"
	"octavo/internal/errs"
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
	Groups     []Group      // of the account's own making; only where a method says so
	Contact    bool         // whom the agency, or the operator, talks to
	LastSignIn time.Time    // zero = never
	Version    int64        // of what a PersonPatch changes
}

// takesSeat says whether a person in a state counts.
func (s State) takesSeat() bool { return s == Held || s == Invited || s == Active }

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
	ID          id.Group
	Name        string
	Description string
	Position    int64 // groups of a lower one come first; the same: by name
	BuiltIn     bool  // All Users
	Members     int64
	Version     int64 // of name and description
}

// Limits, in characters (accounts.md D32).
const (
	minPassword = 10
	maxPassword = 128
	minLocal    = 4 // of an e-mail address before the @, to be looked for in passwords: "a" is in most of them
	maxName     = 120
	maxEmail    = 254 // RFC 5321
)

// check puts the fields of a new person in order. Codes name_required,
// name_too_long, bad_email.
func (d Draft) check() (Draft, error) {
	var err error
	if d.Name, err = checkName(d.Name); err != nil {
		return d, err
	}
	d.Email = plainEmail(d.Email)
	if err := CheckEmail(d.Email); err != nil {
		return d, err
	}
	d.Roles = checkRoles(d.Roles)
	return d, nil
}

// checkName trims the name of a person. Codes name_required, name_too_long.
func checkName(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "", errs.New(errs.Invalid, "name_required", "Give the person a name.").WithField("name")
	case n > maxName:
		return "", errs.Newf(errs.Invalid, "name_too_long", "A name has at most %d characters.", maxName).WithField("name")
	case strings.IndexFunc(name, unicode.IsControl) >= 0:
		return "", errs.New(errs.Invalid, "bad_text", "This text has characters that cannot be stored.").WithField("name")
	}
	return name, nil
}

// plainEmail writes the domain of an address small (accounts.md D28).
func plainEmail(email string) string {
	email = strings.TrimSpace(email)
	if at := strings.LastIndexByte(email, '@'); at >= 0 {
		return email[:at] + strings.ToLower(email[at:])
	}
	return email
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

// Strongest gives the role that is shown for a person with several.
func Strongest(roles []authz.Role) authz.Role {
	for _, r := range []authz.Role{authz.Admin, authz.Editor} {
		if slices.Contains(roles, r) {
			return r
		}
	}
	return authz.ViewOnly
}
