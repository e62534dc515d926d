package user

import (
	"context"
	"slices"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Credentials are the secrets that a request carries; a key wins over a cookie.
type Credentials struct {
	Session string // value of the session cookie
	Key     string // of "Authorization: Bearer …"
}

// Identity is a person who has proved who they are.
type Identity struct {
	User    id.User
	Name    string
	Email   string
	Home    id.Account
	Roles   []authz.Role // in the home account
	Via     authz.Via
	Session id.Session // set when Via is a session
	Key     id.Key     // set when Via is a key
	expires time.Time  // of the session
}

// Authenticate finds who sends a request. Codes sign_in_required, key_refused.
func (s *Service) Authenticate(ctx context.Context, c Credentials) (Identity, error) {
	switch {
	case c.Key != "":
		return s.byKey(ctx, c.Key)
	case c.Session != "":
		return s.bySession(ctx, c.Session)
	}
	return Identity{}, signInRequired()
}

// actor is the identity in its own account.
func (who Identity) actor(home *account.Account) authz.Actor {
	return authz.Actor{
		User: who.User, Name: who.Name, Email: who.Email, Account: home.ID, Home: who.Home, IsParent: home.IsParent(),
		Roles: who.Roles, HomeRoles: who.Roles, Via: who.Via, Session: who.Session, Owner: who.User,
	}
}

// visitor is the identity as administrator of a client of its agency.
func (who Identity) visitor(client *account.Account) authz.Actor {
	return authz.Actor{
		User: who.User, Name: who.Name, Email: who.Email, Account: client.ID, Home: who.Home,
		Roles: []authz.Role{authz.Admin}, HomeRoles: who.Roles, Delegated: true, Via: who.Via, Session: who.Session, Owner: client.Principal,
	}
}

// Act puts an identity into the account that a request names. visit is set when it
// is there by a running visit. Codes not_found (unknown and foreign accounts alike),
// sign_in_required (the person's account is closed to its people), permission_denied
// (a key of a person who may not call the API), visit_required (a client of one's
// agency without a running visit), delegation_revoked.
func (s *Service) Act(ctx context.Context, who Identity, slug string) (authz.Actor, *account.Account, *Visit, error) {
	var a *account.Account
	var v *Visit
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		v = nil
		found, ok, err := s.accounts.FindBySlug(ctx, tx, slug)
		if err != nil {
			return err
		}
		if !ok || found.ID != who.Home && found.Parent != who.Home {
			return authz.NotFound()
		}
		a = found
		if a.ID != who.Home && who.Via == authz.ViaSession {
			v, err = findVisit(ctx, tx, who, a.ID)
		}
		return err
	})
	if err != nil {
		return authz.Actor{}, nil, nil, err
	}
	if a.ID == who.Home {
		actor, err := who.native(a)
		return actor, a, nil, err
	}
	actor, err := s.delegate(ctx, who, a, v)
	return actor, a, v, err
}

// native admits a person to their own account.
func (who Identity) native(home *account.Account) (authz.Actor, error) {
	if !home.Admits() {
		return authz.Actor{}, signInRequired()
	}
	actor := who.actor(home)
	return actor, keyMayCall(actor)
}

// keyMayCall refuses keys of people whose role has lost the API.
func keyMayCall(actor authz.Actor) error {
	if actor.Via == authz.ViaKey && !actor.Has(authz.AccountAPI) {
		return authz.Denied(authz.AccountAPI)
	}
	return nil
}

// delegate admits a person of the agency to one of its clients: administrators
// only, with a key or a running visit.
func (s *Service) delegate(ctx context.Context, who Identity, client *account.Account, v *Visit) (authz.Actor, error) {
	if !slices.Contains(who.Roles, authz.Admin) {
		if v == nil {
			return authz.Actor{}, authz.NotFound()
		}
		if err := s.dropVisit(ctx, who.Session, client.ID); err != nil {
			return authz.Actor{}, err
		}
		return authz.Actor{}, errs.New(errs.Forbidden, "delegation_revoked", "You may no longer sign in to this client.")
	}
	if who.Via == authz.ViaSession {
		if v == nil {
			return authz.Actor{}, errs.New(errs.Forbidden, "visit_required", "Sign in to this client first.")
		}
		if s.isStale(v.used) {
			if err := s.touchVisit(ctx, who, client.ID, v); err != nil {
				return authz.Actor{}, err
			}
		}
	}
	return who.visitor(client), nil
}

// rolesOf reads the roles of a person; none is View-Only.
func rolesOf(ctx context.Context, tx *db.Tx, home id.Account, person id.User) ([]authz.Role, error) {
	var roles []authz.Role
	err := tx.Query(ctx, `SELECT role FROM user_roles WHERE account_id = :home AND user_id = :user ORDER BY role`,
		db.Args{"home": home, "user": person}, func(scan func(...any) error) error {
			var r authz.Role
			err := scan(&r)
			roles = append(roles, r)
			return err
		})
	if len(roles) == 0 {
		roles = []authz.Role{authz.ViewOnly}
	}
	return roles, err
}
