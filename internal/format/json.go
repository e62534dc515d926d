package format

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"octavo/internal/dataset"
	"octavo/internal/errs"
)

// readJSON reads a list of records: the array of the option records, else the
// root array, else the longest array of objects that is found by keys alone,
// else the document itself as one record. Several objects one after the other
// (JSON lines) are a list too. Objects in a record become columns "a.b", arrays
// in it become JSON text. The file is walked once to find the list, if it is
// not named, and once to read it.
func readJSON(in input) (*dataset.Set, Options, error) {
	opt := in.opt
	if opt.Records == nil {
		paths, err := jsonPaths(in)
		if err != nil {
			return nil, opt, err
		}
		opt.Records = &paths[0].Path
	}
	return readRecords(in, opt, false)
}

// readLines reads values one after the other, each of them a record.
func readLines(in input) (*dataset.Set, Options, error) {
	return readRecords(in, in.opt, true)
}

func readRecords(in input, opt Options, lines bool) (*dataset.Set, Options, error) {
	r, err := newRecordReader(in)
	if err != nil {
		return nil, opt, err
	}
	r.lines = lines
	if r.rows, r.width, err = expectedLines(in); err != nil {
		return nil, opt, err
	}
	marks := dataset.Marks{Decimal: '.', Thousands: ","}
	if opt.Decimal != "" {
		marks = sniffMarks(&opt, nil)
	}
	return r.read(&opt, marks)
}

// leastField is how many bytes a field takes at least, more or less: "a":1 and a comma.
const leastField = 8

// expectedLines says how many records a file has, more or less, when each stands on a
// line, and how many columns: together never more cells than the file has bytes.
func expectedLines(in input) (rows, width int, err error) {
	head, err := in.head()
	if err != nil {
		return 0, 0, err
	}
	size := len(head) / (bytes.Count(head, []byte("\n")) + 1)
	return int(in.size / int64(max(size, 1))), size / leastField, nil
}

// recordReader walks a JSON document.
type recordReader struct {
	jsonScanner
	lim     Limits
	lines   bool // every value is a record
	rows    int  // expected, in so many columns
	width   int
	depth   int
	b       *dataset.Builder
	columns map[string]int
	names   []string // of the columns
	guess   int      // column that comes next when records are alike
	name    []byte   // of the column being read, as "a.b"
	key     []byte   // of the member being read; the next member overwrites it
	scratch []byte
	lists   map[string]int // find: objects per path of an array
	order   []string       // paths of lists, as met
}

func newRecordReader(in input) (*recordReader, error) {
	head, err := in.head()
	if err != nil {
		return nil, err
	}
	name := sniffEncoding(head)
	if name == encWindows {
		name = encUTF8 // what is no UTF-8 is refused when it is met
	}
	enc, _, err := encodingOf(name)
	if err != nil {
		return nil, err
	}
	w := newWindow(in.ctx, decoder(in.all(), enc), in.lim.Cell)
	return &recordReader{
		jsonScanner: jsonScanner{w: w}, lim: in.lim,
		columns: map[string]int{}, lists: map[string]int{},
	}, nil
}

// read reads the records at the path of the options.
func (r *recordReader) read(opt *Options, marks dataset.Marks) (*dataset.Set, Options, error) {
	layout := dataset.Layout{HeaderRow: 1, Marks: marks, DatePatterns: opt.datePatterns(), Nulls: opt.Nulls}
	r.b = dataset.NewBuilder("", layout, dataset.NewBudget(r.lim.Limits))
	r.b.Expect(r.rows, r.width)
	if err := r.b.EndRow(); err != nil { // the row of names
		return nil, *opt, err
	}
	found := true
	var err error
	if r.lines {
		err = r.values()
	} else {
		found, err = r.document(*opt.Records)
	}
	if err != nil {
		return nil, *opt, err
	}
	if !found {
		return nil, *opt, errs.Newf(errs.Invalid, "records_missing", "The file has nothing at %q. Choose another list of records.", *opt.Records).
			WithField("records")
	}
	set := &dataset.Set{Sheets: []*dataset.Sheet{r.b.Sheet()}}
	if set.Sheets[0].Rows == 0 {
		set.Warnings = []string{"The list of records is empty."}
	}
	return set, *opt, nil
}

// values reads all values up to the end of the file as rows.
func (r *recordReader) values() error {
	for first := true; ; first = false {
		kind, err := r.next()
		switch {
		case err != nil:
			return err
		case kind == jsonEnd && first:
			return emptyFile()
		case kind == jsonEnd:
			return nil
		}
		if err := r.record(kind); err != nil {
			return err
		}
	}
}

// document walks to the records and to the end of the file.
func (r *recordReader) document(path string) (found bool, err error) {
	for first := true; ; first = false {
		kind, err := r.next()
		if err != nil {
			return false, err
		}
		if kind == jsonEnd {
			if !found && path == "" {
				return false, emptyFile()
			}
			return found, nil
		}
		if !first && kind != '{' {
			return false, r.bad("something follows the end")
		}
		ok, err := r.seek(path, kind)
		if err != nil {
			return false, err
		}
		found = found || ok
		if kind != '{' || path != "" { // only objects may follow one another
			if kind, err = r.next(); err != nil || kind != jsonEnd {
				return false, cmpErr(err, r.bad("something follows the end"))
			}
			return found, nil
		}
	}
}

