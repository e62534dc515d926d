package property

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/formula/value"
)

// Given is what an account says of a property that a request names.
type Given struct {
	Text   string
	Has    bool // it has a value
	Locked bool
	Secret bool // Text must be shown and logged nowhere
}

// ForRequests gives the company properties of the account of tx with these names, as
// requests of data sources take them: texts, secrets opened. What is not there is absent.
func (s *Service) ForRequests(ctx context.Context, tx *db.Tx, who authz.Actor, names []string) (map[string]Given, error) {
	out := map[string]Given{}
	sealed := map[string][]byte{}
	err := tx.Query(ctx, `SELECT name, type, COALESCE(value, ''), sealed, locked FROM properties
		WHERE account_id = :account AND name IN {words :names}`, db.Args{"names": db.Words(names)},
		func(scan func(...any) error) error {
			var name string
			var kind Type
			var g Given
			var closed []byte
			err := scan(&name, &kind, &g.Text, &closed, &g.Locked)
			g.Secret = kind == Secret
			g.Has = g.Text != "" || len(closed) > 0
			if len(closed) > 0 {
				sealed[name] = closed
			}
			out[name] = g
			return err
		})
	if err != nil || len(sealed) == 0 {
		return out, err
	}
	ring, err := s.master.Open(ctx, tx, nil) // no account: no key is made
	if err != nil {
		return nil, err
	}
	for name, closed := range sealed {
		g := out[name]
		if g.Text, err = ring.Unseal(place(who.Account, name), closed); err != nil {
			return nil, err
		}
		out[name] = g
	}
	return out, nil
}

// BuiltIn gives the built-in values among names as texts: of the account, and of the
// person, if there is one.
func BuiltIn(ctx context.Context, tx *db.Tx, who authz.Actor, names []string) (map[string]string, error) {
	vectors := map[string]value.Vector{}
	if err := builtIn(ctx, tx, who, names, vectors); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for name, v := range vectors {
		if who.User != "" || name == "company.id" || name == "company.name" {
			out[name] = v.Item(0).Text()
		}
	}
	return out, nil
}
