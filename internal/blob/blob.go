// Package blob stores files by key: in a directory or in an S3 bucket.
//
// A key is written once and whole: a reader sees all of a file or none of it,
// and a failed write leaves nothing behind. Content that is named by its hash
// (ContentKey) is stored once, whoever brings it.
//
// Addresses: "file:///var/lib/octavo" (the directory is made when it is
// missing; files are for their owner only) and "s3://bucket?region=…", with
// "endpoint=…&use_path_style=true" for servers that are not Amazon's. The keys
// of S3 come from the environment, as its own tools read them.
package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/s3blob" // serves s3:// addresses
	"gocloud.dev/gcerrors"

	"octavo/internal/errs"
)

// Store is one place of files. Safe for several goroutines.
type Store struct {
	bucket *blob.Bucket
}

// Object is a stored file in a list.
type Object struct {
	Key      string
	Size     int64 // bytes
	Modified time.Time
}

// Open opens the store at an address. Errors: blob_address for one that is not understood.
func Open(ctx context.Context, address string) (*Store, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, badAddress(err)
	}
	switch u.Scheme {
	case fileblob.Scheme:
		return openDir(u)
	case "s3":
		b, err := blob.OpenBucket(ctx, address)
		if err != nil {
			return nil, badAddress(err)
		}
		return &Store{bucket: b}, nil
	}
	return nil, badAddress(fmt.Errorf("scheme %q", u.Scheme))
}

func badAddress(cause error) error {
	return errs.New(errs.Invalid, "blob_address", "The address of the file store is not understood. Use file:///directory or s3://bucket.").WithCause(cause)
}

// Close frees the connections.
func (s *Store) Close() error { return s.bucket.Close() }

// Put stores all of r under key, replacing what was there, and returns its
// size and SHA-256. When r or the store fails, key is as it was before.
func (s *Store) Put(ctx context.Context, key string, r io.Reader) (size int64, sum [sha256.Size]byte, err error) {
	defer errs.Wrap(&err, "blob.Put(%s)", key)
	if err := checkKey(key); err != nil {
		return 0, sum, err
	}
	hash := sha256.New()
	size, err = s.write(ctx, key, io.TeeReader(r, hash))
	if err != nil {
		return 0, sum, err
	}
	hash.Sum(sum[:0])
	return size, sum, nil
}

// PutContent stores r under its ContentKey, if it is not there already. r is
// read twice and left at its end.
func (s *Store) PutContent(ctx context.Context, prefix string, r io.ReadSeeker) (key string, size int64, err error) {
	defer errs.Wrap(&err, "blob.PutContent(%s)", prefix)
	start, err := r.Seek(0, io.SeekCurrent)
	if err != nil {
		return "", 0, err
	}
	hash := sha256.New()
	if size, err = io.Copy(hash, r); err != nil {
		return "", 0, err
	}
	var sum [sha256.Size]byte
	hash.Sum(sum[:0])
	key = ContentKey(prefix, sum)
	if there, err := s.Exists(ctx, key); err != nil || there {
		return key, size, err
	}
	if _, err := r.Seek(start, io.SeekStart); err != nil {
		return "", 0, err
	}
	_, written, err := s.Put(ctx, key, r)
	if err == nil && written != sum {
		err = errors.Join(errors.New("the content changed while it was stored"), s.Delete(ctx, key))
	}
	return key, size, err
}

// ContentKey is the key of content: prefix, two hex digits, the whole hash.
func ContentKey(prefix string, sum [sha256.Size]byte) string {
	name := hex.EncodeToString(sum[:])
	return strings.TrimSuffix(prefix, "/") + "/" + name[:2] + "/" + name
}

