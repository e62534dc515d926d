package blob

import (
	"net/url"
	"os"
	"path/filepath"

	"gocloud.dev/blob/fileblob"
)

// Modes of what a directory store makes.
const (
	dirMode  = 0o700
	fileMode = 0o600
)

// openDir opens a directory store. Files are written beside their final name,
// so that finishing one is a rename within one file system.
func openDir(u *url.URL) (*Store, error) {
	path := u.Path
	if u.Host == "." { // file://./relative
		path = "." + path
	}
	bucket, err := fileblob.OpenBucket(filepath.FromSlash(path), &fileblob.Options{
		CreateDir: true, DirFileMode: dirMode, NoTempDir: true, Metadata: fileblob.MetadataDontWrite,
	})
	if err != nil {
		return nil, badAddress(err)
	}
	return &Store{bucket: bucket}, nil
}

// fileOfWriter is the file behind a writer, nil when the store is no directory.
type fileOfWriter struct{ f *os.File }

// take runs before the first byte is written and keeps the file to its owner.
func (w *fileOfWriter) take(as func(any) bool) error {
	if !as(&w.f) {
		return nil
	}
	return w.f.Chmod(fileMode)
}

// sync brings the content to the disk, so that a rename never points at an empty file.
func (w *fileOfWriter) sync() error {
	if w.f == nil {
		return nil
	}
	return w.f.Sync()
}
