package klip

import (
	"context"
	"fmt"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/property"
)

// codeMissing says that a formula names something that has no value here (accounts.md D92).
const codeMissing = "missing_variable"

// values are what the names behind $ stand for in one account, for one person.
type values struct {
	set     map[string]value.Vector
	missing []string // names without a value, in order
	blank   []string // properties of people that this person does not have, in order
	told    bool     // the person is told what is missing, because they can do something about it
}

// readValues settles what formulas name, first match wins (accounts.md §14.3): built-in
// values, locked company properties, properties of the person, unlocked ones, defaults of
// variables. Nothing in a view can set a variable yet.
func readValues(ctx context.Context, tx *db.Tx, who authz.Actor, names []string) (*values, error) {
	out := &values{set: map[string]value.Vector{}, told: who.Has(authz.AccountSettings)}
	if len(names) == 0 {
		return out, nil
	}
	fixed, open, err := property.ForFormulas(ctx, tx, who, names)
	if err != nil {
		return nil, err
	}
	own, err := ofPerson(ctx, tx, who, names)
	if err != nil {
		return nil, err
	}
	chosen, err := defaults(ctx, tx)
	if err != nil {
		return nil, err
	}
	var left []string // names without a value
	for _, name := range names {
		found := false
		for _, from := range []map[string]value.Vector{fixed, own, open, chosen} {
			if v, ok := from[name]; ok && !found {
				out.set[name], found = v, true
			}
		}
		if !found {
			left = append(left, name)
		}
	}
	theirs, err := personal(ctx, tx, left)
	if err != nil {
		return nil, err
	}
	for _, name := range left {
		if theirs[name] {
			out.blank = append(out.blank, name)
		} else {
			out.missing = append(out.missing, name)
		}
	}
	slices.Sort(out.missing)
	slices.Sort(out.blank)
	return out, nil
}

// pick gives the values of the names in one document.
func (v *values) pick(d *document) *values {
	out := &values{set: map[string]value.Vector{}, told: v.told}
	if d == nil {
		return out
	}
	for _, name := range d.variables() {
		if list, ok := v.set[name]; ok {
			out.set[name] = list
		} else if slices.Contains(v.blank, name) {
			out.blank = append(out.blank, name)
		} else {
			out.missing = append(out.missing, name)
		}
	}
	return out
}

// unset is the error of a formula that names something without a value: nothing is
// computed, because a blank could select what belongs to all clients. A property of
// people that this person lacks is a blank, with a warning (klips.md §18, scenario 13).
func (v *values) unset(name string) error {
	if slices.Contains(v.blank, name) {
		return nil
	}
	return syntax.Fail(codeMissing, v.sentence(name), "")
}

func (v *values) sentence(name string) string {
	if v.told {
		if property.CheckName(name) != nil { // user.… and company.…
			return fmt.Sprintf("There is nothing called %s.", name)
		}
		return fmt.Sprintf("Set the company property %s.", name)
	}
	return "No data yet."
}

// personal says which names are properties that people here can have, and that nothing
// of the company has.
func personal(ctx context.Context, tx *db.Tx, names []string) (map[string]bool, error) {
	out := map[string]bool{}
	if len(names) == 0 {
		return out, nil
	}
	err := tx.Query(ctx, `SELECT name FROM user_properties WHERE account_id = :account AND name IN {words :names}
		AND NOT EXISTS (SELECT 1 FROM properties WHERE properties.account_id = :account AND properties.name = user_properties.name)`,
		db.Args{"names": db.Words(names)}, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			out[name] = true
			return err
		})
	return out, err
}

// maxVariables is more than an account has.
const maxVariables = 10_000

// defaults reads the values that variables have until somebody chooses another.
func defaults(ctx context.Context, tx *db.Tx) (map[string]value.Vector, error) {
	out := map[string]value.Vector{}
	err := tx.Query(ctx, `SELECT name, default_json FROM variables WHERE account_id = :account ORDER BY name LIMIT :limit`,
		db.Args{"limit": maxVariables}, func(scan func(...any) error) error {
			var name, text string
			if err := scan(&name, &text); err != nil {
				return err
			}
			if tree, err := asset.ParseJSON([]byte(text)); err == nil {
				out[name] = vectorOf(tree)
			}
			return nil
		})
	return out, err
}

// vectorOf reads a list, or one value as a list of one.
func vectorOf(tree any) value.Vector {
	list, ok := tree.([]any)
	if !ok {
		list = []any{tree}
	}
	b := value.NewBuilder(len(list))
	for _, it := range list {
		switch x := it.(type) {
		case string:
			b.AppendText(x)
		case float64:
			b.AppendNumber(x)
		case bool:
			b.AppendBool(x)
		default:
			b.AppendBlank()
		}
	}
	return b.Vector()
}

// ofPerson reads the properties of the person who looks, in the account looked at: a
// visitor has none there.
func ofPerson(ctx context.Context, tx *db.Tx, who authz.Actor, names []string) (map[string]value.Vector, error) {
	out := map[string]value.Vector{}
	err := tx.Query(ctx, `SELECT name, value FROM user_property_values WHERE account_id = :account AND user_id = :user AND name IN {words :names}`,
		db.Args{"user": who.User, "names": db.Words(names)}, func(scan func(...any) error) error {
			var name, text string
			err := scan(&name, &text)
			if text != "" {
				out[name] = value.Of(value.Str(text))
			}
			return err
		})
	return out, err
}
