package secret

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"octavo/internal/db"
	"octavo/internal/id"
)

// Place is where a sealed value stands. Row is what names the row inside the account.
type Place struct {
	Account            id.Account
	Table, Row, Column string
}

// text binds a value to its place.
func (p Place) text() []byte {
	return fmt.Appendf(nil, "%d\x00%s\x00%s\x00%s", p.Account, p.Table, p.Row, p.Column)
}

// Ring holds the data keys of some accounts during a transaction.
type Ring struct {
	newest map[id.Account]string // account → id of the key that seals
	keys   map[string]dataKey    // by id
}

type dataKey struct {
	account id.Account
	aead    cipher.AEAD
}

// ErrSealed says that a value cannot be opened: another master key sealed it, or it
// was moved or damaged.
var ErrSealed = errors.New("secret: this value cannot be opened")

// idSize is the length of a key's id in front of what it sealed.
const idSize = 32

// Open reads the data keys of accounts that the scope of tx may write, and makes those that are missing.
func (m *Master) Open(ctx context.Context, tx *db.Tx, accounts []id.Account) (*Ring, error) {
	r := &Ring{newest: map[id.Account]string{}, keys: map[string]dataKey{}}
	if err := m.read(ctx, tx, r); err != nil {
		return nil, err
	}
	var rows [][]any
	for _, a := range accounts {
		if _, ok := r.newest[a]; ok {
			continue
		}
		key := make([]byte, KeySize)
		_, _ = rand.Read(key) // never fails, see crypto/rand
		name := id.New()
		aead, err := newAEAD(key)
		if err != nil {
			return nil, err
		}
		r.newest[a], r.keys[name] = name, dataKey{a, aead}
		rows = append(rows, m.keyRow(tx, a, name, key))
	}
	if len(rows) == 0 {
		return r, nil
	}
	return r, tx.Insert(ctx, "data_keys", keyColumns, rows)
}

var keyColumns = []string{"account_id", "id", "master", "wrapped", "created_at"}

// keyRow is the row of a new data key.
func (m *Master) keyRow(tx *db.Tx, a id.Account, name string, key []byte) []any {
	return []any{a, name, m.name, m.aead.Seal(nil, nil, key, wrapPlace(a, name)), tx.Now}
}

func wrapPlace(a id.Account, name string) []byte {
	return Place{Account: a, Table: "data_keys", Row: name, Column: "wrapped"}.text()
}

// read reads the keys of all accounts of the scope, the newest last.
func (m *Master) read(ctx context.Context, tx *db.Tx, r *Ring) error {
	own := `account_id = :account`
	if tx.Several() {
		own = `account_id IN {each :accounts}`
	}
	return tx.Query(ctx, `SELECT account_id, id, master, wrapped FROM data_keys WHERE `+own+` ORDER BY id`, nil, func(scan func(...any) error) error {
		var a id.Account
		var name, master string
		var wrapped []byte
		if err := scan(&a, &name, &master, &wrapped); err != nil {
			return err
		}
		if master != m.name {
			return nil // sealed under another master; Open of a value says so
		}
		key, err := m.aead.Open(nil, nil, wrapped, wrapPlace(a, name))
		if err != nil {
			return fmt.Errorf("%w: data key %s", ErrSealed, name)
		}
		aead, err := newAEAD(key)
		r.newest[a], r.keys[name] = name, dataKey{a, aead}
		return err
	})
}

// Seal seals a value for its place, whose account must be one that the ring was opened for.
func (r *Ring) Seal(at Place, plain string) ([]byte, error) {
	name, ok := r.newest[at.Account]
	if !ok {
		return nil, fmt.Errorf("secret: the ring has no key of account %d", at.Account)
	}
	return r.keys[name].aead.Seal([]byte(name), nil, []byte(plain), at.text()), nil
}

// Unseal opens what Seal gave for the same place. Error ErrSealed.
func (r *Ring) Unseal(at Place, sealed []byte) (string, error) {
	if len(sealed) < idSize {
		return "", ErrSealed
	}
	key, ok := r.keys[string(sealed[:idSize])]
	if !ok || key.account != at.Account {
		return "", ErrSealed
	}
	plain, err := key.aead.Open(nil, nil, sealed[idSize:], at.text())
	if err != nil {
		return "", ErrSealed
	}
	return string(plain), nil
}

// Check refuses a master key that this installation's secrets were not sealed with.
func (m *Master) Check(ctx context.Context, d *db.DB) error {
	var others []string
	err := d.Read(ctx, db.System(), func(tx *db.Tx) error {
		others = nil
		return tx.Query(ctx, `SELECT DISTINCT master FROM data_keys WHERE master <> :own`, db.Args{"own": m.name}, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			others = append(others, name)
			return err
		})
	})
	if err != nil || len(others) == 0 {
		return err
	}
	slices.Sort(others)
	return fmt.Errorf("secret: the secrets of this installation were sealed with another master key (%s, not %s): bring its file master.key, or set OCTAVO_MASTER_KEY",
		strings.Join(others, ", "), m.name)
}
