package account

import (
	"context"
	"time"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// Service makes, reads and changes accounts. Safe for concurrent use.
type Service struct {
	db      *db.DB
	contact string
	keep    time.Duration
	zones   Zones
	notices Notices
	opened  []opened
	closed  []closed
}

// Config is what an installation may choose. The zero value is the factory's.
type Config struct {
	Contact string        // whom agencies write to for a larger pool; "" = nobody is named
	Keep    time.Duration // how long a deleted client can be restored; 0 = 30 days, less = not at all
	Zones   Zones         // nil = all UTC
}

// keepDeleted is how long a deleted client can be restored (accounts.md D22).
const keepDeleted = 30 * day

const day = 24 * time.Hour

// New makes the service; at most one config is given.
func New(d *db.DB, cfg ...Config) *Service {
	s := &Service{db: d, keep: keepDeleted}
	for _, c := range cfg {
		s.contact, s.zones = c.Contact, c.Zones
		if c.Keep != 0 {
			s.keep = max(0, c.Keep)
		}
	}
	return s
}

// BySlug gives the account of an address. Code not_found.
func (s *Service) BySlug(ctx context.Context, slug string) (*Account, error) {
	return s.get(ctx, bySlug, slug)
}

// ByID gives an account. Code not_found.
func (s *Service) ByID(ctx context.Context, a id.Account) (*Account, error) {
	return s.get(ctx, byID, a)
}

// FindBySlug is BySlug in a System transaction, for callers to whom absence is normal.
func (s *Service) FindBySlug(ctx context.Context, tx *db.Tx, slug string) (*Account, bool, error) {
	return findBy(ctx, tx, bySlug, slug)
}

// FindByID is ByID in a System transaction, for callers to whom absence is normal.
func (s *Service) FindByID(ctx context.Context, tx *db.Tx, a id.Account) (*Account, bool, error) {
	return findBy(ctx, tx, byID, a)
}

func (s *Service) get(ctx context.Context, text string, value any) (*Account, error) {
	var a *Account
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		found, ok, err := findBy(ctx, tx, text, value)
		if err == nil && !ok {
			err = authz.NotFound()
		}
		a = found
		return err
	})
	return a, err
}

// CreateParent makes an agency; only commands of the operator call it.
// Codes as for a client.
func (s *Service) CreateParent(ctx context.Context, in Draft) (*Account, error) {
	in, err := in.check(Parent)
	if err != nil {
		return nil, err
	}
	return s.create(ctx, in, func(tx *db.Tx) (*Account, error) {
		family, err := nextFamily(ctx, tx)
		if err != nil {
			return nil, err
		}
		a := &Account{ID: id.NewAccount(family, 1), Kind: Parent, SeatsLimit: Unlimited, DashboardsLimit: Unlimited, LinksLimit: Unlimited, APILimit: Unlimited}
		return a, s.found(ctx, tx, a, in, a, "account.created", a.Operator())
	})
}

// CreateClient adds a client to the actor's agency and gives it to groups of it, who manage it. Somebody who is no
// administrator names a group of their own: nobody makes a client that they do not see. Codes permission_denied,
// own_group_required, unknown_group,
// name_required, text_too_long, bad_text, bad_tag, too_many_tags, bad_limit, name_taken, external_id_taken, external_id_in_use, bad_slug,
// slug_reserved, slug_taken, bad_status, active_needs_allocation, pool_exhausted.
func (s *Service) CreateClient(ctx context.Context, who authz.Actor, in Draft) (*Account, error) {
	if err := mayBuild(who); err != nil {
		return nil, err
	}
	in, err := in.check(Client)
	if err != nil {
		return nil, err
	}
	return s.create(ctx, in, func(tx *db.Tx) (*Account, error) {
		a, parent, err := s.insertClient(ctx, tx, who, in)
		if err != nil {
			return nil, err
		}
		if err := giveTo(ctx, tx, who, a, in.Groups); err != nil {
			return nil, err
		}
		return a, s.recount(ctx, tx, db.Args{"family": who.Account.Family()}, parent, endless(Limits{}, a.Limits()))
	})
}

