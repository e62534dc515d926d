package format

import (
	"bytes"
	"errors"
	"strings"

	"octavo/internal/dataset"
	"octavo/internal/errs"
)

// readXML reads the elements at a path as rows: that of the option records, else the
// one xmlPaths puts first. Attributes become columns "@id", texts of elements below
// "name" or "author.name"; several of a name in one record stand in one cell, with
// commas between them. Names keep their prefixes.
func readXML(in input) (*dataset.Set, Options, error) {
	opt := in.opt
	if opt.Records == nil {
		paths, err := xmlPaths(in)
		if err != nil {
			return nil, opt, err
		}
		opt.Records = &paths[0].Path
	}
	steps := strings.Split(strings.Trim(*opt.Records, "/"), "/")
	marks := dataset.Marks{Decimal: '.', Thousands: ","}
	if opt.Decimal != "" {
		marks = sniffMarks(&opt, nil)
	}
	layout := dataset.Layout{HeaderRow: 1, Marks: marks, DatePatterns: opt.datePatterns(), Nulls: opt.Nulls}
	r := &xmlRecords{steps: steps, lim: in.lim, columns: map[string]int{}}
	r.b = dataset.NewBuilder("", layout, dataset.NewBudget(in.lim.Limits))
	if err := r.b.EndRow(); err != nil { // the row of names
		return nil, opt, err
	}
	if err := walkXML(in, r); err != nil {
		return nil, opt, err
	}
	if r.b.Row() == 1 {
		return nil, opt, errs.Newf(errs.Invalid, "records_missing", "The file has nothing at %q. Choose another list of records.", *opt.Records).
			WithField("records")
	}
	return &dataset.Set{Sheets: []*dataset.Sheet{r.b.Sheet()}}, opt, nil
}

// xmlVisitor sees the elements of a document. The bytes are valid during the call only.
type xmlVisitor interface {
	open(x *xmlScanner) error
	text(x *xmlScanner) error
	close() error
}

// walkXML walks a whole document and checks that its tags match.
func walkXML(in input, v xmlVisitor) error {
	w, err := xmlWindow(in)
	if err != nil {
		return err
	}
	err = (&xmlWalk{x: &xmlScanner{w: w}, v: v, depth: in.lim.Depth}).run()
	switch {
	case errors.Is(err, errDocType):
		return mismatch("The file declares a document type of its own, which is not read. Export it without one.")
	case errors.Is(err, errXML):
		return mismatch("The file is not valid XML: it ends too early, or a tag is damaged.").WithCause(err)
	}
	return err
}

type xmlWalk struct {
	x     *xmlScanner
	v     xmlVisitor
	depth int
	names []byte // of the open elements
	ends  []int
	root  bool // one was there
}

func (k *xmlWalk) run() error {
	for {
		kind, err := k.x.next()
		switch {
		case err != nil:
			return err
		case kind == xmlEnd && len(k.ends) == 0 && k.root:
			return nil
		case kind == xmlEnd && !k.root:
			return mismatch("The file has no XML element.")
		case kind == xmlEnd:
			return mismatch("The file is not valid XML: the element %s is never closed.", k.top())
		case kind == xmlText && len(k.ends) > 0:
			err = k.v.text(k.x)
		case kind == xmlText:
			if len(bytes.TrimSpace(k.x.text)) > 0 {
				err = mismatch("The file is not valid XML: text stands outside of its element.")
			}
		case kind == xmlStart:
			err = k.start()
		default:
			err = k.stop()
		}
		if err != nil {
			return err
		}
	}
}

func (k *xmlWalk) top() []byte {
	start := 0
	if n := len(k.ends); n > 1 {
		start = k.ends[n-2]
	}
	return k.names[start:]
}

func (k *xmlWalk) start() error {
	switch {
	case len(k.ends) == 0 && k.root:
		return mismatch("The file is not valid XML: a second element follows the first one.")
	case len(k.x.name) == 0:
		return errXML
	case len(k.ends) >= k.depth:
		return dataset.TooLarge("depth", "levels of nesting", int64(k.depth), int64(len(k.ends)+1))
	}
	k.root = true
	k.names = append(k.names, k.x.full...)
	k.ends = append(k.ends, len(k.names))
	return k.v.open(k.x)
}

func (k *xmlWalk) stop() error {
	if len(k.ends) == 0 || !bytes.Equal(k.top(), k.x.full) {
		return mismatch("The file is not valid XML: a tag closes %s, which is not open.", k.x.full)
	}
	k.names = k.names[:len(k.names)-len(k.top())]
	k.ends = k.ends[:len(k.ends)-1]
	return k.v.close()
}

// xmlRecords makes rows of the elements at a path.
type xmlRecords struct {
	steps   []string
	lim     Limits
	b       *dataset.Builder
	columns map[string]int
	matched int // steps that the open elements match
	depth   int // open elements
	name    []byte
	ends    []int // of the names of the open elements within the record
	cells   []xmlCell
	used    []int // columns that the record filled
}

