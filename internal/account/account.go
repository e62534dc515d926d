package account

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Kind says what an account is in its family.
type Kind string

// The kinds.
const (
	Parent Kind = "parent"
	Client Kind = "client"
)

// Account is one account.
type Account struct {
	ID              id.Account
	PublicID        string // 32 hex digits
	Kind            Kind
	Parent          id.Account // of a client; 0 for a parent
	Slug            string
	Name            string // of a client: only for people of the agency
	DisplayName     string // "" = follows Name
	Description     string // only for people of the agency
	Status          Status
	StatusNote      string
	TrialEndsAt     time.Time // zero = no trial
	SeatsUsed       int64
	SeatsLimit      int64 // -1 = unlimited
	DashboardsUsed  int64
	DashboardsLimit int64 // -1 = unlimited
	CreatedAt       time.Time
	Version         int64
	Principal       id.User // of a client; "" for a parent
	settings        settings
}

// settings are what the account remembers without a column of its own.
type settings struct {
	WasActive bool `json:"was_active,omitempty"` // it was active once: no way back to trial
}

// Display is the name that everybody may see.
func (a *Account) Display() string {
	if a.DisplayName != "" {
		return a.DisplayName
	}
	return a.Name
}

// IsParent says whether the account is an agency.
func (a *Account) IsParent() bool { return a.Kind == Parent }

// Admits says whether the account's own people may sign in.
func (a *Account) Admits() bool {
	return a.Kind == Parent || a.Status == Trial || a.Status == Active
}

// Operator is the actor of commands on the server in this account.
func (a *Account) Operator() authz.Actor {
	return authz.Actor{
		Name: "Operator", Account: a.ID, Home: a.ID, IsParent: a.IsParent(),
		Roles: []authz.Role{authz.Admin}, Via: authz.ViaOperator, Owner: a.Principal,
	}
}

// Draft is what an account is made of. Everything but Name may be empty.
type Draft struct {
	Name        string
	DisplayName string // "" = follows Name
	Description string
	Slug        string // "" = proposed from the display name
	Status      Status // "" = setup; parents are always active
}

// Patch is a change of a client; nil leaves a field as it is.
type Patch struct {
	Name        *string
	DisplayName *string // "" = follows the name again
	Description *string
	Slug        *string
	Status      *Status
}

// Limits of texts, in characters.
const (
	maxName        = 120
	maxDescription = 2000
)

// Limits of a new client (accounts.md D12). Parents have none.
const (
	defaultSeats      = 5
	defaultDashboards = -1
	unlimited         = -1
)

// checkName trims a name and refuses what cannot be one. Codes name_required, text_too_long, bad_text.
func checkName(name, field string) (string, error) {
	name, err := checkText(name, maxName, field)
	if err == nil && name == "" {
		err = errs.New(errs.Invalid, "name_required", "Give it a name.").WithField(field)
	}
	return name, err
}

// checkText trims a text and refuses one that is too long or holds control characters other than line breaks.
func checkText(text string, limit int, field string) (string, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n > limit {
		return "", errs.Newf(errs.Invalid, "text_too_long", "At most %d characters; this has %d.", limit, n).
			WithField(field).WithParams(map[string]any{"limit": limit, "length": n})
	}
	bad := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }
	if !utf8.ValidString(text) || strings.IndexFunc(text, bad) >= 0 {
		return "", errs.New(errs.Invalid, "bad_text", "This text has characters that cannot be stored.").WithField(field)
	}
	return text, nil
}

// check puts the fields of a new account in order.
func (n Draft) check(kind Kind) (Draft, error) {
	var err error
	if n.Name, err = checkName(n.Name, "name"); err != nil {
		return n, err
	}
	if n.DisplayName, err = checkText(n.DisplayName, maxName, "display_name"); err != nil {
		return n, err
	}
	if n.Description, err = checkText(n.Description, maxDescription, "description"); err != nil {
		return n, err
	}
	if n.Slug != "" {
		if err := CheckSlug(n.Slug); err != nil {
			return n, err
		}
	}
	if kind == Parent {
		n.Status = Active
	} else if n.Status == "" {
		n.Status = Setup
	}
	return n, n.Status.check()
}

// display is the name that everybody will see.
func (n Draft) display() string {
	if n.DisplayName != "" {
		return n.DisplayName
	}
	return n.Name
}
