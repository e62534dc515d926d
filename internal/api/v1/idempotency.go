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
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"octavo/internal/db"
	"octavo/internal/errs"
)

const idempotencyHeader = "Idempotency-Key"

const (
	// keepAnswers is how long a repeated call gets the first answer.
	keepAnswers = 24 * time.Hour
	// giveUp is when a call without an answer counts as dead: its process was stopped in the middle.
	giveUp = 10 * time.Minute
	// maxKey is the length of a key.
	maxKey = 200
)

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
// idempotency_in_progress, bad_idempotency_key.
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
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, ctx.Operation().MaxBodyBytes))
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s\n%s", r.Method, r.URL.RequestURI(), body))
	call := callOf(r.Context())
	before, err := s.claim(r.Context(), call, key, sum[:])
	if err != nil {
		return err
	}
	if before != nil {
		before.write(w)
		return nil
	}
	answer := &keeper{ResponseWriter: w}
	done := false
	defer func() {
		if !done { // a panic: nothing was changed, so the key is free
			if err := s.settle(context.WithoutCancel(r.Context()), call, key, nil); err != nil {
				s.Log.ErrorContext(r.Context(), "the key of a call that failed stays taken", "error", err)
			}
		}
	}()
	next(humago.NewContext(ctx.Operation(), r, answer))
	done = true
	return s.settle(context.WithoutCancel(r.Context()), call, key, answer.kept())
}

// claim notes that a call is under way, or gives the answer of the first one.
func (s *Server) claim(ctx context.Context, c *Call, key string, sum []byte) (*kept, error) {
	var before *kept
	err := s.DB.Tx(ctx, db.Account(c.Actor.Account), func(tx *db.Tx) error {
		before = nil
		args := db.Args{"actor": c.Actor.User, "key": key, "sum": sum, "now": tx.Now,
			"old": tx.Now - keepAnswers.Milliseconds(), "dead": tx.Now - giveUp.Milliseconds()}
		_, err := tx.Exec(ctx, `DELETE FROM idempotency WHERE account_id = :account AND actor_id = :actor AND key = :key
			AND (at <= :old OR (status = 0 AND at <= :dead))`, args)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `
			INSERT INTO idempotency (account_id, actor_id, key, request_hash, status, response, at)
			VALUES (:account, :actor, :key, :sum, 0, '', :now) ON CONFLICT (account_id, actor_id, key) DO NOTHING`, args)
		if err != nil || n == 1 {
			return err
		}
		before, err = readKept(ctx, tx, args, sum)
		return err
	})
	return before, err
}

func readKept(ctx context.Context, tx *db.Tx, args db.Args, sum []byte) (*kept, error) {
	var first []byte
	var status int64
	var response string
	found, err := tx.One(ctx, `SELECT request_hash, status, response FROM idempotency
		WHERE account_id = :account AND actor_id = :actor AND key = :key`, args, &first, &status, &response)
	switch {
	case err != nil:
		return nil, err
	case !found || status == 0:
		return nil, errs.New(errs.Conflict, "idempotency_in_progress", "The first call with this key is still running. Try again in a moment.")
	case subtle.ConstantTimeCompare(first, sum) == 0:
		return nil, errs.New(errs.Invalid, "idempotency_key_reused", "This key was used for another call. Take a new one.").WithField(idempotencyHeader)
	}
	var k kept
	if err := json.Unmarshal([]byte(response), &k); err != nil {
		return nil, errors.Join(errors.New("idempotency: kept answer"), err)
	}
	return &k, nil
}

// settle keeps the answer of a call that succeeded and frees the key of one that did not.
func (s *Server) settle(ctx context.Context, c *Call, key string, k *kept) error {
	return s.DB.Tx(ctx, db.Account(c.Actor.Account), func(tx *db.Tx) error {
		args := db.Args{"actor": c.Actor.User, "key": key}
		if k == nil {
			_, err := tx.Exec(ctx, `DELETE FROM idempotency WHERE account_id = :account AND actor_id = :actor AND key = :key AND status = 0`, args)
			return err
		}
		response, err := json.Marshal(k)
		if err != nil {
			return err
		}
		args["status"], args["response"] = k.Status, string(response)
		_, err = tx.Exec(ctx, `UPDATE idempotency SET status = :status, response = :response
			WHERE account_id = :account AND actor_id = :actor AND key = :key`, args)
		return err
	})
}

func (k *kept) write(w http.ResponseWriter) {
	for name, values := range k.Header {
		w.Header()[name] = values
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(k.Status)
	_, _ = io.WriteString(w, k.Body) // the browser may be gone
}

// keeper copies an answer while it is written.
type keeper struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (k *keeper) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
	k.ResponseWriter.WriteHeader(status)
}

func (k *keeper) Write(b []byte) (int, error) {
	if k.status == 0 {
		k.status = http.StatusOK
	}
	k.body.Write(b)
	return k.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }

// kept is the answer as it is repeated; nil when the call failed.
func (k *keeper) kept() *kept {
	if k.status < 200 || k.status > 299 {
		return nil
	}
	out := &kept{Status: k.status, Header: map[string][]string{}, Body: k.body.String()}
	for _, name := range keptHeaders {
		if values := k.Header().Values(name); len(values) > 0 {
			out.Header[name] = values
		}
	}
	return out
}
