// Package blobtest holds every store of package blob to the same behaviour.
package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/blob"
	"octavo/internal/errs"
)

// Run runs the suite; open gives an empty store, closed by the caller's cleanup.
func Run(t *testing.T, open func(t *testing.T) *blob.Store) {
	tests := []struct {
		name string
		run  func(t *testing.T, s *blob.Store)
	}{
		{"put_and_get", putAndGet},
		{"large_file", largeFile},
		{"put_replaces", putReplaces},
		{"failed_put_leaves_nothing", failedPut},
		{"cancelled_put_leaves_nothing", cancelledPut},
		{"unfinished_put_is_not_listed", unfinishedPut},
		{"missing", missing},
		{"list", list},
		{"content", content},
		{"read_at", readAt},
		{"keys", keys},
		{"concurrent_puts_of_one_key", concurrent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, open(t)) })
	}
}

func put(t *testing.T, s *blob.Store, key, text string) {
	t.Helper()
	size, sum, err := s.Put(t.Context(), key, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if size != int64(len(text)) || sum != sha256.Sum256([]byte(text)) {
		t.Fatalf("Put says %d bytes, sum %x", size, sum)
	}
}

func want(t *testing.T, s *blob.Store, key, text string) {
	t.Helper()
	got, err := s.ReadAll(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != text {
		t.Fatalf("%s holds %.40q, want %.40q", key, got, text)
	}
}

func wantKeys(t *testing.T, s *blob.Store, prefix string, want ...string) {
	t.Helper()
	objects, err := s.List(t.Context(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range objects {
		got = append(got, o.Key)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("keys under %q (-want +got)\n%s", prefix, diff)
	}
}

func putAndGet(t *testing.T, s *blob.Store) {
	put(t, s, "a/one", "first")
	put(t, s, "a/empty", "")
	want(t, s, "a/one", "first")
	want(t, s, "a/empty", "")
	r, err := s.Get(t.Context(), "a/one")
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil || string(got) != "first" {
		t.Fatalf("got %q, %v", got, err)
	}
}

// largeSize is more than one part of an upload in parts.
const largeSize = 12 << 20

func largeFile(t *testing.T, s *blob.Store) {
	data := bytes.Repeat([]byte("0123456789abcdef"), largeSize/16)
	size, sum, err := s.Put(t.Context(), "large", bytes.NewReader(data))
	if err != nil || size != largeSize || sum != sha256.Sum256(data) {
		t.Fatalf("size %d, %v", size, err)
	}
	got, err := s.ReadAll(t.Context(), "large")
	if err != nil || !bytes.Equal(got, data) {
		t.Fatalf("%d bytes came back, %v", len(got), err)
	}
}

func putReplaces(t *testing.T, s *blob.Store) {
	put(t, s, "k", "a longer first content")
	put(t, s, "k", "second")
	want(t, s, "k", "second")
	wantKeys(t, s, "", "k")
}

var errBroken = errors.New("the source broke")

func failedPut(t *testing.T, s *blob.Store) {
	put(t, s, "old", "old content")
	for _, key := range []string{"old", "new"} {
		r := io.MultiReader(strings.NewReader(strings.Repeat("x", 100_000)), errReader{})
		if _, _, err := s.Put(t.Context(), key, r); !errors.Is(err, errBroken) {
			t.Fatalf("Put(%s) = %v, want the reader's error", key, err)
		}
	}
	want(t, s, "old", "old content")
	wantKeys(t, s, "", "old")
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errBroken }

func cancelledPut(t *testing.T, s *blob.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	r := io.MultiReader(strings.NewReader("start"), readerFunc(func([]byte) (int, error) {
		cancel()
		return 0, io.EOF
	}))
	if _, _, err := s.Put(ctx, "k", r); err == nil {
		t.Fatal("a cancelled Put succeeded")
	}
	wantKeys(t, s, "")
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func unfinishedPut(t *testing.T, s *blob.Store) {
	var during []blob.Object
	r := io.MultiReader(strings.NewReader(strings.Repeat("x", 100_000)), readerFunc(func([]byte) (int, error) {
		var err error
		if during, err = s.List(t.Context(), ""); err != nil {
			return 0, err
		}
		return 0, io.EOF
	}))
	if _, _, err := s.Put(t.Context(), "dir/k", r); err != nil {
		t.Fatal(err)
	}
	if len(during) != 0 {
		t.Fatalf("listed while it was written: %v", during)
	}
	wantKeys(t, s, "", "dir/k")
}

func missing(t *testing.T, s *blob.Store) {
	ctx := t.Context()
	_, err := s.Get(ctx, "nothing/here")
	_, errAll := s.ReadAll(ctx, "nothing/here")
	_, errAt := s.ReaderAt(ctx, "nothing/here")
	for _, err := range []error{err, errAll, errAt} {
		if errs.KindOf(err) != errs.NotFound || !errs.Is(err, "blob_not_found") {
			t.Errorf("got %v", err)
		}
	}
	if there, err := s.Exists(ctx, "nothing/here"); err != nil || there {
		t.Errorf("Exists = %v, %v", there, err)
	}
	if err := s.Delete(ctx, "nothing/here"); err != nil {
		t.Errorf("Delete of a missing file: %v", err)
	}
	put(t, s, "k", "x")
	if there, err := s.Exists(ctx, "k"); err != nil || !there {
		t.Errorf("Exists = %v, %v", there, err)
	}
	if err := s.Delete(ctx, "k"); err != nil {
		t.Fatal(err)
	}
	if there, err := s.Exists(ctx, "k"); err != nil || there {
		t.Errorf("after Delete: %v, %v", there, err)
	}
}

func list(t *testing.T, s *blob.Store) {
	for _, key := range []string{"b/2", "a/1", "b/10", "b/sub/3", "c"} {
		put(t, s, key, key)
	}
	wantKeys(t, s, "", "a/1", "b/10", "b/2", "b/sub/3", "c")
	wantKeys(t, s, "b/", "b/10", "b/2", "b/sub/3")
	wantKeys(t, s, "b/1", "b/10")
	wantKeys(t, s, "z")
	objects, err := s.List(t.Context(), "b/sub")
	if err != nil || len(objects) != 1 || objects[0].Size != 7 || objects[0].Modified.IsZero() {
		t.Fatalf("got %+v, %v", objects, err)
	}
}

func content(t *testing.T, s *blob.Store) {
	r := strings.NewReader("skipped|content")
	if _, err := r.Seek(8, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	key, size, err := s.PutContent(t.Context(), "payload", r)
	if err != nil || size != 7 || key != blob.ContentKey("payload", sha256.Sum256([]byte("content"))) {
		t.Fatalf("key %s, %d bytes, %v", key, size, err)
	}
	again, _, err := s.PutContent(t.Context(), "payload", strings.NewReader("content"))
	if err != nil || again != key {
		t.Fatalf("the second time: %s, %v", again, err)
	}
	want(t, s, key, "content")
	wantKeys(t, s, "payload/", key)
}

func readAt(t *testing.T, s *blob.Store) {
	put(t, s, "k", "0123456789")
	r, err := s.ReaderAt(t.Context(), "k")
	if err != nil || r.Size() != 10 {
		t.Fatalf("size %v, %v", r, err)
	}
	tests := []struct {
		off  int64
		n    int
		want string
		err  error
	}{
		{0, 4, "0123", nil}, {6, 4, "6789", nil}, {6, 9, "6789", io.EOF}, {10, 1, "", io.EOF}, {3, 0, "", nil},
	}
	for _, tt := range tests {
		p := make([]byte, tt.n)
		n, err := r.ReadAt(p, tt.off)
		if string(p[:n]) != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("ReadAt(%d bytes, %d) = %q, %v", tt.n, tt.off, p[:n], err)
		}
	}
}

func keys(t *testing.T, s *blob.Store) {
	for _, key := range []string{"", "/a", "a/", "a//b", "../a", "a/../b", ".hidden", "a b", "ä", "a\x00", "a.tmp", "a.attrs"} {
		_, _, err := s.Put(t.Context(), key, strings.NewReader("x"))
		if !errs.Is(err, "blob_key") {
			t.Errorf("key %q: %v", key, err)
		}
	}
}

func concurrent(t *testing.T, s *blob.Store) {
	var wg sync.WaitGroup
	problems := make([]error, 8)
	for i := range problems {
		wg.Go(func() {
			_, _, problems[i] = s.Put(t.Context(), "same", strings.NewReader(strings.Repeat(fmt.Sprint(i), 50_000)))
		})
	}
	wg.Wait()
	if err := errors.Join(problems...); err != nil {
		t.Fatal(err)
	}
	got, err := s.ReadAll(t.Context(), "same")
	if err != nil || len(got) != 50_000 || strings.Trim(string(got), string(got[:1])) != "" {
		t.Fatalf("%d bytes, mixed or cut: %v", len(got), err)
	}
	wantKeys(t, s, "", "same")
}
