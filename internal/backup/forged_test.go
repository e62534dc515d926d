package backup

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"octavo/internal/blob"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
)

// forge writes a backup whose checksums are right, with one table.
func forge(t *testing.T, change func(m *Manifest), table db.Table, lines string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "forged")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	a, err := newArchiver(f, dbtest.Start)
	if err != nil {
		t.Fatal(err)
	}
	m := &Manifest{Format: format, Migration: newest(t), Tables: []Table{{table, int64(strings.Count(lines, "\n"))}}}
	add := func(name string, text []byte) {
		if err := a.add(name, int64(len(text)), bytes.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	add(tablePrefix+table.Name+"/000001.ndjson", []byte(lines))
	m.Members = a.members
	change(m)
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	add(manifestName, text)
	if err := errors.Join(a.close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// newestVersion is what newest gave first.
var newestVersion int64

// newest is the version of the tables that this program knows. Only the first call needs a database.
func newest(t *testing.T) int64 {
	t.Helper()
	if newestVersion == 0 {
		n, err := dbtest.Open(t).NewestVersion()
		if err != nil {
			t.Fatal(err)
		}
		newestVersion = n
	}
	return newestVersion
}

// A backup that is whole but does not fit is refused, and the place stays empty.
func TestRestoreOfWhatDoesNotFit(t *testing.T) {
	settings := db.Table{Name: "installation", Columns: []db.Column{{Name: "value", Type: db.TextColumn}, {Name: "name", Type: db.TextColumn}}}
	narrow := db.Table{Name: "installation", Columns: settings.Columns[1:]}
	unknown := db.Table{Name: "nothing", Columns: settings.Columns}
	const row = `["v","n"]` + "\n"
	keep := func(*Manifest) {}
	d := dbtest.Open(t)
	files, err := blob.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	before := dbtest.Dump(t, d)
	for _, c := range []struct {
		name, says string
		path       string
		newer      bool
	}{
		{"newer tables", "newer", forge(t, func(m *Manifest) { m.Migration = 99 }, settings, row), true},
		{"newer form", "newer program", forge(t, func(m *Manifest) { m.Format = 2 }, settings, row), false},
		{"older tables than those that are there", "without tables", forge(t, func(m *Manifest) { m.Migration-- }, settings, row), true},
		{"unknown table", "nothing", forge(t, keep, unknown, row), true},
		{"other columns", "not there in this form", forge(t, keep, narrow, `["n"]`+"\n"), true},
		{"fewer rows than named", "has 1 rows", forge(t, func(m *Manifest) { m.Tables[0].Rows = 2 }, settings, row), false},
		{"table that the manifest does not name", "not in the manifest", forge(t, func(m *Manifest) { m.Tables = nil }, settings, row), false},
		{"member that is not there", "the manifest names 2", forge(t, func(m *Manifest) { m.Members = append(m.Members, Member{Name: "files/x"}) }, settings, row), false},
		{"row of another form", "values", forge(t, keep, settings, "[1]\n"), false},
		{"row twice", "installation", forge(t, keep, settings, row+row), false},
		{"key that leads elsewhere", "", forge(t, func(m *Manifest) { m.Members[0].Name = "files/../../x" }, settings, row), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Restore(t.Context(), Installation{d, files}, c.path)
			if err == nil || !strings.Contains(err.Error(), c.says) || errors.Is(err, db.ErrNewer) != c.newer {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if after := dbtest.Dump(t, d); after != before || d.Empty(t.Context()) != nil {
				t.Fatalf("a refused backup left %s", after)
			}
			if list, err := files.List(t.Context(), ""); err != nil || len(list) > 0 {
				t.Fatalf("a refused backup left files: %v, %v", list, err)
			}
		})
	}
	if _, err := Restore(t.Context(), Installation{d, files}, forge(t, keep, settings, row)); err != nil {
		t.Errorf("the same, but fitting: %v", err)
	}
	if dump := dbtest.Dump(t, d); !strings.Contains(dump, `name="n" value="v"`) {
		t.Errorf("it left %s", dump)
	}
}

// A backup of an older program: its tables are made first, and then brought to the newest form.
func TestRestoreOfAnOlderVersion(t *testing.T) {
	settings := db.Table{Name: "installation", Columns: []db.Column{{Name: "name", Type: db.TextColumn}, {Name: "value", Type: db.TextColumn}}}
	d := dbtest.OpenURL(t, dbtest.Empty(t))
	files, err := blob.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	path := forge(t, func(m *Manifest) { m.Migration = 1 }, settings, `["n","v"]`+"\n")
	if _, err := Restore(t.Context(), Installation{d, files}, path); err != nil {
		t.Fatal(err)
	}
	err = d.SnapshotAll(t.Context(), func(s *db.Snapshot) error {
		if s.Version != newest(t) || len(s.Tables) != len(db.Tables()) {
			t.Errorf("version %d, want %d; %d tables, want %d", s.Version, newest(t), len(s.Tables), len(db.Tables()))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
