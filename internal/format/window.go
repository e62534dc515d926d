package format

import (
	"context"
	"errors"
	"io"

	"octavo/internal/dataset"
)

// windowSize is the part of a file that is in memory at once, unless one cell needs more.
const windowSize = 256 << 10

// firstWindow is with what it begins: it grows with the file, and most answers of services are small.
const firstWindow = 4 << 10

// window is a moving part of a stream. What lies from keep on stays in the
// buffer when more is read, so that a token is always in one piece.
type window struct {
	ctx  context.Context
	r    io.Reader
	buf  []byte
	pos  int // next byte
	keep int // start of what is still needed; at most pos
	max  int // bytes that may be kept: one cell
	eof  bool
}

func newWindow(ctx context.Context, r io.Reader, maxKeep int) *window {
	return &window{ctx: ctx, r: r, buf: make([]byte, 0, firstWindow), max: maxKeep}
}

// more reads on. False at the end of the stream. Offsets into the buffer lose
// what stood before keep; keep becomes 0 and pos moves with it.
func (w *window) more() (bool, error) {
	if w.eof {
		return false, nil
	}
	if err := w.ctx.Err(); err != nil {
		return false, err
	}
	grow := len(w.buf) == cap(w.buf) && cap(w.buf) < windowSize
	n := copy(w.buf[:cap(w.buf)], w.buf[w.keep:])
	w.pos -= w.keep
	w.keep = 0
	w.buf = w.buf[:n]
	if n > w.max {
		return false, dataset.TooLarge("cell", "bytes of one cell", int64(w.max), int64(n))
	}
	if n == cap(w.buf) || grow {
		bigger := make([]byte, n, 2*cap(w.buf))
		copy(bigger, w.buf)
		w.buf = bigger
	}
	for {
		m, err := w.r.Read(w.buf[n:cap(w.buf)])
		w.buf = w.buf[:n+m]
		switch {
		case errors.Is(err, io.EOF):
			w.eof = true
			return m > 0, nil
		case err != nil:
			return false, err
		case m > 0:
			return true, nil
		}
	}
}
