package account

import (
	"context"
	"errors"
	"maps"
	"slices"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
)

// MaxBulk is how many clients one change may name.
const MaxBulk = 500

// Bulk is one change of many clients; what is nil stays.
type Bulk struct {
	Clients    []string // addresses
	Status     *Status
	AddTags    []string
	RemoveTags []string
	Limits     map[Resource]int64 // those that change
}

// Outcome is what a change does, or would do, to one client.
type Outcome struct {
	Client  *Account // as it is afterwards
	Before  *Account
	Changes []string    // names of the fields that change
	Problem *errs.Error // what stands in the way
}

// errChecked takes a transaction back that only looked.
var errChecked = errors.New("account: only checked")

// ChangeClients changes many clients: all of them or none. With check it only says what would
// happen to each. Codes not_found, permission_denied, too_many_clients, bad_limit, bad_status, bad_tag, pool_exhausted;
// without check bulk_blocked, when something stands in the way of one of them.
func (s *Service) ChangeClients(ctx context.Context, who authz.Actor, in Bulk, check bool) ([]Outcome, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	grant, parties, err := s.manyGrant(ctx, who, authz.ClientEdit, in.Clients)
	if err != nil {
		return nil, err
	}
	var out []Outcome
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		out = make([]Outcome, 0, len(parties))
		parent, found, err := findBy(ctx, tx, granted, who.Account)
		if err != nil || !found {
			return orNotFound(err)
		}
		blocked, more := 0, []Resource(nil)
		for _, party := range parties {
			o, err := s.changeOne(ctx, tx, who, parent, party, in)
			if err != nil {
				return err
			}
			if o.Problem != nil {
				blocked++
			}
			out = append(out, o)
			more = append(more, endless(o.Before.Limits(), o.Client.Limits())...)
		}
		if len(in.Limits) > 0 {
			if err := s.recount(ctx, tx, nil, parent, more); err != nil {
				return err
			}
		}
		switch {
		case check:
			return errChecked
		case blocked > 0:
			return errs.Newf(errs.Conflict, "bulk_blocked", "%d of these clients cannot be changed so. Nothing was changed.", blocked).
				WithParams(map[string]any{"count": blocked})
		}
		return nil
	})
	if errors.Is(err, errChecked) {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (in *Bulk) check() error {
	if len(in.Clients) > MaxBulk {
		return errs.Newf(errs.Invalid, "too_many_clients", "At most %d clients are changed at once.", MaxBulk).
			WithField("clients").WithParams(map[string]any{"limit": MaxBulk})
	}
	if in.Status != nil {
		if err := in.Status.check(); err != nil {
			return err
		}
	}
	limits := in.onto(Limits{})
	if err := limits.check(); err != nil {
		return err
	}
	var err error
	if in.AddTags, err = checkTags(in.AddTags); err != nil {
		return err
	}
	in.RemoveTags, err = checkTags(in.RemoveTags)
	return err
}

// onto puts the limits that change over others.
func (in *Bulk) onto(l Limits) Limits {
	for r, n := range in.Limits {
		*l.of(r) = n
	}
	return l
}

// retag gives the tags of a client after the change.
func (in *Bulk) retag(before []string) []string {
	var out []string
	for _, tag := range before {
		if !slices.ContainsFunc(in.RemoveTags, func(gone string) bool { return fold.Text(gone) == fold.Text(tag) }) {
			out = append(out, tag)
		}
	}
	return append(out, in.AddTags...)
}

// changeOne changes one client of many. A problem of the client is no error.
func (s *Service) changeOne(ctx context.Context, tx *db.Tx, who authz.Actor, parent *Account, party Party, in Bulk) (Outcome, error) {
	a, found, err := findBy(ctx, tx, granted, party.Account)
	if err != nil || !found {
		return Outcome{}, orNotFound(err)
	}
	if a.Tags, err = tagsOf(ctx, tx, a.ID); err != nil {
		return Outcome{}, err
	}
	before := *a
	o := Outcome{Client: a, Before: &before}
	err = s.changeFields(ctx, tx, who, parent, a, in)
	if problem := (*errs.Error)(nil); errors.As(err, &problem) {
		o.Problem, err = problem, nil
	}
	if err != nil {
		return o, err
	}
	o.Changes = differences(&before, a)
	return o, nil
}

// changeFields changes limits first, so that a client may get its first seats and be activated in one step.
func (s *Service) changeFields(ctx context.Context, tx *db.Tx, who authz.Actor, parent, a *Account, in Bulk) error {
	if len(in.Limits) > 0 {
		if err := s.allot(ctx, tx, who, a, in.onto(a.Limits())); err != nil {
			return err
		}
	}
	p := Patch{Status: in.Status}
	if len(in.AddTags)+len(in.RemoveTags) > 0 {
		tags, err := checkTags(in.retag(a.Tags))
		if err != nil {
			return err
		}
		p.Tags = &tags
	}
	if err := s.patch(ctx, tx, who, parent, a, p); err != nil {
		return err
	}
	if p.Tags != nil {
		a.Tags = *p.Tags
	}
	return nil
}

// differences names what a change altered.
func differences(before, after *Account) []string {
	out := []string{}
	if before.Status != after.Status {
		out = append(out, "status")
	}
	if !slices.Equal(before.Tags, after.Tags) {
		out = append(out, "tags")
	}
	was, is := before.Limits(), after.Limits()
	for _, r := range Resources {
		if was.Of(r) != is.Of(r) {
			out = append(out, string(r))
		}
	}
	return out
}

// manyGrant is EnterGrant for several clients at once; one that the actor may not see makes it fail. They come in
// the order of their numbers, which is the order in which they are locked.
func (s *Service) manyGrant(ctx context.Context, who authz.Actor, p authz.Permission, slugs []string) (authz.Grant, []Party, error) {
	if !who.IsParent || !who.Has(authz.ClientAccess) {
		return authz.Grant{}, nil, authz.NotFound()
	}
	all, err := s.Parties(ctx, who)
	if err != nil {
		return authz.Grant{}, nil, err
	}
	wanted := map[string]bool{}
	for _, slug := range slugs {
		wanted[slug] = true
	}
	var parties []Party
	for _, party := range all {
		if wanted[party.Slug] && !party.IsParent && party.CanSee {
			parties = append(parties, party)
			delete(wanted, party.Slug)
		}
	}
	if len(wanted) > 0 {
		return authz.Grant{}, nil, authz.NotFound().(*errs.Error).WithField("clients").WithParams(map[string]any{"missing": slices.Sorted(maps.Keys(wanted))})
	}
	slices.SortFunc(parties, func(a, b Party) int { return int(a.Account - b.Account) })
	grant, err := authz.GrantFamily(who, p, clients(parties), true)
	if errs.Is(err, "push_needs_all_clients") {
		err = authz.Denied(p)
	}
	return grant, parties, err
}
