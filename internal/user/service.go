package user

import (
	"context"
	"strings"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
)

// Service knows people, and lets them in. Safe for concurrent use.
type Service struct {
	db       *db.DB
	accounts *account.Service
	hasher   *hasher
}

// New makes the service. The zero Hashing is the right one outside of tests.
func New(d *db.DB, accounts *account.Service, h Hashing) *Service {
	s := &Service{db: d, accounts: accounts, hasher: newHasher(h)}
	accounts.OnDelete(endAll)
	return s
}

// Create adds a person who can sign in at once to the acting account: for the
// operator, the demo and imports of people. It takes a seat. Codes
// permission_denied, seats_exhausted, email_in_use, not_found (a group), and those of Draft.
func (s *Service) Create(ctx context.Context, who authz.Actor, in Draft) (*Person, error) {
	if err := authz.Can(who, authz.UserManage, authz.None); err != nil {
		return nil, err
	}
	in, err := in.check()
	if err != nil {
		return nil, err
	}
	hash, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return nil, err
	}
	p := &Person{ID: id.User(id.New()), Account: who.Account, Name: in.Name, Email: in.Email, State: Active, Roles: in.Roles}
	err = s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if err := s.accounts.TakeSeat(ctx, tx); err != nil {
			return err
		}
		if err := insertPerson(ctx, tx, p, hash); err != nil {
			return err
		}
		if err := insertMemberships(ctx, tx, p, in.Groups); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "user.created", Subject: string(p.ID), SubjectName: p.Name,
			Detail: map[string]any{"roles": p.Roles}})
	})
	if db.IsUnique(err) {
		return nil, errs.New(errs.Conflict, "email_in_use", "This e-mail address is in use.").WithField("email")
	}
	if err != nil {
		return nil, err
	}
	return p, nil
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

// CreateGroup adds a group to the acting account. Codes permission_denied, name_required, name_taken.
func (s *Service) CreateGroup(ctx context.Context, who authz.Actor, name string) (*Group, error) {
	if err := authz.Can(who, authz.UserManage, authz.None); err != nil {
		return nil, err
	}
	name = strings.TrimSpace(name)
	folded := fold.Text(name)
	if folded == "" {
		return nil, errs.New(errs.Invalid, "name_required", "Give the group a name.").WithField("name")
	}
	g := &Group{ID: id.Group(id.New()), Name: name}
	err := s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		var one int
		taken, err := tx.One(ctx, `SELECT 1 FROM groups WHERE account_id = :account AND name_folded = :name LIMIT 1`, db.Args{"name": folded}, &one)
		if err != nil {
			return err
		}
		if taken {
			return errs.New(errs.Conflict, "name_taken", "There is a group of this name already.").WithField("name")
		}
		if err := insertGroup(ctx, tx, who.Account, g); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "group.created", Subject: string(g.ID), SubjectName: g.Name})
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// SetRoles gives a person of the acting account other roles; they hold from the
// person's next request on. Codes permission_denied, bad_role, not_found, last_admin.
func (s *Service) SetRoles(ctx context.Context, who authz.Actor, person id.User, roles []authz.Role) error {
	if err := authz.Can(who, authz.UserManage, authz.None); err != nil {
		return err
	}
	roles, err := checkRoles(roles)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		// Changes of roles wait for each other, so that two cannot take the last two administrators.
		if err := lockAccount(ctx, tx); err != nil {
			return err
		}
		p, found, err := findPerson(ctx, tx, person)
		if err != nil {
			return err
		}
		if !found {
			return authz.NotFound()
		}
		if err := replaceRoles(ctx, tx, p, roles); err != nil {
			return err
		}
		if err := keepAnAdmin(ctx, tx, who); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "user.roles_changed", Subject: string(p.ID), SubjectName: p.Name,
			Detail: map[string]any{"before": p.Roles, "after": roles}})
	})
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
