package backup_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/account"
	"octavo/internal/app"
	"octavo/internal/backup"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
)

// The restore drill: what was saved on the engine of this run comes back on every
// engine: equal rows, equal files, the same password, the same dashboards.
func TestRestoreDrill(t *testing.T) {
	from := withDemo(t)
	saw := look(t, from) // also leaves a session, which is in the backup
	path, m := save(t, from)
	rows, stored := dbtest.Dump(t, from.DB), files(t, from)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup: %v, %v", info, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("beside the backup: %v, %v", entries, err)
	}
	if n := strings.Count(rows, "\n"); int64(n) != m.Rows() || n < 300 {
		t.Errorf("the manifest names %d rows, the database has %d", m.Rows(), n)
	}
	if n, _ := m.Files(); n != len(stored) || n < 10 {
		t.Errorf("%d files in the backup, %d in the store", n, len(stored))
	}
	engines := map[string]bool{"sqlite": false}
	if dbtest.Postgres() {
		engines["postgres"] = true
	}
	for name, postgres := range engines {
		t.Run("into "+name, func(t *testing.T) {
			h := newHouse(t, postgres)
			got, err := backup.Restore(t.Context(), of(h.stores()), path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(m, got); diff != "" {
				t.Errorf("manifest (-saved +restored):\n%s", diff)
			}
			to := h.open() // must find its keys and make none
			if diff := cmp.Diff(strings.Split(rows, "\n"), strings.Split(dbtest.Dump(t, to.DB), "\n")); diff != "" {
				t.Errorf("rows (-saved +restored):\n%s", diff)
			}
			if diff := cmp.Diff(stored, files(t, to)); diff != "" {
				t.Errorf("files (-saved +restored):\n%s", diff)
			}
			sound(t, to)
			if now := look(t, to); now != saw {
				t.Errorf("the dashboards show\n%s\nand showed\n%s", now, saw)
			}
			if _, err := backup.Restore(t.Context(), of(to), path); !errors.Is(err, db.ErrNotEmpty) {
				t.Errorf("restoring a second time: %v", err)
			}
		})
	}
}

// What a server has run in, but holds nothing of anybody, is empty.
func TestRestoreAfterAFirstStart(t *testing.T) {
	path := demoBackup(t)
	h := newHouse(t, dbtest.Postgres())
	h.serve()
	if _, err := backup.Restore(t.Context(), of(h.stores()), path); err != nil {
		t.Fatal(err)
	}
	sound(t, h.open())
}

// While somebody adds clients and files, each backup is of one moment.
func TestBackupWhileOthersWrite(t *testing.T) {
	from := withDemo(t)
	agency, err := from.Accounts.BySlug(t.Context(), "northlight")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	if _, err := from.Sources.Receive(ctx, agency.Operator(), "waits.csv", "", strings.NewReader("A\n1\n")); err != nil { // nobody reads it here: its hash is empty
		t.Fatal(err)
	}
	made := make(chan struct{}) // one for each client with a file
	ended := make(chan error, 1)
	go func() {
		for n := 1; ctx.Err() == nil; n++ {
			who := agency.Operator()
			if _, err := from.Accounts.CreateClient(ctx, who, account.Draft{Name: fmt.Sprintf("Client %d", n)}); err != nil {
				ended <- err
				return
			}
			up, err := from.Sources.ReadHere(ctx, who, "a.csv", "", strings.NewReader(fmt.Sprintf("A\n%d\n", n)))
			if err == nil {
				_, err = from.Sources.Create(ctx, who, datasource.Draft{Name: fmt.Sprintf("Source %d", n), Upload: up.ID})
			}
			if err != nil {
				ended <- err
				return
			}
			select {
			case made <- struct{}{}:
			default: // nobody waits: a backup is being made
			}
		}
		ended <- nil
	}()
	var counts []int64
	for range 2 {
		for range 2 {
			select {
			case <-made:
			case err := <-ended:
				t.Fatalf("the writer ended: %v", err)
			}
		}
		path, m := save(t, from)
		counts = append(counts, m.Rows())
		h := newTables(t)
		if _, err := backup.Restore(t.Context(), of(h.stores()), path); err != nil {
			t.Fatal(err)
		}
		sound(t, h.open())
	}
	stop()
	if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if !slices.IsSorted(counts) || counts[0] == counts[1] {
		t.Errorf("rows of the backups: %v; nobody wrote", counts)
	}
}

// sweeping is a store in which files go away before they are copied.
type sweeping struct {
	backup.Files
	before func(key string)
}

func (s sweeping) GetSized(ctx context.Context, key string) (io.ReadCloser, int64, error) {
	s.before(key)
	return s.Files.GetSized(ctx, key)
}

