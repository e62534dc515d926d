package datasource

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"octavo/internal/blob"
	"octavo/internal/dataset"
	"octavo/internal/errs"
)

// inMemory is how much of what comes is kept in memory before a file in the temporary directory takes it, in bytes: most
// answers of services are smaller.
const inMemory = 64 << 10

// spool is what came, whole: in memory, or in a file in the temporary directory that goes away when it is closed.
type spool struct {
	io.ReaderAt
	file *os.File // nil = it is in memory
	size int64
	sum  [sha256.Size]byte
}

// newSpool copies r whole. Code too_large beyond the limit.
func newSpool(dir string, r io.Reader, limit int64) (*spool, error) {
	return spoolOf(dir, limit, func(w io.Writer) error {
		_, err := io.Copy(w, r)
		return err
	})
}

// spoolOf keeps what write writes. Code too_large beyond the limit.
func spoolOf(dir string, limit int64, write func(w io.Writer) error) (*spool, error) {
	w := &spooler{dir: dir, limit: limit, hash: sha256.New()}
	err := write(w)
	if w.err != nil {
		err = w.err // write may have its own words for it
	}
	if err != nil {
		return nil, errors.Join(err, w.drop())
	}
	s := &spool{ReaderAt: bytes.NewReader(w.small), file: w.file, size: w.size}
	if w.file != nil {
		s.ReaderAt = w.file
	}
	w.hash.Sum(s.sum[:0])
	return s, nil
}

// spooler is a spool that is being written.
type spooler struct {
	dir   string
	limit int64
	small []byte
	file  *os.File // nil as long as small has all
	size  int64
	hash  hash.Hash
	err   error // that a write met; the next ones meet it, too
}

// Write takes more. Code too_large beyond the limit.
func (w *spooler) Write(p []byte) (n int, err error) {
	if w.err == nil {
		n, w.err = w.add(p)
	}
	return n, w.err
}

func (w *spooler) add(p []byte) (int, error) {
	if w.size+int64(len(p)) > w.limit {
		return 0, dataset.TooLarge("bytes", "bytes", w.limit, w.size+int64(len(p)))
	}
	w.size += int64(len(p))
	w.hash.Write(p) // never fails
	if w.file == nil && w.size <= inMemory {
		w.small = append(w.small, p...)
		return len(p), nil
	}
	if w.file == nil {
		var err error
		if w.file, err = os.CreateTemp(w.dir, "octavo-upload-"); err != nil {
			return 0, full(err)
		}
		if _, err := w.file.Write(w.small); err != nil {
			return 0, full(err)
		}
		w.small = nil
	}
	n, err := w.file.Write(p)
	return n, full(err)
}

// drop removes what is there of a file.
func (w *spooler) drop() error {
	return (&spool{file: w.file}).Close()
}

// full explains that the temporary directory has no room.
func full(err error) error {
	if errs.IsFull(err) {
		return errs.Full(err)
	}
	return err
}

// Close removes the file.
func (s *spool) Close() error {
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

// head gives the first bytes, n at most.
func (s *spool) head(n int) ([]byte, error) {
	out := make([]byte, min(int64(n), s.size))
	_, err := s.ReadAt(out, 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return out, err
}

// whole reads it from its beginning.
func (s *spool) whole() *io.SectionReader { return io.NewSectionReader(s, 0, s.size) }

// store puts what write writes into the blob store.
func store(ctx context.Context, blobs *blob.Store, key string, write func(w io.Writer) error) (size int64, sum [sha256.Size]byte, err error) {
	err = piped(write, func(r io.Reader) (err error) {
		size, sum, err = blobs.Put(ctx, key, r)
		return err
	})
	return size, sum, err
}

// piped lets read take what write writes, beside it, and gives the error of whoever failed first.
func piped(write func(w io.Writer) error, read func(r io.Reader) error) error {
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := write(w)
		w.CloseWithError(err) // never fails
		done <- err
	}()
	err := read(r)
	r.CloseWithError(err) // lets write end where read gave up; never fails
	if writing := <-done; err == nil {
		err = writing
	}
	return err
}

// spoolFrom keeps what write writes, at most so many bytes; the caller closes it.
func (s *Service) spoolFrom(most int64, write func(w io.Writer) error) (*spool, error) {
	return spoolOf(s.cfg.TempDir, most, write)
}

// storeFile puts a file into the blob store, compressed.
func (s *Service) storeFile(ctx context.Context, key string, f *spool) error {
	if f.file == nil {
		plain, err := f.head(inMemory)
		if err != nil {
			return err
		}
		_, _, err = s.blobs.Put(ctx, key, bytes.NewReader(s.packs.EncodeAll(plain, nil)))
		return err
	}
	_, _, err := store(ctx, s.blobs, key, func(w io.Writer) error {
		z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return err
		}
		_, err = io.Copy(z, f.whole())
		return errors.Join(err, z.Close())
	})
	return err
}

// fileReader reads a compressed file of the blob store.
type fileReader struct {
	*zstd.Decoder
	body io.Closer
}

// openFile opens what storeFile stored.
func openFile(ctx context.Context, blobs *blob.Store, key string) (*fileReader, error) {
	body, err := blobs.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	return unpacked(body)
}

// unpacked reads what is packed, and closes it.
func unpacked(body io.ReadCloser) (*fileReader, error) {
	z, err := zstd.NewReader(body, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, errors.Join(err, body.Close())
	}
	return &fileReader{Decoder: z, body: body}, nil
}

// Close ends reading.
func (r *fileReader) Close() error {
	r.Decoder.Close()
	return r.body.Close()
}

// copyBlob copies a stored file to a key that is named by its content, if it is not there.
func copyBlob(ctx context.Context, blobs *blob.Store, from, to string) error {
	if there, err := blobs.Exists(ctx, to); err != nil || there {
		return err
	}
	r, err := blobs.Get(ctx, from)
	if err != nil {
		return err
	}
	_, _, err = blobs.Put(ctx, to, r)
	return errors.Join(err, r.Close())
}
