package property

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"octavo/internal/authz"
	"octavo/internal/errs"
)

// Type says what a value is.
type Type string

// The types.
const (
	Text   Type = "text"
	Number Type = "number"
	Date   Type = "date"   // a calendar day, 2026-01-31
	List   Type = "list"   // several texts, written like a line of a CSV file
	Secret Type = "secret" // sealed; only queries of data sources may use it
)

// Types lists the types in the order that people choose from.
var Types = []Type{Text, Number, Date, List, Secret}

// Limits of properties.
const (
	Max            = 100  // of an account, and of what an agency declares
	maxValue       = 4096 // bytes
	maxDescription = 500  // characters
)

// Property is a company property of an account.
type Property struct {
	Name        string
	Type        Type
	Value       string // "" = missing, or not shown: see Given
	Given       bool   // it has a value, also where that is not shown
	Shown       bool   // the actor may read the value
	Locked      bool
	Hidden      bool // lists do not show the value to people of the client; their formulas may use it
	Description string
	Version     int64
	ChangedAt   time.Time
}

// Draft is what a property is made of. Nil fields get the factory value.
type Draft struct {
	Name        string
	Type        Type
	Value       string // "" = missing
	Locked      *bool  // default: on in a visit
	Hidden      bool
	Description string
}

// Patch is a change of a property; nil leaves a field as it is. A new type needs a
// value that fits, or a new one; to and from secret it always needs a new one.
type Patch struct {
	Type        *Type
	Value       *string // "" = missing
	Locked      *bool
	Hidden      *bool
	Description *string
}

// ofAgency says whether the actor is one of the agency's people (or of a family without
// clients): only they may lock.
func ofAgency(who authz.Actor) bool {
	return who.IsParent || who.Delegated || who.Via == authz.ViaOperator
}

var nameForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,63}$`)

// reserved begin the names of built-in values.
var reserved = []string{"company.", "user."}

// CheckName refuses what cannot be the name of a property. Codes bad_property_name, property_reserved.
func CheckName(name string) error {
	if !nameForm.MatchString(name) {
		return errs.New(errs.Invalid, "bad_property_name", "A name has up to 64 letters, digits, _ . or -, and begins with a letter or _.").WithField("name")
	}
	if slices.ContainsFunc(reserved, func(p string) bool { return strings.HasPrefix(name, p) }) {
		return errs.New(errs.Invalid, "property_reserved", "Names that begin with company. or user. are built in. Choose another.").WithField("name")
	}
	return nil
}

func (t Type) check() error {
	if slices.Contains(Types, t) {
		return nil
	}
	return errs.New(errs.Invalid, "bad_property_type", "A property is a text, number, date, list or secret.").WithField("type")
}

// checkDescription trims a description. Codes text_too_long, bad_text.
func checkDescription(text string) (string, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n > maxDescription {
		return "", errs.Newf(errs.Invalid, "text_too_long", "At most %d characters; this has %d.", maxDescription, n).
			WithField("description").WithParams(map[string]any{"limit": maxDescription, "length": n})
	}
	if !storable(text) {
		return "", badText("description")
	}
	return text, nil
}

// storable says whether a text has no control characters other than line breaks and tabs.
func storable(text string) bool {
	bad := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }
	return utf8.ValidString(text) && strings.IndexFunc(text, bad) < 0
}

func badText(field string) error {
	return errs.New(errs.Invalid, "bad_text", "This text has characters that cannot be stored.").WithField(field)
}

func lockedError(name string) error {
	return errs.Newf(errs.Forbidden, "property_locked", "Your agency has locked %s. Ask them to change it.", name).
		WithField("name").WithParams(map[string]any{"name": name})
}

func existsError(name string) error {
	return errs.Newf(errs.Conflict, "property_exists", "There is a property %s already.", name).
		WithField("name").WithParams(map[string]any{"name": name})
}

func fullError() error {
	return errs.Newf(errs.Conflict, "properties_full", "%d properties is the most. Remove one that nothing uses.", Max).
		WithParams(map[string]any{"limit": Max})
}

func stale(current int64) error {
	return errs.New(errs.Conflict, "version_conflict", "Somebody changed this property in the meantime. Load it again and repeat your change.").
		WithParams(map[string]any{"version": current})
}
