package v1

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"octavo/internal/errs"
)

// problemType is the media type of RFC 9457.
const problemType = "application/problem+json"

// Problem is what a call that failed is answered with.
type Problem struct {
	Type      string         `json:"type" doc:"Always about:blank; code says what it is."`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Code      string         `json:"code" doc:"Stable; the web application words the problem by it."`
	Detail    string         `json:"detail" doc:"One sentence for a person."`
	Field     string         `json:"field,omitempty" doc:"Which input it is about."`
	RequestID string         `json:"request_id"`
	Params    map[string]any `json:"params,omitempty" doc:"Values of the sentence."`
}

// statuses maps kinds of errors to HTTP. No other code knows statuses of errors.
var statuses = map[errs.Kind]int{
	errs.Invalid:         http.StatusUnprocessableEntity,
	errs.Unconfirmed:     http.StatusBadRequest,
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.Forbidden:       http.StatusForbidden,
	errs.NotFound:        http.StatusNotFound,
	errs.Conflict:        http.StatusConflict,
	errs.Precondition:    http.StatusPreconditionRequired,
	errs.TooLarge:        http.StatusRequestEntityTooLarge,
	errs.RateLimited:     http.StatusTooManyRequests,
	errs.Unavailable:     http.StatusServiceUnavailable,
	errs.Internal:        http.StatusInternalServerError,
}

// Error gives the sentence.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is how huma learns the status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is how huma learns the media type.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders is how huma learns the headers.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	if wait, ok := p.Params["retry_after_s"].(int64); ok {
		h.Set("Retry-After", strconv.FormatInt(wait, 10))
	}
	return h
}

func newProblem(ctx context.Context, status int, code, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail, RequestID: RequestID(ctx)}
}

// problem turns an error into what a person may see. The cause of an error of ours
// goes to the log, nowhere else.
func (s *Server) problem(ctx context.Context, err error) *Problem {
	var tooLarge *http.MaxBytesError
	var e *errs.Error
	switch {
	case errors.As(err, &tooLarge):
		e = bodyTooLarge(tooLarge.Limit)
	case !errors.As(err, &e):
		e = errs.New(errs.Internal, "internal_error", "Something went wrong on our side. If it happens again, tell us the reference.")
	}
	status, ok := statuses[e.Kind]
	if !ok {
		status = http.StatusInternalServerError
	}
	if status >= http.StatusInternalServerError {
		level := slog.LevelError
		if ctx.Err() != nil { // the browser has left: nobody waits for the answer
			level = slog.LevelDebug
		}
		s.Log.Log(ctx, level, "request failed", "request_id", RequestID(ctx), "code", e.Code, "error", err.Error())
	}
	p := newProblem(ctx, status, e.Code, e.Message)
	p.Field, p.Params = e.Field, e.Params
	return p
}

func bodyTooLarge(limit int64) *errs.Error {
	return errs.Newf(errs.TooLarge, "body_too_large", "This is too large: at most %d bytes can be sent here.", limit).
		WithParams(map[string]any{"limit_bytes": limit})
}

// writeProblem answers outside of huma.
func (s *Server) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problem(r.Context(), err)
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the browser may be gone
}

// toProblem turns what huma says of a request that it does not understand into a
// problem. It is given every answer and changes only these.
func toProblem(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	code, ok := map[int]string{
		http.StatusBadRequest:            "bad_request",
		http.StatusRequestTimeout:        "request_timeout",
		http.StatusRequestEntityTooLarge: "body_too_large",
		http.StatusUnsupportedMediaType:  "unsupported_media_type",
		http.StatusUnprocessableEntity:   "invalid_input",
	}[m.Status]
	if !ok {
		code = "internal_error"
	}
	p := newProblem(ctx.Context(), m.Status, code, sentence(m.Detail))
	if m.Status == http.StatusRequestEntityTooLarge {
		e := bodyTooLarge(ctx.Operation().MaxBodyBytes)
		p.Detail, p.Params = e.Message, e.Params
	}
	if len(m.Errors) > 0 { // one at a time: the first says enough
		d := m.Errors[0]
		_, field, inside := strings.Cut(d.Location, ".")
		if d.Message == validation.MsgUnexpectedProperty || d.Message == "unknown query parameter" {
			p.Code = "unknown_field"
		}
		if p.Detail = sentence(d.Message); inside {
			p.Field = field
		}
	}
	return p, nil
}

// sentence makes huma's words one.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// strictJSON reads and writes JSON; texts that a database cannot hold are refused.
var strictJSON = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	},
	Unmarshal: func(data []byte, v any) error {
		if err := json.Unmarshal(data, v); err != nil {
			return err
		}
		if tree, ok := v.(*any); ok && hasNUL(*tree) {
			return errors.New("the character NUL cannot be stored")
		}
		return nil
	},
}

// hasNUL looks for U+0000, which PostgreSQL does not store.
func hasNUL(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.ContainsRune(v, 0)
	case []any:
		for _, item := range v {
			if hasNUL(item) {
				return true
			}
		}
	case map[string]any:
		for name, item := range v {
			if strings.ContainsRune(name, 0) || hasNUL(item) {
				return true
			}
		}
	}
	return false
}
