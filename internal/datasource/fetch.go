package datasource

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"sync"
	"time"

	"octavo/internal/clock"
	"octavo/internal/connector/rest"
	"octavo/internal/credential"
	"octavo/internal/dataset"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/format"
	"octavo/internal/placeholder"
	"octavo/internal/secret"
)

// outcome is what one reading of a service brought; several instances may share it.
type outcome struct {
	asked   int64 // when, in UTC milliseconds: what the service makes after that may be missing
	result  *rest.Result
	payload *stored // nil = nothing new
	answer  *stored // what the payload is a history of; nil = it is none
}

// etag is what the next request may ask with: nothing where rows were left out, which may not be the next time.
func (o *outcome) etag(before *Instance) string {
	if o.result.Cut {
		return ""
	}
	if o.payload == nil && o.result.ETag == "" {
		return before.etag
	}
	return o.result.ETag
}

func (o *outcome) modified(before *Instance) string {
	if o.result.Cut {
		return ""
	}
	if o.payload == nil && o.result.LastModified == "" {
		return before.lastModified
	}
	return o.result.LastModified
}

// endIn is the time that a run has beside that of reading, to write what came of it.
const endIn = 2 * time.Minute

// gather reads what a run needs and joins it with what is kept, in the time that one refresh has. Code refresh_too_long.
func (s *Service) gather(ctx context.Context, w *work) (*outcome, error) {
	bound, cancel := context.WithTimeout(ctx, s.cfg.FetchTime)
	defer cancel()
	got, err := s.fetch(bound, w)
	if err == nil {
		got, err = s.joinHistory(bound, w, got)
	}
	if err != nil && bound.Err() != nil && ctx.Err() == nil {
		minutes := int(s.cfg.FetchTime.Round(time.Minute) / time.Minute)
		err = errs.Newf(errs.Unavailable, "refresh_too_long", "Reading took longer than %d minutes, which is the most. Ask for less at a time.", minutes).
			WithParams(map[string]any{"minutes": minutes})
	}
	return got, err
}

// fetch asks the service what a run needs, or takes what another instance of the family
// with the same request has just got.
func (s *Service) fetch(ctx context.Context, w *work) (*outcome, error) {
	before, err := s.before(ctx, w)
	if err != nil {
		return nil, err
	}
	p, err := s.prepared(w.days, w.body.asks(), &w.resolved, before)
	if err != nil {
		return nil, err
	}
	known := rest.Options{ETag: w.instance.etag, LastModified: w.instance.lastModified, Records: w.body.Options.Records, MaxBytes: s.cfg.Limits.Bytes, Pause: s.cfg.Pause, Whole: w.whole(), Truncate: w.truncates()}
	if w.instance.Payload == 0 {
		known.ETag, known.LastModified = "", ""
	}
	opened, err := s.opened(ctx, w.with, p.address())
	if err != nil {
		return nil, err
	}
	key, err := fingerprint{Family: w.owner.Family(), Request: p.Hash(), Format: w.body.Format, Options: w.body.Options, ETag: known.ETag,
		LastModified: known.LastModified, Whole: known.Whole, Truncate: known.Truncate, Before: w.instance.hash, With: opened.Key()}.key()
	if err != nil {
		return nil, err
	}
	hide := func(text string) string { return opened.Mask(secret.Mask(text, w.resolved.secrets()...)) }
	out, err := s.shared.do(ctx, key, w.queuedAt, w.under, func(ctx context.Context, told *fetch.Progress) (*outcome, error) {
		if place, most := p.place(s, opened); place != "" {
			if err := w.enter(place, most); err != nil {
				return nil, err
			}
		}
		known.Progress = told
		out, err := s.readAnswer(ctx, w.owner.Family(), w.body, p, known, opened)
		return out.hidden(hide), hidden(err, hide) // others that share it know no token of ours
	})
	if failed := s.report(ctx, opened, err); failed != nil {
		return nil, failed
	}
	return out.hidden(hide), hidden(err, hide)
}

// fingerprint is all that decides what a fetch brings: runs of a family with equal ones share an answer.
type fingerprint struct {
	Family       int64
	Request      [sha256.Size]byte
	Format       string
	Options      format.Options
	ETag         string
	LastModified string
	Whole        bool   // half an answer is of no use
	Truncate     bool   // rows beyond the limit are left out
	Before       []byte // hash of the data that are there
	With         string // key of the credential
}

func (f fingerprint) key() (string, error) {
	text, err := json.Marshal(f)
	return string(text), err
}

// hidden is an outcome that tells no secret of why a page is missing; the one that it is made of may be another's, too.
func (o *outcome) hidden(hide func(string) string) *outcome {
	if o == nil || o.result == nil || o.result.Fault == nil {
		return o
	}
	out, result := *o, *o.result
	result.Fault = hidden(result.Fault, hide)
	out.result = &result
	return &out
}

