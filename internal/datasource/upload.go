package datasource

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"

	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/dataset"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/format"
	"octavo/internal/id"
)

// Upload is a file that was read and waits to become a data source.
type Upload struct {
	ID        id.Upload
	Name      string // of the file
	MediaType string
	Bytes     int64
	Format    string
	Options   format.Options      // it was read with
	Schema    Schema              // with previews
	Members   []string            // files of an archive; filled in where the file was read
	Paths     []format.RecordPath // lists that could be the records; filled in where the file was read
	ExpiresAt time.Time

	chosen    format.Options // those that a person chose
	fileKey   string         // in the blob store: the file, compressed
	dataKey   string         // in the blob store: the columns
	dataBytes int64
	hash      []byte // of the payload that it becomes
}

func mayUpload(who authz.Actor) error {
	if who.Has(authz.SourceEdit) {
		return nil
	}
	return authz.Can(who, authz.SourceCreate, authz.None)
}

// Receive takes a file, finds out its format and reads it. Codes
// permission_denied, too_large, empty_file, format_unsupported and those of format.Read.
func (s *Service) Receive(ctx context.Context, who authz.Actor, name, mediaType string, r io.Reader) (up *Upload, err error) {
	if err := mayUpload(who); err != nil {
		return nil, err
	}
	failpoint.At("upload/begun")
	file, err := newSpool(s.cfg.TempDir, r, s.cfg.Limits.Bytes)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	failpoint.At("upload/received")
	up = &Upload{ID: id.Upload(id.New()), Name: cleanFileName(name), MediaType: mediaType, Bytes: file.size}
	if err := s.readUpload(ctx, who, up, file, ""); err != nil {
		return nil, err
	}
	failpoint.At("upload/columns_stored")
	up.fileKey = s.uploadKey(who, up.ID) + "/file.zst"
	if err := storeFile(ctx, s.blobs, up.fileKey, file); err != nil {
		return nil, err
	}
	failpoint.At("upload/file_stored")
	return up, s.saveUpload(ctx, who, up)
}

// Reread reads an upload of the actor again with other options; absent ones are found
// out. Codes unknown_upload and those of format.Read.
func (s *Service) Reread(ctx context.Context, who authz.Actor, upload id.Upload, chosen format.Options) (up *Upload, err error) {
	if err := mayUpload(who); err != nil {
		return nil, err
	}
	if up, err = s.findUpload(ctx, who, upload); err != nil {
		return nil, err
	}
	file, err := s.unpack(ctx, up)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	old := up.dataKey
	up.chosen = chosen
	if err := s.readUpload(ctx, who, up, file, ""); err != nil {
		return nil, err
	}
	if err := s.updateUpload(ctx, who, up); err != nil {
		return nil, err
	}
	s.drop(ctx, old)
	return up, nil
}

// readUpload reads the file of an upload and stages its columns. Kind is the format it
// must have; "" finds it out.
func (s *Service) readUpload(ctx context.Context, who authz.Actor, up *Upload, file *spool, kind string) (err error) {
	inner, err := s.unwrap(ctx, up, file, kind == "")
	if err != nil {
		return err
	}
	if inner.spool != file {
		defer func() { err = errors.Join(err, inner.Close()) }()
	}
	found, err := inner.detect()
	switch {
	case err != nil:
		return err
	case kind == "":
		up.Format = found
	case !format.Accepts(kind, found):
		return otherFormat(kind, found, up.Name)
	default:
		up.Format = kind
	}
	set, options, err := s.read(ctx, up, inner.spool)
	if err != nil {
		return err
	}
	failpoint.At("upload/read")
	up.Options, up.Schema = options, schemaOf(set)
	for i, sh := range set.Sheets {
		up.Schema.Sheets[i] = previewOf(sh, MaxPreview)
	}
	up.dataKey = s.uploadKey(who, up.ID) + "/" + id.NewPart() + ".data"
	size, sum, err := store(ctx, s.blobs, up.dataKey, func(w io.Writer) error { return set.Encode(ctx, w) })
	up.dataBytes, up.hash = size, up.payloadHash(sum, file.sum)
	return err
}

// payloadHash names what a source shows by its columns and its file, with the name
// of the file: whoever downloads it gets it as it came.
func (up *Upload) payloadHash(data, file [sha256.Size]byte) []byte {
	h := sha256.New()
	h.Write(data[:])
	h.Write(file[:])
	h.Write([]byte(up.Name + "\x00" + up.MediaType))
	if up.chosen.Member != "" {
		h.Write([]byte("\x00" + up.chosen.Member)) // what paths lead into
	}
	return h.Sum(nil)
}

