// Package authz decides who may do what. Every service method asks it first.
//
// An Actor is a person (or an API key of a person) that acts in one account. Can
// answers by role, and for one asset by ownership and share right as well. Grants
// are values that only this package makes: they open the few statements that reach
// into more than one account (import, update, client administration).
package authz

import (
	"slices"
	"time"

	"octavo/internal/errs"
	"octavo/internal/id"
)

// Via is how an actor got in.
type Via string

// The ways in.
const (
	ViaSession  Via = "session"
	ViaKey      Via = "api_key"
	ViaOperator Via = "operator" // a command on the server
)

// Actor is a person who acts in one account. It is built once per request and passed on explicitly.
type Actor struct {
	User      id.User
	Name      string
	Email     string
	Account   id.Account // the account acted in
	Home      id.Account // the person's own account
	IsParent  bool       // the acting account is an agency
	Roles     []Role     // roles in the acting account
	HomeRoles []Role     // roles in the person's own account; the same as Roles outside a visit

	Custom     []Permission // what roles of the acting account's own making allow
	HomeCustom []Permission // the same in the person's own account

	Barred []Permission // what the acting account lets nobody do, whatever their role

	Delegated bool // a person of the agency, visiting a client
	Support   bool // the operator of the server, whom the account has let in
	Via       Via
	Session   id.Session // set when Via is ViaSession
	ProvedAt  int64      // when the person of the session last gave the password, UTC milliseconds
	IP        string     // of the browser, for the trail; "" = not known
	UserAgent string     // of the browser, for the trail
	Owner     id.User    // who owns what the actor makes: the person, or in a visit the agency's principal
}

// ProofAge is how old a password may be when a step asks for it (accounts.md D36).
const ProofAge = 10 * time.Minute

// NeedProof refuses a step that must not be done by somebody who found a browser signed in, unless the person gave
// the password a moment ago. Keys and commands on the server have no password to give. Code password_needed.
func (a Actor) NeedProof(now int64) error {
	if a.Via != ViaSession || now-a.ProvedAt <= ProofAge.Milliseconds() {
		return nil
	}
	return errs.New(errs.Forbidden, "password_needed", "Give your password again for this. Nothing was changed.")
}

// IsAdmin says whether the actor administers the acting account.
func (a Actor) IsAdmin() bool { return slices.Contains(a.Roles, Admin) }

// Has says whether the actor's roles include a permission in the acting account.
func (a Actor) Has(p Permission) bool {
	if slices.Contains(a.Barred, p) {
		return false
	}
	return slices.ContainsFunc(a.Roles, func(r Role) bool { return r.Has(p, a.IsParent) }) ||
		p.Exists(a.IsParent) && slices.Contains(a.Custom, p)
}

// OnlyLooks says whether the actor may do nothing in the acting account but look, as View-Only people of it.
func (a Actor) OnlyLooks() bool {
	return !a.Delegated && !slices.ContainsFunc(a.Permissions(), func(p Permission) bool { return !ViewOnly.Has(p, a.IsParent) })
}

// MayGrant refuses to hand out a role with permissions that the actor lacks; only
// administrators make administrators (accounts.md D25). What View-Only allows is the
// floor: it may be given even by people whose own role names less, such as only the
// management of people. custom are the permissions of the roles that are not built in.
func (a Actor) MayGrant(roles []Role, custom []Permission) error {
	if slices.Contains(roles, Admin) && !a.IsAdmin() {
		return errs.New(errs.Forbidden, "role_too_strong", "Only an administrator can make somebody an administrator.").WithField("roles")
	}
	a.Barred = nil // what nobody does here may still be in a role
	granted := Actor{IsParent: a.IsParent, Roles: roles, Custom: custom}
	for _, p := range granted.Permissions() {
		if !a.Has(p) && !ViewOnly.Has(p, a.IsParent) {
			return errs.New(errs.Forbidden, "role_too_strong", "This role allows more than your own. Ask an administrator of the account.").
				WithField("roles").WithParams(map[string]any{"permission": string(p)})
		}
	}
	return nil
}

// AtHome is the person acting in the own account again: what a visitor may see of the agency's assets.
func (a Actor) AtHome(homeIsParent bool) Actor {
	a.Account, a.IsParent, a.Roles, a.Custom, a.Delegated, a.Owner = a.Home, homeIsParent, a.HomeRoles, a.HomeCustom, false, a.User
	a.Barred = nil
	return a
}

// Right is what a share allows on one asset.
type Right string

// The rights, weakest first.
const (
	None Right = ""
	View Right = "view"
	Edit Right = "edit"
)

// Asset is what Can must know of one asset: its owner and the best share right
// that the actor has on it, direct or by group.
type Asset struct {
	Kind  string
	Owner id.User
	Best  Right
}

var adminOf = map[string]Permission{
	"dashboard": AdminTab, "klip": AdminKlip, "source": AdminDatasource, "model": AdminDatasource, "credential": ConnectionManage,
}

// Allows gives the strongest right that the actor has on an asset.
func (a Actor) Allows(on Asset) Right {
	if p, ok := adminOf[on.Kind]; ok && a.Has(p) {
		return Edit
	}
	if on.Owner != "" && on.Owner == a.Owner {
		return Edit
	}
	return on.Best
}

// Can refuses with not_found when the actor may not know of the asset and with
// permission_denied when it may see it, or has not the permission at all.
// Without an asset only the permission is asked.
func Can(who Actor, p Permission, need Right, on ...Asset) error {
	for _, asset := range on {
		if who.Allows(asset) == None {
			return NotFound()
		}
	}
	if !who.Has(p) {
		return Denied(p)
	}
	for _, asset := range on {
		if need == Edit && who.Allows(asset) != Edit {
			return Denied(p)
		}
	}
	return nil
}

// CanView is the check for looking at one asset: a share right is enough.
func CanView(who Actor, on Asset) error {
	if who.Allows(on) == None {
		return NotFound()
	}
	return nil
}

// NotFound is the one answer to "not there" and "not yours".
func NotFound() error {
	return errs.New(errs.NotFound, "not_found", "Nothing here, or it is not shared with you.")
}

// Denied says that a permission is missing.
func Denied(p Permission) error {
	return errs.New(errs.Forbidden, "permission_denied", "Your role does not allow this. Ask an administrator of the account.").
		WithParams(map[string]any{"permission": string(p)})
}
