package account

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
)

// columns of an account, in the order of scanAccount. The principal is looked up beside it.
const columns = `a.id, a.public_id, a.kind, a.parent_id, a.slug, a.name, a.display_name, a.description, a.status, a.status_note,
	a.trial_ends_at, a.trial_extended, a.seats_used, a.seats_limit, a.dash_used, a.dash_limit, a.links_used, a.links_limit, a.api_limit,
	a.seats_given, a.dash_given, a.links_given, a.api_given, a.external_id, a.support, a.features, a.settings,
	a.created_at, a.deleted_at, a.purge_at, a.version,
	(SELECT u.id FROM users u WHERE u.account_id = a.id AND u.state = 'principal')`

func scanAccount(scan func(...any) error, more ...any) (*Account, error) {
	var a Account
	var parent, trialEnds, deleted, purge *int64
	var principal *string
	var settings, features string
	var created, extended int64
	err := scan(append([]any{&a.ID, &a.PublicID, &a.Kind, &parent, &a.Slug, &a.Name, &a.DisplayName, &a.Description, &a.Status, &a.StatusNote,
		&trialEnds, &extended, &a.SeatsUsed, &a.SeatsLimit, &a.DashboardsUsed, &a.DashboardsLimit, &a.LinksUsed, &a.LinksLimit, &a.APILimit,
		&a.given.Seats, &a.given.Dashboards, &a.given.Links, &a.given.APICalls, &a.ExternalID, &a.Support, &features, &settings,
		&created, &deleted, &purge, &a.Version, &principal}, more...)...)
	if err != nil {
		return nil, err
	}
	if parent != nil {
		a.Parent = id.Account(*parent)
	}
	a.TrialEndsAt, a.DeletedAt, a.PurgeAt = instant(trialEnds), instant(deleted), instant(purge)
	if principal != nil && a.Parent != 0 { // an agency may have one for its operator, who owns nothing
		a.Principal = id.User(*principal)
	}
	a.CreatedAt, a.TrialExtended = clock.FromMillis(created), extended == 1
	if err := json.Unmarshal([]byte(features), &a.features); err != nil {
		return nil, fmt.Errorf("account %d: features: %w", a.ID, err)
	}
	if err := json.Unmarshal([]byte(settings), &a.settings); err != nil {
		return nil, fmt.Errorf("account %d: settings: %w", a.ID, err)
	}
	return &a, nil
}

// findBy reads the account that a condition on one value names.
func findBy(ctx context.Context, tx *db.Tx, text string, value any) (*Account, bool, error) {
	var found *Account
	err := tx.Query(ctx, text, db.Args{"value": value}, func(scan func(...any) error) (err error) {
		found, err = scanAccount(scan)
		return err
	})
	return found, found != nil, err
}

const (
	bySlug = `SELECT ` + columns + ` FROM accounts a WHERE a.slug = :value AND a.deleted_at IS NULL`
	byID   = `SELECT ` + columns + ` FROM accounts a WHERE a.id = :value AND a.deleted_at IS NULL`
	// across reads a row of a scope over several accounts.
	across = `SELECT ` + columns + ` FROM accounts a
		WHERE (a.id = :account OR a.id IN {each :accounts}) AND a.id = :value AND a.deleted_at IS NULL`
	// granted locks a row of the grant: what follows is decided on what it says.
	granted = `SELECT ` + columns + ` FROM accounts a
		WHERE (a.id = :account OR a.id IN {each :accounts}) AND a.id = :value AND a.deleted_at IS NULL {lock}`
)

// grantedDeleted is granted for an account in the bin.
const grantedDeleted = `SELECT ` + columns + ` FROM accounts a
	WHERE a.id IN {each :accounts} AND a.id = :value AND a.deleted_at IS NOT NULL {lock}`

