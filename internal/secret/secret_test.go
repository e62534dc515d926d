package secret_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
	"octavo/internal/secret"
)

func newMaster(t *testing.T, fill byte) *secret.Master {
	t.Helper()
	m, err := secret.NewMaster(bytes.Repeat([]byte{fill}, secret.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var (
	agency = id.NewAccount(7, 1)
	client = id.NewAccount(7, 2)
	other  = id.NewAccount(7, 3)
)

func open(t *testing.T, d *db.DB, m *secret.Master, scope db.Scope, accounts ...id.Account) *secret.Ring {
	t.Helper()
	var r *secret.Ring
	err := d.Tx(context.Background(), scope, func(tx *db.Tx) (err error) {
		r, err = m.Open(context.Background(), tx, accounts)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestASealedValueOpensInItsPlaceOnly(t *testing.T) {
	t.Parallel()
	d, m := dbtest.Open(t), newMaster(t, 1)
	at := secret.Place{Account: client, Table: "properties", Row: "token", Column: "sealed"}
	grant := authz.GrantOperator(agency, []id.Account{client, other}, true)
	first := open(t, d, m, db.Across(grant), client, other)
	sealed, err := first.Seal(at, "s3cret")
	if err != nil || bytes.Contains(sealed, []byte("s3cret")) {
		t.Fatalf("sealed = %q, %v", sealed, err)
	}
	again, err := first.Seal(at, "s3cret")
	if err != nil || bytes.Equal(sealed, again) {
		t.Errorf("equal values have equal seals: %v", err)
	}
	later := open(t, d, m, db.Account(client), client)
	if plain, err := later.Unseal(at, sealed); err != nil || plain != "s3cret" {
		t.Errorf("opened = %q, %v", plain, err)
	}
	moved := []secret.Place{at, at, at, at}
	moved[0].Account, moved[1].Table, moved[2].Row, moved[3].Column = other, "x", "x", "x"
	for _, place := range moved {
		if plain, err := first.Unseal(place, sealed); !errors.Is(err, secret.ErrSealed) {
			t.Errorf("at %+v: %q, %v", place, plain, err)
		}
	}
	for i := range sealed {
		damaged := bytes.Clone(sealed)
		damaged[i] ^= 1
		if plain, err := first.Unseal(at, damaged); !errors.Is(err, secret.ErrSealed) {
			t.Fatalf("byte %d changed: %q, %v", i, plain, err)
		}
	}
	if _, err := first.Seal(secret.Place{Account: agency}, "x"); err == nil {
		t.Error("sealed for an account without a key")
	}
}

func TestAnotherMasterKeyIsRefused(t *testing.T) {
	t.Parallel()
	d, m := dbtest.Open(t), newMaster(t, 1)
	ctx := context.Background()
	at := secret.Place{Account: client, Table: "properties", Row: "token", Column: "sealed"}
	sealed, err := open(t, d, m, db.Account(client), client).Seal(at, "s3cret")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Check(ctx, d); err != nil {
		t.Error(err)
	}
	stranger := newMaster(t, 2)
	if err := stranger.Check(ctx, d); err == nil || !strings.Contains(err.Error(), "another master key") {
		t.Errorf("check = %v", err)
	}
	if plain, err := open(t, d, stranger, db.Account(client), client).Unseal(at, sealed); !errors.Is(err, secret.ErrSealed) {
		t.Errorf("a stranger reads %q, %v", plain, err)
	}
}

func TestTheFileOfTheMasterKey(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "master.key")
	d := dbtest.Open(t)
	m, err := secret.LoadMaster("", file)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := os.Stat(file); err != nil || s.Mode().Perm() != 0o600 {
		t.Errorf("file = %v, %v", s, err)
	}
	at := secret.Place{Account: client}
	sealed, err := open(t, d, m, db.Account(client), client).Seal(at, "x")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, again := range []func() (*secret.Master, error){
		func() (*secret.Master, error) { return secret.LoadMaster("", file) },
		func() (*secret.Master, error) { return secret.LoadMaster(string(text), "/nowhere") },
	} {
		m, err := again()
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := open(t, d, m, db.Account(client), client).Unseal(at, sealed); err != nil || plain != "x" {
			t.Errorf("opened = %q, %v", plain, err)
		}
	}
	if _, err := secret.LoadMaster("c2hvcnQ=", ""); err == nil {
		t.Error("a short key is taken")
	}
}
