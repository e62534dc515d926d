package account

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

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
		admitted := a.Admits()
		fields, err := a.apply(ctx, tx, p)
		if err != nil {
			return err
		}
		if len(fields) > 0 {
			if err := update(ctx, tx, a); err != nil {
				return err
			}
		}
		if a.Admits() && !admitted {
			for _, fn := range s.opened {
				if err := fn(ctx, tx, who, a); err != nil {
					return err
				}
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
