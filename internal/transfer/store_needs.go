package transfer

import (
	"context"

	"octavo/internal/db"
	"octavo/internal/id"
)

// readGiven tells which of the names are variables in the source account, and which have
// a value in each receiver: a property with one, a property of its people, or a variable.
func readGiven(ctx context.Context, tx *db.Tx, names []string) (variables map[string]bool, given map[string]map[id.Account]bool, err error) {
	variables, given = map[string]bool{}, map[string]map[id.Account]bool{}
	args := db.Args{"names": db.Words(names)}
	err = tx.Query(ctx, `SELECT name FROM variables WHERE account_id = :account AND name IN {words :names}`, args,
		func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			variables[name] = true
			return err
		})
	if err != nil {
		return nil, nil, err
	}
	err = tx.Query(ctx, `
		SELECT account_id, name FROM properties
		WHERE account_id IN {each :accounts} AND name IN {words :names} AND (value IS NOT NULL OR sealed IS NOT NULL)
		UNION ALL SELECT account_id, name FROM user_properties WHERE account_id IN {each :accounts} AND name IN {words :names}
		UNION ALL SELECT account_id, name FROM variables WHERE account_id IN {each :accounts} AND name IN {words :names}`, args,
		func(scan func(...any) error) error {
			var a id.Account
			var name string
			err := scan(&a, &name)
			if given[name] == nil {
				given[name] = map[id.Account]bool{}
			}
			given[name][a] = true
			return err
		})
	return variables, given, err
}

// readOpen tells which of the names are company properties of receivers that these may change: they have a value that is
// not locked.
func readOpen(ctx context.Context, tx *db.Tx, names []string) (map[string]map[id.Account]bool, error) {
	open := map[string]map[id.Account]bool{}
	err := tx.Query(ctx, `SELECT account_id, name FROM properties
		WHERE account_id IN {each :accounts} AND name IN {words :names} AND (value IS NOT NULL OR sealed IS NOT NULL) AND locked = 0`,
		db.Args{"names": db.Words(names)}, func(scan func(...any) error) error {
			var a id.Account
			var name string
			err := scan(&a, &name)
			if open[name] == nil {
				open[name] = map[id.Account]bool{}
			}
			open[name][a] = true
			return err
		})
	return open, err
}

// readSlugs gives the addresses of the receivers.
func readSlugs(ctx context.Context, tx *db.Tx) (map[id.Account]string, error) {
	out := map[id.Account]string{}
	err := tx.Query(ctx, `SELECT id, slug FROM accounts WHERE id IN {each :accounts}`, nil, func(scan func(...any) error) error {
		var a id.Account
		var slug string
		err := scan(&a, &slug)
		out[a] = slug
		return err
	})
	return out, err
}

// Room tells the use of a limit.
type Room struct{ Used, Limit, Needed int64 }

// Full says whether what is needed does not fit.
func (r Room) Full() bool { return r.Needed > 0 && r.Limit >= 0 && r.Used+r.Needed > r.Limit }

// readRooms gives use and limit of dashboards of the receiving accounts.
func readRooms(ctx context.Context, tx *db.Tx) (map[id.Account]Room, error) {
	out := map[id.Account]Room{}
	err := tx.Query(ctx, `SELECT id, dash_used + dash_given, dash_limit FROM accounts WHERE id IN {each :accounts}`, nil,
		func(scan func(...any) error) error {
			var a id.Account
			var r Room
			err := scan(&a, &r.Used, &r.Limit)
			out[a] = r
			return err
		})
	return out, err
}
