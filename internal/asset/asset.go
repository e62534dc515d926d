package asset

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
)

// Kind is what an asset is.
type Kind string

// The kinds of asset.
const (
	Dashboard Kind = "dashboard"
	Klip      Kind = "klip"
	Source    Kind = "source" // raw data source
	Model     Kind = "model"  // modelled data source
)

// RefKind is what a body refers to.
type RefKind string

// Kinds of reference. Strong slots are followed by an import, weak ones are not.
const (
	Strong   RefKind = "strong"
	Weak     RefKind = "weak"
	Variable RefKind = "variable"
	Property RefKind = "property"
	File     RefKind = "file"
)

// Ref is one thing that a body refers to by name.
type Ref struct {
	Kind RefKind
	Name string
}

// Content is what the package of a kind hands in: the tree of a body, what it
// refers to, and the assets of the same account that its slots stand for.
type Content struct {
	Tree  map[string]any // kind and schema included
	Refs  []Ref
	Wires map[string]int64 // slot → number of the target in the asset's account
}

// Asset is a row with what the last change says of it.
type Asset struct {
	Key            id.Asset
	Kind           Kind
	Name           string // the body's title, or the name of a data source
	Suffix         int64  // 2 and more: shown as " (2)"
	Body           id.Content
	Wiring         id.Content
	Base           int64
	Version        int64
	Change         id.Change
	Owner          id.User
	Locked         bool
	Origin         id.Asset // the master it was copied from; zero = none
	ReceivedBody   id.Content
	ReceivedWiring id.Content
	ReceivedDeep   []byte
	Import         id.Change
	DeletedAt      int64  // UTC milliseconds, 0 = not in the bin
	CopiedFrom     string // title of the instance that it is a copy of, as plain text; "" = of none
	OwnerName      string
	ChangedBy      string   // who made the current version; "" = the agency
	JSON           string   // the body, canonical; only where asked for
	Tags           []string // nil until AddTags has been asked
}

// Title is the shown name.
func (a *Asset) Title() string { return Title(a.Name, a.Suffix) }

// Title joins a name and its suffix.
func Title(name string, suffix int64) string {
	if suffix < 2 {
		return name
	}
	return name + " (" + strconv.FormatInt(suffix, 10) + ")"
}

// UpdatedAt is when the current version was made, in UTC milliseconds.
func (a *Asset) UpdatedAt() int64 { return a.Change.At() }

// Edited says whether it differs from what was received last.
func (a *Asset) Edited() bool {
	return !a.Origin.IsZero() && (a.Body != a.ReceivedBody || a.Wiring != a.ReceivedWiring)
}

// ForAuthz is what authz must know, with the best share right of the actor.
func (a *Asset) ForAuthz(best authz.Right) authz.Asset {
	return authz.Asset{Kind: string(a.Kind), Owner: a.Owner, Best: best}
}

// Filter selects assets of one account for a list.
type Filter struct {
	Kinds   []Kind
	Nos     []int64 // nil = all, else these
	Search  string  // part of the name
	After   string  // what the order compares, and number, of the last row of the page before
	AfterNo int64   // 0 = from the start
	Limit   int
	Bodies  bool // with JSON
	Choice
}

// maxName is the length of a name in characters.
const maxName = 200

// CheckName trims a name and refuses an empty or overlong one, and one that cannot be
// stored. Codes name_required, name_too_long, bad_text.
func CheckName(name, field string) (string, error) {
	name = strings.TrimSpace(name)
	switch n := len([]rune(name)); {
	case n == 0:
		return "", errs.New(errs.Invalid, "name_required", "Give it a name.").WithField(field)
	case n > maxName:
		return "", errs.Newf(errs.Invalid, "name_too_long", "A name has at most %d characters; this one has %d.", maxName, n).WithField(field)
	case !utf8.ValidString(name) || strings.IndexFunc(name, unicode.IsControl) >= 0:
		return "", errs.New(errs.Invalid, "bad_text", "This text has characters that cannot be stored.").WithField(field)
	}
	return name, nil
}

// CopyTitle is the title of a copy, cut so that it stays within the length of a name.
func CopyTitle(title string) string {
	const ending = " (copy)"
	runes := []rune(title)
	return string(runes[:min(len(runes), maxName-len(ending))]) + ending
}

// Fold gives the form that names are compared and sorted by.
func Fold(name string) string { return fold.Text(name) }

// Stale is the answer to a write over a version that is not current.
func Stale(current int64) error {
	return errs.Newf(errs.Conflict, "version_conflict", "Somebody saved a newer version (%d) in the meantime. Load it, or keep yours as a copy.", current).
		WithParams(map[string]any{"version": current})
}

// lockedError is the answer to a new version of an asset that is locked.
func lockedError() error {
	return errs.New(errs.Conflict, "dashboard_locked", "This dashboard is locked. An administrator can unlock it.")
}

// compareTitles orders titles as lists do.
func compareTitles(a, b string) int { return cmp.Or(cmp.Compare(Fold(a), Fold(b)), cmp.Compare(a, b)) }
