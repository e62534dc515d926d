package datasource

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"octavo/internal/blob"
	"octavo/internal/dataset"
	"octavo/internal/errs"
)

// spool is a file in the temporary directory that goes away when it is closed.
type spool struct {
	*os.File
	size int64
	sum  [sha256.Size]byte
}

// newSpool copies r whole. Code too_large beyond the limit.
func newSpool(dir string, r io.Reader, limit int64) (_ *spool, err error) {
	f, err := os.CreateTemp(dir, "octavo-upload-")
	if err != nil {
		return nil, full(err)
	}
	s := &spool{File: f}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	hash := sha256.New()
	s.size, err = io.Copy(io.MultiWriter(f, hash), io.LimitReader(r, limit+1))
	if err != nil {
		return nil, full(err)
	}
	if s.size > limit {
		return nil, dataset.TooLarge("bytes", "bytes", limit, s.size)
	}
	hash.Sum(s.sum[:0])
	return s, nil
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
	return errors.Join(s.File.Close(), os.Remove(s.Name()))
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

// spoolFrom brings what write writes, at most so many bytes, into a temporary file; the caller closes it.
func (s *Service) spoolFrom(most int64, write func(w io.Writer) error) (file *spool, err error) {
	err = piped(write, func(r io.Reader) (err error) {
		file, err = newSpool(s.cfg.TempDir, r, most)
		return err
	})
	if err != nil && file != nil {
		err = errors.Join(err, file.Close())
		file = nil
	}
	return file, err
}

// storeFile puts a file into the blob store, compressed.
func storeFile(ctx context.Context, blobs *blob.Store, key string, s *spool) error {
	_, _, err := store(ctx, blobs, key, func(w io.Writer) error {
		z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return err
		}
		_, err = io.Copy(z, io.NewSectionReader(s, 0, s.size))
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
