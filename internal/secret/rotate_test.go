package secret_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"octavo/internal/credential"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/property"
	"octavo/internal/secret"
)

// shop is a family with secrets in two accounts.
type shop struct {
	*fixture.Family
	creds  *credential.Service
	props  *property.Service
	opened []id.Credential
}

const howMany = 210 // more than one batch

func newShop(t *testing.T, d *db.DB, m *secret.Master, many int) *shop {
	t.Helper()
	f := fixture.New(t, d)
	s := &shop{Family: f, creds: credential.New(d, f.Accounts, nil, m), props: property.New(d, f.Accounts, m)}
	ctx := context.Background()
	for _, home := range []fixture.Home{f.Agency, f.Solstice} {
		if _, err := s.props.Create(ctx, f.Actor(home, home.Admin), property.Draft{Name: "token", Type: property.Secret, Value: "of the property"}); err != nil {
			t.Fatal(err)
		}
	}
	who := f.Actor(f.Agency, f.Agency.Admin)
	for range many {
		c, err := s.creds.Create(ctx, who, credential.Draft{Kind: credential.Bearer, Label: "Shop", Hosts: []string{"shop.test"}, Secret: "of the shop"})
		if err != nil {
			t.Fatal(err)
		}
		s.opened = append(s.opened, c.ID)
	}
	return s
}

// allOpen opens every credential.
func (s *shop) allOpen(t *testing.T) {
	t.Helper()
	for _, c := range s.opened {
		if _, err := s.creds.Open(context.Background(), s.Agency.ID, c, "https://shop.test/"); err != nil {
			t.Fatal(err)
		}
	}
}

// keys are the ids of the data keys of an account.
func keys(t *testing.T, d *db.DB, a id.Account) (out []string) {
	t.Helper()
	err := d.Read(context.Background(), db.Account(a), func(tx *db.Tx) error {
		out = nil
		return tx.Query(context.Background(), `SELECT id FROM data_keys WHERE account_id = :account ORDER BY id`, nil, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			out = append(out, name)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestKeysAreRotated(t *testing.T) {
	t.Parallel()
	d, m := dbtest.Open(t), newMaster(t, 1)
	s := newShop(t, d, m, howMany)
	before := keys(t, d, s.Agency.ID)
	got := map[id.Account]int{}
	if err := m.Rotate(t.Context(), d, func(a id.Account, n int) { got[a] = n }); err != nil {
		t.Fatal(err)
	}
	if got[s.Agency.ID] != howMany+1 || got[s.Solstice.ID] != 1 || len(got) != 2 {
		t.Errorf("sealed anew: %v", got)
	}
	after := keys(t, d, s.Agency.ID)
	if len(before) != 1 || len(after) != 1 || after[0] <= before[0] {
		t.Errorf("keys %v, then %v", before, after)
	}
	s.allOpen(t)
	if dump := dbtest.DumpOf(t, d, "credentials", "properties", "data_keys"); strings.Contains(dump, before[0]) {
		t.Error("something is still sealed with the old key")
	}
	if err := newMaster(t, 2).Rotate(t.Context(), d, func(id.Account, int) {}); !errors.Is(err, secret.ErrSealed) {
		t.Errorf("a stranger's master key rotates: %v", err)
	}
	s.allOpen(t)
}

// TestARotationThatEndsIsGoneOnWith lets one statement after the other fail.
func TestARotationThatEndsIsGoneOnWith(t *testing.T) {
	t.Parallel()
	var fault dbtest.Fault
	d, m := dbtest.Open(t, dbtest.Failing(&fault)), newMaster(t, 1)
	s := newShop(t, d, m, 3)
	broken := errors.New("the plug was pulled")
	for n := 1; ; n++ {
		before := keys(t, d, s.Agency.ID)
		fault.At(n, broken)
		err := m.Rotate(t.Context(), d, func(id.Account, int) {})
		if fault.Pending() { // it came to its end before
			if err != nil || n < 30 {
				t.Errorf("after %d statements: %v", n, err)
			}
			fault.At(0, nil)
			break
		}
		if !errors.Is(err, broken) {
			t.Fatalf("statement %d: %v", n, err)
		}
		s.allOpen(t)
		if now := keys(t, d, s.Agency.ID); len(now) > 2 {
			t.Fatalf("statement %d: keys %v, before %v", n, now, before)
		}
		if err := m.Rotate(t.Context(), d, func(id.Account, int) {}); err != nil {
			t.Fatal(err)
		}
		if now := keys(t, d, s.Agency.ID); len(now) != 1 || now[0] == before[0] {
			t.Errorf("statement %d: keys %v, before %v", n, now, before)
		}
	}
	s.allOpen(t)
}

// TestEverySealedColumnIsRotated finds columns that hold sealed values by their name.
func TestEverySealedColumnIsRotated(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	known := secret.Columns()
	found := 0
	for table := range db.Tables() {
		for _, column := range dbtest.Columns(t, d, table) {
			if column == "sealed" && table != "audit" { // there it is the seal of a line
				found++
				if !slices.Contains(known, table+"."+column) {
					t.Errorf("%s.%s is not rotated", table, column)
				}
			}
		}
	}
	if found != len(known) || found < 2 {
		t.Errorf("%d columns found, %v known", found, known)
	}
}

// TestSecretsAreWrittenWhileKeysAreRotated lets people write and read secrets while keys change under them.
func TestSecretsAreWrittenWhileKeysAreRotated(t *testing.T) {
	t.Parallel()
	d, m := dbtest.Open(t), newMaster(t, 1)
	s := newShop(t, d, m, 2)
	who := s.Actor(s.Agency, s.Agency.Admin)
	made := make(chan id.Credential, 60)
	errs := make(chan error, 3)
	for range 2 {
		go func() {
			for range 30 {
				c, err := s.creds.Create(t.Context(), who, credential.Draft{Kind: credential.Bearer, Label: "Shop", Hosts: []string{"shop.test"}, Secret: "of the shop"})
				if err != nil {
					errs <- err
					return
				}
				made <- c.ID
				if _, err := s.creds.Open(t.Context(), s.Agency.ID, c.ID, "https://shop.test/"); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	rotations := 0
	for left := 2; left > 0; rotations++ {
		if err := m.Rotate(t.Context(), d, func(id.Account, int) {}); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-errs:
			if left--; err != nil {
				t.Fatal(err)
			}
		default:
		}
	}
	close(made)
	for c := range made {
		s.opened = append(s.opened, c)
	}
	s.allOpen(t)
	if len(s.opened) != 62 || rotations < 2 || len(keys(t, d, s.Agency.ID)) != 1 {
		t.Errorf("%d secrets, %d rotations", len(s.opened), rotations)
	}
}
