package klip

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/component"
	"octavo/internal/db"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/property"
)

// codeMissing says that a formula names something that has no value here (accounts.md D92).
const codeMissing = "missing_variable"

// levels are the values of names in one account for one person, by where they come from.
type levels struct {
	fixed, own, open, stored map[string]value.Vector
	personal                 map[string]bool // properties that people here can have
	told                     bool            // the person is told what is missing, because they can do something about it
}

// readLevels reads what names stand for apart from what a page sets.
func readLevels(ctx context.Context, tx *db.Tx, who authz.Actor, names []string) (*levels, error) {
	l := &levels{told: who.Has(authz.AccountSettings)}
	if len(names) == 0 {
		return l, nil
	}
	var err error
	if l.fixed, l.open, err = property.ForFormulas(ctx, tx, who, names); err != nil {
		return nil, err
	}
	if l.own, err = ofPerson(ctx, tx, who, names); err != nil {
		return nil, err
	}
	if l.stored, err = defaults(ctx, tx); err != nil {
		return nil, err
	}
	l.personal, err = personal(ctx, tx, names)
	return l, err
}

// values are what the names behind $ stand for in one Klip.
type values struct {
	set        map[string]value.Vector
	fixed      map[string]bool // names that nobody sets in a view
	missing    []string        // names without a value, in order
	blank      []string        // properties of people that this person does not have, in order
	selectable map[string]bool // missing names that a control of the page sets
	told       bool
}

// settle gives names their values, first match wins (accounts.md §14.3): built-in values and locked company
// properties, properties of the person, what the page sets, unlocked company properties, defaults of controls, those
// of variables. A name of needed that is without a value is missing; one of controls only is not.
func (l *levels) settle(needed, controls []string, c *chosen) *values {
	out := &values{set: map[string]value.Vector{}, fixed: map[string]bool{}, selectable: map[string]bool{}, told: l.told}
	from := []map[string]value.Vector{l.fixed, l.own, vectors(c.set), l.open, vectors(c.defaults), l.stored}
	for _, name := range slices.Concat(needed, controls) {
		if _, done := out.set[name]; done || slices.Contains(out.missing, name) || slices.Contains(out.blank, name) {
			continue
		}
		for level, given := range from {
			if v, ok := given[name]; ok {
				out.set[name], out.fixed[name] = v, level < 2
				break
			}
		}
		if _, found := out.set[name]; found || !slices.Contains(needed, name) {
			continue
		}
		_, out.selectable[name] = c.defaults[name]
		if l.personal[name] && !out.selectable[name] {
			out.blank = append(out.blank, name)
		} else {
			out.missing = append(out.missing, name)
		}
	}
	slices.Sort(out.missing)
	slices.Sort(out.blank)
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
	if v.selectable[name] {
		return fmt.Sprintf("Choose a value for %s.", name)
	}
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
			if tree, err := asset.ParseJSON([]byte(text)); err == nil && tree != nil {
				out[name] = vectorOf(tree)
			}
			return nil
		})
	return out, err
}

// declare makes the variables that the controls of a Klip set, so that they are known elsewhere. The default of a
// control that reaches all dashboards replaces the one that is there: whoever saved last has decided.
func declare(ctx context.Context, tx *db.Tx, d *document) error {
	for _, s := range component.Settings(d.components) {
		text := "null"
		if s.Default != "" && s.Scope == component.ScopeAll {
			quoted, err := json.Marshal(s.Default)
			if err != nil {
				return err
			}
			text = string(quoted)
		}
		_, err := tx.Exec(ctx, `INSERT INTO variables (account_id, name, type, default_json) VALUES (:account, :name, 'text', :default)
			ON CONFLICT (account_id, name) DO UPDATE SET default_json = excluded.default_json WHERE excluded.default_json <> 'null'`,
			db.Args{"name": s.Variable, "default": text})
		if err != nil {
			return err
		}
	}
	return nil
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
