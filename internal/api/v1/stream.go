package v1

import (
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"octavo/internal/clock"
)

// Stream is embedded in the input of a route whose body is read as it comes: files.
// Set MaxBytes and ReadTimeout on the route.
type Stream struct {
	body        io.ReadCloser
	contentType string
	length      int64
}

// Resolve is how huma hands over the request.
func (s *Stream) Resolve(ctx huma.Context) []error {
	r, w := humago.Unwrap(ctx)
	op := ctx.Operation()
	s.body, s.contentType = http.MaxBytesReader(w, r.Body, op.MaxBodyBytes), r.Header.Get("Content-Type")
	s.length = r.ContentLength
	_ = ctx.SetReadDeadline(clock.System().Now().Add(op.BodyReadTimeout)) // the server's own limit stays where a connection has none
	return nil
}

// Reader is the body; an error of it that is too large becomes body_too_large by itself.
func (s *Stream) Reader() io.Reader { return s.body }

// Length is how long the body says that it is; -1 = it does not say.
func (s *Stream) Length() int64 { return s.length }

// ContentType is the media type that was sent.
func (s *Stream) ContentType() string { return s.contentType }
