package asset

import (
	"context"
	"slices"
	"strconv"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
)

// Choice is what a person narrows a list by, and the order of it. Zero values ask for nothing.
type Choice struct {
	Owner  id.User
	Group  id.Group // that it is shared with
	On     string   // public id of what uses it, directly or not: a dashboard or Klip
	Using  string   // public id of what it uses, directly or not: a Klip or data source
	Origin string   // "imported" or "own"
	Since  int64    // changed at this time or later, UTC milliseconds
	Tag    string
	State  string // of data sources
	Merged bool   // models over more than one data source only
	Order  Order
}

// Order is the order of a list, with "-" in front when it is turned round.
type Order string

// The orders. Rows that are equal stand in order of their numbers.
const (
	ByName       Order = "name" // also ""
	ByNameDown   Order = "-name"
	ByChange     Order = "updated_at"
	ByChangeDown Order = "-updated_at"
)

// column is what an order compares, and in which direction.
func (o Order) column() (column, compare, direction string) {
	switch o {
	case ByNameDown:
		return "a.name_folded", "<", " DESC"
	case ByChange:
		return "a.change_id", ">", ""
	case ByChangeDown:
		return "a.change_id", "<", " DESC"
	}
	return "a.name_folded", ">", ""
}

// key is the value of an asset that an order compares, as a mark keeps it.
func (o Order) key(a *Asset) string {
	if o == ByChange || o == ByChangeDown {
		return strconv.FormatInt(int64(a.Change), 10)
	}
	return Fold(a.Name)
}

// behind is the condition on rows that come after the last one of the page before.
func (f Filter) behind(args db.Args) (string, error) {
	if f.AfterNo == 0 {
		return "", nil
	}
	column, compare, _ := f.Order.column()
	args["after"], args["after_no"] = f.After, f.AfterNo
	if column == "a.change_id" {
		n, err := strconv.ParseInt(f.After, 10, 64)
		if err != nil {
			return "", err
		}
		args["after"] = n
	}
	return ` AND (` + column + ` ` + compare + ` :after OR (` + column + ` = :after AND a.no ` + compare + ` :after_no))`, nil
}

// order is the ORDER BY of a list.
func (f Filter) order() string {
	column, _, direction := f.Order.column()
	return column + direction + `, a.no` + direction
}

// conditions adds what is chosen to a list. On and Using are numbers by then (narrow).
func (c Choice) conditions(args db.Args, now int64) string {
	where := ""
	add := func(asked bool, condition, name string, value any) {
		if asked {
			where += ` AND ` + condition
			args[name] = value
		}
	}
	add(c.Owner != "", `a.owner_id = :owner`, "owner", c.Owner)
	add(c.Group != "", `EXISTS (SELECT 1 FROM asset_shares gs WHERE gs.account_id = a.account_id AND gs.no = a.no
		AND gs.principal_kind = 'group' AND gs.principal_id = :group)`, "group", c.Group)
	add(c.Since > 0, `a.change_id >= :since`, "since", id.ChangeAt(c.Since))
	add(c.Tag != "", `EXISTS (SELECT 1 FROM asset_tags t WHERE t.account_id = a.account_id AND t.no = a.no AND t.folded = :tag)`,
		"tag", fold.Text(c.Tag))
	if c.State != "" {
		args["now"] = now
	}
	add(c.State != "", `EXISTS (SELECT 1 FROM sources q WHERE q.account_id = a.account_id AND q.no = a.no AND
		CASE WHEN q.off_at IS NOT NULL THEN 'off' WHEN q.state = 'fresh' AND q.stale_at < :now THEN 'stale' ELSE q.state END = :state)`, "state", c.State)
	if c.Merged {
		where += ` AND EXISTS (SELECT 1 FROM body_refs m WHERE m.body_id = a.body_id AND m.kind = 'strong' AND m.name <> 'base')`
	}
	switch c.Origin {
	case "imported":
		where += ` AND a.origin_no IS NOT NULL`
	case "own":
		where += ` AND a.origin_no IS NULL`
	}
	return where
}

// narrow turns what is chosen by other assets into numbers, in a fixed number of
// statements. Who it is shared with is told only to those who may see people.
// Code permission_denied.
func (s *Service) narrow(ctx context.Context, tx *db.Tx, who authz.Actor, f Filter) (Filter, error) {
	if f.Group != "" {
		if err := authz.Can(who, authz.UserView, authz.None); err != nil {
			return f, err
		}
	}
	for _, c := range []struct {
		public string
		follow func(context.Context, *db.Tx, []int64) ([]Link, error)
		end    func(Link) int64
	}{
		{f.On, links, func(l Link) int64 { return l.To }},
		{f.Using, users, func(l Link) int64 { return l.From }},
	} {
		if c.public == "" {
			continue
		}
		found, err := s.related(ctx, tx, who, c.public, c.follow, c.end)
		if err != nil {
			return f, err
		}
		if f.Nos != nil {
			found = slices.DeleteFunc(found, func(no int64) bool { return !slices.Contains(f.Nos, no) })
		}
		f.Nos = found
	}
	return f, nil
}

// related follows strong wires from an asset that the actor may see: dashboard, Klip,
// model, raw source, or the other way. One that is not there leads to nothing.
func (s *Service) related(ctx context.Context, tx *db.Tx, who authz.Actor, public string,
	follow func(context.Context, *db.Tx, []int64) ([]Link, error), end func(Link) int64,
) ([]int64, error) {
	out := []int64{}
	no, err := s.Resolve(who.Account, public)
	if err == nil {
		_, err = s.Viewable(ctx, tx, who, no)
	}
	if errs.Is(err, "not_found") {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	from := []int64{no}
	for range 3 { // from dashboards to raw sources
		found, err := follow(ctx, tx, from)
		if err != nil {
			return nil, err
		}
		from = nil
		for _, l := range found {
			if l.Kind == Strong {
				from = append(from, end(l))
			}
		}
		out = append(out, from...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
