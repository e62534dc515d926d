package property

import (
	"context"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/secret"
)

// Service keeps company properties. Safe for concurrent use.
type Service struct {
	db       *db.DB
	accounts *account.Service
	master   *secret.Master
}

// New makes the service.
func New(d *db.DB, accounts *account.Service, master *secret.Master) *Service {
	return &Service{db: d, accounts: accounts, master: master}
}

// mayRead refuses people who have no use for properties. People who build with them see
// names without values.
func mayRead(who authz.Actor) error {
	if who.Has(authz.KlipBuild) || who.Has(authz.SourceCreate) {
		return nil
	}
	return authz.Can(who, authz.AccountSettings, authz.None)
}

// seen takes away what the actor may not see of a property.
func seen(who authz.Actor, p Property) Property {
	p.Shown = p.Type != Secret && who.Has(authz.AccountSettings) && (!p.Hidden || ofAgency(who))
	if !p.Shown {
		p.Value = ""
	}
	return p
}

// Listed are the properties of an account, and what its agency has declared.
type Listed struct {
	Properties []Property
	Declared   []Declaration // of the agency, in its order; for people of the account, too
}

// List gives the properties of the acting account in order of name. Code permission_denied.
func (s *Service) List(ctx context.Context, who authz.Actor) (*Listed, error) {
	if err := mayRead(who); err != nil {
		return nil, err
	}
	out := &Listed{}
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		out.Properties, err = readAll(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, p := range out.Properties {
		out.Properties[i] = seen(who, p)
	}
	err = s.db.Read(ctx, db.System(), func(tx *db.Tx) (err error) {
		out.Declared, err = readDeclared(ctx, tx, `account_id = :of`, db.Args{"of": who.Account.Agency()})
		return err
	})
	if !who.Has(authz.AccountSettings) { // a default is a value, too
		for i := range out.Declared {
			out.Declared[i].Default = ""
		}
	}
	return out, err
}

// Create adds a property to the acting account. Codes permission_denied, property_locked,
// property_exists, properties_full, bad_property_name, property_reserved, bad_property_type,
// bad_property_value, text_too_long, bad_text.
func (s *Service) Create(ctx context.Context, who authz.Actor, in Draft) (*Property, error) {
	if err := authz.Can(who, authz.AccountSettings, authz.None); err != nil {
		return nil, err
	}
	p := Property{Name: in.Name, Type: in.Type, Locked: who.Delegated, Hidden: in.Hidden}
	if p.Type == "" {
		p.Type = Text
	}
	if in.Locked != nil {
		p.Locked = *in.Locked
	}
	if !ofAgency(who) && (p.Locked || p.Hidden) {
		return nil, lockedError(p.Name)
	}
	var err error
	if p.Description, err = checkDescription(in.Description); err != nil {
		return nil, err
	}
	if err := CheckName(p.Name); err != nil {
		return nil, err
	}
	if err := p.Type.check(); err != nil {
		return nil, err
	}
	if p.Value, err = p.Type.Normalise(in.Value); err != nil {
		return nil, err
	}
	return s.change(ctx, who, "property.created", func(tx *db.Tx) (*Property, map[string]any, error) {
		if err := lock(ctx, tx, `id = :account`); err != nil {
			return nil, nil, err
		}
		own, err := readAll(ctx, tx)
		if err != nil {
			return nil, nil, err
		}
		if len(own) >= Max {
			return nil, nil, fullError()
		}
		p.Given, p.Version = p.Value != "", 1
		return &p, created(p), s.insert(ctx, tx, row{who.Account, p})
	}, p.Name)
}

// Update changes a property. version is the one that the change is based on. Codes
// not_found, version_conflict and those of Create.
func (s *Service) Update(ctx context.Context, who authz.Actor, name string, version int64, in Patch) (*Property, error) {
	if err := authz.Can(who, authz.AccountSettings, authz.None); err != nil {
		return nil, err
	}
	return s.change(ctx, who, "property.changed", func(tx *db.Tx) (*Property, map[string]any, error) {
		before, err := s.changeable(ctx, tx, who, name, version)
		if err != nil {
			return nil, nil, err
		}
		after, err := in.apply(who, *before)
		if err != nil {
			return nil, nil, err
		}
		detail := difference(*before, after)
		if len(detail) == 0 && in.Value == nil {
			return before, nil, nil
		}
		after.Version++
		keepSeal := after.Type == Secret && in.Value == nil
		return &after, detail, s.update(ctx, tx, row{who.Account, after}, keepSeal)
	}, name)
}

// changeable reads and locks a property that the actor may change.
func (s *Service) changeable(ctx context.Context, tx *db.Tx, who authz.Actor, name string, version int64) (*Property, error) {
	if err := lock(ctx, tx, `id = :account`); err != nil {
		return nil, err
	}
	p, err := readOne(ctx, tx, name)
	switch {
	case err != nil:
		return nil, err
	case (p.Locked || p.Hidden) && !ofAgency(who):
		return nil, lockedError(name)
	case p.Version != version:
		return nil, stale(p.Version)
	}
	return p, nil
}

// apply puts a patch into a property.
func (in Patch) apply(who authz.Actor, p Property) (Property, error) {
	was := p.Type
	if in.Type != nil {
		p.Type = *in.Type
	}
	if in.Locked != nil {
		p.Locked = *in.Locked
	}
	if in.Hidden != nil {
		p.Hidden = *in.Hidden
	}
	if !ofAgency(who) && (p.Locked || p.Hidden) {
		return p, lockedError(p.Name)
	}
	err := p.Type.check()
	if err == nil && in.Description != nil {
		p.Description, err = checkDescription(*in.Description)
	}
	if err != nil {
		return p, err
	}
	switch {
	case in.Value != nil:
		p.Value = *in.Value
	case p.Type == Secret && was == Secret:
		return p, nil // its value stays sealed
	case was == Secret || p.Type == Secret && p.Given:
		p.Value = "" // what was secret does not become readable, and the other way round the text must be given anew
	}
	p.Value, err = p.Type.Normalise(p.Value)
	p.Given = p.Value != ""
	return p, err
}

// Delete removes a property. Codes not_found, permission_denied, property_locked, version_conflict.
func (s *Service) Delete(ctx context.Context, who authz.Actor, name string, version int64) error {
	if err := authz.Can(who, authz.AccountSettings, authz.None); err != nil {
		return err
	}
	_, err := s.change(ctx, who, "property.deleted", func(tx *db.Tx) (*Property, map[string]any, error) {
		p, err := s.changeable(ctx, tx, who, name, version)
		if err != nil {
			return nil, nil, err
		}
		_, err = tx.Exec(ctx, `DELETE FROM properties WHERE account_id = :account AND name = :name`, db.Args{"name": name})
		return p, map[string]any{"value": map[string]any{"before": shownValue(*p, false)}}, err
	}, name)
	return err
}

// change runs fn in a transaction and leaves a line in the trail unless detail is nil.
func (s *Service) change(ctx context.Context, who authz.Actor, action string, fn func(tx *db.Tx) (*Property, map[string]any, error), name string) (*Property, error) {
	var out *Property
	err := s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		p, detail, err := fn(tx)
		if err != nil {
			return err
		}
		shown := seen(who, *p)
		out = &shown
		if detail == nil {
			return nil
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: action, Subject: name, SubjectName: name, Detail: detail})
	})
	if db.IsUnique(err) {
		return nil, existsError(name)
	}
	return out, err
}