// seek reads what is at the path below the value that starts with kind.
func (r *recordReader) seek(path string, kind byte) (found bool, err error) {
	if path == "" {
		return true, r.records(kind)
	}
	if kind != '{' {
		return false, r.skip(kind)
	}
	err = r.members(func(key []byte, kind byte) error {
		name, rest := string(key), ""
		switch {
		case found:
			return r.skip(kind)
		case name == path:
		case strings.HasPrefix(path, name+"."):
			rest = path[len(name)+1:]
		default:
			return r.skip(kind)
		}
		var err error
		found, err = r.seek(rest, kind)
		return err
	})
	return found, err
}

// records reads an array as rows and anything else as one row.
func (r *recordReader) records(kind byte) error {
	if kind != '[' {
		return r.record(kind)
	}
	return r.elements(r.record)
}

// plainColumn is the name of the column for records that are not objects.
const plainColumn = "value"

func (r *recordReader) record(kind byte) error {
	r.name = r.name[:0]
	r.guess = 0
	var err error
	if kind == '{' {
		err = r.object()
	} else {
		r.name = append(r.name, plainColumn...)
		err = r.field(kind)
	}
	if err != nil {
		return err
	}
	return r.b.EndRow()
}

// object reads the members of an object as fields below the current name.
func (r *recordReader) object() error {
	base := len(r.name)
	return r.members(func(key []byte, kind byte) error {
		if base > 0 {
			r.name = append(r.name, '.')
		}
		r.name = append(r.name, key...)
		if len(r.name) > r.lim.Cell {
			return dataset.TooLarge("cell", "bytes of one column name", int64(r.lim.Cell), int64(len(r.name)))
		}
		err := r.field(kind)
		r.name = r.name[:base]
		return err
	})
}

// field reads one value into the column of the current name.
func (r *recordReader) field(kind byte) error {
	if kind == '{' && len(r.name) > 0 {
		return r.object()
	}
	col, err := r.column()
	if err != nil {
		return err
	}
	switch kind {
	case jsonString:
		if !r.escaped {
			return r.b.Text(col, r.text)
		}
		r.scratch = r.appendString(r.scratch[:0])
		return r.b.Text(col, r.scratch)
	case jsonNumber:
		return r.number(col)
	case jsonTrue, jsonFalse:
		return r.b.Bool(col, kind == jsonTrue)
	case '[', '{':
		r.scratch = r.scratch[:0]
		if err := r.source(kind); err != nil {
			return err
		}
		return r.b.Text(col, r.scratch)
	}
	return r.skip(kind)
}

func (r *recordReader) column() (int, error) {
	if r.guess < len(r.names) && r.names[r.guess] == string(r.name) {
		r.guess++
		return r.guess - 1, nil
	}
	if col, ok := r.columns[string(r.name)]; ok {
		r.guess = col + 1
		return col, nil
	}
	col := len(r.columns)
	name := string(r.name)
	r.columns[name] = col
	r.names = append(r.names, name)
	r.guess = col + 1
	return col, r.b.Name(col, name)
}

// exactInt is the number of digits of the whole numbers that a float64 keeps
// for sure; longer ones are ids and stay texts.
const exactInt = 15

func (r *recordReader) number(col int) error {
	if v, ok := dataset.ParsePlain(r.text); ok {
		return r.b.Number(col, v)
	}
	if len(r.text) > exactInt && !bytes.ContainsAny(r.text, ".eE") {
		return r.b.Text(col, r.text)
	}
	v, err := strconv.ParseFloat(string(r.text), 64)
	if err != nil || math.IsInf(v, 0) {
		return r.b.Text(col, r.text)
	}
	return r.b.Number(col, v)
}

// source appends a value to scratch as compact JSON text.
func (r *recordReader) source(kind byte) error {
	if len(r.scratch) > r.lim.Cell {
		return dataset.TooLarge("cell", "bytes of one cell", int64(r.lim.Cell), int64(len(r.scratch)))
	}
	first := true
	comma := func() {
		if !first {
			r.scratch = append(r.scratch, ',')
		}
		first = false
	}
	switch kind {
	case '{':
		r.scratch = append(r.scratch, '{')
		err := r.members(func(key []byte, kind byte) error {
			comma()
			r.scratch = appendQuoted(r.scratch, key)
			r.scratch = append(r.scratch, ':')
			return r.source(kind)
		})
		r.scratch = append(r.scratch, '}')
		return err
	case '[':
		r.scratch = append(r.scratch, '[')
		err := r.elements(func(kind byte) error {
			comma()
			return r.source(kind)
		})
		r.scratch = append(r.scratch, ']')
		return err
	case jsonString:
		r.scratch = append(r.scratch, '"')
		r.scratch = append(r.scratch, r.text...)
		r.scratch = append(r.scratch, '"')
	case jsonNumber:
		r.scratch = append(r.scratch, r.text...)
	case jsonTrue, jsonFalse:
		r.scratch = strconv.AppendBool(r.scratch, kind == jsonTrue)
	case jsonNull:
		r.scratch = append(r.scratch, "null"...)
	default:
		return r.skip(kind)
	}
	return nil
}

// appendQuoted writes a key as a JSON string.
func appendQuoted(dst, key []byte) []byte {
	dst = append(dst, '"')
	for _, c := range key {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			dst = fmt.Appendf(dst, "\\u%04x", c)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
