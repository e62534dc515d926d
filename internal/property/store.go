package property

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/secret"
)

// row is a property with the account it belongs to.
type row struct {
	account id.Account
	Property
}

const columns = `account_id, name, type, coalesce(value, ''), CASE WHEN value IS NOT NULL OR sealed IS NOT NULL THEN 1 ELSE 0 END,
	locked, hidden, description, version, changed_at`

func scanRow(scan func(...any) error) (row, error) {
	var r row
	var given, locked, hidden, changed int64
	err := scan(&r.account, &r.Name, &r.Type, &r.Value, &given, &locked, &hidden, &r.Description, &r.Version, &changed)
	r.Given, r.Locked, r.Hidden, r.ChangedAt = given == 1, locked == 1, hidden == 1, clock.FromMillis(changed)
	return r, err
}

// lock locks the rows of accounts in ascending order: properties are counted, made and
// changed one call after the other in an account.
func lock(ctx context.Context, tx *db.Tx, which string) error {
	return tx.Query(ctx, `SELECT id FROM accounts WHERE `+which+` ORDER BY id {lock}`, nil, func(scan func(...any) error) error {
		var a id.Account
		return scan(&a)
	})
}

// readAll reads the properties of the account of the scope in order of name.
func readAll(ctx context.Context, tx *db.Tx) ([]Property, error) {
	var out []Property
	err := tx.Query(ctx, `SELECT `+columns+` FROM properties WHERE account_id = :account ORDER BY name LIMIT :limit`,
		db.Args{"limit": Max}, func(scan func(...any) error) error {
			r, err := scanRow(scan)
			out = append(out, r.Property)
			return err
		})
	return out, err
}

// readOne reads and locks one property. Code not_found.
func readOne(ctx context.Context, tx *db.Tx, name string) (*Property, error) {
	var found *Property
	err := tx.Query(ctx, `SELECT `+columns+` FROM properties WHERE account_id = :account AND name = :name {lock}`,
		db.Args{"name": name}, func(scan func(...any) error) error {
			r, err := scanRow(scan)
			found = &r.Property
			return err
		})
	if err == nil && found == nil {
		err = authz.NotFound()
	}
	return found, err
}

// place is where the sealed value of a property stands.
func place(a id.Account, name string) secret.Place {
	return secret.Place{Account: a, Table: "properties", Row: name, Column: "sealed"}
}

// insert writes new rows; secrets are sealed here.
func (s *Service) insert(ctx context.Context, tx *db.Tx, rows ...row) error {
	values, err := s.values(ctx, tx, rows)
	if err != nil {
		return err
	}
	lines := make([][]any, len(rows))
	for i, r := range rows {
		lines[i] = []any{r.account, r.Name, string(r.Type), values[i].text, values[i].sealed, r.Locked, r.Hidden, r.Description, r.Version, tx.Now}
	}
	return tx.Insert(ctx, "properties", []string{
		"account_id", "name", "type", "value", "sealed", "locked", "hidden", "description", "version", "changed_at",
	}, lines)
}

// stored is a value as the table keeps it: one of the two, or none.
type stored struct {
	text   any
	sealed any
}

func (s *Service) values(ctx context.Context, tx *db.Tx, rows []row) ([]stored, error) {
	var accounts []id.Account
	for _, r := range rows {
		if r.Type == Secret && r.Value != "" {
			accounts = append(accounts, r.account)
		}
	}
	var ring *secret.Ring
	var err error
	if len(accounts) > 0 {
		if ring, err = s.master.Open(ctx, tx, accounts); err != nil {
			return nil, err
		}
	}
	out := make([]stored, len(rows))
	for i, r := range rows {
		switch {
		case r.Value == "":
		case r.Type == Secret:
			sealed, err := ring.Seal(place(r.account, r.Name), r.Value)
			if err != nil {
				return nil, err
			}
			out[i].sealed = sealed
		default:
			out[i].text = r.Value
		}
	}
	return out, nil
}

// update writes a property that is there. keepSeal leaves the sealed value as it is.
func (s *Service) update(ctx context.Context, tx *db.Tx, r row, keepSeal bool) error {
	values, err := s.values(ctx, tx, []row{r})
	if err != nil {
		return err
	}
	args := db.Args{"name": r.Name, "type": string(r.Type), "locked": r.Locked, "hidden": r.Hidden,
		"description": r.Description, "version": r.Version, "now": tx.Now}
	text := `UPDATE properties SET type = :type, locked = :locked, hidden = :hidden, description = :description, version = :version, changed_at = :now`
	if !keepSeal {
		text += `, value = :value, sealed = :sealed`
		args["value"], args["sealed"] = values[0].text, values[0].sealed
	}
	_, err = tx.Exec(ctx, text+` WHERE account_id = :account AND name = :name`, args)
	return err
}