func mayBuild(who authz.Actor) error {
	if !who.IsParent {
		return authz.NotFound()
	}
	return authz.Can(who, authz.ClientBuild, authz.None)
}

// insertClient writes one client and gives its parent, whose row is locked. The pool is not looked at.
func (s *Service) insertClient(ctx context.Context, tx *db.Tx, who authz.Actor, in Draft) (a, parent *Account, err error) {
	number, err := nextClient(ctx, tx, who.Account) // the lock on the family's names
	if err != nil {
		return nil, nil, err
	}
	parent, _, err = findBy(ctx, tx, byID, who.Account)
	if err != nil {
		return nil, nil, err
	}
	family := db.Args{"family": who.Account.Family(), "agency": who.Account}
	if err := nameFree(ctx, tx, family, who, in.Name, 0); err != nil {
		return nil, nil, err
	}
	if err := externalFree(ctx, tx, family, who, in.ExternalID, 0); err != nil {
		return nil, nil, err
	}
	a = &Account{ID: id.NewAccount(who.Account.Family(), number), Kind: Client, Parent: who.Account,
		ExternalID: in.ExternalID, Tags: in.Tags, Support: parent.Support}
	a.setLimits(in.limits(parent.Defaults().Limits))
	if err := s.found(ctx, tx, a, in, parent, "client.created", who); err != nil {
		return nil, nil, err
	}
	return a, parent, insertTags(ctx, tx, a.ID, a.Tags)
}

// slugTries is how often a proposed address is proposed anew when others take it at the same moment.
const slugTries = 5

// create runs make in a System transaction: the account does not exist before.
func (s *Service) create(ctx context.Context, in Draft, make func(*db.Tx) (*Account, error)) (*Account, error) {
	for try := 1; ; try++ {
		var a *Account
		err := s.db.Tx(ctx, db.System(), func(tx *db.Tx) (err error) {
			a, err = make(tx)
			return err
		})
		switch {
		case err == nil:
			return a, nil
		case !db.IsUnique(err):
			return nil, err
		case in.Slug != "" || try == slugTries:
			return nil, slugTaken(ProposeSlug(in.display()) + "-2")
		}
	}
}

// found fills a new account and writes it with its built-in group and principal.
func (s *Service) found(ctx context.Context, tx *db.Tx, a *Account, in Draft, parent *Account, action string, who authz.Actor) error {
	a.PublicID, a.Version = id.New(), 1
	a.Name, a.DisplayName, a.Description, a.Status = in.Name, in.DisplayName, in.Description, in.Status
	if err := a.enter(tx.Now, parent.Defaults().TrialDays); err != nil {
		return err
	}
	slug := in.Slug
	if slug == "" {
		slug = ProposeSlug(in.display())
	}
	taken, err := takenSlugs(ctx, tx, slug)
	if err != nil {
		return err
	}
	a.Slug = freeSlug(slug, taken)
	if in.Slug != "" && a.Slug != in.Slug {
		return slugTaken(a.Slug)
	}
	if err := insert(ctx, tx, a, who.User); err != nil {
		return err
	}
	if err := insertBuiltIn(ctx, tx, a, parent.Display()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Line{Account: rootOf(a), Action: action, Subject: a.PublicID, SubjectName: a.Name})
}

// rootOf is where lines about an account as a whole are read: its agency.
func rootOf(a *Account) id.Account {
	if a.Parent != 0 {
		return a.Parent
	}
	return a.ID
}

// All lists every account that is not deleted, for what a worker does account by account.
func (s *Service) All(ctx context.Context) ([]id.Account, error) {
	var out []id.Account
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		out = nil
		return tx.Query(ctx, `SELECT id FROM accounts WHERE deleted_at IS NULL ORDER BY id`, nil, func(scan func(...any) error) error {
			var a id.Account
			err := scan(&a)
			out = append(out, a)
			return err
		})
	})
	return out, err
}
