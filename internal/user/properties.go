package user

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// Limits of user properties (accounts.md D42; the number is ours).
const (
	maxProperties    = 100
	maxPropertyValue = 4 << 10 // bytes
)

var propertyName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,63}$`)

// checkPropertyName refuses what cannot name a property; case matters. Code bad_property_name.
func checkPropertyName(name string) error {
	if !propertyName.MatchString(name) || strings.HasPrefix(name, "user.") || strings.HasPrefix(name, "company.") {
		return errs.New(errs.Invalid, "bad_property_name",
			"A name begins with a letter and has letters, digits, dots, hyphens and underscores, 64 at most; user. and company. are taken.").WithField("name")
	}
	return nil
}

// Properties lists the names of the properties that every person of the acting account has. Code permission_denied.
func (s *Service) Properties(ctx context.Context, who authz.Actor) ([]string, error) {
	if err := mayManageSome(who); err != nil {
		return nil, err
	}
	var names []string
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		names, err = propertyNames(ctx, tx)
		return err
	})
	return names, err
}

func propertyNames(ctx context.Context, tx *db.Tx) ([]string, error) {
	names := []string{}
	err := tx.Query(ctx, `SELECT name FROM user_properties WHERE account_id = :account ORDER BY name`, nil, func(scan func(...any) error) error {
		var n string
		err := scan(&n)
		names = append(names, n)
		return err
	})
	return names, err
}

// AddProperty gives every person of the acting account one more property, without a value. Codes permission_denied,
// bad_property_name, name_taken, limit_reached.
func (s *Service) AddProperty(ctx context.Context, who authz.Actor, name string) error {
	if err := authz.Can(who, authz.UserManage, authz.None); err != nil {
		return err
	}
	if err := checkPropertyName(name); err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if err := lockAccount(ctx, tx); err != nil {
			return err
		}
		names, err := propertyNames(ctx, tx)
		switch {
		case err != nil:
			return err
		case slices.Contains(names, name):
			return errs.New(errs.Conflict, "name_taken", "There is a property of this name already.").WithField("name")
		case len(names) >= maxProperties:
			return errs.Newf(errs.Conflict, "limit_reached", "People have at most %d properties.", maxProperties)
		}
		err = tx.Insert(ctx, "user_properties", []string{"account_id", "name", "created_at"}, [][]any{{who.Account, name, tx.Now}})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "user_property.created", Subject: name, SubjectName: name})
	})
}

// DeleteProperty takes a property and its values from everybody. Codes permission_denied, not_found.
func (s *Service) DeleteProperty(ctx context.Context, who authz.Actor, name string) error {
	if err := authz.Can(who, authz.UserManage, authz.None); err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM user_properties WHERE account_id = :account AND name = :name`, db.Args{"name": name})
		if err != nil {
			return err
		}
		if n == 0 {
			return authz.NotFound()
		}
		if _, err := tx.Exec(ctx, `DELETE FROM user_property_values WHERE account_id = :account AND name = :name`, db.Args{"name": name}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "user_property.deleted", Subject: name, SubjectName: name})
	})
}

// putValues writes values of a person; nil and the empty text take one away. Codes unknown_property, text_too_long.
func putValues(ctx context.Context, tx *db.Tx, is *Person, names []string, values map[string]*string) error {
	known, err := propertyNames(ctx, tx)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, name := range names {
		if !slices.Contains(known, name) {
			return errs.Newf(errs.Invalid, "unknown_property", "People of this account have no property %q.", name).WithField("properties")
		}
		v := values[name]
		if v == nil || *v == "" { // an empty text is no value (accounts.md D92)
			continue
		}
		if len(*v) > maxPropertyValue {
			return errs.Newf(errs.Invalid, "text_too_long", "At most %d characters; this has %d.", maxPropertyValue, len(*v)).
				WithField("properties").WithParams(map[string]any{"limit": maxPropertyValue, "length": len(*v)})
		}
		rows = append(rows, []any{is.Account, is.ID, name, *v})
	}
	_, err = tx.Exec(ctx, `DELETE FROM user_property_values WHERE account_id = :account AND user_id = :id AND name IN {words :names}`,
		db.Args{"id": is.ID, "names": db.Words(names)})
	if err != nil {
		return err
	}
	return tx.Insert(ctx, "user_property_values", []string{"account_id", "user_id", "name", "value"}, rows)
}

// valuesOf reads the properties of a person that have a value.
func valuesOf(ctx context.Context, tx *db.Tx, person any) (map[string]string, error) {
	values := map[string]string{}
	err := tx.Query(ctx, `SELECT name, value FROM user_property_values WHERE account_id = :account AND user_id = :id`, db.Args{"id": person},
		func(scan func(...any) error) error {
			var name, value string
			err := scan(&name, &value)
			values[name] = value
			return err
		})
	return values, err
}
