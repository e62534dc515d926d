package blob

import (
	"context"
	"errors"
	"io"
)

// ReaderAt reads pieces of one stored file, each by a request of its own. Safe
// for several goroutines.
type ReaderAt struct {
	ctx   context.Context // of the reads; io.ReaderAt has no room for it
	store *Store
	key   string
	size  int64
}

// ReaderAt gives random access to the file at key for as long as ctx lives.
// Errors as of Get.
func (s *Store) ReaderAt(ctx context.Context, key string) (*ReaderAt, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	a, err := s.bucket.Attributes(ctx, key)
	if err != nil {
		return nil, missing(key, err)
	}
	return &ReaderAt{ctx: ctx, store: s, key: key, size: a.Size}, nil
}

// Size is the length of the file in bytes.
func (r *ReaderAt) Size() int64 { return r.size }

// ReadAt reads at an offset as io.ReaderAt demands.
func (r *ReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("blob: negative offset")
	}
	if off >= r.size {
		return 0, io.EOF
	}
	want := p[:min(int64(len(p)), r.size-off)]
	body, err := r.store.bucket.NewRangeReader(r.ctx, r.key, off, int64(len(want)), nil)
	if err != nil {
		return 0, missing(r.key, err)
	}
	n, err := io.ReadFull(body, want)
	err = errors.Join(err, body.Close())
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}
