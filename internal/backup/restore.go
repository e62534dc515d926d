package backup

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"octavo/internal/db"
	"octavo/internal/errs"
)

// Restore fills an empty installation from the backup at path. The whole backup is
// verified first. Stored files come before rows, and all rows in one transaction:
// when it is interrupted the installation stays empty, and the same backup may be
// restored again. No server may run on the installation. Errors: db.ErrNotEmpty and
// db.ErrNewer among others.
func Restore(ctx context.Context, into Installation, path string) (m *Manifest, err error) {
	if m, err = Verify(ctx, path); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "restore")
	if err := into.takes(ctx, m); err != nil {
		return nil, err
	}
	if err := into.putFiles(ctx, m, path); err != nil {
		return nil, err
	}
	err = into.DB.LoadAll(ctx, m.Migration, func(l *db.Loader) error { return m.load(ctx, l, path) })
	if err != nil {
		return nil, err
	}
	return m, into.DB.Migrate(ctx)
}

// takes refuses what must not be filled, before anything is written.
func (into Installation) takes(ctx context.Context, m *Manifest) error {
	newest, err := into.DB.NewestVersion()
	if err != nil {
		return err
	}
	if m.Migration > newest {
		return fmt.Errorf("%w: the backup was made by version %s of the program; use that or a newer one", db.ErrNewer, m.Product)
	}
	if err := into.DB.Empty(ctx); err != nil {
		return fmt.Errorf("%w. A backup is restored into an empty installation only: name another data folder or database", err)
	}
	there, err := into.Files.List(ctx, "")
	if err != nil {
		return err
	}
	own := map[string]bool{}
	for _, p := range m.Members {
		if key, is := fileKey(p.Name); is {
			own[key] = true
		}
	}
	for _, o := range there { // those of the backup were left by an interrupted restore
		if !own[o.Key] {
			return fmt.Errorf("%w: the store of files holds %s, which is not of this backup. Name an empty folder or bucket", db.ErrNotEmpty, o.Key)
		}
	}
	return nil
}

// putFiles brings the stored files.
func (into Installation) putFiles(ctx context.Context, m *Manifest, path string) error {
	return m.checked(ctx, path, func(p Member, r io.Reader) error {
		key, is := fileKey(p.Name)
		if !is {
			return nil
		}
		size, sum, err := into.Files.Put(ctx, key, r)
		if err == nil && (size != p.Size || hex.EncodeToString(sum[:]) != p.SHA256) {
			err = errChanged
		}
		return err
	})
}

// batchRows is how many rows are inserted at a time.
const batchRows = 1000

// load brings the rows of all tables and counts them.
func (m *Manifest) load(ctx context.Context, l *db.Loader, path string) error {
	err := m.checked(ctx, path, func(p Member, r io.Reader) error {
		name, is := tableName(p.Name)
		if !is {
			return errStop // tables come first
		}
		i := slices.IndexFunc(m.Tables, func(t Table) bool { return t.Name == name })
		if i < 0 {
			return errors.New("the table is not in the manifest")
		}
		return loadChunk(ctx, l, m.Tables[i].Table, r)
	})
	if err != nil {
		return err
	}
	for _, t := range m.Tables {
		if n, err := l.Count(ctx, t.Table); err != nil {
			return err
		} else if n != t.Rows {
			return fmt.Errorf("%d rows of %s arrived, the backup has %d", n, t.Name, t.Rows)
		}
	}
	return nil
}

func loadChunk(ctx context.Context, l *db.Loader, t db.Table, r io.Reader) error {
	rows := make([][]any, 0, batchRows)
	err := readRows(r, t, func(row []any) error {
		if rows = append(rows, row); len(rows) < batchRows {
			return nil
		}
		err := l.Insert(ctx, t, rows)
		rows = rows[:0]
		return err
	})
	if err != nil {
		return err
	}
	return l.Insert(ctx, t, rows)
}
