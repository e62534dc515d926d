package v1

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"octavo/internal/audit"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/id"
)

const idempotencyHeader = "Idempotency-Key"

const (
	// keepAnswers is how long a repeated call gets the first answer.
	keepAnswers = 24 * time.Hour
	// maxKey is the length of a key.
	maxKey = 200
)

// A key is written in the transaction of the change that its call makes (audit.Receipt),
// so whatever happens to the process, the key is there exactly when the change is. The
// answer follows; when the process ends in between, a repeated call is answered with
// what the change made, read anew (Route.Shows).
//
// Not so where a call makes accounts: its transaction has a System scope, which reaches
// no keys. There the key comes with the answer, and should the process end in between, a
// repeated call finds its names taken: nothing is made twice.

// statusDone stands in the place of a status while the answer is not kept.
const statusDone = 1

// kept is the answer of a call that succeeded. Calls that failed changed nothing, so
// their key is free again.
type kept struct {
	Status int                 `json:"status"`
	Header map[string][]string `json:"header"`
	Body   string              `json:"body"`
}

// keptHeaders are repeated with the answer.
var keptHeaders = []string{"Content-Type", "ETag", "Location"}

// once answers a repeated call like the first one (docs/conventions.md, idempotency).
// Keys belong to a person in an account. Codes idempotency_key_reused,
// idempotency_in_progress, bad_idempotency_key, already_done.
func (s *Server) once(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	key := r.Header.Get(idempotencyHeader)
	if key == "" {
		next(ctx)
		return
	}
	if err := s.repeatable(ctx, r.WithContext(ctx.Context()), w, key, next); err != nil {
		s.writeProblem(w, r, err)
	}
}

func (s *Server) repeatable(ctx huma.Context, r *http.Request, w http.ResponseWriter, key string, next func(huma.Context)) error {
	if len(key) > maxKey {
		return errs.Newf(errs.Invalid, "bad_idempotency_key", "An idempotency key has at most %d characters.", maxKey).WithField(idempotencyHeader)
	}
	body, sum, err := readOnce(ctx, r, w)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // it was only read
	once := &onceCall{s: s, call: callOf(r.Context()), key: key, sum: sum, token: id.New()}
	if !s.running.begin(once.name()) {
		return errs.New(errs.Conflict, "idempotency_in_progress", "The first call with this key is still running. Try again in a moment.")
	}
	defer s.running.end(once.name())
	if before, err := once.before(r, ctx.Operation()); err != nil || before != nil {
		return orWrite(before, w, err)
	}
	answer := &keeper{header: http.Header{}, under: w}
	inner := r.WithContext(audit.WithReceipt(r.Context(), once.receipt))
	inner.Body = body
	next(humago.NewContext(ctx.Operation(), inner, answer))
	failpoint.At("call/done")
	if err := once.settle(context.WithoutCancel(r.Context()), answer); err != nil {
		return err
	}
	failpoint.At("call/kept")
	if answer.kept() == nil { // what refused it may be what its twin on another server made
		if before, err := once.before(r, ctx.Operation()); err != nil || before != nil {
			return orWrite(before, w, err)
		}
	}
	answer.send()
	return nil
}

// readOnce reads the body of a call, to tell it from others by its sum; where it may be large, into a file.
func readOnce(ctx huma.Context, r *http.Request, w http.ResponseWriter) (body io.ReadCloser, sum []byte, err error) {
	op := ctx.Operation()
	hash := sha256.New()
	_, _ = fmt.Fprintf(hash, "%s %s\n", r.Method, r.URL.RequestURI()) // a hash never fails
	from := io.TeeReader(http.MaxBytesReader(w, r.Body, op.MaxBodyBytes), hash)
	if op.MaxBodyBytes <= maxBody {
		text, err := io.ReadAll(from)
		return io.NopCloser(bytes.NewReader(text)), hash.Sum(nil), err
	}
	_ = ctx.SetReadDeadline(clock.System().Now().Add(op.BodyReadTimeout)) // as for a Stream
	file, err := os.CreateTemp("", "octavo-call-")
	if err != nil {
		return nil, nil, err
	}
	body = callFile{file}
	_, err = io.Copy(file, from)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, nil, errors.Join(err, body.Close())
	}
	return body, hash.Sum(nil), nil
}

