package datasource

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/placeholder"
	"octavo/internal/property"
)

// Choices are what the page on which somebody looks at data sets.
type Choices struct {
	Set      map[string]string // values chosen there, or in its address
	Default  map[string]string // of its controls
	Controls []string          // names that its controls set
}

// Equal says whether two pages have the same choices.
func (c Choices) Equal(o Choices) bool {
	return maps.Equal(c.Set, o.Set) && maps.Equal(c.Default, o.Default) && slices.Equal(c.Controls, o.Controls)
}

// resolved is what the names of a request stand for in one account, for one person or
// for nobody in particular.
type resolved struct {
	values  map[string]string
	secret  map[string]bool // names whose values are shown nowhere
	fixed   map[string]bool // names that no choice and no property of a person can set
	company bool            // no value is of the person
	refused string          // a name that only a company property may give, and none does
	written []string        // forms in which secrets were written into what is asked
}

// reader says how a source takes its values.
type reader struct {
	names    []string
	secrets  []string // of names: only a secret property may give their values
	policy   map[string]string
	imported bool
	plain    bool // a secret gives no value
}

// only says whether a value must come from the company property alone: where the policy
// says so, and in a copy as soon as the account has such a property (data-sources.md
// §9.6 S2, S3). There it is what keeps one client from asking for the rows of another.
func (r reader) only(name string, given map[string]property.Given) bool {
	_, there := given[name]
	return r.policy[name] == companyOnly || r.imported && there
}

// levels are what an account and a person say of names, before a source takes its values from them.
type levels struct {
	built    map[string]string
	company  map[string]property.Given
	personal map[string]string
	defaults map[string]string // of variables
}

// readLevels reads them. who without a user has no values of a person.
func (s *Service) readLevels(ctx context.Context, tx *db.Tx, who authz.Actor, names []string) (l levels, err error) {
	if len(names) == 0 {
		return l, nil
	}
	if l.built, err = property.BuiltIn(ctx, tx, who, names); err != nil {
		return l, err
	}
	if s.cfg.Properties != nil {
		if l.company, err = s.cfg.Properties.ForRequests(ctx, tx, who, names); err != nil {
			return l, err
		}
	}
	if l.personal, err = ofPerson(ctx, tx, who, names); err != nil {
		return l, err
	}
	l.defaults, err = defaultsOf(ctx, tx, names)
	return l, err
}

// resolve finds the values of the names of one source.
func (s *Service) resolve(ctx context.Context, tx *db.Tx, who authz.Actor, r reader, in Choices) (resolved, error) {
	l, err := s.readLevels(ctx, tx, who, r.names)
	return l.resolve(r, in), err
}

// resolve finds the values of names by accounts.md §14.3: built-in, locked company
// property, property of the person, what the page sets, company property, default of the
// page's controls, of the variable. Names without a value are absent.
func (l levels) resolve(r reader, in Choices) resolved {
	out := resolved{values: map[string]string{}, secret: map[string]bool{}, fixed: map[string]bool{}, company: true}
	for _, name := range r.names {
		g := l.company[name]
		v, isBuilt := l.built[name]
		personal, isOwn := l.personal[name]
		fallback, hasDefault := l.defaults[name]
		switch {
		case r.plain && g.Secret:
			out.refused = name
		case slices.Contains(r.secrets, name):
			if !g.Has || !g.Secret {
				out.refused = name
				continue
			}
			out.give(name, g)
			out.fixed[name] = true
		case isBuilt:
			out.values[name] = v
			out.fixed[name] = !strings.HasPrefix(name, "user.")
			out.company = out.company && out.fixed[name]
		case g.Has && (g.Locked || r.only(name, l.company)):
			out.give(name, g)
			out.fixed[name] = true
		case r.only(name, l.company):
			out.refused = name
		case isOwn:
			out.values[name], out.company = personal, false
		case in.Set[name] != "":
			out.values[name], out.company = in.Set[name], false
		case g.Has:
			out.give(name, g)
		case in.Default[name] != "":
			out.values[name], out.company = in.Default[name], false
		case hasDefault:
			out.values[name] = fallback
		}
	}
	return out
}

func (r *resolved) give(name string, g property.Given) {
	r.values[name] = g.Text
	if g.Secret {
		r.secret[name] = true
	}
}

// complete says whether a source has all its values.
func (r *resolved) complete(b body) bool {
	return r.lacks(b) == ""
}

// lacks names a variable of a source that has no value and no default; "" = there is none.
func (r *resolved) lacks(b body) string {
	if r.refused != "" {
		return r.refused
	}
	what := b.asks()
	if what == nil {
		names := b.variables()
		if i := slices.IndexFunc(names, func(name string) bool { return r.values[name] == "" }); i >= 0 {
			return names[i]
		}
		return ""
	}
	_, err := what.fill(placeholder.Scope{Values: r.values, Secret: r.secret, Zone: time.UTC, Now: time.Unix(0, 0)})
	var e *errs.Error
	if errors.As(err, &e) && e.Code == "missing_variable" {
		name, _ := e.Params["name"].(string)
		return name
	}
	return ""
}

// key names the set of values; sources without variables have the empty one.
func (r *resolved) key() string {
	if len(r.values) == 0 {
		return ""
	}
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(r.values)) {
		fmt.Fprintf(h, "%d:%s=%d:%s;", len(name), name, len(r.values[name]), r.values[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// shown are the values as they are stored and shown: without secrets.
func (r *resolved) shown() map[string]string {
	out := maps.Clone(r.values)
	for name := range r.secret {
		delete(out, name)
	}
	return out
}

// secrets lists values that are masked wherever they are shown.
func (r *resolved) secrets() []string {
	out := slices.Clone(r.written)
	for name := range r.secret {
		out = append(out, r.values[name])
	}
	return out
}

// ofPerson reads the properties of a person in the account; a visitor has none there.
func ofPerson(ctx context.Context, tx *db.Tx, who authz.Actor, names []string) (map[string]string, error) {
	out := map[string]string{}
	if who.User == "" {
		return out, nil
	}
	err := tx.Query(ctx, `SELECT name, value FROM user_property_values WHERE account_id = :account AND user_id = :user AND name IN {words :names}`,
		db.Args{"user": who.User, "names": db.Words(names)}, func(scan func(...any) error) error {
			var name, text string
			err := scan(&name, &text)
			if text != "" {
				out[name] = text
			}
			return err
		})
	return out, err
}

// defaultsOf reads the defaults of variables that are one value.
func defaultsOf(ctx context.Context, tx *db.Tx, names []string) (map[string]string, error) {
	out := map[string]string{}
	err := tx.Query(ctx, `SELECT name, default_json FROM variables WHERE account_id = :account AND name IN {words :names}`,
		db.Args{"names": db.Words(names)}, func(scan func(...any) error) error {
			var name, text string
			if err := scan(&name, &text); err != nil {
				return err
			}
			var v any
			if json.Unmarshal([]byte(text), &v) != nil {
				return nil
			}
			if list, ok := v.([]any); ok && len(list) == 1 {
				v = list[0]
			}
			switch v := v.(type) {
			case string:
				out[name] = v
			case float64, bool:
				out[name] = strings.Trim(strings.TrimSpace(text), "[] ")
			}
			return nil
		})
	return out, err
}
