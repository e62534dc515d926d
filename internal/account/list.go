package account

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/page"
)

// Listed is a client with what its list shows beside the record.
type Listed struct {
	Account
	LastSignIn int64 // of its own people, UTC milliseconds; 0 = never
	CallsToday int64 // with API keys of its people
}

// listedColumns are read by scanListed; :now is bound.
const listedColumns = columns + `, ` + lastSignIn + `, ` + callsToday

const callsToday = `COALESCE((SELECT c.calls FROM api_calls c WHERE c.account_id = a.id AND c.ends_at > :now ORDER BY c.ends_at LIMIT 1), 0)`

const lastSignIn = `COALESCE((SELECT MAX(u.last_sign_in_at) FROM users u WHERE u.account_id = a.id), 0)`

func listedByID(ctx context.Context, tx *db.Tx, client id.Account) (*Listed, error) {
	rows, err := listedWhere(ctx, tx, `a.id = :id AND a.deleted_at IS NULL`, db.Args{"id": client})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, authz.NotFound()
	}
	return rows[0], addTags(ctx, tx, rows)
}

// listedWhere reads clients of the scope without their tags.
func listedWhere(ctx context.Context, tx *db.Tx, rest string, args db.Args) ([]*Listed, error) {
	args["now"] = tx.Now
	var rows []*Listed
	err := tx.Query(ctx, `SELECT `+listedColumns+` FROM accounts a WHERE a.id IN {each :accounts} AND `+rest, args,
		func(scan func(...any) error) error {
			l, err := scanListed(scan)
			rows = append(rows, l)
			return err
		})
	return rows, err
}

func scanListed(scan func(...any) error, more ...any) (*Listed, error) {
	var last, calls int64
	a, err := scanAccount(scan, append([]any{&last, &calls}, more...)...)
	if err != nil {
		return nil, err
	}
	return &Listed{Account: *a, LastSignIn: last, CallsToday: calls}, nil
}

// Filter selects and orders the clients of an agency.
type Filter struct {
	Search     string       // part of name, shown name, address or id in other systems
	Status     Status       // "" = all
	Tag        string       // "" = all
	ExternalID string       // "" = all
	Cause      Cause        // what they need; "" = all
	Only       []id.Account // nil = all
	Sort       string       // a name of sorts; "-" before it turns the order round; "" = name
}

func (f Filter) args(now int64) db.Args {
	only, all := "[]", 1
	if f.Only != nil {
		only, all = db.List(f.Only), 0
	}
	return db.Args{"status": string(f.Status), "like": fold.Like(f.Search), "tag": fold.Text(f.Tag), "external": f.ExternalID, "only": only, "all": all,
		"cause": string(f.Cause), "now": now, "soon": now + trialSoon.Milliseconds()}
}

// order finds the order of the list. Code bad_sort.
func (f Filter) order() (by order, descending bool, err error) {
	name, descending := strings.CutPrefix(f.Sort, "-")
	if name == "" {
		name = "name"
	}
	by, ok := sorts[name]
	if !ok {
		return by, false, errs.New(errs.Invalid, "bad_sort", "Clients cannot be ordered by this.").WithField("sort")
	}
	return by, descending, nil
}

// order is a column that clients can be ordered by.
type order struct {
	column string // an SQL expression that is never null
	number bool
	key    func(*Listed) string // its value in a row
}

// number is a sort value.
func number(n int64) string { return strconv.FormatInt(n, 10) }

// sorts are the orders by name.
var sorts = map[string]order{
	"name":            {"a.name_folded", false, func(l *Listed) string { return fold.Text(l.Name) }},
	"status":          {"a.status", false, func(l *Listed) string { return string(l.Status) }},
	"seats_used":      {"a.seats_used", true, func(l *Listed) string { return number(l.SeatsUsed) }},
	"dashboards_used": {"a.dash_used", true, func(l *Listed) string { return number(l.DashboardsUsed) }},
	"last_sign_in_at": {lastSignIn, true, func(l *Listed) string { return number(l.LastSignIn) }},
	"trial_ends_at":   {"COALESCE(a.trial_ends_at, 0)", true, func(l *Listed) string { return number(max(0, l.TrialEndsAt.UnixMilli())) }},
	"api_calls_used":  {callsToday, true, func(l *Listed) string { return number(l.CallsToday) }},
	"created_at":      {"a.created_at", true, func(l *Listed) string { return number(l.CreatedAt.UnixMilli()) }},
}