// callFile is the body of a call in a file that goes away when it is closed.
type callFile struct{ *os.File }

// Close removes the file.
func (f callFile) Close() error { return errors.Join(f.File.Close(), os.Remove(f.Name())) }

func orWrite(k *kept, w http.ResponseWriter, err error) error {
	if err == nil {
		k.write(w)
	}
	return err
}

// calls are the names of the calls that this process is answering. Safe for concurrent use.
type calls struct {
	mu    sync.Mutex // guards names
	names map[string]bool
}

func (c *calls) begin(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.names[name] {
		return false
	}
	c.names[name] = true
	return true
}

func (c *calls) end(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.names, name)
}

// onceCall is a call with a key.
type onceCall struct {
	s     *Server
	call  *Call
	key   string
	sum   []byte
	token string // of this try
}

func (o *onceCall) name() string {
	return fmt.Sprintf("%d %s %s", o.call.Actor.Account, o.call.Actor.User, o.key)
}

func (o *onceCall) args(more db.Args) db.Args {
	more["actor"], more["key"] = o.call.Actor.User, o.key
	return more
}

// before gives the answer of the first call with the key, nil when there was none.
// Codes idempotency_key_reused, already_done.
func (o *onceCall) before(r *http.Request, op *huma.Operation) (*kept, error) {
	var first []byte
	var status int64
	var response string
	found := false
	err := o.s.DB.Read(r.Context(), db.Account(o.call.Actor.Account), func(tx *db.Tx) (err error) {
		found, err = tx.One(r.Context(), `SELECT request_hash, status, response FROM idempotency
			WHERE account_id = :account AND actor_id = :actor AND key = :key AND at > :old`,
			o.args(db.Args{"old": tx.Now - keepAnswers.Milliseconds()}), &first, &status, &response)
		return err
	})
	if err != nil || !found {
		return nil, err
	}
	if subtle.ConstantTimeCompare(first, o.sum) == 0 {
		return nil, errs.New(errs.Invalid, "idempotency_key_reused", "This key was used for another call. Take a new one.").WithField(idempotencyHeader)
	}
	if status == statusDone {
		_, subject, _ := strings.Cut(response, " ")
		return o.again(r, op, subject)
	}
	var k kept
	if err := json.Unmarshal([]byte(response), &k); err != nil {
		return nil, errors.Join(errors.New("idempotency: kept answer"), err)
	}
	return &k, nil
}

// again makes the lost answer of a call from what the call made. Code already_done.
func (o *onceCall) again(r *http.Request, op *huma.Operation, subject string) (*kept, error) {
	done := errs.New(errs.Conflict, "already_done", "This was done before, and its answer was lost. Look at what is there now.")
	if subject == "" || o.call.shows == "" {
		return nil, done
	}
	path := strings.NewReplacer("{account}", r.PathValue("account"), "{id}", r.PathValue("id"), "{subject}", subject).Replace(o.call.shows)
	show, err := http.NewRequestWithContext(r.Context(), http.MethodGet, Prefix+path, nil)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"Authorization", "Cookie", "User-Agent", "X-Forwarded-For"} {
		show.Header[name] = r.Header[name]
	}
	show.RemoteAddr, show.TLS, show.Host = r.RemoteAddr, r.TLS, r.Host
	answer := &keeper{header: http.Header{}}
	o.s.mux.ServeHTTP(answer, show)
	k := answer.kept()
	if k == nil {
		return nil, done
	}
	k.Status = op.DefaultStatus
	return k, nil
}