// write copies r into a new object; on failure nothing appears under key.
func (s *Store) write(ctx context.Context, key string, r io.Reader) (int64, error) {
	ctx, abort := context.WithCancel(ctx)
	defer abort()
	var f fileOfWriter
	w, err := s.bucket.NewWriter(ctx, key, &blob.WriterOptions{ContentType: "application/octet-stream", BeforeWrite: f.take})
	if err != nil {
		return 0, refused(err)
	}
	from := &source{r: r}
	size, err := io.Copy(struct{ io.Writer }{w}, from) // its own ReadFrom takes a MiB of memory for each file
	if err == nil {
		err = f.sync()
	}
	if err != nil {
		abort() // Close then drops what was written
		if from.err == nil {
			err = refused(err)
		}
		return 0, errors.Join(err, closeAborted(w))
	}
	return size, refused(w.Close())
}

// source remembers its error: that is not one of the store.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// refused explains an error of the store to people: there is no room, or it does not
// answer. That nobody waits any more is no error of the store.
func refused(err error) error {
	var known *errs.Error
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errs.IsFull(err):
		return errs.Full(err)
	}
	return errs.New(errs.Unavailable, "storage_unavailable", "The store of files does not answer. Try again in a moment.").WithCause(err)
}

// closeAborted closes a writer whose context was ended; that it says so is no news.
func closeAborted(w *blob.Writer) error {
	if err := w.Close(); err != nil && !errors.Is(err, context.Canceled) && gcerrors.Code(err) != gcerrors.Canceled {
		return err
	}
	return nil
}

// Get opens the file at key. Errors: NotFound, blob_not_found.
func (s *Store) Get(ctx context.Context, key string) (io.ReadCloser, error) {
	r, _, err := s.GetSized(ctx, key)
	return r, err
}

// GetSized is Get, with the size of the file in bytes.
func (s *Store) GetSized(ctx context.Context, key string) (io.ReadCloser, int64, error) {
	if err := checkKey(key); err != nil {
		return nil, 0, err
	}
	r, err := s.bucket.NewReader(ctx, key, nil)
	if err != nil {
		return nil, 0, missing(key, err)
	}
	return r, r.Size(), nil
}

// ReadAll is the whole file at key. Errors as of Get.
func (s *Store) ReadAll(ctx context.Context, key string) ([]byte, error) {
	r, err := s.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	_, err = buf.ReadFrom(r)
	return buf.Bytes(), errors.Join(err, r.Close())
}

// Exists says whether there is a file at key.
func (s *Store) Exists(ctx context.Context, key string) (bool, error) {
	if err := checkKey(key); err != nil {
		return false, err
	}
	there, err := s.bucket.Exists(ctx, key)
	return there, refused(err)
}

// Delete removes the file at key; a missing one is no error.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	err := s.bucket.Delete(ctx, key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil
	}
	return refused(err)
}

// List gives the finished files whose key starts with prefix, sorted by key.
func (s *Store) List(ctx context.Context, prefix string) ([]Object, error) {
	var out []Object
	it := s.bucket.List(&blob.ListOptions{Prefix: prefix})
	for {
		o, err := it.Next(ctx)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if checkKey(o.Key) != nil {
			continue // a file that is being written, or none of ours
		}
		out = append(out, Object{Key: o.Key, Size: o.Size, Modified: o.ModTime.UTC()})
	}
}

func missing(key string, err error) error {
	if gcerrors.Code(err) == gcerrors.NotFound {
		return errs.New(errs.NotFound, "blob_not_found", "The stored file is missing.").
			WithParams(map[string]any{"key": key}).WithCause(err)
	}
	return refused(err)
}

// checkKey keeps keys to what every store treats alike: slash-separated parts
// of letters, digits, "-", "_" and ".", none of them starting with a dot or
// ending as the temporary and side files of a directory store do.
func checkKey(key string) error {
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || part[0] == '.' || hasOther(part) || strings.HasSuffix(part, ".tmp") || strings.HasSuffix(part, ".attrs") {
			return errs.Newf(errs.Invalid, "blob_key", "%q is no key of a stored file.", key)
		}
	}
	return nil
}

const keyLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

func hasOther(part string) bool {
	return strings.ContainsFunc(part, func(r rune) bool { return !strings.ContainsRune(keyLetters, r) })
}
