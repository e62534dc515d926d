package account

import (
	"context"
	"maps"
	"slices"
	"time"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Unlimited is the limit of what may be used without one.
const Unlimited = -1

// maxLimit is more than anybody has; sums over all clients stay far below what a number holds.
const maxLimit = 1_000_000_000

// Limits say how much an account may use; Unlimited is no limit. Of a parent they are
// the pool that it and its clients share (accounts.md D13).
type Limits struct {
	Seats      int64 `json:"seats"`      // people that are invited, held or active
	Dashboards int64 `json:"dashboards"` // with private ones, without those in the bin
	Links      int64 `json:"links"`      // private links that are on
	APICalls   int64 `json:"api_calls"`  // calls with API keys of its people, a day
}

// Resource is one of the limits, by the name that the API has for it.
type Resource string

// The resources, in the order in which they are shown and checked.
const (
	Seats      Resource = "seats"
	Dashboards Resource = "dashboards"
	Links      Resource = "private_links"
	APICalls   Resource = "api_calls"
)

// Resources are all of them.
var Resources = []Resource{Seats, Dashboards, Links, APICalls}

// Of gives the limit of a resource.
func (l *Limits) Of(r Resource) int64 { return *l.of(r) }

func (l *Limits) of(r Resource) *int64 {
	switch r {
	case Seats:
		return &l.Seats
	case Dashboards:
		return &l.Dashboards
	case Links:
		return &l.Links
	}
	return &l.APICalls
}

// check refuses what is no limit. Code bad_limit.
func (l *Limits) check() error {
	for _, r := range Resources {
		if n := l.Of(r); n < Unlimited || n > maxLimit {
			return errs.Newf(errs.Invalid, "bad_limit", "A limit is a number from 0 to %d, or -1 for none.", int64(maxLimit)).
				WithField(string(r)).WithParams(map[string]any{"limit": int64(maxLimit)})
		}
	}
	return nil
}

// Limits are the limits of the account.
func (a *Account) Limits() Limits {
	return Limits{Seats: a.SeatsLimit, Dashboards: a.DashboardsLimit, Links: a.LinksLimit, APICalls: a.APILimit}
}

func (a *Account) setLimits(l Limits) {
	a.SeatsLimit, a.DashboardsLimit, a.LinksLimit, a.APILimit = l.Seats, l.Dashboards, l.Links, l.APICalls
}

// Used is what the account uses now. Calls count per day and are not in it.
func (a *Account) Used() Limits {
	return Limits{Seats: a.SeatsUsed, Dashboards: a.DashboardsUsed, Links: a.LinksUsed}
}

// Left is how much of a parent's pool is free; Unlimited where it has no end.
func (a *Account) Left() Limits {
	left, used := a.Limits(), a.Used()
	for _, r := range Resources {
		if n := left.of(r); *n != Unlimited {
			*n = max(0, *n-used.Of(r)-a.given.Of(r))
		}
	}
	return left
}

// lower refuses limits below what is used (accounts.md D14). A lower limit of calls only ends those of today. Code below_usage.
func (a *Account) lower(to Limits) error {
	used, now := a.Used(), a.Limits()
	for _, r := range Resources {
		limit := to.Of(r)
		if limit != Unlimited && limit < used.Of(r) && limit != now.Of(r) {
			return errs.Newf(errs.Conflict, "below_usage", "%d are in use, so %d are too few. Take some away first.", used.Of(r), limit).
				WithField(string(r)).WithParams(map[string]any{"resource": string(r), "used": used.Of(r), "wanted": limit})
		}
	}
	if a.Status == Active {
		return to.allocated(string(Seats))
	}
	return nil
}

// allocated refuses limits that an active client cannot live with. Code active_needs_allocation.
func (l *Limits) allocated(field string) error {
	if l.Seats == 0 || l.Dashboards == 0 {
		return errs.New(errs.Conflict, "active_needs_allocation", "Give the client at least one seat and one dashboard first.").WithField(field)
	}
	return nil
}

// recount sums up anew what the clients of a parent have of its pool, and refuses when
// that is more than there is and more than before, or when the change itself gives something without a limit:
// endless names what it does. Clients that have no limit from before stand in nobody's way. The parent's row
// is locked already. Code pool_exhausted.
//
// family is bound by a scope over several accounts; in a System scope the caller gives it.
func (s *Service) recount(ctx context.Context, tx *db.Tx, scope db.Args, parent *Account, endless []Resource) error {
	var sum Limits
	args := db.Args{"parent": parent.ID}
	maps.Copy(args, scope)
	_, err := tx.One(ctx, `
		SELECT COALESCE(SUM(CASE WHEN seats_limit > 0 THEN seats_limit ELSE 0 END), 0), COALESCE(SUM(CASE WHEN dash_limit > 0 THEN dash_limit ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN links_limit > 0 THEN links_limit ELSE 0 END), 0), COALESCE(SUM(CASE WHEN api_limit > 0 THEN api_limit ELSE 0 END), 0)
		FROM accounts WHERE family_id = :family AND parent_id = :parent AND deleted_at IS NULL`, args,
		&sum.Seats, &sum.Dashboards, &sum.Links, &sum.APICalls)
	if err != nil {
		return err
	}
	before, pool, used := parent.given, parent.Limits(), parent.Used()
	for _, r := range Resources {
		limit := pool.Of(r)
		over := used.Of(r)+sum.Of(r) > limit && sum.Of(r) > before.Of(r) || slices.Contains(endless, r)
		if limit != Unlimited && over {
			return s.poolExhausted(r, max(0, limit-used.Of(r)-before.Of(r)))
		}
	}
	parent.given = sum
	args["seats"], args["dashboards"], args["links"], args["api"] = sum.Seats, sum.Dashboards, sum.Links, sum.APICalls
	_, err = tx.Exec(ctx, `UPDATE accounts SET seats_given = :seats, dash_given = :dashboards, links_given = :links, api_given = :api
		WHERE family_id = :family AND id = :parent`, args)
	return err
}

// endless names what a change from one set of limits to another gives without a limit that had one.
func endless(from, to Limits) []Resource {
	var out []Resource
	for _, r := range Resources {
		if from.Of(r) != Unlimited && to.Of(r) == Unlimited {
			out = append(out, r)
		}
	}
	return out
}

func (s *Service) poolExhausted(r Resource, left int64) error {
	return errs.Newf(errs.Conflict, "pool_exhausted", "Your agency has %d left to give. Take some away elsewhere, or ask for more.", left).
		WithField(string(r)).WithParams(map[string]any{"resource": string(r), "left": left, "contact": s.contact})
}

// Allowance is a client with its limits, what is used of them, and what its agency could still give.
type Allowance struct {
	*Account
	Used  Limits // with the calls of today
	Left  Limits // of the agency's pool
	Reset int64  // when the calls of a day begin anew, UTC milliseconds
}

// Limits gives the limits of a client and their use. Code not_found.
func (s *Service) Limits(ctx context.Context, who authz.Actor, slug string) (*Allowance, error) {
	grant, party, err := s.EnterGrant(ctx, who, authz.ClientAccess, slug, false)
	if err != nil {
		return nil, err
	}
	zone, err := s.zones.in(ctx, party.Account)
	if err != nil {
		return nil, err
	}
	var out *Allowance
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) (err error) {
		out, err = allowance(ctx, tx, across, zone, who.Account, party.Account)
		return err
	})
	return out, err
}

