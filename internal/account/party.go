package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Party is an account of the family as far as the actor may work with it.
type Party struct {
	authz.Party
	Slug   string
	Name   string // the internal name: for people of the agency
	Kind   Kind
	Status Status
}

// Parties lists the agency and its clients in order of name, with how far the actor
// reaches into each. For people of a client the list is empty: they know of no other account.
func (s *Service) Parties(ctx context.Context, who authz.Actor) ([]Party, error) {
	if !who.IsParent && !who.Delegated && who.Via != authz.ViaOperator {
		return nil, nil
	}
	var parties []Party
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		parties = nil
		args := inSystem(who)
		home, err := atHome(ctx, tx, who, args)
		if err != nil {
			return err
		}
		args["of"] = who.Account.Family()
		return tx.Query(ctx, `
			SELECT a.id, a.slug, a.name, a.kind, a.status, `+shareOf+` FROM accounts a
			WHERE a.family_id = :of AND a.deleted_at IS NULL ORDER BY a.name_folded, a.id`, args, func(scan func(...any) error) error {
			var p Party
			var share int64
			err := scan(&p.Account, &p.Slug, &p.Name, &p.Kind, &p.Status, &share)
			p.Party = authz.Reach(home, p.Account, share >= 0, share > 0)
			p.IsParent = p.Kind == Parent
			p.CanEnter = p.CanEnter || p.Account == who.Account || p.Account == who.Home
			parties = append(parties, p)
			return err
		})
	})
	return parties, err
}

// shareOf is the strongest share of a person's groups on the client a: 1 may manage, 0 may see, -1 none.
const shareOf = `COALESCE((SELECT MAX(s.can_manage) FROM client_shares s
	JOIN groups g ON g.account_id = s.account_id AND g.id = s.group_id
	WHERE s.account_id = :agency AND s.client_id = a.id AND (g.kind = 'all' OR EXISTS (
		SELECT 1 FROM group_members m WHERE m.account_id = s.account_id AND m.group_id = s.group_id AND m.user_id = :user))), -1)`

// inSystem binds what a transaction over a family binds itself.
func inSystem(who authz.Actor) db.Args {
	return db.Args{"agency": who.Home, "user": who.User}
}

// atHome is a person of the agency in their own account, with the roles of this
// moment: those of the actor are as old as the request.
func atHome(ctx context.Context, tx *db.Tx, who authz.Actor, args db.Args) (authz.Actor, error) {
	home := who.AtHome(true)
	if who.Via == authz.ViaOperator {
		home.Roles = []authz.Role{authz.Admin}
		return home, nil
	}
	var err error
	home.Roles, home.Custom, err = rolesOf(ctx, tx, args)
	return home, err
}

// MayEnter says, in a System transaction, whether a person of the agency may act in a client.
func (s *Service) MayEnter(ctx context.Context, tx *db.Tx, who authz.Actor, client id.Account) (bool, error) {
	home, err := atHome(ctx, tx, who, inSystem(who))
	if err != nil {
		return false, err
	}
	n, err := enterable(ctx, tx, home, []id.Account{client}, inSystem(who))
	return n == 1, err
}

// StillMay asks again, inside a transaction over the family, for what a grant was
// given for: the person's roles and groups may have changed since. Clients among the
// accounts must be enterable; the agency among them needs an administrator. Code not_found.
func (s *Service) StillMay(ctx context.Context, tx *db.Tx, who authz.Actor, p authz.Permission, accounts []id.Account) error {
	home, err := atHome(ctx, tx, who, db.Args{"user": who.User})
	if err != nil {
		return err
	}
	if p != "" && !home.Has(p) || slices.Contains(accounts, home.Account) && !home.IsAdmin() {
		return authz.NotFound()
	}
	clients := slices.DeleteFunc(slices.Clone(accounts), func(a id.Account) bool { return a == home.Account })
	n, err := enterable(ctx, tx, home, clients, db.Args{"user": who.User})
	if err == nil && n != len(clients) {
		err = authz.NotFound()
	}
	return err
}