// receipt writes the key of a call in the transaction of its change; a second line of
// the same try has the last word on the subject.
func (o *onceCall) receipt(ctx context.Context, tx *db.Tx, subject string) error {
	n, err := tx.Exec(ctx, `
		INSERT INTO idempotency (account_id, actor_id, key, request_hash, status, response, at)
		VALUES (:account, :actor, :key, :sum, :done, :response, :now)
		ON CONFLICT (account_id, actor_id, key) DO UPDATE SET request_hash = excluded.request_hash, status = excluded.status,
			response = excluded.response, at = excluded.at
		WHERE idempotency.at <= :old OR idempotency.status = :done AND idempotency.response LIKE :mine`,
		o.args(db.Args{"sum": o.sum, "done": statusDone, "response": o.token + " " + subject, "mine": o.token + " %", "now": tx.Now, "old": tx.Now - keepAnswers.Milliseconds()}))
	if err == nil && n == 0 { // another server was faster: nothing of this is kept
		err = errs.New(errs.Conflict, "idempotency_in_progress", "The first call with this key is still running. Try again in a moment.")
	}
	return err
}

// settle keeps the answer of a call that succeeded. One that failed has changed
// nothing, so its key is free; or its change is there and only the answer failed: then
// a repeated call gets it.
func (o *onceCall) settle(ctx context.Context, answer *keeper) error {
	k := answer.kept()
	if k == nil {
		return nil
	}
	response, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return o.s.DB.Tx(ctx, db.Account(o.call.Actor.Account), func(tx *db.Tx) error {
		_, err = tx.Exec(ctx, `
			INSERT INTO idempotency (account_id, actor_id, key, request_hash, status, response, at)
			VALUES (:account, :actor, :key, :sum, :status, :response, :now)
			ON CONFLICT (account_id, actor_id, key) DO UPDATE SET request_hash = excluded.request_hash, status = excluded.status,
				response = excluded.response, at = excluded.at
			WHERE idempotency.request_hash = excluded.request_hash OR idempotency.at <= :old`,
			o.args(db.Args{"sum": o.sum, "status": k.Status, "response": string(response), "now": tx.Now, "old": tx.Now - keepAnswers.Milliseconds()}))
		return err
	})
}

// ForgetKeys removes the keys of these accounts that are kept no longer. A worker calls
// it once an hour, with all accounts.
func ForgetKeys(ctx context.Context, d *db.DB, accounts func(context.Context) ([]id.Account, error)) error {
	all, err := accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		err := d.Tx(ctx, db.Account(a), func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM idempotency WHERE account_id = :account AND at <= :old`,
				db.Args{"old": tx.Now - keepAnswers.Milliseconds()})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (k *kept) write(w http.ResponseWriter) {
	for name, values := range k.Header {
		w.Header()[name] = values
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(k.Status)
	_, _ = io.WriteString(w, k.Body) // the browser may be gone
}

// keeper holds an answer back until it is sent.
type keeper struct {
	header http.Header
	under  http.ResponseWriter // nil when the answer is only looked at
	status int
	body   bytes.Buffer
}

func (k *keeper) Header() http.Header { return k.header }

func (k *keeper) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

func (k *keeper) Write(b []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(b)
}

// send gives the answer to the browser.
func (k *keeper) send() {
	for name, values := range k.header {
		k.under.Header()[name] = values
	}
	k.WriteHeader(http.StatusOK)
	k.under.WriteHeader(k.status)
	_, _ = k.under.Write(k.body.Bytes()) // the browser may be gone
}

// Unwrap lets http.ResponseController reach the connection.
func (k *keeper) Unwrap() http.ResponseWriter { return k.under }

// kept is the answer as it is repeated; nil when the call failed.
func (k *keeper) kept() *kept {
	if k.status < 200 || k.status > 299 {
		return nil
	}
	out := &kept{Status: k.status, Header: map[string][]string{}, Body: k.body.String()}
	for _, name := range keptHeaders {
		if values := k.header.Values(name); len(values) > 0 {
			out.Header[name] = values
		}
	}
	return out
}
