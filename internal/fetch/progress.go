package fetch

import (
	"io"
	"sync/atomic"
)

// Step is what a reading does at a moment.
type Step int32

// The steps.
const (
	Asking    Step = iota // the service was asked and has not answered
	Receiving             // its answer comes in
	Resting               // a pause before the next request, or before one is repeated
	Reading               // the answer is made rows and columns
)

var stepNames = [...]string{"asking", "receiving", "resting", "reading"}

func (s Step) String() string { return stepNames[s] }

// Progress counts what a reading has brought while it goes on: pages that came whole, their rows, and bytes of bodies,
// unpacked. Whoever reads it while it is written sees counts of about one moment. The zero value is a reading that has just
// begun; of nil nothing is counted. Safe for concurrent use.
type Progress struct {
	step               atomic.Int32
	pages, rows, bytes atomic.Int64
}

// Now says what the reading does and what it has brought so far.
func (p *Progress) Now() (step Step, pages, rows, bytes int64) {
	return Step(p.step.Load()), p.pages.Load(), p.rows.Load(), p.bytes.Load()
}

// To says that another step has begun.
func (p *Progress) To(s Step) {
	if p != nil {
		p.step.Store(int32(s))
	}
}

// Page counts a page with its rows.
func (p *Progress) Page(rows int) {
	if p != nil {
		p.pages.Add(1)
		p.rows.Add(int64(rows))
	}
}

// Row counts a row of an answer that has no pages.
func (p *Progress) Row() {
	if p != nil {
		p.rows.Add(1)
	}
}

// Counted counts the bytes that are read of a body.
func (p *Progress) Counted(body io.Reader) io.Reader {
	if p == nil {
		return body
	}
	return &counted{body, p}
}

type counted struct {
	io.Reader
	p *Progress
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.p.bytes.Add(int64(n))
	return n, err
}

// Writer counts the bytes that are written of what came.
func (p *Progress) Writer(w io.Writer) io.Writer {
	if p == nil {
		return w
	}
	return &written{w, p}
}

type written struct {
	io.Writer
	p *Progress
}

func (c *written) Write(b []byte) (int, error) {
	n, err := c.Writer.Write(b)
	c.p.bytes.Add(int64(n))
	return n, err
}
