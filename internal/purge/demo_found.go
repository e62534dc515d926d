package purge

import (
	"context"

	"octavo/internal/asset"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// found is what there is in the accounts of a scope.
type found struct {
	accounts map[id.Account]foundAccount
	assets   []foundAsset
	people   []foundPerson
}

type foundAccount struct{ slug, name string }

type foundAsset struct {
	account id.Account
	no      int64
	kind    asset.Kind
	title   string
	version int64
	binned  bool
}

type foundPerson struct {
	account id.Account
	id      id.User
	name    string
}

// inScope names the accounts of a scope over several.
const inScope = `(account_id = :account OR account_id IN {each :accounts})`

// readFound reads what the accounts of the scope have, the bin included.
func readFound(ctx context.Context, tx *db.Tx) (f found, err error) {
	f.accounts = map[id.Account]foundAccount{}
	err = tx.Query(ctx, `SELECT id, slug, name FROM accounts WHERE (id = :account OR id IN {each :accounts})`, nil, func(scan func(...any) error) error {
		var no id.Account
		var a foundAccount
		err := scan(&no, &a.slug, &a.name)
		f.accounts[no] = a
		return err
	})
	if err != nil {
		return f, err
	}
	err = tx.Query(ctx, `SELECT account_id, no, kind, name, suffix, version, CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END
		FROM assets WHERE `+inScope+` ORDER BY account_id, kind, name_folded, no`, nil, func(scan func(...any) error) error {
		var a foundAsset
		var suffix, binned int64
		err := scan(&a.account, &a.no, &a.kind, &a.title, &suffix, &a.version, &binned)
		a.title, a.binned = asset.Title(a.title, suffix), binned == 1
		f.assets = append(f.assets, a)
		return err
	})
	if err != nil {
		return f, err
	}
	err = tx.Query(ctx, `SELECT account_id, id, name FROM users WHERE `+inScope+` AND deleted_at IS NULL AND state <> 'principal'
		ORDER BY account_id, name_folded, id`, nil, func(scan func(...any) error) error {
		var p foundPerson
		err := scan(&p.account, &p.id, &p.name)
		f.people = append(f.people, p)
		return err
	})
	return f, err
}

// declared names the properties that the agency of the scope declares.
func declared(ctx context.Context, tx *db.Tx) ([]string, error) {
	return names(ctx, tx, `SELECT name FROM property_declarations WHERE account_id = :account ORDER BY place, name`)
}

// valued names the properties that have a value in an account of the scope.
func valued(ctx context.Context, tx *db.Tx) ([]string, error) {
	return names(ctx, tx, `SELECT DISTINCT name FROM properties WHERE `+inScope+` AND (value IS NOT NULL OR sealed IS NOT NULL)`)
}

func names(ctx context.Context, tx *db.Tx, text string) ([]string, error) {
	var out []string
	err := tx.Query(ctx, text, nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		out = append(out, name)
		return err
	})
	return out, err
}

func isNotFound(err error) bool { return errs.Is(err, "not_found") }
