package secret

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"octavo/internal/db"
	"octavo/internal/id"
)

// column holds sealed values: row is the column that names a row inside its account, as
// the place of its values does.
type column struct{ table, row, name string }

// columns are all that hold sealed values. A test finds one that is missing.
var columns = []column{{"credentials", "id", "sealed"}, {"properties", "name", "sealed"}}

// batch is how many values are sealed anew in one transaction: the account is locked meanwhile.
const batch = 200

// Rotate gives every account that has a data key a new one, seals all its values anew with
// that, and removes the old keys. It may end at any moment and be begun again: then it goes
// on where it ended, and every value opens all the time. Servers may run meanwhile, for
// whoever seals locks the row of the account first. tell is called after each account
// with the number of its values.
func (m *Master) Rotate(ctx context.Context, d *db.DB, tell func(a id.Account, values int)) error {
	var accounts []id.Account
	err := d.Read(ctx, db.System(), func(tx *db.Tx) error {
		accounts = nil
		return tx.Query(ctx, `SELECT DISTINCT account_id FROM data_keys ORDER BY account_id`, nil, func(scan func(...any) error) error {
			var a id.Account
			err := scan(&a)
			accounts = append(accounts, a)
			return err
		})
	})
	for i := 0; i < len(accounts) && err == nil; i++ {
		var n int
		if n, err = m.rotate(ctx, d, accounts[i]); err == nil {
			tell(accounts[i], n)
		}
	}
	return err
}

// rotate is Rotate for one account.
func (m *Master) rotate(ctx context.Context, d *db.DB, a id.Account) (values int, err error) {
	if err := d.Tx(ctx, db.Account(a), func(tx *db.Tx) error { return m.begin(ctx, tx, a) }); err != nil {
		return 0, err
	}
	for _, c := range columns {
		for n := batch; n == batch; values += n {
			err := d.Tx(ctx, db.Account(a), func(tx *db.Tx) (err error) {
				n, err = m.reseal(ctx, tx, a, c)
				return err
			})
			if err != nil {
				return values, err
			}
		}
	}
	return values, d.Tx(ctx, db.Account(a), func(tx *db.Tx) error { return m.end(ctx, tx, a) })
}

// keysOf locks an account and gives its data keys in the order they were made.
func keysOf(ctx context.Context, tx *db.Tx) (names []string, err error) {
	var a id.Account
	if _, err := tx.One(ctx, `SELECT id FROM accounts WHERE id = :account {lock}`, nil, &a); err != nil {
		return nil, err
	}
	err = tx.Query(ctx, `SELECT id FROM data_keys WHERE account_id = :account ORDER BY id`, nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		names = append(names, name)
		return err
	})
	return names, err
}

// begin makes the new key of an account, unless a run before has made it and not come to its end.
func (m *Master) begin(ctx context.Context, tx *db.Tx, a id.Account) error {
	names, err := keysOf(ctx, tx)
	if err != nil || len(names) != 1 {
		return err
	}
	key := make([]byte, KeySize)
	_, _ = rand.Read(key) // never fails, see crypto/rand
	name := id.New()
	if name <= names[0] {
		return errors.New("secret: the clock of this machine stands before the time at which the last key was made")
	}
	return tx.Insert(ctx, "data_keys", keyColumns, [][]any{m.keyRow(tx, a, name, key)})
}

// reseal seals some values of a column with the newest key and gives their number; fewer than batch is the end.
func (m *Master) reseal(ctx context.Context, tx *db.Tx, a id.Account, c column) (int, error) {
	names, err := keysOf(ctx, tx)
	if err != nil || len(names) == 0 {
		return 0, err
	}
	ring, err := m.Open(ctx, tx, nil)
	if err != nil {
		return 0, err
	}
	old := map[string][]byte{}
	err = tx.Query(ctx, `SELECT `+c.row+`, `+c.name+` FROM `+c.table+` WHERE account_id = :account AND `+c.name+` IS NOT NULL
		AND substr(`+c.name+`, 1, 32) <> :newest LIMIT :batch`, db.Args{"newest": []byte(names[len(names)-1]), "batch": batch},
		func(scan func(...any) error) error {
			var row string
			var sealed []byte
			err := scan(&row, &sealed)
			old[row] = sealed
			return err
		})
	for row, sealed := range old {
		if err != nil {
			break
		}
		err = ring.again(ctx, tx, Place{Account: a, Table: c.table, Row: row, Column: c.name}, c, sealed)
	}
	return len(old), err
}

// again seals one value with the newest key.
func (r *Ring) again(ctx context.Context, tx *db.Tx, at Place, c column, sealed []byte) error {
	plain, err := r.Unseal(at, sealed)
	if err != nil {
		return fmt.Errorf("%w: %s %s of account %d", err, at.Table, at.Row, at.Account)
	}
	anew, err := r.Seal(at, plain)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE `+c.table+` SET `+c.name+` = :anew WHERE account_id = :account AND `+c.row+` = :row AND `+c.name+` = :old`,
		db.Args{"anew": anew, "row": at.Row, "old": sealed})
	return err
}

// end removes the old keys of an account, unless something is still sealed with one of them.
func (m *Master) end(ctx context.Context, tx *db.Tx, a id.Account) error {
	names, err := keysOf(ctx, tx)
	if err != nil || len(names) == 0 {
		return err
	}
	newest := names[len(names)-1]
	for _, c := range columns {
		var n int
		_, err := tx.One(ctx, `SELECT COUNT(*) FROM `+c.table+` WHERE account_id = :account AND `+c.name+` IS NOT NULL
			AND substr(`+c.name+`, 1, 32) <> :newest`, db.Args{"newest": []byte(newest)}, &n)
		if err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("secret: %d values of %s in account %d are sealed with an old key; begin the rotation again", n, c.table, a)
		}
	}
	_, err = tx.Exec(ctx, `DELETE FROM data_keys WHERE account_id = :account AND id <> :newest`, db.Args{"newest": newest})
	return err
}

// tries is how often a value is read that does not open: rotations of one account follow each other at a distance.
const tries = 3

// Again runs fn, a whole transaction that opens sealed values without the lock of their
// account, and runs it again where one does not open: it may have been sealed anew, and
// its old key removed, between the statement that read the value and the one that read the keys.
func Again(fn func() error) error {
	for try := 1; ; try++ {
		if err := fn(); !errors.Is(err, ErrSealed) || try == tries {
			return err
		}
	}
}