// prepared puts values into what is asked at this moment, in a zone. What it writes of secrets is noted
// in r. before tells of the data that are there; nil = there are none.
func (s *Service) prepared(days *time.Location, what asks, r *resolved, before func(string) (string, bool)) (filled, error) {
	return what.fill(placeholder.Scope{Values: r.values, Now: s.db.Clock().Now(), Zone: days, Secret: r.secret,
		Spill: func(form string) { r.written = append(r.written, form) }, Last: before})
}

// before reads what a run asks of the data that its instance has: the moment at which they were asked for, and the last value of
// columns; nil where nothing is asked, or nothing is there. Code not_a_table.
func (s *Service) before(ctx context.Context, w *work) (func(string) (string, bool), error) {
	columns := w.body.asks().Lasts()
	if len(columns) == 0 || w.instance.Payload == 0 {
		return nil, nil
	}
	known := map[string]string{"": clock.FromMillis(w.instance.ReceivedAt).UTC().Format(time.RFC3339)}
	if slices.ContainsFunc(columns, func(name string) bool { return name != "" }) {
		set, err := s.Load(ctx, w.instance.payload(w.owner.Family()), called(columns))
		if err != nil {
			return nil, err
		}
		sheet, err := oneTable(set)
		if err != nil {
			return nil, err
		}
		for _, name := range columns {
			if text, ok := lastIn(sheet, name); ok && name != "" {
				known[name] = text
			}
		}
	}
	return func(name string) (string, bool) {
		text, ok := known[name]
		return text, ok
	}, nil
}

// called picks the columns that names mean.
func called(names []string) func(*dataset.Sheet, int) bool {
	return func(sheet *dataset.Sheet, col int) bool {
		return slices.ContainsFunc(names, func(name string) bool {
			at, ok := sheet.Column(name)
			return ok && at == col && name != ""
		})
	}
}

// lastIn is the last value of a column that is not blank.
func lastIn(sheet *dataset.Sheet, name string) (string, bool) {
	col, ok := sheet.Column(name)
	if !ok {
		return "", false
	}
	for row := sheet.Height() - 1; row >= sheet.HeaderRow; row-- {
		if text := sheet.CellText(row, col); text != "" {
			return text, true
		}
	}
	return "", false
}

// readAnswer reads an answer into a payload whose files are stored.
func (s *Service) readAnswer(ctx context.Context, family int64, b body, p filled, known rest.Options, with *credential.Secret) (_ *outcome, err error) {
	out := &outcome{asked: clock.Millis(s.db.Clock().Now()), result: &rest.Result{}}
	file, err := s.spoolFrom(s.cfg.Limits.Bytes, func(w io.Writer) error {
		var err error
		out.result, err = p.fetch(ctx, s, known, with, w)
		return err
	})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	known.Progress.To(fetch.Reading)
	if out.result.Unchanged {
		return out, nil
	}
	if file.file != nil {
		leave, err := s.enterLarge(ctx)
		if err != nil {
			return out, err
		}
		defer leave()
	}
	up := &Upload{Name: p.fileName(b.Format), MediaType: mediaType(out.result.Header), Format: b.Format, chosen: b.Options, truncate: known.Truncate}
	set, err := s.readFetched(ctx, up, file, out.result)
	if err != nil {
		return out, err
	}
	out.result.Cut = out.result.Cut || slices.ContainsFunc(set.Sheets, func(s *dataset.Sheet) bool { return s.Cut })
	notes := notesOf(out.result)
	note(set, notes)
	if out.payload, err = s.storeFetched(ctx, family, set, file, up); err == nil {
		out.payload.Notes = writeNotes(notes)
	}
	return out, err
}

// largeAtOnce is how many answers that memory is not to hold may be columns in it at a time.
const largeAtOnce = 32

