package blob_test

import (
	"io/fs"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"octavo/internal/blob"
	"octavo/internal/blob/blobtest"
	"octavo/internal/errs"
)

func open(t *testing.T, address string) *blob.Store {
	t.Helper()
	s, err := blob.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestDirectory(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) *blob.Store {
		return open(t, "file://"+filepath.ToSlash(t.TempDir())+"/store")
	})
}

func TestS3(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	blobtest.Run(t, func(t *testing.T) *blob.Store {
		backend := s3mem.New()
		if err := backend.CreateBucket("bucket"); err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(gofakes3.New(backend).Server())
		t.Cleanup(server.Close)
		return open(t, "s3://bucket?region=eu-central-1&use_path_style=true&endpoint="+server.URL)
	})
}

func TestDirectoryIsForItsOwner(t *testing.T) {
	dir := t.TempDir() + "/store"
	s := open(t, "file://"+filepath.ToSlash(dir))
	if _, _, err := s.Put(t.Context(), "a/b/c", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		} else {
			files++
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
		return err
	})
	if err != nil || files != 1 {
		t.Fatalf("%d files, %v: want the stored one and no side files", files, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, address := range []string{"", "nowhere", "ftp://host/dir", "://", "s3://bucket?unknown_option=1"} {
		if _, err := blob.Open(t.Context(), address); !errs.Is(err, "blob_address") {
			t.Errorf("Open(%q) = %v", address, err)
		}
	}
}
