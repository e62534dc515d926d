package dashboard

import (
	"cmp"
	"context"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// Why a dashboard is in somebody's bar.
type Why string

// The reasons.
const (
	WhyRequired Why = "required" // a group wants it there always
	WhyAdded    Why = "added"    // a group put it there once
	WhyOwn      Why = "own"      // the person opened it
	WhyNot      Why = ""         // it is not in the bar, only a favourite
)

// BarItem is a dashboard in the bar of a person, or a favourite.
type BarItem struct {
	asset.Asset
	ID        string // public
	Why       Why
	Favourite bool
	Home      bool // opened first
}

// Bar gives the dashboards that the actor has open, in the actor's order, and after
// them favourites that are not open. It is made of what the actor's groups bring in
// and what the actor opened, closed and moved; what the actor may not see any more is
// left out. A visitor from the agency has a bar of the own in each client and belongs
// to no group there.
func (s *Service) Bar(ctx context.Context, who authz.Actor) ([]BarItem, error) {
	var out []BarItem
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		out, err = s.bar(ctx, tx, who)
		return err
	})
	return out, err
}

func (s *Service) bar(ctx context.Context, tx *db.Tx, who authz.Actor) ([]BarItem, error) {
	brought, err := groupDefaults(ctx, tx, who)
	if err != nil {
		return nil, err
	}
	own, err := ownMarks(ctx, tx, who.User)
	if err != nil {
		return nil, err
	}
	entries := mergeBar(brought, own)
	nos := make([]int64, len(entries))
	for i, e := range entries {
		nos[i] = e.no
	}
	if len(nos) == 0 {
		return []BarItem{}, nil
	}
	f := asset.Filter{Kinds: []asset.Kind{asset.Dashboard}, Nos: nos, Limit: len(nos)}
	rows, err := s.assets.List(ctx, tx, who, f)
	if err != nil {
		return nil, err
	}
	seen := make(map[int64]asset.Asset, len(rows))
	for _, a := range rows {
		seen[a.Key.No] = a
	}
	out := []BarItem{}
	for _, e := range entries {
		if a, ok := seen[e.no]; ok {
			out = append(out, BarItem{Asset: a, ID: s.assets.PublicID(a.Key), Why: e.why, Favourite: e.mark.favourite, Home: e.mark.home})
		}
	}
	return out, nil
}

// brought is what a group brings into a bar.
type brought struct {
	no         int64
	visibility asset.Visibility
	shownAt    int64 // when it was last shown again
}

// mark is what a person did with a dashboard.
type mark struct {
	no        int64
	bar       string // opened, closed, or "" = as the groups say
	at        int64  // when
	position  int64  // in the own order, 0 = none
	favourite bool
	home      bool
}

const (
	opened = "open"
	closed = "closed"
)

// entry is a dashboard of a bar before rights are asked.
type entry struct {
	no   int64
	why  Why
	mark mark
}

// mergeBar makes one bar of what several groups bring, in the order of groups, and what
// the person did. The strongest visibility wins. What stands in the own order comes
// first, in that order; then what groups brought since; then own additions.
func mergeBar(groups []brought, own []mark) []entry {
	strongest := map[int64]brought{}
	var order []int64
	for _, g := range groups {
		had, twice := strongest[g.no]
		if !twice {
			order = append(order, g.no)
		}
		if had.visibility == asset.Required {
			g.visibility = asset.Required
		}
		g.shownAt = max(g.shownAt, had.shownAt)
		strongest[g.no] = g
	}
	marks := map[int64]mark{}
	for _, m := range own { // in the order in which they were made
		marks[m.no] = m
		if _, brought := strongest[m.no]; !brought {
			order = append(order, m.no)
		}
	}
	var out []entry
	for _, no := range order {
		e := entry{no: no, why: why(strongest[no], marks[no]), mark: marks[no]}
		if e.why != WhyNot || e.mark.favourite || e.mark.home {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b entry) int {
		return cmp.Or(boolCompare(a.why == WhyNot, b.why == WhyNot),
			boolCompare(a.mark.position == 0, b.mark.position == 0), cmp.Compare(a.mark.position, b.mark.position))
	})
	return out
}

