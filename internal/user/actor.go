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
	var a *account.Account
	var v *Visit
	var mayEnter bool
	var barred []authz.Permission
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		v = nil
		found, ok, err := s.accounts.FindBySlug(ctx, tx, slug)
		if err != nil {
			return err
		}
		if !ok || found.ID != who.Home && (found.Parent != who.Home || who.Support) {
			return authz.NotFound()
		}
		if barred, err = setting.Barred(ctx, tx, found.ID); err != nil {
			return err
		}
		if a = found; a.ID == who.Home {
			return nil
		}
		if mayEnter, err = s.accounts.MayEnter(ctx, tx, who.visitor(a), a.ID); err != nil || who.Via != authz.ViaSession {
			return err
		}
		v, err = findVisit(ctx, tx, who, a.ID)
		return err
	})
	if err != nil {
		return authz.Actor{}, nil, nil, err
	}
	if a.ID == who.Home {
		actor, err := who.native(a)
		actor.Barred = barred
		return actor, a, nil, err
	}
	if !mayEnter {
		return authz.Actor{}, nil, nil, s.refuse(ctx, who, a, v)
	}
	actor, err := s.delegate(ctx, who, a, v)
	actor.Barred = barred
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
