package installation_test

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
	"octavo/internal/installation"
)

func TestKeysAreMadeOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	asset := id.Asset{Account: id.NewAccount(1, 1), No: 7}
	keys := make([]*installation.Keys, 4)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			k, err := installation.Load(context.Background(), d)
			if err != nil {
				t.Error(err)
				return
			}
			keys[i] = k
		})
	}
	wg.Wait()
	for _, k := range keys[1:] {
		if !bytes.Equal(k.Cursor, keys[0].Cursor) || k.IDs.Format(asset) != keys[0].IDs.Format(asset) {
			t.Fatal("two processes have different keys")
		}
	}
	other, err := installation.Load(context.Background(), dbtest.Open(t))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(other.Cursor, keys[0].Cursor) {
		t.Error("two installations have the same key")
	}
}

func TestDamagedKeyStopsTheStart(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := dbtest.Open(t)
	err := d.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO installation (name, value) VALUES ('key_id', 'short')`, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := installation.Load(ctx, d); err == nil {
		t.Error("a damaged key was accepted: all public ids would change")
	}
}
