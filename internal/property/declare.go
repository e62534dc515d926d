package property

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
)

// Declaration is what an agency says of a property of its clients.
type Declaration struct {
	Name        string
	Type        Type
	Description string
	Required    bool   // every client needs a value
	Default     string // proposed where a client has none; "" = none
	Version     int64
}

// DeclarationPatch is a change of a declaration; nil leaves a field as it is.
type DeclarationPatch struct {
	Type        *Type
	Description *string
	Required    *bool
	Default     *string
}

func (d Declaration) check() (Declaration, error) {
	if d.Type == "" {
		d.Type = Text
	}
	if err := CheckName(d.Name); err != nil {
		return d, err
	}
	if err := d.Type.check(); err != nil {
		return d, err
	}
	var err error
	if d.Description, err = checkDescription(d.Description); err != nil {
		return d, err
	}
	if d.Type == Secret && d.Default != "" {
		return d, Secret.refuse("default", "A secret has no default: it would be readable here.")
	}
	d.Default, err = d.Type.Normalise(d.Default)
	return d, err
}

// mayDeclare refuses everybody but the administrators of an agency; to others there are no declarations.
func mayDeclare(who authz.Actor) error {
	if !who.IsParent {
		return authz.NotFound()
	}
	return authz.Can(who, authz.AccountSettings, authz.None)
}

// Declare adds a property to those of the agency's clients. Codes not_found,
// permission_denied, property_exists, properties_full, bad_property_name,
// property_reserved, bad_property_type, bad_property_value, text_too_long, bad_text.
func (s *Service) Declare(ctx context.Context, who authz.Actor, d Declaration) (*Declaration, error) {
	if err := mayDeclare(who); err != nil {
		return nil, err
	}
	d, err := d.check()
	if err != nil {
		return nil, err
	}
	d.Version = 1
	err = s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if err := lock(ctx, tx, `id = :account`); err != nil {
			return err
		}
		var n, last int64
		if _, err := tx.One(ctx, `SELECT COUNT(*), coalesce(max(place), 0) FROM property_declarations WHERE account_id = :account`, nil, &n, &last); err != nil {
			return err
		}
		if n >= Max {
			return fullError()
		}
		err := tx.Insert(ctx, "property_declarations", []string{"account_id", "name", "type", "description", "required", "default_text", "place", "version"},
			[][]any{{who.Account, d.Name, string(d.Type), d.Description, d.Required, d.Default, last + 1, d.Version}})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "property.declared", Subject: d.Name, SubjectName: d.Name,
			Detail: map[string]any{"type": map[string]any{"after": string(d.Type)}, "required": map[string]any{"after": d.Required}}})
	})
	if db.IsUnique(err) {
		return nil, existsError(d.Name)
	}
	return &d, err
}

// Redeclare changes a declaration. Values that clients have stay, also those that do not
// fit a new type. Codes not_found, version_conflict and those of Declare.
func (s *Service) Redeclare(ctx context.Context, who authz.Actor, name string, version int64, in DeclarationPatch) (*Declaration, error) {
	if err := mayDeclare(who); err != nil {
		return nil, err
	}
	var after Declaration
	err := s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		before, err := lockDeclared(ctx, tx, name, version)
		if err != nil {
			return err
		}
		if after, err = in.apply(*before).check(); err != nil {
			return err
		}
		detail := map[string]any{}
		for field, pair := range map[string][2]any{
			"type": {string(before.Type), string(after.Type)}, "description": {before.Description, after.Description},
			"required": {before.Required, after.Required}, "default": {before.Default, after.Default},
		} {
			if pair[0] != pair[1] {
				detail[field] = map[string]any{"before": pair[0], "after": pair[1]}
			}
		}
		if len(detail) == 0 {
			return nil
		}
		after.Version++
		_, err = tx.Exec(ctx, `
			UPDATE property_declarations SET type = :type, description = :description, required = :required, default_text = :default, version = :version
			WHERE account_id = :account AND name = :name`, db.Args{"type": string(after.Type), "description": after.Description,
			"required": after.Required, "default": after.Default, "version": after.Version, "name": name})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "property.redeclared", Subject: name, SubjectName: name, Detail: detail})
	})
	if err != nil {
		return nil, err
	}
	return &after, nil
}

func (in DeclarationPatch) apply(d Declaration) Declaration {
	if in.Type != nil {
		d.Type = *in.Type
	}
	if in.Description != nil {
		d.Description = *in.Description
	}
	if in.Required != nil {
		d.Required = *in.Required
	}
	if in.Default != nil {
		d.Default = *in.Default
	}
	return d
}

// Undeclare takes a property off the agency's list; clients keep their values. Codes
// not_found, permission_denied, version_conflict.
func (s *Service) Undeclare(ctx context.Context, who authz.Actor, name string, version int64) error {
	if err := mayDeclare(who); err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if _, err := lockDeclared(ctx, tx, name, version); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM property_declarations WHERE account_id = :account AND name = :name`, db.Args{"name": name}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "property.undeclared", Subject: name, SubjectName: name})
	})
}

// lockDeclared reads and locks a declaration of the agency. Codes not_found, version_conflict.
func lockDeclared(ctx context.Context, tx *db.Tx, name string, version int64) (*Declaration, error) {
	found, err := readDeclared(ctx, tx, `account_id = :account AND name = :name`, db.Args{"name": name})
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, authz.NotFound()
	case found[0].Version != version:
		return nil, stale(found[0].Version)
	}
	// The row is locked by its change of version: two that read the same one cannot both write it.
	n, err := tx.Exec(ctx, `UPDATE property_declarations SET place = place WHERE account_id = :account AND name = :name AND version = :version`,
		db.Args{"name": name, "version": version})
	if err == nil && n == 0 {
		err = stale(version + 1)
	}
	return &found[0], err
}

// readDeclared reads declarations in the agency's order.
func readDeclared(ctx context.Context, tx *db.Tx, where string, args db.Args) ([]Declaration, error) {
	var out []Declaration
	err := tx.Query(ctx, `SELECT name, type, description, required, default_text, version FROM property_declarations WHERE `+where+` ORDER BY place, name`,
		args, func(scan func(...any) error) error {
			var d Declaration
			var required int64
			err := scan(&d.Name, &d.Type, &d.Description, &required, &d.Default, &d.Version)
			d.Required = required == 1
			out = append(out, d)
			return err
		})
	return out, err
}
