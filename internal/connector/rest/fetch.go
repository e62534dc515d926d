package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// Options of one reading.
type Options struct {
	ETag, LastModified string          // of the data that is there: the server may say that nothing changed
	Records            *string         // path of the list in a page; nil = found in the first page
	MaxBytes           int64           // of all pages together; 0 = 100 MiB
	Pause              time.Duration   // before the first repeat; 0 = 1 s
	Whole              bool            // half an answer is none, even where the request allows it
	OnePage            bool            // for a test: the first page only
	Truncate           bool            // of a database: rows beyond the limit are left out, in place of an error
	Progress           *fetch.Progress // told what goes on meanwhile; nil = nobody is

	Authorize func(*fetch.Request) error                      // puts a credential into each request; nil = there is none
	Answer    func(http.Header, *fetch.Request) (bool, error) // answers the challenge of a 401, and says whether to ask again; nil = nothing does
	SignIn    SignIn                                          // comes before the first request, and after a 401; nil = nothing does
}

// Result tells of a reading.
type Result struct {
	Status       int         // of the last answer
	Header       http.Header // of the last answer
	Unchanged    bool        // 304: nothing was written
	Joined       bool        // pages were joined to one JSON list
	Records      string      // path of the list, when Joined
	ETag         string
	LastModified string
	Pages        int
	Bytes        int64
	Attempts     int   // requests, repeats included
	Loop         bool  // pages began to repeat, and the reading ended
	Fault        error // why a page could not be read before which the answer ends, as the request allows; nil = it is whole
	Cut          bool  // rows were left out: of a database in a trial, else where the options allow it
}

// Repeats of one request after a fault that may pass.
const repeats = 2

// Fetch sends a prepared request and writes the answer. Codes of fetch.Client.Do, and
// service_unauthorized, service_forbidden, service_not_found, service_refused (other
// 4xx), service_failed (5xx), service_limited with params retry_after_s, too_many_pages,
// page_not_json, records_not_a_list, next_page_elsewhere, and those of Options.SignIn.
func (p Prepared) Fetch(ctx context.Context, c Sender, o Options, w io.Writer) (*Result, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = fetch.DefaultMaxBytes
	}
	if o.Pause <= 0 {
		o.Pause = time.Second
	}
	r := &reading{client: c, spec: p.spec, first: p, options: o, result: &Result{}}
	var err error
	if p.spec.Paginate == nil {
		err = r.whole(ctx, w)
	} else {
		err = r.pages(ctx, w)
	}
	return r.result, err
}

// reading is one call of Fetch.
type reading struct {
	client  Sender
	spec    *Spec
	first   Prepared // what is asked, with the token that holds now
	token   string   // of the sign-in; "" = there is none yet
	options Options
	result  *Result
	good    *fetch.Response // of the last page that was read
}

// whole reads an answer that comes in one piece.
func (r *reading) whole(ctx context.Context, w io.Writer) error {
	resp, err := r.send(ctx, r.ifChanged)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	r.result.Pages = 1
	r.result.ETag, r.result.LastModified = resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	if resp.Status == http.StatusNotModified {
		r.result.Unchanged = true
		return nil
	}
	n, err := io.Copy(w, r.options.Progress.Counted(resp.Body))
	r.result.Bytes = n
	return err
}

// ifChanged is the request for what is not there yet.
func (r *reading) ifChanged() (Prepared, error) {
	p := r.first
	if !r.spec.Unconditional {
		p.Header = p.Header.Clone()
		setUnless(p.Header, "If-None-Match", r.options.ETag)
		setUnless(p.Header, "If-Modified-Since", r.options.LastModified)
	}
	return p, nil
}

func setUnless(h http.Header, name, value string) {
	if value != "" && h.Get(name) == "" {
		h.Set(name, value)
	}
}