// why says why a dashboard is in the bar. One that the person closed comes back when an
// administrator shows it again.
func why(g brought, m mark) Why {
	switch {
	case g.visibility == asset.Required:
		return WhyRequired
	case m.bar == opened:
		if g.visibility == asset.Added {
			return WhyAdded
		}
		return WhyOwn
	case g.visibility == asset.Added && (m.bar != closed || g.shownAt > m.at):
		return WhyAdded
	}
	return WhyNot
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// Open puts a dashboard into the actor's bar. Codes not_found, permission_denied.
func (s *Service) Open(ctx context.Context, who authz.Actor, public string) error {
	return s.mark(ctx, who, authz.DashboardTab, public, func(tx *db.Tx, no int64) error {
		return setBar(ctx, tx, who.User, no, opened)
	})
}

// CloseTab takes a dashboard out of the actor's bar; it is not deleted. Codes not_found,
// permission_denied, default_required.
func (s *Service) CloseTab(ctx context.Context, who authz.Actor, public string) error {
	return s.mark(ctx, who, authz.DashboardTab, public, func(tx *db.Tx, no int64) error {
		items, err := s.bar(ctx, tx, who)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(items, func(i BarItem) bool { return i.Key.No == no && i.Why == WhyRequired }) {
			return errs.New(errs.Conflict, "default_required", "This dashboard is always shown to your group and cannot be closed.")
		}
		return setBar(ctx, tx, who.User, no, closed)
	})
}

// OrderBar puts the actor's open dashboards into an order; those that are not named
// come behind. Codes not_found, permission_denied.
func (s *Service) OrderBar(ctx context.Context, who authz.Actor, public []string) ([]BarItem, error) {
	if err := authz.Can(who, authz.DashboardTab, authz.None); err != nil {
		return nil, err
	}
	var out []BarItem
	err := s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		items, err := s.bar(ctx, tx, who)
		if err != nil {
			return err
		}
		open := slices.DeleteFunc(items, func(i BarItem) bool { return i.Why == WhyNot })
		for _, p := range public {
			if !slices.ContainsFunc(open, func(i BarItem) bool { return i.ID == p }) {
				return authz.NotFound()
			}
		}
		rank := func(i BarItem) int {
			if at := slices.Index(public, i.ID); at >= 0 {
				return at
			}
			return len(public)
		}
		slices.SortStableFunc(open, func(a, b BarItem) int { return cmp.Compare(rank(a), rank(b)) })
		for i, item := range open { // as many as one person has open
			if err := setPosition(ctx, tx, who.User, item.Key.No, i+1); err != nil {
				return err
			}
		}
		out, err = s.bar(ctx, tx, who)
		return err
	})
	return out, err
}

// SetFavourite gives a dashboard the actor's star, or takes it away. Code not_found.
func (s *Service) SetFavourite(ctx context.Context, who authz.Actor, public string, on bool) error {
	return s.mark(ctx, who, "", public, func(tx *db.Tx, no int64) error { return setFavourite(ctx, tx, who.User, no, on) })
}

// SetHome makes a dashboard the one that opens first for the actor, or none. Code not_found.
func (s *Service) SetHome(ctx context.Context, who authz.Actor, public string, on bool) error {
	return s.mark(ctx, who, "", public, func(tx *db.Tx, no int64) error { return setHome(ctx, tx, who.User, no, on) })
}

// mark changes what a person did with a dashboard that the person may see. It concerns
// nobody else, so the trail has no line of it.
func (s *Service) mark(ctx context.Context, who authz.Actor, p authz.Permission, public string, fn func(tx *db.Tx, no int64) error) error {
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err == nil && p != "" {
			err = authz.Can(who, p, authz.None)
		}
		if err != nil {
			return err
		}
		return fn(tx, a.Key.No)
	})
}
