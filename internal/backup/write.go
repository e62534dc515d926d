package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"octavo/internal/db"
	"octavo/internal/errs"
)

// maxTries is how often a backup is begun when files are swept while it is made.
const maxTries = 3

// errSwept says that a file went away, with the row that named it, after the rows were read.
var errSwept = errors.New("a file was removed while the backup was made")

// Create writes a backup to path, which must not exist. product is the version of
// the program. The server may run meanwhile.
//
// A row may be deleted after the rows were read, and its file before it is copied.
// Then the backup is begun again, from a new moment; after maxTries it fails. A file
// that is missing although a row still names it is a damage that octavo check finds:
// the backup fails and names it.
func Create(ctx context.Context, in Installation, product, path string) (m *Manifest, err error) {
	defer errs.Wrap(&err, "backup")
	if _, err := os.Lstat(path); err == nil {
		return nil, fmt.Errorf("%s is there already; choose another name", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part") // mode 0600
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, discard(f))
		}
	}()
	for try := 1; ; try++ {
		m, err = write(ctx, in, product, f)
		if try == maxTries || !errors.Is(err, errSwept) {
			break
		}
		if err := rewind(f); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	return m, finish(f, path)
}

func rewind(f *os.File) error {
	_, err := f.Seek(0, 0)
	return errors.Join(err, f.Truncate(0))
}

// discard removes the unfinished file; it may be closed already.
func discard(f *os.File) error {
	_ = f.Close()
	if err := os.Remove(f.Name()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// finish brings the file to the disk and gives it its name. A link and not a
// rename, so that nothing that came meanwhile is replaced.
func finish(f *os.File, path string) error {
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s came while the backup was made; it is left as it is", path)
	} else if err != nil { // a file system without links
		return errors.Join(os.Rename(f.Name(), path), syncDir(path))
	}
	return errors.Join(os.Remove(f.Name()), syncDir(path))
}

// syncDir makes the name of a file last.
func syncDir(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// write writes the whole archive.
func write(ctx context.Context, in Installation, product string, f *os.File) (*Manifest, error) {
	m := &Manifest{Format: format, Product: product, Engine: engine(in.DB), MadeAt: in.DB.Clock().Now().UTC()}
	a, err := newArchiver(f, m.MadeAt)
	if err != nil {
		return nil, err
	}
	keys, err := m.rows(ctx, in.DB, a)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		if err := in.copyFile(ctx, a, key); err != nil {
			return nil, err
		}
	}
	m.Members = a.members
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, err
	}
	if err := a.add(manifestName, int64(len(text)), bytes.NewReader(text)); err != nil {
		return nil, err
	}
	return m, a.close()
}

func engine(d *db.DB) string {
	if d.Postgres() {
		return "postgres"
	}
	return "sqlite"
}

// rows writes all tables in one snapshot and gives the keys of the files that they
// name, sorted. The snapshot ends here: copying files may take long, and meanwhile
// the database could not clear away what was deleted.
func (m *Manifest) rows(ctx context.Context, d *db.DB, a *archiver) ([]string, error) {
	var keys []string
	err := d.SnapshotAll(ctx, func(s *db.Snapshot) error {
		m.Migration = s.Version
		for _, t := range s.Tables {
			n, err := writeTable(ctx, s, t, a, func(key string) { keys = append(keys, key) })
			if err != nil {
				return err
			}
			m.Tables = append(m.Tables, Table{Table: t, Rows: n})
		}
		return nil
	})
	slices.Sort(keys)
	return slices.Compact(keys), err
}

// chunkBytes is about how long a member with rows is: a member's length stands
// before it, so its rows are in memory.
const chunkBytes = 1 << 20

func writeTable(ctx context.Context, s *db.Snapshot, t db.Table, a *archiver, key func(string)) (n int64, err error) {
	w, chunk, files := newRowWriter(t), 0, fileIndexes(t)
	flush := func() error {
		if w.buf.Len() == 0 {
			return nil
		}
		chunk++
		err := a.add(fmt.Sprintf("%s%s/%06d.ndjson", tablePrefix, t.Name, chunk), int64(w.buf.Len()), bytes.NewReader(w.buf.Bytes()))
		w.buf.Reset()
		return err
	}
	err = s.Rows(ctx, t, func(row []any) error {
		n++
		for _, i := range files {
			if k, _ := row[i].(string); k != "" {
				key(k)
			}
		}
		if err := w.add(row); err != nil || w.buf.Len() < chunkBytes {
			return err
		}
		return flush()
	})
	if err != nil {
		return n, err
	}
	return n, flush()
}

// fileIndexes are the columns of a table that name stored files.
func fileIndexes(t db.Table) []int {
	var out []int
	for i, c := range t.Columns {
		if slices.Contains(fileColumns[t.Name], c.Name) {
			out = append(out, i)
		}
	}
	return out
}

func (in Installation) copyFile(ctx context.Context, a *archiver, key string) error {
	r, size, err := in.Files.GetSized(ctx, key)
	if errs.Is(err, "blob_not_found") {
		return errors.Join(in.explain(ctx, key), err)
	}
	if err != nil {
		return err
	}
	return errors.Join(a.add(filePrefix+key, size, r), r.Close(), ctx.Err()) // reading a folder does not ask ctx
}

// explain says why a file is not there: swept meanwhile, or lost.
func (in Installation) explain(ctx context.Context, key string) error {
	cause := errSwept
	err := in.DB.SnapshotAll(ctx, func(s *db.Snapshot) error {
		for _, t := range s.Tables {
			files := fileIndexes(t)
			if len(files) == 0 {
				continue
			}
			err := s.Rows(ctx, t, func(row []any) error {
				if slices.ContainsFunc(files, func(i int) bool { return row[i] == key }) {
					cause = fmt.Errorf("the stored file %s is missing, although the table %s names it; octavo check lists all that are", key, t.Name)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(cause, err)
}
