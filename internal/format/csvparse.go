package format

import (
	"bytes"

	"octavo/internal/dataset"
)

// rowSink takes cells row by row; *dataset.Builder is one. The bytes of a cell
// are valid during the call only.
type rowSink interface {
	Text(col int, cell []byte) error
	EndRow() error
}

// What stands for the usual quote and for none.
const (
	defaultQuote = `"`
	noQuote      = "none"
)

// dialect is how cells are written; 0 = there is no such character.
type dialect struct {
	delim, quote, escape, comment byte
	keepEmpty                     bool // an empty line is a row
}

func (o Options) dialect() dialect {
	d := dialect{quote: '"', keepEmpty: !isOn(o.SkipEmpty)}
	for _, set := range []struct {
		to   *byte
		mark string
	}{{&d.delim, o.Delimiter}, {&d.quote, o.Quote}, {&d.escape, o.Escape}, {&d.comment, o.Comment}} {
		if set.mark == noQuote {
			*set.to = 0
		} else if set.mark != "" {
			*set.to = set.mark[0]
		}
	}
	if d.escape == d.quote {
		d.escape = 0
	}
	return d
}

// csvParser splits a stream into records and cells as RFC 4180 says, and reads
// on where people and programs break it: any line end, quotes within a cell
// without quotes, text after a closing quote.
type csvParser struct {
	w    *window
	sink rowSink
	dialect
	stop    [256]bool // bytes that end a cell
	scratch []byte    // a quoted cell that is not one piece of the file
	maxCell int
	row     int // records so far
	width   int // cells that a record should have, 0 = any
	ragged  int // records with another number of cells
}

func newCSVParser(w *window, sink rowSink, d dialect, maxCell int) *csvParser {
	p := &csvParser{w: w, sink: sink, dialect: d, maxCell: maxCell}
	p.stop[d.delim], p.stop['\n'], p.stop['\r'] = true, true, true
	return p
}

// run parses to the end of the stream.
func (p *csvParser) run() error {
	for {
		ok, err := p.have()
		if err != nil || !ok {
			return err
		}
		switch c := p.w.buf[p.w.pos]; {
		case c == p.comment && c != 0:
			_, err = skipLine(p.w)
		case (c == '\n' || c == '\r') && p.keepEmpty:
			p.row++
			err = p.endRecord()
		case c == '\n' || c == '\r':
			p.w.pos++
		default:
			err = p.record()
		}
		if err != nil {
			return err
		}
	}
}

// have makes sure that there is a byte at pos. False at the end.
func (p *csvParser) have() (bool, error) {
	if p.w.pos < len(p.w.buf) {
		return true, nil
	}
	p.w.keep = p.w.pos
	return p.w.more()
}

// record parses one record, its line end included.
func (p *csvParser) record() error {
	for col := 0; ; col++ {
		cell, err := p.cell()
		if err != nil {
			return err
		}
		if len(cell) > p.maxCell {
			return dataset.TooLarge("cell", "bytes of one cell", int64(p.maxCell), int64(len(cell)))
		}
		if err := p.sink.Text(col, cell); err != nil {
			return err
		}
		if p.w.pos < len(p.w.buf) && p.w.buf[p.w.pos] == p.delim {
			p.w.pos++
			continue
		}
		if p.width > 0 && col+1 != p.width {
			p.ragged++
		}
		p.row++
		return p.endRecord()
	}
}

// endRecord steps over one line end.
func (p *csvParser) endRecord() error {
	if p.w.pos < len(p.w.buf) {
		cr := p.w.buf[p.w.pos] == '\r'
		p.w.pos++
		if cr {
			ok, err := p.have()
			if err != nil {
				return err
			}
			if ok && p.w.buf[p.w.pos] == '\n' {
				p.w.pos++
			}
		}
	}
	return p.sink.EndRow()
}

// cell scans one cell and leaves pos at what ends it.
func (p *csvParser) cell() ([]byte, error) {
	ok, err := p.have()
	if err != nil || !ok {
		return nil, err // a delimiter was the last byte of the file
	}
	if p.w.buf[p.w.pos] == p.quote && p.quote != 0 {
		return p.quoted()
	}
	return p.plain()
}

// plain scans up to the next byte that ends a cell.
func (p *csvParser) plain() ([]byte, error) {
	w := p.w
	w.keep = w.pos
	for {
		buf, i := w.buf, w.pos
		for i < len(buf) && !p.stop[buf[i]] {
			i++
		}
		w.pos = i
		if i < len(buf) {
			return buf[w.keep:i], nil
		}
		if ok, err := w.more(); err != nil || !ok {
			return w.buf[w.keep:w.pos], err
		}
	}
}

// quoted scans a cell in quotes. Doubled quotes stand for one.
func (p *csvParser) quoted() ([]byte, error) {
	w := p.w
	w.pos++
	w.keep = w.pos
	p.scratch = p.scratch[:0]
	for {
		i := p.quoteIn(w.buf[w.pos:])
		if i < 0 {
			w.pos = len(w.buf)
			ok, err := w.more()
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, mismatch("The quotation mark that opens in row %d is never closed.", p.row+1).
					WithParams(map[string]any{"row": p.row + 1})
			}
			continue
		}
		w.pos += i
		escape := w.buf[w.pos] != p.quote
		there, follows, err := p.follower()
		if err != nil {
			return nil, err
		}
		if !escape && (!there || follows != p.quote) {
			return p.afterQuote()
		}
		p.scratch = append(p.scratch, w.buf[w.keep:w.pos]...)
		switch {
		case !escape: // of a doubled quote, one
			p.scratch = append(p.scratch, p.quote)
			w.pos++
		case follows == p.quote || follows == p.escape:
			p.scratch = append(p.scratch, follows)
			w.pos++
		default:
			p.scratch = append(p.scratch, p.escape)
		}
		w.pos++
		w.keep = w.pos
		if len(p.scratch) > p.maxCell {
			return nil, dataset.TooLarge("cell", "bytes of one cell", int64(p.maxCell), int64(len(p.scratch)))
		}
	}
}

// quoteIn finds the next quote or escape character.
func (p *csvParser) quoteIn(b []byte) int {
	i := bytes.IndexByte(b, p.quote)
	if p.escape == 0 {
		return i
	}
	if i >= 0 {
		b = b[:i]
	}
	if e := bytes.IndexByte(b, p.escape); e >= 0 {
		return e
	}
	return i
}

// follower is the byte behind pos, if there is one.
func (p *csvParser) follower() (there bool, c byte, err error) {
	w := p.w
	if w.pos+1 == len(w.buf) {
		if ok, err := w.more(); err != nil || !ok {
			return false, 0, err
		}
	}
	return true, w.buf[w.pos+1], nil
}

// afterQuote finishes a quoted cell whose closing quote is at pos.
func (p *csvParser) afterQuote() ([]byte, error) {
	w := p.w
	start, end := w.keep, w.pos
	w.pos++
	if w.pos < len(w.buf) && p.stop[w.buf[w.pos]] || w.pos == len(w.buf) && w.eof {
		if len(p.scratch) == 0 {
			return w.buf[start:end], nil
		}
		p.scratch = append(p.scratch, w.buf[start:end]...)
		return p.scratch, nil
	}
	p.scratch = append(p.scratch, w.buf[start:end]...)
	rest, err := p.plain()
	p.scratch = append(p.scratch, rest...)
	return p.scratch, err
}
