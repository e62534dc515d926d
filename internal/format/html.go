package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"octavo/internal/dataset"
)

// Bounds of a page.
const (
	maxTables = 200 // further ones are left out
	maxNested = 20  // tables within tables
	maxSpan   = 1000
)

// readHTML reads the tables of a page as sheets, named by their caption, else by their
// number. Tables that hold others, or a single cell, only lay the page out and are left
// out. A cell over several columns or rows stands in the first of them.
func readHTML(in input) (*dataset.Set, Options, error) {
	opt := in.opt
	head, err := in.head()
	if err != nil {
		return nil, opt, err
	}
	enc, _, err := encodingOf(htmlEncoding(in.opt.Encoding, head))
	if err != nil {
		return nil, opt, err
	}
	p := &page{in: in, opt: opt, budget: dataset.NewBudget(in.lim.Limits), set: &dataset.Set{}}
	if err := p.read(decoder(in.all(), enc)); err != nil {
		return nil, opt, err
	}
	if len(p.set.Sheets) == 0 {
		return nil, opt, unsupported("This is a web page without a table. Often it is the sign-in page of the site the file should come from.")
	}
	if p.left > 0 {
		p.set.Warnings = append(p.set.Warnings, fmt.Sprintf("The page has %d more tables, which were left out.", p.left))
	}
	opt = in.opt
	for i, s := range p.set.Sheets {
		opt.resolve(s, i == 0)
	}
	if in.opt.HeaderRow != nil {
		opt.HeaderRow = in.opt.HeaderRow
	} else if *opt.HeaderRow < 0 {
		opt.HeaderRow = nil
	}
	p.set.Sheets, err = chooseTables(p.set.Sheets, opt)
	return p.set, opt, err
}

// chooseTables keeps the sheets that the options name.
func chooseTables(sheets []*dataset.Sheet, opt Options) ([]*dataset.Sheet, error) {
	named := make([]bookSheet, len(sheets))
	for i, s := range sheets {
		named[i] = bookSheet{name: s.Name, part: strconv.Itoa(i)}
	}
	chosen, err := chooseSheets(named, opt)
	var out []*dataset.Sheet
	for _, c := range chosen {
		i, _ := strconv.Atoi(c.part) // written above
		out = append(out, sheets[i])
	}
	return out, err
}

// htmlEncoding tells the character set of a page: by its mark, by what was chosen, by what it declares,
// else as that of a text.
func htmlEncoding(chosen string, head []byte) string {
	name := sniffEncoding(head)
	if chosen != "" && !hasMark(head) {
		return chosen
	}
	if name != encUTF8 && name != encWindows || bytes.HasPrefix(head, utf8BOM) {
		return name
	}
	lower := bytes.ToLower(head[:min(len(head), 4096)])
	if i := bytes.Index(lower, []byte("charset=")); i >= 0 {
		value := bytes.TrimLeft(lower[i+len("charset="):], `"' `)
		if end := bytes.IndexAny(value, `"'> ;/`); end > 0 {
			if _, known, err := encodingOf(string(value[:end])); err == nil && known != encUTF8 {
				return known
			}
		}
	}
	return name
}

// page is a page while it is read.
type page struct {
	in     input
	opt    Options
	budget *dataset.Budget
	set    *dataset.Set
	tables []*pageTable // open ones, the innermost last
	hidden int          // open elements whose text is none
	count  int          // tables so far
	left   int
}

// pageTable is one table while it is read.
type pageTable struct {
	sink     tableSink
	row, col int
	spans    []int // rows that a cell above still fills, by column
	cells    int   // with something in them
	nested   bool
	in       atom.Atom // td, th or caption that is open; 0 = none
	text     []byte
	caption  string
	width    int // columns of the open cell
	height   int
}

func (p *page) read(r io.Reader) error {
	z := html.NewTokenizer(&watchedReader{in: p.in, r: r})
	z.SetMaxBuf(8 * p.in.lim.Cell)
	for {
		kind := z.Next()
		var err error
		switch kind {
		case html.ErrorToken:
			return p.end(z.Err())
		case html.TextToken:
			err = p.text(z)
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			err = p.open(z, atom.Lookup(name), more)
		case html.EndTagToken:
			name, _ := z.TagName()
			err = p.close(atom.Lookup(name))
		}
		if err != nil {
			return err
		}
	}
}

// watchedReader ends reading with the context.
type watchedReader struct {
	in input
	r  io.Reader
}

func (w *watchedReader) Read(b []byte) (int, error) {
	if err := w.in.ctx.Err(); err != nil {
		return 0, err
	}
	return w.r.Read(b)
}