// allowance reads the limits of one client; by reads its agency in the scope, which is over several accounts.
func allowance(ctx context.Context, tx *db.Tx, by string, zone *time.Location, agency, client id.Account) (*Allowance, error) {
	parent, found, err := findBy(ctx, tx, by, agency)
	if err != nil || !found {
		return nil, orNotFound(err)
	}
	l, err := listedByID(ctx, tx, client)
	if err != nil {
		return nil, err
	}
	out := &Allowance{Account: &l.Account, Used: l.Used(), Left: parent.Left()}
	out.Used.APICalls = l.CallsToday
	day, err := today(ctx, tx, `account_id IN {each :accounts} AND `, client, zone)
	out.Reset = day.ends
	return out, err
}

// SetLimits gives a client other limits: all four, or none of them. version is the one that
// the change is based on. Codes not_found, permission_denied, version_conflict,
// bad_limit, below_usage, pool_exhausted, active_needs_allocation.
func (s *Service) SetLimits(ctx context.Context, who authz.Actor, slug string, version int64, to Limits) (*Allowance, error) {
	if err := to.check(); err != nil {
		return nil, err
	}
	_, party, err := s.EnterGrant(ctx, who, authz.ClientEdit, slug, true)
	if err != nil {
		return nil, err
	}
	zone, err := s.zones.in(ctx, party.Account)
	if err != nil {
		return nil, err
	}
	var out *Allowance
	err = s.change(ctx, who, slug, version, func(tx *db.Tx, parent, a *Account) (err error) {
		before := a.Limits()
		if err := s.allot(ctx, tx, who, a, to); err != nil {
			return err
		}
		if err := s.recount(ctx, tx, nil, parent, endless(before, to)); err != nil {
			return err
		}
		out, err = allowance(ctx, tx, granted, zone, who.Account, a.ID)
		return err
	})
	return out, err
}

