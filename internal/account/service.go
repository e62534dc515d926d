package account

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Service makes, reads and changes accounts. Safe for concurrent use.
type Service struct {
	db     *db.DB
	opened []opened
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

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
		a := &Account{ID: id.NewAccount(family, 1), Kind: Parent, SeatsLimit: unlimited, DashboardsLimit: unlimited}
		return a, s.found(ctx, tx, a, in, "", "account.created", a.Operator())
	})
}

// CreateClient adds a client to the actor's agency. Codes permission_denied,
// name_required, text_too_long, bad_text, name_taken, bad_slug, slug_reserved,
// slug_taken, bad_status.
func (s *Service) CreateClient(ctx context.Context, who authz.Actor, in Draft) (*Account, error) {
	if !who.IsParent {
		return nil, authz.NotFound()
	}
	if err := authz.Can(who, authz.ClientBuild, authz.None); err != nil {
		return nil, err
	}
	in, err := in.check(Client)
	if err != nil {
		return nil, err
	}
	return s.create(ctx, in, func(tx *db.Tx) (*Account, error) {
		number, err := nextClient(ctx, tx, who.Account) // the lock on the family's names
		if err != nil {
			return nil, err
		}
		agency, _, err := findBy(ctx, tx, byID, who.Account)
		if err != nil {
			return nil, err
		}
		taken, err := nameTaken(ctx, tx, db.Args{"family": who.Account.Family()}, in.Name, 0)
		if err != nil {
			return nil, err
		}
		if taken {
			return nil, nameTakenError(in.Name)
		}
		a := &Account{ID: id.NewAccount(who.Account.Family(), number), Kind: Client, Parent: who.Account,
			SeatsLimit: defaultSeats, DashboardsLimit: defaultDashboards}
		return a, s.found(ctx, tx, a, in, agency.Display(), "client.created", who)
	})
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
func (s *Service) found(ctx context.Context, tx *db.Tx, a *Account, in Draft, agency, action string, who authz.Actor) error {
	a.PublicID, a.Version = id.New(), 1
	a.Name, a.DisplayName, a.Description, a.Status = in.Name, in.DisplayName, in.Description, in.Status
	if err := a.enter(tx.Now); err != nil {
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
	if err := insertBuiltIn(ctx, tx, a, agency); err != nil {
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

func nameTakenError(name string) error {
	return errs.Newf(errs.Conflict, "name_taken", "There is a client named %s already.", name).WithField("name")
}

// TakeSeat counts one more person in the account of the transaction's scope and
// refuses when all seats are taken. Code seats_exhausted with limit and used.
func (s *Service) TakeSeat(ctx context.Context, tx *db.Tx) error {
	n, err := tx.Exec(ctx, `
		UPDATE accounts SET seats_used = seats_used + 1
		WHERE id = :account AND deleted_at IS NULL AND (seats_limit < 0 OR seats_used < seats_limit)`, nil)
	if err != nil || n == 1 {
		return err
	}
	var used, limit int64
	if _, err := tx.One(ctx, `SELECT seats_used, seats_limit FROM accounts WHERE id = :account`, nil, &used, &limit); err != nil {
		return err
	}
	return errs.Newf(errs.Conflict, "seats_exhausted", "All %d seats are taken. Ask for more, or take one away from somebody.", limit).
		WithParams(map[string]any{"limit": limit, "used": used})
}
