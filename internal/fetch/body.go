package fetch

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
)

const (
	// maxRatio is how many bytes one packed byte may become, counted from ratioFrom on:
	// data that repeats packs well, a bomb packs a thousandfold.
	maxRatio  = 200
	ratioFrom = 1 << 20
)

// body is an answer's body with its limits.
type body struct {
	from     io.Reader // unpacked
	packed   *counter  // nil where nothing is packed
	raw      io.Closer
	allowed  int64
	read     int64
	word     func(error) error // gives errors their code
	cancel   func()            // ends the request
	finished error             // what every further Read gives
}

// open prepares the body of an answer for reading; it is closed where that fails.
func open(resp *http.Response, r Request, word func(error) error, cancel func()) (*body, error) {
	b := &body{from: resp.Body, raw: resp.Body, allowed: r.MaxBytes, word: word, cancel: cancel}
	if r.Header.Get("Accept-Encoding") != "" || resp.ContentLength == 0 {
		return b, nil // who asks for a packing unpacks it
	}
	switch strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))) {
	case "", "identity":
		return b, nil
	case "gzip", "x-gzip":
		b.packed = &counter{from: resp.Body}
		b.from = &unpacker{from: b.packed}
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
		return b, nil
	}
	_ = b.Close() // nothing of it can be read
	return nil, ConnectFailed("the answer is packed in a way that was not asked for")
}

// Read reads on; see Response for the codes.
func (b *body) Read(p []byte) (int, error) {
	if b.finished != nil {
		return 0, b.finished
	}
	if left := b.allowed - b.read; int64(len(p)) > left+1 {
		p = p[:left+1]
	}
	n, err := b.from.Read(p)
	b.read += int64(n)
	switch {
	case b.read > b.allowed:
		n, b.finished = n-1, tooLarge(b.allowed, b.read)
	case b.packed != nil && b.read > ratioFrom && b.read > maxRatio*b.packed.n:
		b.finished = packedTooMuch()
	case errors.Is(err, io.EOF):
		b.finished = io.EOF
	case err != nil:
		b.finished = b.word(err)
	}
	return n, b.finished
}

// Close ends the request; what is left of the body is not read.
func (b *body) Close() error {
	err := b.raw.Close()
	b.cancel()
	return err
}

// counter counts what comes over the wire.
type counter struct {
	from io.Reader
	n    int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	return n, err
}

// unpacker unpacks gzip; the header of it is read by the first Read, for it may be slow in coming.
type unpacker struct {
	from io.Reader
	zip  *gzip.Reader
}

func (u *unpacker) Read(p []byte) (n int, err error) {
	if u.zip == nil {
		if u.zip, err = gzip.NewReader(u.from); err != nil {
			if errors.Is(err, io.EOF) {
				return 0, io.EOF // an empty body that says it is packed
			}
			return 0, err
		}
	}
	return u.zip.Read(p)
}
