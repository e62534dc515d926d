package user

import (
	"context"
	"slices"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/mail"
)

// Service knows people, and lets them in. Safe for concurrent use.
type Service struct {
	db       *db.DB
	accounts *account.Service
	mails    *mail.Service
	audit    *audit.Service
	handOver HandOver
	hasher   *hasher
}

// HandOver gives what a person of the acting account owns to another one, in the transaction in which
// the person leaves, and says how many things that were.
type HandOver func(ctx context.Context, tx *db.Tx, from, to id.User) (int64, error)

// Config is what the service is made of. All but Hashing is required.
type Config struct {
	DB       *db.DB
	Accounts *account.Service
	Mails    *mail.Service
	HandOver HandOver
	Hashing  Hashing // zero outside of tests
}

// New makes the service.
func New(cfg Config) *Service {
	s := &Service{db: cfg.DB, accounts: cfg.Accounts, mails: cfg.Mails, audit: audit.New(cfg.DB), handOver: cfg.HandOver, hasher: newHasher(cfg.Hashing)}
	s.accounts.OnDelete(s.endAll)
	return s
}

// Create adds a person who can sign in at once to the acting account: for the
// operator, the demo and imports of people. It takes a seat. Codes
// permission_denied, seats_exhausted, email_in_use, not_found (a group), and those
// of Draft and CheckPassword.
func (s *Service) Create(ctx context.Context, who authz.Actor, in Draft) (*Person, error) {
	if err := authz.Can(who, authz.UserManage, authz.None); err != nil {
		return nil, err
	}
	in, err := in.check()
	if err != nil {
		return nil, err
	}
	sec, err := s.securityOf(ctx, who.Account)
	if err != nil {
		return nil, err
	}
	if err := CheckPassword(sec.Password, in.Password, in.Email); err != nil {
		return nil, err
	}
	hash, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return nil, err
	}
	p := &Person{ID: id.User(id.New()), Account: who.Account, Name: in.Name, Email: in.Email, State: Active, Roles: in.Roles}
	err = s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		all, err := rolesFor(ctx, tx, who, p.Roles)
		if err != nil {
			return err
		}
		if err := mayGrant(who, p.Roles, all); err != nil {
			return err
		}
		if err := s.accounts.TakeSeat(ctx, tx); err != nil {
			return err
		}
		if p.Groups, err = ownGroups(ctx, tx, in.Groups); err != nil {
			return err
		}
		if p.Contact, err = needsContact(ctx, tx, who, p.Roles); err != nil {
			return err
		}
		if err := insertPeople(ctx, tx, []*Person{p}, hash); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "user.created", Subject: string(p.ID), SubjectName: p.Name,
			Detail: map[string]any{"roles": named(all, p.Roles)}})
	})
	if db.IsUnique(err) {
		return nil, emailInUse()
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

func emailInUse() *errs.Error {
	return errs.New(errs.Conflict, "email_in_use", "This e-mail address is in use.").WithField("email")
}

// needsContact says whether a new person becomes the primary contact: the first administrator of an agency.
func needsContact(ctx context.Context, tx *db.Tx, who authz.Actor, roles []authz.Role) (bool, error) {
	if !who.IsParent || !slices.Contains(roles, authz.Admin) {
		return false, nil
	}
	var one int
	found, err := tx.One(ctx, `SELECT 1 FROM users WHERE account_id = :account AND is_contact = 1 AND deleted_at IS NULL LIMIT 1`, nil, &one)
	return !found, err
}

// EmailInUse says whether somebody signs in with an address already, in any account; for commands of
// the operator, who may know.
func (s *Service) EmailInUse(ctx context.Context, email string) (bool, error) {
	var one int
	var found bool
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) (err error) {
		found, err = tx.One(ctx, `SELECT 1 FROM users WHERE email_folded = :email LIMIT 1`, db.Args{"email": fold.Text(email)}, &one)
		return err
	})
	return found, err
}

// keepAnAdmin refuses a change that leaves an agency without an active administrator (accounts.md D24).
func keepAnAdmin(ctx context.Context, tx *db.Tx, who authz.Actor) error {
	if !who.IsParent {
		return nil // its agency administers it
	}
	var one int
	found, err := tx.One(ctx, `
		SELECT 1 FROM users u JOIN user_roles r ON r.account_id = u.account_id AND r.user_id = u.id
		WHERE u.account_id = :account AND u.state = 'active' AND u.deleted_at IS NULL AND r.role = 'admin' LIMIT 1`, nil, &one)
	if err == nil && !found {
		err = errs.New(errs.Conflict, "last_admin", "The account needs at least one administrator.")
	}
	return err
}
