package property

import (
	"context"
	"strings"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/formula/value"
)

// ForFormulas gives the values that names have in formulas of the acting account, as
// far as this package knows them: built-in values and company properties. fixed are
// those that nothing can replace, open those that give way to a property of the person
// who looks. Names without a value, and secrets, are in neither. Hidden values are in:
// hiding keeps them out of lists, a formula may use them.
func ForFormulas(ctx context.Context, tx *db.Tx, who authz.Actor, names []string) (fixed, open map[string]value.Vector, err error) {
	fixed, open = map[string]value.Vector{}, map[string]value.Vector{}
	if len(names) == 0 {
		return fixed, open, nil
	}
	if err := builtIn(ctx, tx, who, names, fixed); err != nil {
		return nil, nil, err
	}
	err = tx.Query(ctx, `SELECT name, type, value, locked FROM properties
		WHERE account_id = :account AND value IS NOT NULL AND type <> 'secret' AND name IN {words :names}`,
		db.Args{"names": db.Words(names)}, func(scan func(...any) error) error {
			var name, stored string
			var kind Type
			var locked int64
			if err := scan(&name, &kind, &stored, &locked); err != nil {
				return err
			}
			to := open
			if locked == 1 {
				to = fixed
			}
			to[name] = kind.vector(stored)
			return nil
		})
	return fixed, open, err
}

// builtIn puts in what the names ask for of account and person. In a visit the person is the visitor.
func builtIn(ctx context.Context, tx *db.Tx, who authz.Actor, names []string, into map[string]value.Vector) error {
	first, last, _ := strings.Cut(who.Name, " ")
	person := map[string]value.Item{
		"user.emailAddress": value.Str(who.Email),
		"user.firstName":    value.Str(first),
		"user.lastName":     value.Str(last),
		"user.isAdmin":      value.Boolean(who.IsAdmin()),
	}
	company := false
	for _, name := range names {
		if it, ok := person[name]; ok {
			into[name] = value.Of(it)
		}
		company = company || strings.HasPrefix(name, "company.")
	}
	if !company {
		return nil
	}
	var public, display string
	_, err := tx.One(ctx, `SELECT public_id, CASE WHEN display_name <> '' THEN display_name ELSE name END FROM accounts WHERE id = :account`, nil, &public, &display)
	if err != nil {
		return err
	}
	for _, name := range names {
		switch name {
		case "company.id":
			into[name] = value.Of(value.Str(public))
		case "company.name":
			into[name] = value.Of(value.Str(display))
		}
	}
	return nil
}