const matching = `a.family_id = :family AND a.id IN {each :accounts} AND a.deleted_at IS NULL AND (:status = '' OR a.status = :status)
	AND (a.name_folded LIKE :like ESCAPE '!' OR a.slug LIKE :like ESCAPE '!' OR LOWER(a.display_name) LIKE :like ESCAPE '!'
		OR LOWER(a.external_id) LIKE :like ESCAPE '!')
	AND (:external = '' OR a.external_id = :external)
	AND (:tag = '' OR EXISTS (SELECT 1 FROM account_tags g WHERE g.account_id = a.id AND g.folded = :tag))
	AND (CAST(:all AS bigint) = 1 OR a.id IN {each :only})
	AND (:cause = '' OR (:cause = '` + string(TrialEnding) + `' AND ` + trialEnding + `) OR (:cause = '` + string(TrialEnded) + `' AND ` + trialEnded + `)
		OR (:cause = '` + string(InSetup) + `' AND ` + inSetup + `) OR (:cause = '` + string(NearLimit) + `' AND ` + nearLimit + `))`

// ListClients gives a page of the clients that the actor may see. Codes not_found, bad_sort.
func (s *Service) ListClients(ctx context.Context, who authz.Actor, f Filter, req page.Request) ([]*Listed, *page.Mark, error) {
	grant, err := s.seeGrant(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	by, descending, err := f.order()
	if err != nil {
		return nil, nil, err
	}
	var rows []*Listed
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		args, from := f.args(tx.Now), req.From()
		args["first"], args["key"], args["id"], args["rows"] = req.First(), from.Key, from.ID, req.Rows()
		rows, err = listedMatching(ctx, tx, by.after(descending), args)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	rows, next := page.Cut(req, rows, func(l *Listed) page.Mark { return page.Mark{Key: by.key(l), ID: l.PublicID} })
	return rows, next, nil
}

// listedMatching reads the clients of a filter with their tags: two statements however many there are.
func listedMatching(ctx context.Context, tx *db.Tx, order string, args db.Args) ([]*Listed, error) {
	var rows []*Listed
	err := tx.Query(ctx, `SELECT `+listedColumns+` FROM accounts a WHERE `+matching+order, args, func(scan func(...any) error) error {
		l, err := scanListed(scan)
		rows = append(rows, l)
		return err
	})
	if err != nil {
		return nil, err
	}
	return rows, addTags(ctx, tx, rows)
}

// after is the condition for rows behind the mark (:key, :id), and the order.
func (o order) after(descending bool) string {
	key, than, way := "CAST(:key AS text)", ">", "ASC"
	if o.number {
		key = "CAST(nullif(:key, '') AS bigint)"
	}
	if descending {
		than, way = "<", "DESC"
	}
	return fmt.Sprintf(` AND (CAST(:first AS bigint) = 1 OR %[1]s %[2]s %[3]s OR (%[1]s = %[3]s AND a.public_id %[2]s :id))
		ORDER BY %[1]s %[4]s, a.public_id %[4]s LIMIT :rows`, o.column, than, key, way)
}

// CountClients gives how many clients a list has on all pages. Code not_found.
func (s *Service) CountClients(ctx context.Context, who authz.Actor, f Filter) (int64, error) {
	grant, err := s.seeGrant(ctx, who)
	if err != nil {
		return 0, err
	}
	var n int64
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `SELECT COUNT(*) FROM accounts a WHERE `+matching, f.args(tx.Now), &n)
		return err
	})
	return n, err
}

// Summary counts the clients that the actor may see by status. Code not_found.
func (s *Service) Summary(ctx context.Context, who authz.Actor) (map[Status]int64, error) {
	grant, err := s.seeGrant(ctx, who)
	if err != nil {
		return nil, err
	}
	counts := map[Status]int64{}
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		return tx.Query(ctx, `SELECT status, COUNT(*) FROM accounts a WHERE a.id IN {each :accounts} AND a.deleted_at IS NULL GROUP BY status`,
			nil, func(scan func(...any) error) error {
				var status Status
				var n int64
				err := scan(&status, &n)
				counts[status] = n
				return err
			})
	})
	return counts, err
}

// seeGrant opens the clients that the actor may see; people who may see none do not learn that there are any.
func (s *Service) seeGrant(ctx context.Context, who authz.Actor) (authz.Grant, error) {
	if !who.IsParent || !who.Has(authz.ClientAccess) {
		return authz.Grant{}, authz.NotFound()
	}
	return s.Grant(ctx, who, authz.ClientAccess, false)
}
