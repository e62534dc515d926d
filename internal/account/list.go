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
}

const lastSignIn = `COALESCE((SELECT MAX(u.last_sign_in_at) FROM users u WHERE u.account_id = a.id), 0)`

func listedByID(ctx context.Context, tx *db.Tx, client id.Account) (*Listed, error) {
	var found *Listed
	err := tx.Query(ctx, `SELECT `+columns+`, `+lastSignIn+` FROM accounts a
		WHERE a.id IN {each :accounts} AND a.id = :id AND a.deleted_at IS NULL`, db.Args{"id": client},
		func(scan func(...any) error) (err error) {
			found, err = scanListed(scan)
			return err
		})
	if err == nil && found == nil {
		err = authz.NotFound()
	}
	return found, err
}

func scanListed(scan func(...any) error, more ...any) (*Listed, error) {
	var last int64
	a, err := scanAccount(scan, append([]any{&last}, more...)...)
	if err != nil {
		return nil, err
	}
	return &Listed{Account: *a, LastSignIn: last}, nil
}

// Filter selects and orders the clients of an agency.
type Filter struct {
	Search string // part of name or address
	Status Status // "" = all
	Sort   string // a name of sorts; "-" before it turns the order round; "" = name
}

func (f Filter) args() db.Args {
	like := ""
	if fold.Text(f.Search) != "" {
		like = fold.Like(f.Search)
	}
	return db.Args{"status": string(f.Status), "like": like}
}

// order is a column that clients can be ordered by.
type order struct {
	column string // an SQL expression that is never null
	number bool
	key    func(*Listed) string // its value in a row
}

// sorts are the orders by name.
var sorts = map[string]order{
	"name":            {"a.name_folded", false, func(l *Listed) string { return fold.Text(l.Name) }},
	"status":          {"a.status", false, func(l *Listed) string { return string(l.Status) }},
	"seats_used":      {"a.seats_used", true, func(l *Listed) string { return strconv.FormatInt(l.SeatsUsed, 10) }},
	"dashboards_used": {"a.dash_used", true, func(l *Listed) string { return strconv.FormatInt(l.DashboardsUsed, 10) }},
	"last_sign_in_at": {lastSignIn, true, func(l *Listed) string { return strconv.FormatInt(l.LastSignIn, 10) }},
	"created_at":      {"a.created_at", true, func(l *Listed) string { return strconv.FormatInt(l.CreatedAt.UnixMilli(), 10) }},
}

const matching = `a.id IN {each :accounts} AND a.deleted_at IS NULL AND (:status = '' OR a.status = :status)
	AND (:like = '' OR a.name_folded LIKE :like ESCAPE '!' OR a.slug LIKE :like ESCAPE '!')`

// ListClients gives a page of the clients that the actor may see. Codes not_found, bad_sort.
func (s *Service) ListClients(ctx context.Context, who authz.Actor, f Filter, req page.Request) ([]*Listed, *page.Mark, error) {
	grant, err := s.seeGrant(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	name, descending := strings.CutPrefix(f.Sort, "-")
	if name == "" {
		name = "name"
	}
	by, ok := sorts[name]
	if !ok {
		return nil, nil, errs.New(errs.Invalid, "bad_sort", "Clients cannot be ordered by this.").WithField("sort")
	}
	args, from := f.args(), req.From()
	args["first"], args["key"], args["id"], args["rows"] = req.First(), from.Key, from.ID, req.Rows()
	text := `SELECT ` + columns + `, ` + lastSignIn + ` FROM accounts a WHERE ` + matching + by.after(descending)
	var rows []*Listed
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		rows = nil
		return tx.Query(ctx, text, args, func(scan func(...any) error) error {
			l, err := scanListed(scan)
			rows = append(rows, l)
			return err
		})
	})
	if err != nil {
		return nil, nil, err
	}
	rows, next := page.Cut(req, rows, func(l *Listed) page.Mark { return page.Mark{Key: by.key(l), ID: l.PublicID} })
	return rows, next, nil
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
		_, err := tx.One(ctx, `SELECT COUNT(*) FROM accounts a WHERE `+matching, f.args(), &n)
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
