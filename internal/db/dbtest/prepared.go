package dbtest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Prepared is an installation, a data folder and a database, that is made once per test
// binary when the first test asks for it, and then copied for each: what tests begin with
// and are not about. Safe for concurrent use.
type Prepared struct {
	fill func(t *testing.T, data, url string)
	once sync.Once
	made *original // nil when fill failed the test that asked first
}

// Prepare gives an installation that fill makes, on behalf of the test that asks first:
// in an empty folder, and in a fresh database with all tables. What fill opened it closes
// before it returns.
func Prepare(fill func(t *testing.T, data, url string)) *Prepared { return &Prepared{fill: fill} }

// Copy gives a folder and the address of a database of the test's own, with everything
// that was prepared. They are removed when the test ends.
func (p *Prepared) Copy(t *testing.T) (data, url string) {
	t.Helper()
	p.once.Do(func() {
		made, err := p.make(t)
		if err != nil {
			t.Fatal(err)
		}
		p.made = made
	})
	o := p.made
	if o == nil {
		t.Fatal("what this test begins with could not be made; the test that asked for it first says why")
	}
	var err error
	dir := t.TempDir()
	data = filepath.Join(dir, "data")
	for _, f := range o.files {
		err = errors.Join(err, f.write(data))
	}
	if err != nil {
		t.Fatal(err)
	}
	if o.postgres != "" {
		return data, newPostgres(t, o.postgres)
	}
	path := filepath.Join(dir, "octavo.db")
	if err := os.WriteFile(path, o.sqlite, 0o600); err != nil {
		t.Fatal(err)
	}
	return data, "sqlite://" + path
}

// original is what is copied.
type original struct {
	files    []file
	sqlite   []byte // the database's file
	postgres string // or its name; it stays as long as the server
}

// file is a file or folder of the data folder.
type file struct {
	path    string // below the data folder
	mode    fs.FileMode
	content []byte
}

func (f file) write(data string) error {
	path := filepath.Join(data, f.path)
	if f.mode.IsDir() {
		return os.Mkdir(path, f.mode.Perm())
	}
	return os.WriteFile(path, f.content, f.mode.Perm())
}

func (p *Prepared) make(t *testing.T) (_ *original, err error) {
	t.Helper()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return nil, err
	}
	fill := func(url string) { p.fill(t, data, url) }
	o := new(original)
	if Postgres() {
		o.postgres, err = preparedPostgres(fill)
	} else {
		o.sqlite, err = preparedSQLite(filepath.Join(dir, "octavo.db"), fill)
	}
	if err != nil {
		return nil, err
	}
	o.files, err = filesOf(data)
	return o, err
}

// filesOf reads a folder, itself included, each folder before what is in it.
func filesOf(data string) ([]file, error) {
	var files []file
	err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		f := file{path: strings.TrimPrefix(path, data), mode: info.Mode()}
		if !d.IsDir() {
			f.content, err = os.ReadFile(path)
		}
		files = append(files, f)
		return err
	})
	return files, err
}

func preparedSQLite(path string, fill func(url string)) ([]byte, error) {
	template, err := sqliteTemplate()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path, template, 0o600); err != nil {
		return nil, err
	}
	fill("sqlite://" + path)
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return nil, fmt.Errorf("dbtest: %s is still open: its log has %d bytes", path, log.Size())
	}
	return os.ReadFile(path)
}

// preparedPostgres fills a copy of the template and closes it, for a database is only
// copied while nobody is connected. The row level security is in it, its role is the
// server's.
func preparedPostgres(fill func(url string)) (string, error) {
	if err := postgresTemplate(); err != nil {
		return "", err
	}
	pool, err := maintenance()
	if err != nil {
		return "", err
	}
	name, url, err := copyPostgres(pool, templateName)
	if err != nil {
		return "", err
	}
	fill(url)
	_, err = pool.ExecContext(context.Background(), `ALTER DATABASE `+name+` ALLOW_CONNECTIONS false`)
	return name, err
}