// sweep deletes all uploads with their files, as the product does when they are old.
func sweep(t *testing.T, a *app.App) {
	t.Helper()
	for _, slug := range []string{"northlight", "solstice", "fjord"} {
		acc, err := a.Accounts.BySlug(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		err = a.DB.Tx(t.Context(), db.Account(acc.ID), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM uploads WHERE account_id = :account`, nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	list, err := a.Blobs.List(t.Context(), "uploads/")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		if err := a.Blobs.Delete(t.Context(), o.Key); err != nil {
			t.Fatal(err)
		}
	}
}

// Files that are swept after the rows were read let the backup begin again.
func TestBackupBeginsAgainAfterASweep(t *testing.T) {
	from := withDemo(t)
	asked := 0
	in := of(from)
	in.Files = sweeping{from.Blobs, func(key string) {
		if strings.HasPrefix(key, "uploads/") {
			asked++
			sweep(t, from)
		}
	}}
	path := filepath.Join(t.TempDir(), "x")
	m, err := backup.Create(t.Context(), in, "test", path)
	if err != nil || asked != 1 {
		t.Fatalf("%d files of uploads were asked for, %v", asked, err)
	}
	for _, table := range m.Tables {
		if table.Name == "uploads" && table.Rows != 0 {
			t.Errorf("the backup holds %d uploads that were swept", table.Rows)
		}
	}
	h := newTables(t)
	if _, err := backup.Restore(t.Context(), of(h.stores()), path); err != nil {
		t.Fatal(err)
	}
	sound(t, h.open())
}

// A file that is missing although a row names it is reported, and no backup appears.
func TestBackupNamesALostFile(t *testing.T) {
	from := withDemo(t)
	var lost string
	in := of(from)
	in.Files = sweeping{from.Blobs, func(key string) {
		if lost == "" && strings.HasPrefix(key, "families/") {
			lost = key
			if err := from.Blobs.Delete(t.Context(), key); err != nil {
				t.Error(err)
			}
		}
	}}
	dir := t.TempDir()
	_, err := backup.Create(t.Context(), in, "test", filepath.Join(dir, "x"))
	if err == nil || !strings.Contains(err.Error(), lost) || !strings.Contains(err.Error(), "payloads names it") {
		t.Errorf("backup without %s: %v", lost, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("a failed backup leaves %v, %v", entries, err)
	}
}

// A backup that is stopped, as by Ctrl+C, leaves nothing.
func TestStoppedBackupLeavesNothing(t *testing.T) {
	from := withDemo(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	dir := t.TempDir()
	in := of(from)
	in.Files = sweeping{from.Blobs, func(string) {
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 || entries[0].Name() == "x" {
			t.Errorf("while the backup is made there is %v, %v", entries, err)
		}
		stop()
	}}
	if _, err := backup.Create(ctx, in, "test", filepath.Join(dir, "x")); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped backup: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("it leaves %v, %v", entries, err)
	}
}

func TestBackupKeepsWhatIsThere(t *testing.T) {
	from := newTables(t).open()
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Create(t.Context(), of(from), "test", path); err == nil {
		t.Error("a file was replaced")
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "mine" {
		t.Errorf("the file is %q, %v", text, err)
	}
	if _, err := backup.Create(t.Context(), of(newHouse(t, dbtest.Postgres()).stores()), "test", path+"2"); err == nil || !strings.Contains(err.Error(), "no installation") {
		t.Errorf("a backup of nothing: %v", err)
	}
}

// failing is a store that breaks at the n-th file.
type failing struct {
	backup.Files
	left int
}

var errBroken = errors.New("broken")

func (f *failing) Put(ctx context.Context, key string, r io.Reader) (int64, [32]byte, error) {
	if f.left--; f.left < 0 {
		return 0, [32]byte{}, errBroken
	}
	return f.Files.Put(ctx, key, r)
}

// An interrupted restore leaves an empty installation, and the next one succeeds.
func TestInterruptedRestoreIsBegunAgain(t *testing.T) {
	from := withDemo(t)
	path, _ := save(t, from)
	h := newHouse(t, dbtest.Postgres())
	to := h.stores()
	half := of(to)
	half.Files = &failing{to.Blobs, 5}
	if _, err := backup.Restore(t.Context(), half, path); !errors.Is(err, errBroken) {
		t.Fatalf("got %v", err)
	}
	if n := len(files(t, to)); n != 5 {
		t.Errorf("%d files are there", n)
	}
	if err := to.DB.Empty(t.Context()); err != nil {
		t.Errorf("after an interrupted restore: %v", err)
	}
	if _, err := backup.Restore(t.Context(), of(to), path); err != nil {
		t.Fatal(err)
	}
	if dbtest.Dump(t, h.open().DB) != dbtest.Dump(t, from.DB) {
		t.Error("rows differ")
	}
}

// Every column that names a stored file is known to backups.
func TestFileColumnsAreComplete(t *testing.T) {
	_, m := save(t, newTables(t).open())
	seen := 0
	for _, table := range m.Tables {
		for _, c := range table.Columns {
			if c.Type == db.TextColumn && strings.HasSuffix(c.Name, "_key") {
				seen++
				if !slices.Contains(backup.FileColumns[table.Name], c.Name) {
					t.Errorf("%s.%s is not in fileColumns", table.Name, c.Name)
				}
			}
		}
	}
	if known := len(slices.Concat(backup.FileColumns["payloads"], backup.FileColumns["uploads"])); seen != known {
		t.Errorf("%d columns name files, fileColumns has %d", seen, known)
	}
}