// read reads a file; only so many at a time, because the columns are in memory meanwhile.
func (s *Service) read(ctx context.Context, up *Upload, file *spool) (*dataset.Set, format.Options, error) {
	opt := up.chosen
	leave, err := s.enterReaders(ctx)
	if err != nil {
		return nil, opt, err
	}
	defer leave()
	paths, err := format.Paths(ctx, up.Format, file, file.size, s.cfg.Limits)
	if err != nil {
		return nil, opt, err
	}
	up.Paths = paths
	if opt.Records == nil && len(paths) > 0 {
		opt.Records = &paths[0].Path // what Read would find by walking the file again
	}
	return format.Read(ctx, up.Format, file, file.size, opt, s.cfg.Limits)
}

// unpack brings the file of an upload back to the temporary directory.
func (s *Service) unpack(ctx context.Context, up *Upload) (*spool, error) {
	r, err := openFile(ctx, s.blobs, up.fileKey)
	if err != nil {
		return nil, gone(err)
	}
	file, err := newSpool(s.cfg.TempDir, r, up.Bytes)
	return file, errors.Join(err, r.Close())
}

// keep makes a payload of an upload as it was read: its files go to their final place.
func (s *Service) keep(ctx context.Context, who authz.Actor, up *Upload) (*stored, error) {
	p := up.payload(who.Account.Family())
	if err := copyBlob(ctx, s.blobs, up.dataKey, p.DataKey); err != nil {
		return nil, gone(err)
	}
	failpoint.At("source/columns_kept")
	if err := copyBlob(ctx, s.blobs, up.fileKey, p.FileKey); err != nil {
		return nil, gone(err)
	}
	failpoint.At("source/file_kept")
	return p, nil
}

// payload is the row of what was read, with the keys of its files.
func (up *Upload) payload(family int64) *stored {
	p := &stored{Hash: up.hash, FileName: up.Name, MediaType: up.MediaType, Bytes: up.Bytes, DataBytes: up.dataBytes, Schema: up.Schema}
	for _, sh := range up.Schema.Sheets {
		p.RowCount += int64(sh.Rows)
		p.Columns = max(p.Columns, int64(len(sh.Columns)))
	}
	p.DataKey, p.FileKey = payloadKeys(family, p.Hash)
	return p
}

// reread makes a payload of the file of an upload, read as a source says.
func (s *Service) reread(ctx context.Context, who authz.Actor, up *Upload, b body) (*stored, error) {
	other := *up
	other.chosen = b.Options
	file, err := s.unpack(ctx, up)
	if err != nil {
		return nil, err
	}
	err = s.readUpload(ctx, who, &other, file, b.Format)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	defer s.drop(ctx, other.dataKey)
	return s.keep(ctx, who, &other)
}

// uploadKey is where the files of an upload are.
func (s *Service) uploadKey(who authz.Actor, upload id.Upload) string {
	return fmt.Sprintf("uploads/%d/%s", who.Account, upload)
}

// drop removes files that nothing names any more. What cannot be removed stays behind and harms nobody.
func (s *Service) drop(ctx context.Context, keys ...string) {
	for _, key := range keys {
		if err := s.blobs.Delete(ctx, key); err != nil {
			s.log.WarnContext(ctx, "file stays in the store", "key", key, "error", err)
		}
	}
}

// unknownUpload is the answer to an upload that is not there, not the actor's, or too old.
func unknownUpload() *errs.Error {
	return errs.New(errs.Invalid, "unknown_upload", "This upload is not there any more. Send the file again.").WithField("upload_id")
}

// gone turns a missing file of an upload into that answer: it was swept a moment ago.
func gone(err error) error {
	if errs.Is(err, "blob_not_found") {
		return unknownUpload().WithCause(err)
	}
	return err
}

// options are how they are kept with an upload.
type options struct {
	Chosen format.Options `json:"chosen"`
	Used   format.Options `json:"used"`
}

func sameOptions(a, b format.Options) bool { return reflect.DeepEqual(a, b) }

func (up *Upload) texts() (optionsJSON, schemaJSON string, err error) {
	o, err := json.Marshal(options{Chosen: up.chosen, Used: up.Options})
	if err != nil {
		return "", "", err
	}
	sch, err := json.Marshal(up.Schema)
	return string(o), string(sch), err
}

// age is the time before which uploads are too old.
func (s *Service) age(tx *db.Tx) int64 { return tx.Now - s.cfg.UploadAge.Milliseconds() }

func (s *Service) expiry(createdAt int64) time.Time {
	return clock.FromMillis(createdAt).Add(s.cfg.UploadAge)
}