// nextFamily counts the families of the installation.
func nextFamily(ctx context.Context, tx *db.Tx) (int64, error) {
	var n int64
	_, err := tx.One(ctx, `
		INSERT INTO installation (name, value) VALUES ('next_family', '1')
		ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(installation.value AS bigint) + 1 AS text)
		RETURNING CAST(value AS bigint)`, nil, &n)
	return n, err
}

// nextClient gives the next running number in a family and locks its parent.
func nextClient(ctx context.Context, tx *db.Tx, parent id.Account) (int64, error) {
	var n int64
	found, err := tx.One(ctx, `
		UPDATE accounts SET next_account = next_account + 1 WHERE id = :parent AND kind = 'parent' AND deleted_at IS NULL
		RETURNING next_account - 1`, db.Args{"parent": parent}, &n)
	if err == nil && !found {
		err = fmt.Errorf("account: no parent %d", parent)
	}
	return n, err
}

func insert(ctx context.Context, tx *db.Tx, a *Account, by id.User) error {
	var parent any
	if a.Parent != 0 {
		parent = a.Parent
	}
	settings, err := json.Marshal(a.settings)
	if err != nil {
		return err
	}
	return tx.Insert(ctx, "accounts", []string{
		"id", "family_id", "public_id", "kind", "parent_id", "slug", "name", "name_folded", "display_name", "description",
		"status", "status_note", "trial_ends_at", "next_no", "next_account", "dash_used", "dash_limit", "seats_used", "seats_limit",
		"links_limit", "api_limit", "external_id", "support", "settings", "created_at", "created_by", "version",
	}, [][]any{{
		a.ID, a.ID.Family(), a.PublicID, string(a.Kind), parent, a.Slug, a.Name, fold.Text(a.Name), a.DisplayName, a.Description,
		string(a.Status), a.StatusNote, millis(a.TrialEndsAt), 1, firstClient, 0, a.DashboardsLimit, 0, a.SeatsLimit,
		a.LinksLimit, a.APILimit, a.ExternalID, a.Support, string(settings), tx.Now, by, a.Version,
	}})
}

// firstClient is the running number of a family's first client; the parent has 1.
const firstClient = 2

// millis is a time as stored; nil for the zero time.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return clock.Millis(t)
}

// instant is a stored time; the zero time for nil.
func instant(ms *int64) time.Time {
	if ms == nil {
		return time.Time{}
	}
	return clock.FromMillis(*ms)
}

// insertBuiltIn gives an account its group of all people, and a client its principal.
func insertBuiltIn(ctx context.Context, tx *db.Tx, a *Account, agency string) error {
	err := tx.Insert(ctx, "groups", []string{"account_id", "id", "name", "name_folded", "kind"},
		[][]any{{a.ID, id.New(), "All Users", fold.Text("All Users"), "all"}})
	if err != nil || a.IsParent() {
		return err
	}
	a.Principal = id.User(id.New())
	return tx.Insert(ctx, "users", []string{"account_id", "id", "name", "name_folded", "password_hash", "state", "created_at"},
		[][]any{{a.ID, a.Principal, agency, fold.Text(agency), "", "principal", tx.Now}})
}

// takenSlugs gives the addresses that begin like slug.
func takenSlugs(ctx context.Context, tx *db.Tx, slug string) (map[string]bool, error) {
	taken := map[string]bool{}
	err := tx.Query(ctx, `SELECT slug FROM accounts WHERE slug = :slug OR slug LIKE :more`,
		db.Args{"slug": slug, "more": slug + "-%"}, func(scan func(...any) error) error {
			var s string
			err := scan(&s)
			taken[s] = true
			return err
		})
	return taken, err
}

