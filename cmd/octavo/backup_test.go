package main

import (
	"os"
	"path/filepath"
	"testing"

	"octavo/internal/db/dbtest"
)

// One file holds an installation, and fills another one.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	from, to := newPlace(t), newPlace(t)
	file := filepath.Join(t.TempDir(), "octavo.backup")
	if !dbtest.Postgres() {
		from.run("", "backup", "-o", file).want(t, 1, "", "there is no installation")
		if _, err := os.Stat(from.data); !os.IsNotExist(err) {
			t.Errorf("the backup of nothing made a data folder: %v", err)
		}
	}
	demo := from.run("", "demo")
	demo.want(t, 0, "maya@northlight.example", "")
	from.run("", "backup", "-o", file).want(t, 0, " tables (version ", "")
	from.run("", "backup", "-o", file).want(t, 1, "", "is there already")
	to.run("", "restore", file, "--verify").want(t, 0, "The backup is whole", "")
	if _, err := os.Stat(to.data); !os.IsNotExist(err) {
		t.Errorf("to verify made a data folder: %v", err)
	}
	to.run("", "restore", file+".not").want(t, 1, "", "no such file")
	to.run("", "restore", file).want(t, 0, "Every reference holds.", "")
	to.run("", "restore", file).want(t, 1, "", "into an empty installation only")
	to.run("", "check").want(t, 0, "Every reference holds.", "")
	if again := to.run("", "demo"); again.out != "The demo is there already.\n" {
		t.Errorf("the demo was not restored:\n%s", again.out)
	}
	if slugs := to.slugs(); slugs != from.slugs() {
		t.Errorf("accounts: %s", slugs)
	}
	if err := os.Truncate(file, 1000); err != nil {
		t.Fatal(err)
	}
	to.run("", "restore", file, "--verify").want(t, 1, "", "no whole backup")
}