// end closes what a page that breaks off left open.
func (p *page) end(err error) error {
	if errors.Is(err, html.ErrBufferExceeded) {
		return dataset.TooLarge("cell", "bytes of one cell", int64(p.in.lim.Cell), int64(8*p.in.lim.Cell))
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	for len(p.tables) > 0 {
		if err := p.endTable(); err != nil {
			return err
		}
	}
	return nil
}

func (p *page) top() *pageTable {
	if len(p.tables) == 0 {
		return nil
	}
	return p.tables[len(p.tables)-1]
}

func (p *page) text(z *html.Tokenizer) error {
	t := p.top()
	if t == nil || t.in == 0 || p.hidden > 0 {
		return nil
	}
	t.text = append(t.text, z.Text()...)
	if len(t.text) > p.in.lim.Cell {
		return dataset.TooLarge("cell", "bytes of one cell", int64(p.in.lim.Cell), int64(len(t.text)))
	}
	return nil
}

func (p *page) open(z *html.Tokenizer, tag atom.Atom, more bool) error {
	t := p.top()
	switch {
	case tag == atom.Script || tag == atom.Style || tag == atom.Template:
		p.hidden++
	case tag == atom.Table:
		return p.startTable()
	case t == nil:
	case tag == atom.Tr:
		if err := t.endCell(); err != nil {
			return err
		}
		return t.startRow()
	case tag == atom.Td || tag == atom.Th:
		if err := t.endCell(); err != nil {
			return err
		}
		return t.startCell(z, tag, more)
	case tag == atom.Caption:
		t.in, t.text = tag, t.text[:0]
	case tag == atom.Br || tag == atom.P || tag == atom.Div || tag == atom.Li:
		t.text = append(t.text, ' ')
	}
	return nil
}

func (p *page) close(tag atom.Atom) error {
	t := p.top()
	switch {
	case tag == atom.Script || tag == atom.Style || tag == atom.Template:
		p.hidden = max(0, p.hidden-1)
	case t == nil:
	case tag == atom.Table:
		return p.endTable()
	case tag == atom.Td || tag == atom.Th || tag == atom.Tr:
		return t.endCell()
	case tag == atom.Caption && t.in == tag:
		t.caption = string(collapse(t.text))
		t.in = 0
	}
	return nil
}

func (p *page) startTable() error {
	if len(p.tables) == maxNested {
		return dataset.TooLarge("depth", "tables within tables", maxNested, maxNested+1)
	}
	if t := p.top(); t != nil {
		t.nested = true
	}
	p.tables = append(p.tables, &pageTable{row: -1, sink: tableSink{opt: p.opt, budget: p.budget}})
	return nil
}

// endTable makes a sheet of the innermost table.
func (p *page) endTable() error {
	t := p.top()
	p.tables = p.tables[:len(p.tables)-1]
	if err := t.endCell(); err != nil || t.nested || t.cells < 2 {
		return err
	}
	p.count++
	if len(p.set.Sheets) == maxTables {
		p.left++
		return nil
	}
	t.sink.name = fmt.Sprintf("Table %d", p.count)
	if t.caption != "" {
		t.sink.name = t.caption[:min(len(t.caption), maxWord)]
	}
	s, err := t.sink.finish()
	if err == nil {
		p.set.Sheets = append(p.set.Sheets, s)
	}
	return err
}

// startRow begins a row; the columns that cells above fill are taken.
func (t *pageTable) startRow() error {
	for i := range t.spans {
		t.spans[i] = max(0, t.spans[i]-1)
	}
	t.row, t.col = t.row+1, 0
	return t.sink.startRow(t.row)
}

func (t *pageTable) startCell(z *html.Tokenizer, tag atom.Atom, more bool) error {
	if t.row < 0 {
		if err := t.startRow(); err != nil {
			return err
		}
	}
	t.in, t.text, t.width, t.height = tag, t.text[:0], 1, 1
	for more {
		var name, value []byte
		name, value, more = z.TagAttr()
		n, err := strconv.Atoi(strings.TrimSpace(string(value)))
		if err != nil || n < 1 {
			continue
		}
		switch string(name) {
		case "colspan":
			t.width = min(n, maxSpan)
		case "rowspan":
			t.height = min(n, maxSpan)
		}
	}
	return nil
}

// endCell gives the open cell to the sheet.
func (t *pageTable) endCell() error {
	if t.in != atom.Td && t.in != atom.Th {
		return nil
	}
	t.in = 0
	for t.col < len(t.spans) && t.spans[t.col] > 0 {
		t.col++
	}
	col := t.col
	for ; t.col < col+t.width; t.col++ {
		for len(t.spans) <= t.col && t.height > 1 {
			t.spans = append(t.spans, 0)
		}
		if t.height > 1 {
			t.spans[t.col] = t.height
		}
	}
	text := collapse(t.text)
	if len(text) == 0 {
		return nil
	}
	t.cells++
	return t.sink.put(col, stagedCell{kind: stagedText, text: text})
}

// collapse makes one space of white space, in place, and drops it at both ends.
func collapse(b []byte) []byte {
	const hard = "\u00a0"
	out, space := 0, false
	for i := 0; i < len(b); {
		n := 0
		switch c := b[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
			n = 1
		case c == hard[0] && i+1 < len(b) && b[i+1] == hard[1]:
			n = len(hard)
		}
		if n > 0 {
			space = out > 0
			i += n
			continue
		}
		if space {
			b[out] = ' '
			out++
			space = false
		}
		b[out] = b[i]
		out++
		i++
	}
	return b[:out]
}
