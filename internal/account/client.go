package account

import (
	"context"
	"slices"

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
	var changed *Listed
	err := s.change(ctx, who, slug, version, func(tx *db.Tx, parent, a *Account) (err error) {
		if err := s.patch(ctx, tx, who, parent, a, p); err != nil {
			return err
		}
		changed, err = listedByID(ctx, tx, a.ID)
		return err
	})
	if db.IsUnique(err) && p.Slug != nil {
		return nil, slugTaken(*p.Slug + "-2")
	}
	return changed, err
}

// patch changes a client whose row and whose parent's are locked, with a line in the agency's trail.
func (s *Service) patch(ctx context.Context, tx *db.Tx, who authz.Actor, parent, a *Account, p Patch) error {
	before := a.Status
	fields, err := a.apply(ctx, tx, who, p, parent.Defaults().TrialDays)
	if err != nil || len(fields) == 0 {
		return err
	}
	if err := update(ctx, tx, a); err != nil {
		return err
	}
	if err := s.moved(ctx, tx, who, a, before); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Line{Action: "client.changed", Subject: a.PublicID, SubjectName: a.Name, Detail: fields})
}

// apply puts a patch into the account and gives the fields that changed, for the trail.
func (a *Account) apply(ctx context.Context, tx *db.Tx, who authz.Actor, p Patch, trial int64) (fields map[string]any, err error) {
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
		if err := nameFree(ctx, tx, nil, who, name, a.ID); err != nil {
			return nil, err
		}
		set("name", &a.Name, name)
	}
	for _, text := range []struct {
		name  string
		value *string
		limit int
		to    *string
	}{
		{"display_name", p.DisplayName, maxName, &a.DisplayName},
		{"description", p.Description, maxDescription, &a.Description},
		{"external_id", p.ExternalID, maxExternalID, &a.ExternalID},
	} {
		if text.value == nil {
			continue
		}
		value, err := checkText(*text.value, text.limit, text.name)
		if err != nil {
			return nil, err
		}
		set(text.name, text.to, value)
	}
	if fields["external_id"] != nil {
		if err := externalFree(ctx, tx, nil, who, a.ExternalID, a.ID); err != nil {
			return nil, err
		}
	}
	if p.Slug != nil {
		if err := CheckSlug(*p.Slug); err != nil {
			return nil, err
		}
		set("slug", &a.Slug, *p.Slug)
	}
	if p.BrandingLater != nil && *p.BrandingLater != a.settings.SetUp.BrandingLater {
		fields["branding_later"] = map[string]any{"before": a.settings.SetUp.BrandingLater, "after": *p.BrandingLater}
		a.settings.SetUp.BrandingLater = *p.BrandingLater
	}
	if p.Status != nil && *p.Status != a.Status {
		before := a.Status
		if err := a.moveTo(*p.Status, tx.Now, trial); err != nil {
			return nil, err
		}
		fields["status"] = map[string]any{"before": before, "after": a.Status}
	}
	if p.Tags != nil {
		return fields, a.applyTags(ctx, tx, *p.Tags, fields)
	}
	return fields, nil
}

// applyTags writes other tags of the account; they have a table of their own.
func (a *Account) applyTags(ctx context.Context, tx *db.Tx, tags []string, fields map[string]any) error {
	tags, err := checkTags(tags)
	if err != nil {
		return err
	}
	before, err := tagsOf(ctx, tx, a.ID)
	if err != nil || slices.Equal(before, tags) {
		return err
	}
	fields["tags"] = map[string]any{"before": before, "after": tags}
	return replaceTags(ctx, tx, a.ID, tags)
}

// stale is the answer to a change that is based on an older version.
func stale(current int64) error {
	return errs.New(errs.Conflict, "version_conflict", "Somebody changed this client in the meantime. Load it again and repeat your change.").
		WithParams(map[string]any{"version": current})
}