// mask stands in the trail for a value that nobody may read there.
const mask = "••••••"

// shownValue is a value as the trail may show it; with masked also one that is, or was,
// of a type that everybody reads.
func shownValue(p Property, masked bool) string {
	if p.Given && (masked || p.Type == Secret || p.Hidden) {
		return mask
	}
	return p.Value
}

func created(p Property) map[string]any {
	return map[string]any{
		"type": map[string]any{"after": string(p.Type)}, "value": map[string]any{"after": shownValue(p, false)}, "locked": map[string]any{"after": p.Locked},
	}
}

// difference gives the fields that differ, for the trail. A secret that was given anew
// shows as one mask in place of another.
func difference(before, after Property) map[string]any {
	out := map[string]any{}
	put := func(name string, was, is any, differ bool) {
		if differ {
			out[name] = map[string]any{"before": was, "after": is}
		}
	}
	secretAnew := after.Type == Secret && (after.Value != "" || before.Given != after.Given)
	put("type", string(before.Type), string(after.Type), before.Type != after.Type)
	masked := before.Type == Secret || after.Type == Secret // what becomes a secret was one in all but name
	put("value", shownValue(before, masked), shownValue(after, masked), secretAnew || before.Value != after.Value)
	put("locked", before.Locked, after.Locked, before.Locked != after.Locked)
	put("hidden", before.Hidden, after.Hidden, before.Hidden != after.Hidden)
	put("description", before.Description, after.Description, before.Description != after.Description)
	return out
}
