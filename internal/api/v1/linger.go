package v1

import (
	"io"
	"net/http"
	"time"

	"octavo/internal/clock"
)

const (
	// lingerAbove is the length of bodies that net/http reads to the end by itself after an
	// answer, unless the client said that it keeps no connection, as some proxies do.
	lingerAbove = 256 << 10
	// lingerFor is how long the rest of a body is read that was refused, and lingerBytes how much.
	lingerFor   = 10 * time.Second
	lingerBytes = 512 << 20
)

// withLinger reads on, for a while and to no end, after a large body was refused in the
// middle: whoever still sends would otherwise find the connection cut and never see the
// answer, which says what is wrong.
func (s *Server) withLinger(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		waits := r.Header.Get("Expect") != "" // sends nothing before it is asked to
		if waits || r.ContentLength == 0 || r.ContentLength > 0 && r.ContentLength <= lingerAbove && !r.Close {
			next.ServeHTTP(w, r)
			return
		}
		control := http.NewResponseController(w)
		if control.EnableFullDuplex() != nil { // lets the body be read after the answer
			next.ServeHTTP(w, r)
			return
		}
		body := r.Body // the server closes it in the end
		r.Body = io.NopCloser(body)
		rec := &recorder{ResponseWriter: w}
		next.ServeHTTP(rec, r)
		if rec.status < http.StatusBadRequest || control.Flush() != nil {
			return
		}
		_ = control.SetReadDeadline(clock.System().Now().Add(lingerFor)) // net/http has set one or none
		_, _ = io.CopyN(io.Discard, body, lingerBytes)                   // whatever comes is of no use
	})
}