// pages reads page after page of each round and writes one list.
func (r *reading) pages(ctx context.Context, w io.Writer) error {
	r.result.Joined = true
	out := &joiner{w: w}
	for i, one := range r.first.rounds {
		if i > 0 {
			if r.options.OnePage {
				break
			}
			if err := r.rest(ctx, r.spec.Paginate.delay()); err != nil {
				return err
			}
		}
		err := r.round(ctx, r.spec.Paginate.inner().begin(one), out)
		if err != nil && r.enough(ctx, err) {
			r.result.Fault, r.result.Status, r.result.Header = err, r.good.Status, r.good.Header
			break // the service is not asked any further
		}
		if err != nil {
			return err
		}
	}
	return out.end()
}

// enough says whether the pages that came are taken though the next one failed with err. What no repeat heals, such as a refused
// sign-in, is no gap in the data but a fault of the request.
func (r *reading) enough(ctx context.Context, err error) bool {
	return r.spec.Paginate.Partial == "allow" && !r.options.Whole && r.result.Pages > 0 && ctx.Err() == nil && passing(err)
}

// round reads the pages of one round.
func (r *reading) round(ctx context.Context, at *walk, out *joiner) error {
	read := 0 // pages of this round
	for more := true; more; {
		if most := r.spec.Paginate.maxPages(); r.result.Pages >= most {
			return tooManyPages(most)
		}
		if most := at.maxPages(); read >= most {
			return tooManyPages(most)
		}
		pg, err := r.page(ctx, func() (Prepared, error) { return at.onto(r.first) })
		if err != nil {
			return err
		}
		read++
		if at.came(pg) {
			r.result.Loop = true // its records are there already
			return nil
		}
		if err := out.add(at.round.with(pg.records)); err != nil {
			return err
		}
		var loop bool
		more, loop = at.step(pg)
		r.result.Loop = r.result.Loop || loop
		if more = more && !r.options.OnePage; more {
			err = r.rest(ctx, at.delay())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// page reads one page whole.
func (r *reading) page(ctx context.Context, asked func() (Prepared, error)) (*page, error) {
	resp, err := r.send(ctx, asked)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(r.options.Progress.Counted(resp.Body))
	if err != nil {
		return nil, err
	}
	r.result.Bytes += int64(len(body))
	if r.result.Bytes > r.options.MaxBytes {
		return nil, errs.Newf(errs.TooLarge, "too_large", "The answer has more than the %d bytes that are allowed.", r.options.MaxBytes).
			WithParams(map[string]any{"limit": "bytes", "allowed": r.options.MaxBytes, "found": r.result.Bytes})
	}
	r.result.Pages++
	pg, path, err := readPage(resp.Header, body, r.options.Records)
	if err == nil && r.options.Records == nil && len(pg.records) > 0 {
		r.options.Records = &path // later pages have their list at the same place
	}
	if err == nil {
		r.good = resp
		r.options.Progress.Page(len(pg.records))
	}
	r.result.Records = path
	return pg, err
}

// rest waits before the next request.
func (r *reading) rest(ctx context.Context, d time.Duration) error {
	if d > 0 {
		r.options.Progress.To(fetch.Resting)
	}
	return fetch.Pause(ctx, d)
}

// send sends one request, again where the fault may pass. asked makes it, with the token that holds.
func (r *reading) send(ctx context.Context, asked func() (Prepared, error)) (*fetch.Response, error) {
	for try := 0; ; try++ {
		resp, err := r.once(ctx, asked)
		if err == nil || try >= repeats || !passing(err) {
			return resp, err
		}
		wait := r.options.Pause << try
		if err := r.rest(ctx, wait/2+rand.N(wait/2+1)); err != nil {
			return nil, err
		}
	}
}

// passing says whether a fault may be gone in a moment.
func passing(err error) bool {
	for _, code := range []string{"timeout", "connect", "service_failed"} {
		if errs.Is(err, code) {
			return true
		}
	}
	return false
}

// challenged asks again with the answer to a challenge, or after another sign-in, where there is one. The answer is for
// who has asked: a challenge of another server, to which the request was sent on, gets none.
func (r *reading) challenged(ctx context.Context, asked func() (Prepared, error), req fetch.Request, refused *fetch.Response) (*fetch.Response, error) {
	if r.options.SignIn != nil && answeredThere(req, refused) {
		return r.signedInAgain(ctx, asked, refused)
	}
	if refused.Redirects > 0 || r.options.Answer == nil {
		return refused, nil
	}
	again, err := r.options.Answer(refused.Header, &req)
	if err != nil {
		return nil, errors.Join(err, refused.Body.Close())
	}
	if !again {
		return refused, nil
	}
	if err := refused.Body.Close(); err != nil {
		return nil, err
	}
	r.result.Attempts++
	return r.client.Do(ctx, req)
}

func (r *reading) once(ctx context.Context, asked func() (Prepared, error)) (*fetch.Response, error) {
	r.result.Attempts++
	r.options.Progress.To(fetch.Asking)
	if err := r.signedIn(ctx); err != nil {
		return nil, err
	}
	req, err := r.request(asked)
	if err != nil {
		return nil, err
	}
	resp, err := r.client.Do(ctx, req)
	if err == nil && resp.Status == http.StatusUnauthorized && (r.options.Answer != nil || r.options.SignIn != nil) {
		resp, err = r.challenged(ctx, asked, req, resp)
	}
	if err != nil {
		return nil, err
	}
	r.options.Progress.To(fetch.Receiving)
	r.result.Status, r.result.Header = resp.Status, resp.Header
	if err := r.spec.refusal(resp); err != nil {
		return nil, errors.Join(err, resp.Body.Close())
	}
	return resp, nil
}

// request is one request as it is sent, with what lets it in.
func (r *reading) request(asked func() (Prepared, error)) (fetch.Request, error) {
	p, err := asked()
	if err != nil {
		return fetch.Request{}, err
	}
	redirects := 0
	if r.spec.NoRedirects {
		redirects = -1
	}
	req := fetch.Request{
		Method: p.Method, URL: p.URL, Header: p.Header, Body: p.Body, Timeout: r.spec.timeout(), MaxBytes: r.options.MaxBytes,
		MaxRedirects: redirects, SecretHeaders: own(p), TLS: (*fetch.TLS)(r.spec.TLS),
	}
	if r.options.Authorize != nil {
		err = r.options.Authorize(&req)
	}
	return req, err
}

// harmless are headers that say nothing of who asks, where nothing is put in; all others stay with their origin.
var harmless = []string{"Accept", "Accept-Language", "Content-Type", "User-Agent", "If-None-Match", "If-Modified-Since"}

func own(p Prepared) []string {
	var out []string
	for name := range p.Header {
		if !slices.Contains(harmless, http.CanonicalHeaderKey(name)) || slices.Contains(p.varied, http.CanonicalHeaderKey(name)) {
			out = append(out, name)
		}
	}
	return out
}

// refusal is the error of an answer that brings no data.
func (s *Spec) refusal(resp *fetch.Response) error {
	status := resp.Status
	if status == http.StatusNotModified && !s.Unconditional || status >= 200 && status < 300 || slices.Contains(s.AcceptStatus, status) {
		return nil
	}
	if busy := fetch.Busy(resp); busy != nil {
		return busy
	}
	params := map[string]any{"status": status}
	switch {
	case status == http.StatusUnauthorized:
		return errs.New(errs.Conflict, "service_unauthorized", "The service wants another sign-in (401).").WithParams(params)
	case status == http.StatusForbidden:
		return errs.New(errs.Conflict, "service_forbidden", "The service does not allow this request (403).").WithParams(params)
	case status == http.StatusNotFound || status == http.StatusGone:
		return errs.Newf(errs.Conflict, "service_not_found", "There is nothing at this address (%d).", status).WithParams(params)
	}
	return errs.Newf(errs.Conflict, "service_refused", "The service did not take this request (%d).", status).WithParams(params)
}

// joiner writes records as one JSON list.
type joiner struct {
	w io.Writer
	n int
}

func (j *joiner) add(records []json.RawMessage) error {
	for _, r := range records {
		before := ",\n"
		if j.n == 0 {
			before = "["
		}
		j.n++
		if _, err := fmt.Fprintf(j.w, "%s%s", before, r); err != nil {
			return err
		}
	}
	return nil
}

func (j *joiner) end() error {
	text := "]\n"
	if j.n == 0 {
		text = "[]\n"
	}
	_, err := io.WriteString(j.w, text)
	return err
}
