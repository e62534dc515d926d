package datasource

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"sync"
	"time"

	"octavo/internal/authz"
	"octavo/internal/dataset"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/job"
)

// How files that were sent are read.
const (
	// readKind is in statements, too: the index jobs_of_uploads knows it.
	readKind = "upload.read"
	// readAttempts is how often: what ended a server twice will end it again.
	readAttempts = 3
	// firstLook and lastLook bound how long a request that waits for a file does not look whether another
	// process has read it.
	firstLook, lastLook = 100 * time.Millisecond, time.Second
)

// ReadAgainAfter is when to ask again for a file that is being read.
const ReadAgainAfter = 2 * time.Second

// bell tells the requests of this process that the reading of some file has ended. Safe for concurrent use.
type bell struct {
	mu   sync.Mutex    // guards next
	next chan struct{} // closed when it rings
	shut func()        // closes over
	over chan struct{} // closed when nobody is to wait any more
}

func newBell() *bell {
	b := &bell{next: make(chan struct{}), over: make(chan struct{})}
	b.shut = sync.OnceFunc(func() { close(b.over) })
	return b
}

// listen gives what is closed when it rings next.
func (b *bell) listen() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.next
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.next)
	b.next = make(chan struct{})
}

// Await gives an upload of the actor as soon as it is read or cannot be, and after wait as it is. Why it cannot be is
// part of it. Code unknown_upload.
func (s *Service) Await(ctx context.Context, who authz.Actor, upload id.Upload, wait time.Duration) (*Upload, error) {
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	return s.await(ctx, waiting, who, upload)
}

// await is Await until a context ends.
func (s *Service) await(ctx, waiting context.Context, who authz.Actor, upload id.Upload) (*Upload, error) {
	if err := mayUpload(who); err != nil {
		return nil, err
	}
	for look := firstLook; ; look = min(2*look, lastLook) {
		ended := s.bell.listen()
		up, err := s.showUpload(ctx, who, upload)
		if err != nil || up.State != UploadReading {
			return up, err
		}
		select {
		case <-ended:
		case <-time.After(look):
		case <-s.bell.over:
			return up, nil
		case <-waiting.Done():
			return up, ctx.Err()
		}
	}
}

// EndWaits answers who waits for files to be read: the server stops, and the next one reads them.
func (s *Service) EndWaits() { s.bell.shut() }

// readSent is the job that reads a file.
func (s *Service) readSent(ctx context.Context, run *job.Run) error {
	var upload id.Upload
	if err := run.Args(&upload); err != nil {
		return err
	}
	defer s.bell.ring()
	failpoint.At("upload/reading")
	err := s.readAsWanted(ctx, run.Account, upload, run.Attempt >= readAttempts, run.Finish)
	failpoint.At("upload/ended")
	return err
}

// readAsWanted reads an upload as somebody wants it, and calls end in the transaction that notes what came of it. What
// is wrong with the file is noted, and so is any other problem with words where there is no next try. An error is a
// fault of ours.
func (s *Service) readAsWanted(ctx context.Context, owner id.Account, upload id.Upload, last bool, end func(context.Context, *db.Tx) error) error {
	up, err := s.findWanted(ctx, owner, upload)
	if err != nil {
		return err
	}
	if up == nil { // swept, or read by now
		return s.db.Tx(ctx, db.Account(owner), func(tx *db.Tx) error { return end(ctx, tx) })
	}
	next, err := s.readFile(ctx, owner, up)
	if err != nil {
		var known *errs.Error
		if ctx.Err() != nil || !errors.As(err, &known) || !last && !ofTheFile(known) {
			return err
		}
		return s.saveFailure(ctx, owner, up, known, end)
	}
	failpoint.At("upload/columns_stored")
	kept, err := s.saveReading(ctx, owner, up, next, end)
	if err != nil || !kept { // gone, or wanted in another way by now
		s.drop(context.WithoutCancel(ctx), next.dataKey)
	}
	return err
}

// readFile reads the file of an upload as it is wanted and stages its columns.
func (s *Service) readFile(ctx context.Context, owner id.Account, up *Upload) (next *Upload, err error) {
	as, err := up.asWanted()
	if err != nil {
		return nil, err
	}
	file, err := s.unpack(ctx, up)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	next = &Upload{ID: up.ID, Name: up.Name, MediaType: up.MediaType, Bytes: up.Bytes, chosen: as.Options}
	return next, s.readUpload(ctx, owner, next, file, as.Format)
}

// readUpload reads the file of an upload and stages its columns. Kind is the format it
// must have; "" finds it out.
func (s *Service) readUpload(ctx context.Context, owner id.Account, up *Upload, file *spool, kind string) (err error) {
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
	up.dataKey = s.uploadKey(owner, up.ID) + "/" + id.NewPart() + ".data"
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
	limits := s.cfg.Limits
	limits.Truncate = up.truncate
	return format.Read(ctx, up.Format, file, file.size, opt, limits)
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