// allot writes other limits of a client, which is locked, with a line in the agency's trail. The pool is not looked at.
func (s *Service) allot(ctx context.Context, tx *db.Tx, who authz.Actor, a *Account, to Limits) error {
	if err := a.lower(to); err != nil {
		return err
	}
	fields, now := map[string]any{}, a.Limits()
	for _, r := range Resources {
		if now.Of(r) != to.Of(r) {
			fields[string(r)] = map[string]any{"before": now.Of(r), "after": to.Of(r)}
		}
	}
	if len(fields) == 0 {
		return nil
	}
	a.setLimits(to)
	if err := update(ctx, tx, a); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Line{Action: "client.limits_changed", Subject: a.PublicID, SubjectName: a.Name, Detail: fields})
}

// change runs fn on a client that the actor may change, with its row and that of its parent locked.
func (s *Service) change(ctx context.Context, who authz.Actor, slug string, version int64, fn func(tx *db.Tx, parent, a *Account) error) error {
	grant, party, err := s.EnterGrant(ctx, who, authz.ClientEdit, slug, true)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		// The parent's row is the lock on the family's names and pool; accounts are locked in ascending order.
		parent, found, err := findBy(ctx, tx, granted, who.Account)
		if err != nil || !found {
			return orNotFound(err)
		}
		a, found, err := findBy(ctx, tx, granted, party.Account)
		if err != nil || !found {
			return orNotFound(err)
		}
		if a.Version != version {
			return stale(a.Version)
		}
		return fn(tx, parent, a)
	})
}

// orNotFound is an error of the database, or the answer to what is not there.
func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return authz.NotFound()
}

// SetPool gives an agency the pool that it and its clients share; only commands of the
// operator call it. A pool below what is used and given stands, and refuses more. Codes bad_limit, not_found.
func (s *Service) SetPool(ctx context.Context, agency id.Account, to Limits) (*Account, error) {
	if err := to.check(); err != nil {
		return nil, err
	}
	var out *Account
	err := s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		a, found, err := findBy(ctx, tx, byID+` {lock}`, agency)
		if err != nil || !found || !a.IsParent() {
			return orNotFound(err)
		}
		before := a.Limits()
		a.setLimits(to)
		if err := write(ctx, tx, a, `kind = 'parent'`, nil); err != nil {
			return err
		}
		out = a
		return audit.Record(ctx, tx, a.Operator(), audit.Line{Action: "account.pool_changed", Subject: a.PublicID, SubjectName: a.Name,
			Detail: map[string]any{"before": before, "after": to}})
	})
	return out, err
}
