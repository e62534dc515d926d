package account

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// Party is an account of the family as far as the actor may work with it.
type Party struct {
	authz.Party
	Slug   string
	Name   string // the internal name: for people of the agency
	Kind   Kind
	Status Status
}

// Parties lists the agency and its clients in order of name, with what the actor
// may enter. For people of a client the list is empty: they know of no other account.
func (s *Service) Parties(ctx context.Context, who authz.Actor) ([]Party, error) {
	if !who.IsParent && !who.Delegated && who.Via != authz.ViaOperator {
		return nil, nil
	}
	var parties []Party
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		parties = nil
		mayEnter, err := mayEnter(ctx, tx, who)
		if err != nil {
			return err
		}
		return tx.Query(ctx, `
			SELECT id, slug, name, kind, status FROM accounts WHERE family_id = :of AND deleted_at IS NULL
			ORDER BY name_folded, id`, db.Args{"of": who.Account.Family()}, func(scan func(...any) error) error {
			var p Party
			err := scan(&p.Account, &p.Slug, &p.Name, &p.Kind, &p.Status)
			p.IsParent = p.Kind == Parent
			p.CanEnter = mayEnter || p.Account == who.Account || p.Account == who.Home
			parties = append(parties, p)
			return err
		})
	})
	return parties, err
}

// mayEnter says whether a person of the agency may enter its clients: its
// administrators may enter all of them.
func mayEnter(ctx context.Context, tx *db.Tx, who authz.Actor) (bool, error) {
	if who.Via == authz.ViaOperator {
		return true, nil
	}
	var one int
	return tx.One(ctx, `SELECT 1 FROM user_roles WHERE account_id = :home AND user_id = :user AND role = 'admin'`,
		db.Args{"home": who.Home, "user": who.User}, &one)
}

// Grant opens the clients of the actor's agency for work over many accounts, as far
// as the permission and the actor's access allow. Codes as authz.GrantFamily.
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
// that may see it. Codes not_found, permission_denied.
func (s *Service) EnterGrant(ctx context.Context, who authz.Actor, p authz.Permission, slug string, write bool) (authz.Grant, Party, error) {
	if !who.IsParent || !who.Has(authz.ClientAccess) {
		return authz.Grant{}, Party{}, authz.NotFound()
	}
	parties, err := s.Parties(ctx, who)
	if err != nil {
		return authz.Grant{}, Party{}, err
	}
	for _, party := range parties {
		if party.Slug == slug && !party.IsParent && party.CanEnter {
			grant, err := authz.GrantFamily(who, p, []authz.Party{party.Party}, write)
			return grant, party, err
		}
	}
	return authz.Grant{}, Party{}, authz.NotFound()
}

// GetClient gives a client of the actor's agency by its address. Code not_found.
func (s *Service) GetClient(ctx context.Context, who authz.Actor, slug string) (*Listed, error) {
	grant, party, err := s.EnterGrant(ctx, who, authz.ClientAccess, slug, false)
	if err != nil {
		return nil, err
	}
	var found *Listed
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) (err error) {
		found, err = listedByID(ctx, tx, party.Account)
		return err
	})
	return found, err
}

// UpdateClient changes a client. version is the one that the change is based on.
// Codes not_found, permission_denied, version_conflict and those of CreateClient and of a change of status.
func (s *Service) UpdateClient(ctx context.Context, who authz.Actor, slug string, version int64, p Patch) (*Listed, error) {
	grant, party, err := s.EnterGrant(ctx, who, authz.ClientEdit, slug, true)
	if err != nil {
		return nil, err
	}
	var changed *Listed
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		// The parent's row is the lock on the family's names; accounts are locked in ascending order.
		if _, _, err := findBy(ctx, tx, granted, who.Account); err != nil {
			return err
		}
		a, ok, err := findBy(ctx, tx, granted, party.Account)
		if err != nil {
			return err
		}
		if !ok {
			return authz.NotFound()
		}
		if a.Version != version {
			return stale(a.Version)
		}
		fields, err := a.apply(ctx, tx, p)
		if err != nil {
			return err
		}
		if len(fields) > 0 {
			if err := update(ctx, tx, a); err != nil {
				return err
			}
		}
		if changed, err = listedByID(ctx, tx, a.ID); err != nil || len(fields) == 0 {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "client.changed", Subject: a.PublicID, SubjectName: a.Name, Detail: fields})
	})
	if db.IsUnique(err) && p.Slug != nil {
		return nil, slugTaken(*p.Slug + "-2")
	}
	return changed, err
}

// apply puts a patch into the account and gives the fields that changed, for the trail.
func (a *Account) apply(ctx context.Context, tx *db.Tx, p Patch) (fields map[string]any, err error) {
	fields = map[string]any{}
	set := func(name string, to *string, value string) {
		if *to != value {
			fields[name] = map[string]any{"before": *to, "after": value}
			*to = value
		}
	}
	if p.Name != nil {
		name, err := checkName(*p.Name, "name")
		if err != nil {
			return nil, err
		}
		taken, err := nameTaken(ctx, tx, nil, name, a.ID)
		if err != nil {
			return nil, err
		}
		if taken {
			return nil, nameTakenError(name)
		}
		set("name", &a.Name, name)
	}
	if p.DisplayName != nil {
		display, err := checkText(*p.DisplayName, maxName, "display_name")
		if err != nil {
			return nil, err
		}
		set("display_name", &a.DisplayName, display)
	}
	if p.Description != nil {
		description, err := checkText(*p.Description, maxDescription, "description")
		if err != nil {
			return nil, err
		}
		set("description", &a.Description, description)
	}
	if p.Slug != nil {
		if err := CheckSlug(*p.Slug); err != nil {
			return nil, err
		}
		set("slug", &a.Slug, *p.Slug)
	}
	if p.Status != nil && *p.Status != a.Status {
		before := a.Status
		if err := a.moveTo(*p.Status, tx.Now); err != nil {
			return nil, err
		}
		fields["status"] = map[string]any{"before": before, "after": a.Status}
	}
	return fields, nil
}

// stale is the answer to a change that is based on an older version.
func stale(current int64) error {
	return errs.New(errs.Conflict, "version_conflict", "Somebody changed this client in the meantime. Load it again and repeat your change.").
		WithParams(map[string]any{"version": current})
}
