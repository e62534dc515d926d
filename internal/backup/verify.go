package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"octavo/internal/errs"
)

// Verify reads a whole backup and compares every sum and every number of rows. It
// writes nothing.
func Verify(ctx context.Context, path string) (m *Manifest, err error) {
	defer errs.Wrap(&err, "backup %s", path)
	var found []Member
	lines := map[string]int64{}
	err = walk(ctx, path, func(name string, size int64, r io.Reader) error {
		if m != nil {
			return errors.New("something follows the manifest")
		}
		if name == manifestName {
			m = &Manifest{}
			return readManifest(r, m)
		}
		hash, count := sha256.New(), &lineCounter{}
		if _, err := io.Copy(io.MultiWriter(hash, count), r); err != nil {
			return err
		}
		if table, is := tableName(name); is {
			lines[table] += count.n
		}
		found = append(found, Member{Name: name, Size: size, SHA256: hex.EncodeToString(hash.Sum(nil))})
		return nil
	})
	var unread *fs.PathError
	if errors.As(err, &unread) || ctx.Err() != nil {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("this is no whole backup of Octavo: %w", err)
	}
	if m == nil {
		return nil, errors.New("this is no whole backup of Octavo: its end is missing")
	}
	return m, m.compare(found, lines)
}

// readManifest reads the manifest; the version of the form is looked at before the rest.
func readManifest(r io.Reader, m *Manifest) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return err
	}
	if head.Format != format {
		return fmt.Errorf("the backup is of form %d, this program knows form %d: use a newer program", head.Format, format)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	return dec.Decode(m)
}

// compare proves that the members and rows are those that the manifest names.
func (m *Manifest) compare(found []Member, lines map[string]int64) error {
	for i, p := range m.Members {
		if i < len(found) && found[i] != p {
			return fmt.Errorf("%s is damaged: its checksum is not that of the manifest", p.Name)
		}
	}
	if !slices.Equal(m.Members, found) {
		return fmt.Errorf("there are %d members, the manifest names %d", len(found), len(m.Members))
	}
	for _, t := range m.Tables {
		if lines[t.Name] != t.Rows {
			return fmt.Errorf("the table %s has %d rows, the manifest names %d", t.Name, lines[t.Name], t.Rows)
		}
		delete(lines, t.Name)
	}
	for name := range lines {
		return fmt.Errorf("the table %s is not in the manifest", name)
	}
	return nil
}

// lineCounter counts ends of lines.
type lineCounter struct{ n int64 }

func (c *lineCounter) Write(p []byte) (int, error) {
	c.n += int64(bytes.Count(p, []byte{'\n'}))
	return len(p), nil
}