// xmlCell is what a column holds of the current record.
type xmlCell struct {
	text  []byte
	count int // elements or attributes
	open  bool
}

func (r *xmlRecords) inRecord() bool { return r.matched == len(r.steps) }

// matches says whether an element is a step of the path: a name without a prefix is
// that name in any name space.
func (r *xmlRecords) matches(x *xmlScanner) bool {
	step := r.steps[r.matched]
	return string(x.full) == step || !strings.Contains(step, ":") && string(x.name) == step
}

func (r *xmlRecords) open(x *xmlScanner) error {
	r.depth++
	switch {
	case r.inRecord():
		r.push(x.full)
		if err := r.begin(); err != nil {
			return err
		}
	case r.depth == r.matched+1 && r.matches(x):
		r.matched++
	}
	if !r.inRecord() {
		return nil
	}
	return x.eachAttr(func(name, value []byte) error {
		if bytes.HasPrefix(name, []byte("xmlns")) {
			return nil
		}
		r.push([]byte("@"), name)
		defer r.pop()
		if err := r.begin(); err != nil {
			return err
		}
		return r.add(func(dst []byte) []byte { return appendUnescaped(dst, value) })
	})
}

// push goes to the column of a part of the current one.
func (r *xmlRecords) push(name ...[]byte) {
	if len(r.name) > 0 {
		r.name = append(r.name, '.')
	}
	for _, part := range name {
		r.name = append(r.name, part...)
	}
	r.ends = append(r.ends, len(r.name))
}

func (r *xmlRecords) pop() {
	r.ends = r.ends[:len(r.ends)-1]
	r.name = r.name[:0]
	if n := len(r.ends); n > 0 {
		r.name = r.name[:r.ends[n-1]]
	}
}

// begin notes that another value of the current column comes.
func (r *xmlRecords) begin() error {
	if col, ok := r.columns[string(r.name)]; ok {
		r.cells[col].open = false
	}
	if len(r.name) > r.lim.Cell {
		return dataset.TooLarge("cell", "bytes of one column name", int64(r.lim.Cell), int64(len(r.name)))
	}
	return nil
}

// add appends to the cell of the current column.
func (r *xmlRecords) add(to func(dst []byte) []byte) error {
	name := r.name
	if len(name) == 0 {
		name = []byte(plainColumn)
	}
	col, ok := r.columns[string(name)]
	if !ok {
		col = len(r.columns)
		if err := r.b.Name(col, string(name)); err != nil {
			return err
		}
		r.columns[string(name)] = col
		r.cells = append(r.cells, xmlCell{})
	}
	c := &r.cells[col]
	if c.count == 0 {
		r.used = append(r.used, col)
	}
	if !c.open {
		if c.count > 0 {
			c.text = append(c.text, ", "...)
		}
		c.count, c.open = c.count+1, true
	}
	c.text = to(c.text)
	if len(c.text) > r.lim.Cell {
		return dataset.TooLarge("cell", "bytes of one cell", int64(r.lim.Cell), int64(len(c.text)))
	}
	return nil
}

func (r *xmlRecords) text(x *xmlScanner) error {
	if !r.inRecord() || !x.cdata && len(bytes.TrimSpace(x.text)) == 0 {
		return nil
	}
	return r.add(x.appendText)
}

func (r *xmlRecords) close() error {
	r.depth--
	switch {
	case !r.inRecord():
		r.matched = min(r.matched, r.depth)
		return nil
	case len(r.ends) > 0:
		r.pop()
		return nil
	}
	r.matched--
	for _, col := range r.used {
		c := &r.cells[col]
		if err := r.b.Text(col, bytes.TrimSpace(c.text)); err != nil {
			return err
		}
		*c = xmlCell{text: c.text[:0]}
	}
	r.used = r.used[:0]
	return r.b.EndRow()
}

// xmlWindow opens a document as UTF-8: by its mark, else by what it declares.
func xmlWindow(in input) (*window, error) {
	head, err := in.head()
	if err != nil {
		return nil, err
	}
	name := sniffEncoding(head)
	if declared := declaredEncoding(head); name != encUTF16LE && name != encUTF16BE && declared != "" {
		name = declared
	}
	if name == encWindows && declaredEncoding(head) == "" {
		name = encUTF8 // what is no UTF-8 is refused when it is met
	}
	enc, _, err := encodingOf(name)
	if err != nil {
		return nil, mismatch("The file declares the encoding %s, which is not known.", name)
	}
	return newWindow(in.ctx, decoder(in.all(), enc), in.lim.Cell), nil
}

// declaredEncoding is what the XML declaration says; "" for none.
func declaredEncoding(head []byte) string {
	head = bytes.TrimPrefix(head, utf8BOM)
	end := bytes.Index(head, []byte("?>"))
	if !bytes.HasPrefix(head, []byte("<?xml")) || end < 0 {
		return ""
	}
	x := xmlScanner{attrs: head[len("<?xml"):end]}
	return strings.ToLower(string(x.attr("encoding")))
}
