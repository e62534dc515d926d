// Package installation keeps what is made once when the product is installed and
// never changes: the key that public ids of assets are computed with, and the key
// that seals the cursors of lists. Both are in the database and so in every backup.
//
// Table owned: installation (names key_id, key_cursor).
package installation

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"octavo/internal/db"
	"octavo/internal/id"
)

// cursorKeySize makes AES-256.
const cursorKeySize = 32

// Keys are the keys of an installation.
type Keys struct {
	IDs    *id.Codec // public ids of assets
	Cursor []byte    // 32 bytes, AES-256
}

// Load reads the keys and makes those that are missing. Two processes that start
// together get the same keys.
func Load(ctx context.Context, d *db.DB) (*Keys, error) {
	ids, err := key(ctx, d, "key_id", id.KeySize)
	if err != nil {
		return nil, err
	}
	cursor, err := key(ctx, d, "key_cursor", cursorKeySize)
	if err != nil {
		return nil, err
	}
	codec, err := id.NewCodec(ids)
	if err != nil {
		return nil, err
	}
	return &Keys{IDs: codec, Cursor: cursor}, nil
}

func key(ctx context.Context, d *db.DB, name string, size int) ([]byte, error) {
	text, err := read(ctx, d, name)
	if err != nil {
		return nil, err
	}
	if text == "" {
		if err := create(ctx, d, name, size); err != nil {
			return nil, err
		}
		if text, err = read(ctx, d, name); err != nil {
			return nil, err
		}
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(b) != size {
		return nil, fmt.Errorf("installation.Load: %s in the database is damaged", name)
	}
	return b, nil
}

func read(ctx context.Context, d *db.DB, name string) (string, error) {
	var text string
	err := d.Read(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `SELECT value FROM installation WHERE name = :name`, db.Args{"name": name}, &text)
		return err
	})
	return text, err
}

// create stores a new key unless another process was faster.
func create(ctx context.Context, d *db.DB, name string, size int) error {
	b := make([]byte, size)
	if _, err := rand.Read(b); err != nil {
		return fmt.Errorf("installation: %w", err)
	}
	return d.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO installation (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING`,
			db.Args{"name": name, "value": base64.StdEncoding.EncodeToString(b)})
		return err
	})
}
