package backup

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// archiver writes members and remembers their sums.
type archiver struct {
	z       *zstd.Encoder
	tar     *tar.Writer
	at      time.Time
	members []Member
	buf     []byte // for copying; a stored file's own way of being copied takes 1 MiB each time
}

func newArchiver(w io.Writer, at time.Time) (*archiver, error) {
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, err
	}
	return &archiver{z: z, tar: tar.NewWriter(z), at: at, buf: make([]byte, copyBuffer)}, nil
}

// add writes one member of exactly size bytes.
func (a *archiver) add(name string, size int64, r io.Reader) error {
	err := a.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: a.at, Format: tar.FormatPAX})
	if err != nil {
		return err
	}
	hash := sha256.New()
	n, err := io.CopyBuffer(io.MultiWriter(a.tar, hash), struct{ io.Reader }{r}, a.buf)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if n != size {
		return fmt.Errorf("%s has %d bytes instead of %d", name, n, size)
	}
	a.members = append(a.members, Member{Name: name, Size: size, SHA256: hex.EncodeToString(hash.Sum(nil))})
	return nil
}

// close ends the archive.
func (a *archiver) close() error { return errors.Join(a.tar.Close(), a.z.Close()) }

// copyBuffer is how much of a member is copied at once.
const copyBuffer = 128 << 10

// readBuffer is how much of a file is read at once.
const readBuffer = 1 << 20

// walk reads the members of a backup in their order. To the end of fn a member's
// reader gives its bytes; what fn leaves is read over. errStop ends the walk early.
func walk(ctx context.Context, path string, fn func(name string, size int64, r io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := zstd.NewReader(bufio.NewReaderSize(f, readBuffer), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer z.Close()
	archive := tar.NewReader(z)
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			_, err = io.Copy(io.Discard, z) // the sum of the whole stands behind the end
			return err
		}
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			return fmt.Errorf("%s is no plain member", h.Name)
		}
		if err := fn(h.Name, h.Size, archive); errors.Is(err, errStop) {
			return nil
		} else if err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

// errStop ends a walk.
var errStop = errors.New("stop")

// checked walks the members that the manifest m names and compares each sum again
// after fn has read it.
func (m *Manifest) checked(ctx context.Context, path string, fn func(p Member, r io.Reader) error) error {
	next := 0
	return walk(ctx, path, func(name string, _ int64, r io.Reader) error {
		if next == len(m.Members) {
			return errStop // the manifest
		}
		p := m.Members[next]
		next++
		if p.Name != name {
			return errChanged
		}
		hash := sha256.New()
		all := io.TeeReader(r, hash)
		if err := fn(p, all); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, all); err != nil {
			return err
		}
		if hex.EncodeToString(hash.Sum(nil)) != p.SHA256 {
			return errChanged
		}
		return nil
	})
}

var errChanged = errors.New("the backup was changed while it was read")

// fileKey is the key of a stored file by the name of its member.
func fileKey(member string) (string, bool) { return strings.CutPrefix(member, filePrefix) }

// tableName is the table by the name of its member.
func tableName(member string) (string, bool) {
	rest, ok := strings.CutPrefix(member, tablePrefix)
	name, _, more := strings.Cut(rest, "/")
	return name, ok && more
}