// enterable counts those of the clients that a person of the agency may act in.
func enterable(ctx context.Context, tx *db.Tx, home authz.Actor, clients []id.Account, args db.Args) (n int, err error) {
	args["clients"] = db.List(clients)
	err = tx.Query(ctx, `SELECT a.id, `+shareOf+` FROM accounts a
		WHERE a.parent_id = :agency AND a.id IN {each :clients} AND a.deleted_at IS NULL`, args, func(scan func(...any) error) error {
		var client id.Account
		var share int64
		err := scan(&client, &share)
		if authz.Reach(home, client, share >= 0, share > 0).CanEnter {
			n++
		}
		return err
	})
	return n, err
}

// RolesOf reads, in a System transaction, the roles of a person; none is View-Only.
// custom are the permissions of those that are not built in.
func RolesOf(ctx context.Context, tx *db.Tx, account id.Account, person id.User) (roles []authz.Role, custom []authz.Permission, err error) {
	return rolesOf(ctx, tx, db.Args{"agency": account, "user": person})
}

func rolesOf(ctx context.Context, tx *db.Tx, args db.Args) (roles []authz.Role, custom []authz.Permission, err error) {
	err = tx.Query(ctx, `
		SELECT r.role, c.permissions FROM user_roles r LEFT JOIN roles c ON c.account_id = r.account_id AND c.id = r.role
		WHERE r.account_id = :agency AND r.user_id = :user ORDER BY r.role`, args, func(scan func(...any) error) error {
		var r authz.Role
		var list *string
		if err := scan(&r, &list); err != nil || list == nil {
			roles = append(roles, r)
			return err
		}
		roles = append(roles, r)
		var more []authz.Permission
		if err := json.Unmarshal([]byte(*list), &more); err != nil {
			return fmt.Errorf("account: role %s: %w", r, err)
		}
		custom = append(custom, more...)
		return nil
	})
	if len(roles) == 0 {
		roles = []authz.Role{authz.ViewOnly}
	}
	slices.Sort(custom)
	return roles, slices.Compact(custom), err
}

// Grant opens the clients of the actor's agency for work over many accounts, as far
// as the permission and the actor's reach allow. Codes as authz.GrantFamily.
func (s *Service) Grant(ctx context.Context, who authz.Actor, p authz.Permission, write bool) (authz.Grant, error) {
	if !who.IsParent {
		return authz.Grant{}, authz.NotFound()
	}
	parties, err := s.Parties(ctx, who)
	if err != nil {
		return authz.Grant{}, err
	}
	return authz.GrantFamily(who, p, clients(parties), write)
}

func clients(parties []Party) []authz.Party {
	var out []authz.Party
	for _, p := range parties {
		if !p.IsParent {
			out = append(out, p.Party)
		}
	}
	return out
}

// EnterGrant finds one client of the actor's agency by its address, for a person
// that may see it, and opens it for what the permission lets do. Codes not_found, permission_denied.
func (s *Service) EnterGrant(ctx context.Context, who authz.Actor, p authz.Permission, slug string, write bool) (authz.Grant, Party, error) {
	if !who.IsParent || !who.Has(authz.ClientAccess) {
		return authz.Grant{}, Party{}, authz.NotFound()
	}
	parties, err := s.Parties(ctx, who)
	if err != nil {
		return authz.Grant{}, Party{}, err
	}
	for _, party := range parties {
		if party.Slug != slug || party.IsParent || !party.CanSee {
			continue
		}
		grant, err := authz.GrantFamily(who, p, []authz.Party{party.Party}, write)
		if err == nil && len(grant.Accounts()) == 0 || errs.Is(err, "push_needs_all_clients") {
			err = authz.Denied(p)
		}
		return grant, party, err
	}
	return authz.Grant{}, Party{}, authz.NotFound()
}