// nameFree refuses a name that another client of the family has, and repeats the name only to who sees that client.
// family and agency are bound by a scope over several accounts; in a System scope the caller gives them. Code name_taken.
func nameFree(ctx context.Context, tx *db.Tx, scope db.Args, who authz.Actor, name string, except id.Account) error {
	has, err := holder(ctx, tx, scope, who, `name_folded = :value`, fold.Text(name), except)
	switch {
	case err != nil || has == nil:
		return err
	case !has.seen:
		return errs.New(errs.Conflict, "name_taken", "This name is taken already. Choose another.").WithField("name")
	}
	return errs.Newf(errs.Conflict, "name_taken", "There is a client named %s already.", name).WithField("name")
}

// externalFree is nameFree for the id in the agency's other systems. Codes external_id_taken, external_id_in_use.
func externalFree(ctx context.Context, tx *db.Tx, scope db.Args, who authz.Actor, external string, except id.Account) error {
	if external == "" {
		return nil
	}
	has, err := holder(ctx, tx, scope, who, `external_id = :value`, external, except)
	switch {
	case err != nil || has == nil:
		return err
	case !has.seen:
		return errs.New(errs.Conflict, "external_id_in_use", "A client that is not shared with you has this id already.").WithField("external_id")
	}
	return errs.Newf(errs.Conflict, "external_id_taken", "%s has this id already.", has.name).
		WithField("external_id").WithParams(map[string]any{"name": has.name})
}

// owner is a client that has what another wants.
type owner struct {
	name string
	seen bool // the actor may see it
}

// holder finds the client of the family that a condition on :value names, except one; nil when there is none.
func holder(ctx context.Context, tx *db.Tx, scope db.Args, who authz.Actor, where string, value any, except id.Account) (*owner, error) {
	args := db.Args{"user": who.User, "value": value, "except": except}
	maps.Copy(args, scope)
	var taker id.Account
	var has owner
	share := int64(-1)
	found, err := tx.One(ctx, `SELECT a.id, a.name, `+shareOf+` FROM accounts a
		WHERE a.family_id = :family AND a.kind = 'client' AND a.`+where+` AND a.id <> :except AND a.deleted_at IS NULL
		LIMIT 1`, args, &taker, &has.name, &share)
	if err != nil || !found {
		return nil, err
	}
	has.seen = authz.Reach(who, taker, share >= 0, share > 0).CanSee
	return &has, nil
}

// update writes what changes of a client may change, and raises its version.
func update(ctx context.Context, tx *db.Tx, a *Account) error {
	return write(ctx, tx, a, `id IN {each :accounts}`, nil)
}

// write is update where a condition names the account; scope holds what its transaction does not bind.
func write(ctx context.Context, tx *db.Tx, a *Account, where string, scope db.Args) error {
	settings, err := json.Marshal(a.settings)
	if err != nil {
		return err
	}
	features, err := json.Marshal(a.features)
	if err != nil {
		return err
	}
	args := db.Args{
		"slug": a.Slug, "name": a.Name, "folded": fold.Text(a.Name), "display": a.DisplayName, "description": a.Description,
		"status": string(a.Status), "note": a.StatusNote, "trial": millis(a.TrialEndsAt), "extended": a.TrialExtended,
		"seats": a.SeatsLimit, "dashboards": a.DashboardsLimit, "links": a.LinksLimit, "api": a.APILimit,
		"external": a.ExternalID, "support": a.Support, "features": string(features), "settings": string(settings),
		"deleted": millis(a.DeletedAt), "purge": millis(a.PurgeAt), "id": a.ID,
	}
	maps.Copy(args, scope)
	_, err = tx.Exec(ctx, `
		UPDATE accounts SET slug = :slug, name = :name, name_folded = :folded, display_name = :display, description = :description,
			status = :status, status_note = :note, trial_ends_at = :trial, trial_extended = :extended,
			seats_limit = :seats, dash_limit = :dashboards, links_limit = :links, api_limit = :api,
			external_id = :external, support = :support, features = :features, settings = :settings,
			deleted_at = :deleted, purge_at = :purge, version = version + 1
		WHERE `+where+` AND id = :id`, args)
	a.Version++
	return err
}