// enterLarge waits until the columns of a large answer may be in memory until they are stored; leave must follow.
func (s *Service) enterLarge(ctx context.Context) (leave func(), err error) {
	select {
	case s.large <- struct{}{}:
		return func() { <-s.large }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// readFetched reads an answer, or what is packed in it, as up says: format and options. What is of another format is
// refused: it is never taken for something else in silence.
func (s *Service) readFetched(ctx context.Context, up *Upload, file *spool, r *rest.Result) (_ *dataset.Set, err error) {
	inner, err := s.unwrap(ctx, up, file, false)
	if err != nil {
		return nil, err
	}
	if inner.spool != file {
		defer func() { err = errors.Join(err, inner.Close()) }()
	}
	found, err := inner.detect()
	if err != nil {
		return nil, err
	}
	if !format.Accepts(up.Format, found) {
		return nil, otherFormat(up.Format, found, "the answer")
	}
	whole := *up
	if err := whole.hear(inner.spool, r.Header); err != nil {
		return nil, err
	}
	if r.Joined {
		root := ""
		whole.chosen.Records = &root
	}
	set, _, err := s.read(ctx, &whole, inner.spool)
	return set, err
}

// storeFetched stores columns and file under the names of their content, or has them ready for the row.
func (s *Service) storeFetched(ctx context.Context, family int64, set *dataset.Set, file *spool, up *Upload) (_ *stored, err error) {
	columns, err := s.spoolFrom(maxColumns, func(w io.Writer) error { return set.Encode(ctx, w) })
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, columns.Close()) }()
	up.hash, up.dataBytes, up.Bytes, up.Schema = up.payloadHash(columns.sum, file.sum), columns.size, file.size, schemaOf(set)
	p := up.payload(family)
	if err := s.storeColumns(ctx, p, columns); err != nil {
		return nil, err
	}
	return p, s.storeOriginal(ctx, p, file)
}

// maxColumns bounds the columns of one payload on disk, which may be larger than a file that is sent.
const maxColumns = 64 << 30

func mediaType(h http.Header) string {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// hear takes the encoding that a server names for its answer, unless somebody chose one.
func (up *Upload) hear(file *spool, h http.Header) error {
	_, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || params["charset"] == "" || up.chosen.Encoding != "" {
		return nil
	}
	const mark = 3
	head, err := file.head(mark)
	up.chosen.Encoding = format.Said(params["charset"], head)
	return err
}

// nameOf is the name of the file that an answer becomes: the end of the address.
func nameOf(address, kind string) string {
	name := "data"
	if u, err := url.Parse(address); err == nil && len(path.Base(u.Path)) > 1 {
		name = cleanFileName(path.Base(u.Path))
	}
	if path.Ext(name) == "" {
		name += "." + kind
	}
	return name
}

// shared lets equal requests of a family share one call. Safe for concurrent use.
type shared struct {
	now func() int64

	mu    sync.Mutex // guards what follows
	calls map[string]*call
	ended []*call // of calls, the first that ended first
}

// call is a reading that runs or has ended.
type call struct {
	key   string
	begun int64
	told  *fetch.Progress
	done  chan struct{}
	out   *outcome
	err   error
}

const (
	sharedFor  = 5 * 60_000 // for which an ended call is remembered, in milliseconds
	mostShared = 500        // ended calls that are remembered
)

var errBrokeOff = errors.New("datasource: the call broke off")

// do gives what a call of the same key brought, if it began at or after a time: whoever
// wants data of then is content with it. Else it calls. What the call does is told of under, too.
func (s *shared) do(ctx context.Context, key string, since int64, under *underWay, fn func(ctx context.Context, told *fetch.Progress) (*outcome, error)) (*outcome, error) {
	key = fmt.Sprintf("%x", sha256.Sum256([]byte(key)))
	for {
		c, mine := s.join(key, since)
		under.follow(c.told)
		if mine {
			c.err = errBrokeOff // what others see when fn panics
			defer s.end(c)
			c.out, c.err = fn(ctx, c.told)
			return c.out, c.err
		}
		select {
		case <-c.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if !c.brokeOff() {
			return c.out, c.err
		}
		since = s.now() + 1 // ask ourselves
	}
}

// join finds a call that is recent enough, or begins one.
func (s *shared) join(key string, since int64) (c *call, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.calls[key]; ok && c.begun >= since {
		return c, false
	}
	c = &call{key: key, begun: s.now(), told: &fetch.Progress{}, done: make(chan struct{})}
	s.calls[key] = c
	return c, true
}

// brokeOff says of a call that has ended that it did so with its caller, such as one who found no room: it says nothing to
// others.
func (c *call) brokeOff() bool {
	var known *errs.Error
	return c.err != nil && !errors.As(c.err, &known)
}

// end tells who waits for a call, and forgets old ones and one that broke off.
func (s *shared) end(c *call) {
	close(c.done)
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.brokeOff() {
		if s.calls[c.key] == c {
			delete(s.calls, c.key)
		}
		return
	}
	s.ended = append(s.ended, c)
	for len(s.ended) > mostShared || len(s.ended) > 0 && s.ended[0].begun < s.now()-sharedFor {
		if old := s.ended[0]; s.calls[old.key] == old {
			delete(s.calls, old.key)
		}
		s.ended = slices.Delete(s.ended, 0, 1)
	}
}

func newShared(c clock.Clock) *shared {
	return &shared{now: func() int64 { return clock.Millis(c.Now()) }, calls: map[string]*call{}}
}
