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
	TrialExtended   bool      // the one extension was used
	SeatsUsed       int64
	SeatsLimit      int64 // -1 = unlimited; of a parent: the pool, as the limits below
	DashboardsUsed  int64
	DashboardsLimit int64 // -1 = unlimited
	LinksUsed       int64
	LinksLimit      int64    // private links; -1 = unlimited
	APILimit        int64    // calls with API keys a day; -1 = unlimited
	ExternalID      string   // of the agency's other systems: only for its people
	Tags            []string // only for people of the agency; read with lists and single clients
	Support         string   // whom the people of the agency's clients write to
	CreatedAt       time.Time
	DeletedAt       time.Time // zero = it is there
	PurgeAt         time.Time // of a deleted client: when it is removed for good
	Version         int64
	Principal       id.User // of a client; "" for a parent
	given           Limits  // of a parent: what its clients have of the pool
	features        features
	settings        settings
}

// settings are what the account remembers without a column of its own.
type settings struct {
	WasActive bool      `json:"was_active,omitempty"` // it was active once: no way back to trial
	SetUp     setUp     `json:"set_up,omitzero"`      // of a client: what of its set-up was put off
	Defaults  *Defaults `json:"client_defaults,omitempty"`
}

// setUp is what the agency put off in setting a client up.
type setUp struct {
	BrandingLater bool `json:"branding_later,omitempty"`
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
	return a.Kind == Parent || a.Status.admits()
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
	ExternalID  string
	Tags        []string
	Limits      *Limits    // nil = the agency's defaults for new clients
	Groups      []id.Group // of the agency, that have the client and manage it

	partial map[Resource]int64 // limits that take the place of the defaults
}

// Patch is a change of a client; nil leaves a field as it is.
type Patch struct {
	Name        *string
	DisplayName *string // "" = follows the name again
	Description *string
	Slug        *string
	Status      *Status
	ExternalID  *string
	Tags        *[]string

	BrandingLater *bool // the set-up goes on without branding
}

// Limits of texts, in characters.
const (
	maxName        = 120
	maxDescription = 2000
	maxExternalID  = 120
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
	if n.ExternalID, err = checkText(n.ExternalID, maxExternalID, "external_id"); err != nil {
		return n, err
	}
	if n.Tags, err = checkTags(n.Tags); err != nil {
		return n, err
	}
	limits := n.limits(Limits{})
	if err := limits.check(); err != nil {
		return n, err
	}
	if kind == Parent {
		n.Status = Active
	} else if n.Status == "" {
		n.Status = Setup
	}
	return n, n.Status.check()
}

// limits are those of the draft over the defaults.
func (n Draft) limits(defaults Limits) Limits {
	if n.Limits != nil {
		defaults = *n.Limits
	}
	for r, limit := range n.partial {
		*defaults.of(r) = limit
	}
	return defaults
}

// display is the name that everybody will see.
func (n Draft) display() string {
	if n.DisplayName != "" {
		return n.DisplayName
	}
	return n.Name
}
