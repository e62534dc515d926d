package backup_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"octavo/internal/account"
	"octavo/internal/backup"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
)

// Whatever byte is changed or cut off, nothing is written.
func TestDamagedBackupIsRefused(t *testing.T) {
	path := demoBackup(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	h := newTables(t)
	to := h.open()
	empty := dbtest.Dump(t, to.DB)
	damaged := filepath.Join(t.TempDir(), "damaged")
	refuse := func(name string, text []byte) {
		t.Helper()
		if err := os.WriteFile(damaged, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Restore(t.Context(), of(to), damaged); err == nil {
			t.Fatalf("%s was restored", name)
		}
	}
	for i := 0; i < len(whole); i += len(whole)/40 + 1 {
		text := bytes.Clone(whole)
		text[i] ^= 0x10
		refuse(fmt.Sprintf("byte %d changed", i), text)
		refuse(fmt.Sprintf("cut at %d", i), whole[:i])
	}
	refuse("last byte cut", whole[:len(whole)-1])
	refuse("no backup", []byte("hello"))
	if now := dbtest.Dump(t, to.DB); now != empty || len(files(t, to)) > 0 {
		t.Errorf("a refused backup left %s", now)
	}
}

func TestRestoreNeedsAnEmptyPlace(t *testing.T) {
	path := demoBackup(t)
	t.Run("an agency is there", func(t *testing.T) {
		to := newTables(t).open()
		if _, err := to.Accounts.CreateParent(t.Context(), account.Draft{Name: "Other"}); err != nil {
			t.Fatal(err)
		}
		before := dbtest.Dump(t, to.DB)
		_, err := backup.Restore(t.Context(), of(to), path)
		if !errors.Is(err, db.ErrNotEmpty) || !strings.Contains(err.Error(), "another data folder or database") {
			t.Errorf("got %v", err)
		}
		if dbtest.Dump(t, to.DB) != before || len(files(t, to)) > 0 {
			t.Error("a refused restore has written")
		}
	})
	t.Run("a file of another is there", func(t *testing.T) {
		to := newTables(t).stores()
		if _, _, err := to.Blobs.Put(t.Context(), "families/9/x", strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Restore(t.Context(), of(to), path); !errors.Is(err, db.ErrNotEmpty) || !strings.Contains(err.Error(), "families/9/x") {
			t.Errorf("got %v", err)
		}
		if len(files(t, to)) != 1 {
			t.Error("a refused restore has written files")
		}
	})
}
