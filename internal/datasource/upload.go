package datasource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/format"
	"octavo/internal/id"
)

// UploadState says how far the reading of an upload is that was asked for last.
type UploadState string

// The states.
const (
	UploadReading UploadState = "reading" // a job reads it, or waits for its turn
	UploadRead    UploadState = "read"
	UploadFailed  UploadState = "failed" // the reading before it, if there was one, stays
)

// Upload is a file that was sent and waits to become a data source. What it holds is that of the last reading that
// went well; while there was none, there is no format.
type Upload struct {
	ID        id.Upload
	Name      string // of the file
	MediaType string
	Bytes     int64
	State     UploadState
	Problem   *errs.Error // why the reading failed; nil = it did not
	Format    string
	Options   format.Options      // it was read with
	Schema    Schema              // with previews, where Await gave it
	Members   []string            // files of an archive; as previews
	Paths     []format.RecordPath // lists that could be the records; as previews
	ExpiresAt time.Time

	wanted    string         // the reading that was asked for last, as text of readAs
	truncate  bool           // rows beyond the limit are left out, in place of an error
	chosen    format.Options // those that a person chose
	fileKey   string         // in the blob store: the file, compressed; "" = it cannot be read and is gone
	dataKey   string         // in the blob store: the columns; "" = it was never read
	dataBytes int64
	hash      []byte // of the payload that it becomes
}

// readAs is a way to read a file.
type readAs struct {
	Format  string         `json:"format,omitempty"` // that it must have; "" = it is found out
	Options format.Options `json:"options"`          // those that are absent are found out
}

func (w readAs) text() string {
	text, err := json.Marshal(w)
	if err != nil { // never: options are plain values
		return ""
	}
	return string(text)
}

func mayUpload(who authz.Actor) error {
	if who.Has(authz.SourceEdit) {
		return nil
	}
	return authz.Can(who, authz.SourceCreate, authz.None)
}

// Receive takes a file, which a job then reads: Await tells what came of it. Codes permission_denied, too_large,
// empty_file.
func (s *Service) Receive(ctx context.Context, who authz.Actor, name, mediaType string, r io.Reader) (*Upload, error) {
	up, err := s.receive(ctx, who, name, mediaType, r, true)
	if err == nil {
		s.cfg.Wake()
	}
	return up, err
}

// ReadHere is Receive for programs that do no jobs: it reads the file before it returns. Codes those of Receive,
// format_unsupported and those of format.Read.
func (s *Service) ReadHere(ctx context.Context, who authz.Actor, name, mediaType string, r io.Reader) (*Upload, error) {
	up, err := s.receive(ctx, who, name, mediaType, r, false)
	if err != nil {
		return nil, err
	}
	if err := s.readAsWanted(ctx, who.Account, up.ID, true, func(context.Context, *db.Tx) error { return nil }); err != nil {
		return nil, err
	}
	up, err = s.Await(ctx, who, up.ID, 0)
	if err == nil && up.Problem != nil {
		return nil, up.Problem
	}
	return up, err
}

func (s *Service) receive(ctx context.Context, who authz.Actor, name, mediaType string, r io.Reader, byJob bool) (up *Upload, err error) {
	if err := mayUpload(who); err != nil {
		return nil, err
	}
	failpoint.At("upload/begun")
	file, err := newSpool(s.cfg.TempDir, r, s.cfg.Limits.Bytes)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	up = &Upload{ID: id.Upload(id.New()), Name: cleanFileName(name), MediaType: mediaType, Bytes: file.size, State: UploadReading, wanted: readAs{}.text()}
	if file.size == 0 {
		_, err := content{file, up.Name, mediaType}.detect()
		return nil, err
	}
	failpoint.At("upload/received")
	up.fileKey = s.uploadKey(who.Account, up.ID) + "/file.zst"
	if err := s.storeFile(ctx, up.fileKey, file); err != nil {
		return nil, err
	}
	failpoint.At("upload/file_stored")
	return up, s.saveUpload(ctx, who, up, byJob)
}

// Reread has an upload of the actor read again by a job with other options; absent ones are found out. Until that went
// well the reading before it stays. Codes unknown_upload and, where the file could never be read, why.
func (s *Service) Reread(ctx context.Context, who authz.Actor, upload id.Upload, chosen format.Options) error {
	if err := mayUpload(who); err != nil {
		return err
	}
	up, err := s.findUpload(ctx, who, upload)
	if err != nil {
		return err
	}
	return s.want(ctx, who, up, readAs{Options: chosen})
}

// want has an upload read by a job.
func (s *Service) want(ctx context.Context, who authz.Actor, up *Upload, as readAs) error {
	if up.fileKey == "" {
		return up.unreadable()
	}
	if err := s.saveWanted(ctx, who, up.ID, as.text()); err != nil {
		return err
	}
	s.cfg.Wake()
	return nil
}

// usable says whether a source can be made of an upload: of what was asked for last, or of the reading before it where
// that failed. Codes upload_reading and why it could not be read.
func (up *Upload) usable() error {
	switch {
	case up.State == UploadReading:
		return stillReading()
	case up.dataKey != "":
		return nil
	}
	return up.unreadable()
}

// unreadable says why a file that is gone could not be read.
func (up *Upload) unreadable() error {
	if up.Problem != nil {
		return up.Problem
	}
	return unknownUpload()
}

// isAs says whether the reading that there is is that one.
func (up *Upload) isAs(as readAs) bool {
	return up.dataKey != "" && up.Format == as.Format && sameOptions(up.chosen, as.Options)
}

// failedAs says whether the file cannot be read in that way, however often it is tried.
func (up *Upload) failedAs(as readAs) bool {
	return up.State == UploadFailed && up.wanted == as.text() && ofTheFile(up.Problem)
}

// ofTheFile says whether an error is about the file itself and not about us.
func ofTheFile(e *errs.Error) bool { return e.Kind == errs.Invalid || e.Kind == errs.TooLarge }

// stillReading asks to wait. Code upload_reading.
func stillReading() *errs.Error {
	return errs.New(errs.Conflict, "upload_reading", "This file is still being read. Try again in a moment.").
		WithField("upload_id").WithParams(map[string]any{"retry_after_s": int64(ReadAgainAfter / time.Second)})
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

// uploadKey is where the files of an upload are.
func (s *Service) uploadKey(owner id.Account, upload id.Upload) string {
	return fmt.Sprintf("uploads/%d/%s", owner, upload)
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

// age is the time before which uploads are too old.
func (s *Service) age(tx *db.Tx) int64 { return tx.Now - s.cfg.UploadAge.Milliseconds() }

func (s *Service) expiry(createdAt int64) time.Time {
	return clock.FromMillis(createdAt).Add(s.cfg.UploadAge)
}
