package user

import (
	"context"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/setting"
)

// Credentials are the secrets that a request carries; a key wins over a cookie.
type Credentials struct {
	Session string // value of the session cookie
	Key     string // of "Authorization: Bearer …"
	Address string // IP address that sends it
}

// Identity is a person who has proved who they are.
type Identity struct {
	User    id.User
	Name    string
	Email   string
	Home    id.Account
	Roles   []authz.Role       // in the home account
	Custom  []authz.Permission // what roles of the home account's own making allow
	Via     authz.Via
	Session id.Session // set when Via is a session
	Key     id.Key     // set when Via is a key
	Support bool       // the operator of the server, whom the account has let in
	expires time.Time  // of the session
	proved  int64      // when the person last gave the password, UTC milliseconds
}

// Authenticate finds who sends a request. Codes sign_in_required, key_refused,
// address_refused.
func (s *Service) Authenticate(ctx context.Context, c Credentials) (Identity, error) {
	switch {
	case c.Key != "":
		return s.byKey(ctx, c.Key, c.Address)
	case c.Session != "":
		return s.bySession(ctx, c.Session, c.Address)
	}
	return Identity{}, signInRequired()
}

// actor is the identity in its own account.
func (who Identity) actor(home *account.Account) authz.Actor {
	return authz.Actor{
		User: who.User, Name: who.Name, Email: who.Email, Account: home.ID, Home: who.Home, IsParent: home.IsParent(),
		Roles: who.Roles, HomeRoles: who.Roles, Custom: who.Custom, HomeCustom: who.Custom, Via: who.Via, Session: who.Session, ProvedAt: who.proved, Owner: who.User,
	}
}

// visitor is the identity as administrator of a client of its agency.
func (who Identity) visitor(client *account.Account) authz.Actor {
	return authz.Actor{
		User: who.User, Name: who.Name, Email: who.Email, Account: client.ID, Home: who.Home,
		Roles: []authz.Role{authz.Admin}, HomeRoles: who.Roles, HomeCustom: who.Custom, Delegated: true, Via: who.Via, Session: who.Session, ProvedAt: who.proved, Owner: client.Principal,
	}
}

// Act puts an identity into the account that a request names. visit is set when it
// is there by a running visit. Codes not_found (unknown and foreign accounts alike),
// sign_in_required (the person's account is closed to its people), permission_denied
// (a key of a person who may not call the API), visit_required (a client of one's
// agency without a running visit), delegation_revoked.
func (s *Service) Act(ctx context.Context, who Identity, slug string) (authz.Actor, *account.Account, *Visit, error) {
	var to entry
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) (err error) {
		to, err = s.entry(ctx, tx, who, slug)
		return err
	})
	if err != nil {
		return authz.Actor{}, nil, nil, err
	}
	return s.enter(ctx, who, to)
}

// Enter is Authenticate and Act for a session, in one transaction: they come before almost every answer.
func (s *Service) Enter(ctx context.Context, c Credentials, slug string) (Identity, authz.Actor, *account.Account, *Visit, error) {
	var found session
	var to entry
	var unknown error // the account; the session was used all the same
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) (err error) {
		if found, err = s.session(ctx, tx, c.Session, c.Address); err != nil {
			return err
		}
		if to, unknown = s.entry(ctx, tx, found.who, slug); !errs.Is(unknown, "not_found") {
			return unknown
		}
		return nil
	})
	if err == nil {
		err = s.touch(ctx, found)
	}
	if err == nil {
		err = unknown
	}
	if err != nil {
		return Identity{}, authz.Actor{}, nil, nil, err
	}
	actor, a, v, err := s.enter(ctx, found.who, to)
	return found.who, actor, a, v, err
}

// entry is what the database says of an identity that wants into an account.
type entry struct {
	account  *account.Account
	visit    *Visit // nil without one, and at home
	mayEnter bool   // a client of the agency
	barred   []authz.Permission
}

// entry reads it. Code not_found.
func (s *Service) entry(ctx context.Context, tx *db.Tx, who Identity, slug string) (to entry, err error) {
	found, ok, err := s.accounts.FindBySlug(ctx, tx, slug)
	if err != nil {
		return to, err
	}
	if !ok || found.ID != who.Home && (found.Parent != who.Home || who.Support) {
		return to, authz.NotFound()
	}
	if to.barred, err = setting.Barred(ctx, tx, found.ID); err != nil {
		return to, err
	}
	if to.account = found; found.ID == who.Home {
		return to, nil
	}
	if to.mayEnter, err = s.accounts.MayEnter(ctx, tx, who.visitor(found), found.ID); err != nil || who.Via != authz.ViaSession {
		return to, err
	}
	to.visit, err = findVisit(ctx, tx, who, found.ID)
	return to, err
}

// enter lets an identity in, as far as entry allows.
func (s *Service) enter(ctx context.Context, who Identity, to entry) (authz.Actor, *account.Account, *Visit, error) {
	a, v := to.account, to.visit
	if a.ID == who.Home {
		actor, err := who.native(a)
		actor.Barred = to.barred
		return actor, a, nil, err
	}
	if !to.mayEnter {
		return authz.Actor{}, nil, nil, s.refuse(ctx, who, a, v)
	}
	actor, err := s.delegate(ctx, who, a, v)
	actor.Barred = to.barred
	return actor, a, v, err
}

// native admits a person to their own account.
func (who Identity) native(home *account.Account) (authz.Actor, error) {
	if !home.Admits() && !who.Support {
		return authz.Actor{}, signInRequired()
	}
	actor := who.actor(home)
	actor.Support = who.Support
	return actor, keyMayCall(actor)
}

// keyMayCall refuses keys of people whose role has lost the API.
func keyMayCall(actor authz.Actor) error {
	if actor.Via == authz.ViaKey && !actor.Has(authz.AccountAPI) {
		return authz.Denied(authz.AccountAPI)
	}
	return nil
}

// refuse keeps a person of the agency out of a client that they may not enter (any
// more): a running visit ends (accounts.md D18).
func (s *Service) refuse(ctx context.Context, who Identity, client *account.Account, v *Visit) error {
	if v == nil {
		return authz.NotFound()
	}
	if err := s.dropVisit(ctx, who.Session, client.ID); err != nil {
		return err
	}
	return errs.New(errs.Forbidden, "delegation_revoked", "You may no longer sign in to this client.")
}

// delegate admits a person of the agency, who may enter the client, with a key or a running visit.
func (s *Service) delegate(ctx context.Context, who Identity, client *account.Account, v *Visit) (authz.Actor, error) {
	actor := who.visitor(client)
	if who.Via == authz.ViaKey {
		return actor, keyMayCall(actor.AtHome(true))
	}
	if v == nil {
		return authz.Actor{}, errs.New(errs.Forbidden, "visit_required", "Sign in to this client first.")
	}
	if s.isStale(v.used) {
		if err := s.touchVisit(ctx, who, client.ID, v); err != nil {
			return authz.Actor{}, err
		}
	}
	return actor, nil
}
