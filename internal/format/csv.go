package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"octavo/internal/dataset"
	"octavo/internal/errs"
)

// sampleSize is how much of a file is looked at to find out how to read it.
const sampleSize = 128 << 10

// readCSV reads delimited text. A file that looked like UTF-8 at its start and
// is not is read again as Windows-1252, unless the encoding was given.
func readCSV(in input) (*dataset.Set, Options, error) {
	head, err := in.head()
	if err != nil {
		return nil, in.opt, err
	}
	enc := in.opt.Encoding
	if enc == "" {
		enc = sniffEncoding(head)
	}
	set, opt, err := readCSVAs(in, enc, head)
	if in.opt.Encoding == "" && enc == encUTF8 && errs.Is(err, dataset.NotUTF8) && !bytes.HasPrefix(head, utf8BOM) {
		return readCSVAs(in, encWindows, head)
	}
	return set, opt, err
}

func readCSVAs(in input, encodingName string, head []byte) (*dataset.Set, Options, error) {
	opt := in.opt
	enc, name, err := encodingOf(encodingName)
	if err != nil {
		return nil, opt, err
	}
	opt.Encoding = name
	sample, err := io.ReadAll(io.LimitReader(decoder(bytes.NewReader(head), enc), 2*sampleSize))
	if err != nil {
		return nil, opt, err
	}
	if !isText(sample) {
		return nil, opt, mismatch("The file is not text, so it cannot be read as CSV.")
	}
	if len(bytes.TrimSpace(sample)) == 0 && in.size <= sampleSize {
		return nil, opt, emptyFile()
	}
	plan := planCSV(in, sample, &opt)
	w := newWindow(in.ctx, decoder(in.all(), enc), in.lim.Cell)
	if err := skipBytes(w, plan.skip); err != nil {
		return nil, opt, err
	}
	if err := skipLines(w, opt.SkipRows); err != nil {
		return nil, opt, err
	}
	b := dataset.NewBuilder("", plan.layout, dataset.NewBudget(in.lim.Limits))
	b.Expect(plan.rows(in.size), plan.width)
	warnings, rows, err := parseCSV(w, b, in.lim.Cell, opt, plan)
	if err != nil {
		return nil, opt, err
	}
	if rows == 0 {
		return nil, opt, emptyFile()
	}
	return &dataset.Set{Sheets: []*dataset.Sheet{b.Sheet()}, Warnings: warnings}, opt, nil
}

// parseCSV gives the rows of a stream to the builder, through a filter where options
// ask for one.
func parseCSV(w *window, b *dataset.Builder, maxCell int, opt Options, plan csvPlan) (warnings []string, rows int, err error) {
	if opt.plain() {
		p := newCSVParser(w, b, opt.dialect(), maxCell)
		p.width = plan.width
		err = p.run()
		return raggedWarning(p.ragged, p.row, plan.width), p.row, err
	}
	f := &rowFilter{
		sink: b, width: plan.width, lead: plan.layout.HeaderRow, footer: opt.Footer,
		trim: opt.Trim, strict: !isOn(opt.Relax), skip: opt.SkipBad,
	}
	if err := newCSVParser(w, f, opt.dialect(), maxCell).run(); err != nil {
		return nil, 0, err
	}
	warnings = raggedWarning(f.ragged, f.row, plan.width)
	if f.bad > 0 {
		warnings = append(warnings, fmt.Sprintf("%d of %d rows have errors and were left out.", f.bad, f.row))
	}
	return warnings, f.row, nil
}

func raggedWarning(ragged, rows, width int) []string {
	if ragged == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d of %d rows have more or fewer cells than the %d of the others.", ragged, rows, width)}
}

func skipBytes(w *window, n int) error {
	for n > 0 {
		have := min(n, len(w.buf)-w.pos)
		w.pos += have
		n -= have
		if n > 0 {
			w.keep = w.pos
			if ok, err := w.more(); err != nil || !ok {
				return err
			}
		}
	}
	return nil
}

// skipLines steps over lines as they are, whatever quotes they hold.
func skipLines(w *window, n int) error {
	for ; n > 0; n-- {
		if ok, err := skipLine(w); err != nil || !ok {
			return err
		}
	}
	return nil
}

// skipLine steps over the rest of a line and its end. False at the end of the stream.
func skipLine(w *window) (bool, error) {
	for {
		if i := bytes.IndexAny(w.buf[w.pos:], "\r\n"); i >= 0 {
			cr := w.buf[w.pos+i] == '\r'
			w.pos += i + 1
			if !cr {
				return true, nil
			}
			w.keep = w.pos
			if w.pos == len(w.buf) {
				if ok, err := w.more(); err != nil || !ok {
					return false, err
				}
			}
			if w.buf[w.pos] == '\n' {
				w.pos++
			}
			return true, nil
		}
		w.pos = len(w.buf)
		w.keep = w.pos
		if ok, err := w.more(); err != nil || !ok {
			return false, err
		}
	}
}

// csvPlan is how a delimited file will be read.
type csvPlan struct {
	layout dataset.Layout
	skip   int // bytes of text before the first record
	width  int // cells of most records
	record int // bytes of a record, more or less
}

// rows is how many records a file of a size has, more or less, and never more cells
// than it has bytes.
func (p csvPlan) rows(size int64) int {
	return int(size/int64(max(p.record, p.width, 1))) + sampleRecords
}

// planCSV finds out what the options leave open and fills them in.
func planCSV(in input, sample []byte, opt *Options) csvPlan {
	var plan csvPlan
	delim, skip := sepLine(sample)
	plan.skip = skip
	sample = withoutLines(in, sample[skip:], opt.SkipRows)
	if opt.Delimiter == "" {
		if delim == 0 {
			delim = sniffDelimiter(in, sample, opt.dialect())
		}
		opt.Delimiter = string(rune(delim))
	}
	rows := sampleRows(in, sample, opt.dialect())
	plan.width = modalWidth(rows)
	plan.record = recordSize(rows)
	plan.layout = finishOptions(opt, rows)
	return plan
}

// recordSize is the mean size of rows with their marks, in bytes.
func recordSize(rows [][]string) int {
	n := 0
	for _, r := range rows {
		n += len(r)
		for _, cell := range r {
			n += len(cell)
		}
	}
	return n / max(1, len(rows))
}

// finishOptions fills in number marks and header row from the first rows of a table.
func finishOptions(opt *Options, rows [][]string) dataset.Layout {
	marks := sniffMarks(opt, rows)
	opt.Decimal = string(rune(marks.Decimal))
	opt.Thousands = &marks.Thousands
	if opt.HeaderRow == nil {
		n := detectHeader(rows, marks)
		opt.HeaderRow = &n
	}
	return dataset.Layout{HeaderRow: *opt.HeaderRow, Marks: marks, DatePatterns: opt.datePatterns(), Nulls: opt.Nulls, Names: opt.Headers}
}

// withoutLines is a sample without its first lines.
func withoutLines(in input, sample []byte, n int) []byte {
	w := newWindow(in.ctx, bytes.NewReader(sample), len(sample))
	if n == 0 || skipLines(w, n) != nil { // only a context that ended: the reading fails next
		return sample
	}
	rest, _ := io.ReadAll(w.r) // of memory
	return append(w.buf[w.pos:], rest...)
}

// sepLine reads the line with which Excel names a delimiter.
func sepLine(text []byte) (delim byte, skip int) {
	const start = "sep="
	if len(text) < len(start)+1 || !bytes.EqualFold(text[:len(start)], []byte(start)) {
		return 0, 0
	}
	rest := text[len(start)+1:]
	switch {
	case len(rest) == 0:
		return text[len(start)], len(text)
	case bytes.HasPrefix(rest, []byte("\r\n")):
		return text[len(start)], len(start) + 3
	case rest[0] == '\n' || rest[0] == '\r':
		return text[len(start)], len(start) + 2
	}
	return 0, 0
}

// sampleRecords is how many records are looked at.
const sampleRecords = 100

var errEnough = errors.New("enough rows")

// sampler keeps the first rows of a file.
type sampler struct {
	rows [][]string
	row  []string
}

func (s *sampler) Text(_ int, cell []byte) error {
	s.row = append(s.row, string(cell))
	return nil
}

func (s *sampler) EndRow() error {
	s.rows = append(s.rows, s.row)
	s.row = nil
	if len(s.rows) == sampleRecords {
		return errEnough
	}
	return nil
}

// sampleRows parses the first records; one that is cut off by the end of the
// sample is left out.
func sampleRows(in input, sample []byte, d dialect) [][]string {
	s := &sampler{}
	w := newWindow(in.ctx, bytes.NewReader(sample), len(sample))
	err := newCSVParser(w, s, d, len(sample)).run()
	if err == nil && in.size > sampleSize && len(s.rows) > 1 {
		s.rows = s.rows[:len(s.rows)-1]
	}
	return s.rows
}

// candidates for delimiters, in the order of preference.
var candidates = []byte{',', ';', '\t', '|'}

// sniffDelimiter takes the candidate with which most records have the same
// number of cells, more than one. A comma that stands between digits only is a
// decimal mark when a semicolon would do as well.
func sniffDelimiter(in input, sample []byte, d dialect) byte {
	best, bestShare := byte(','), 50 // in percent: "most records"
	for _, c := range candidates {
		d.delim = c
		rows := sampleRows(in, sample, d)
		width := modalWidth(rows)
		if width < 2 {
			continue
		}
		same := 0
		for _, r := range rows {
			if len(r) == width {
				same++
			}
		}
		share := same * 100 / len(rows)
		if share > bestShare || share == bestShare && best == ',' && c == ';' && commasAreDecimal(sample) {
			best, bestShare = c, share
		}
	}
	return best
}

func commasAreDecimal(text []byte) bool {
	for i, c := range text {
		if c == ',' && (i == 0 || i+1 == len(text) || !isDigit(text[i-1]) || !isDigit(text[i+1])) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// modalWidth is the number of cells that most rows have; of equal ones the larger.
func modalWidth(rows [][]string) int {
	counts := map[int]int{}
	best := 0
	for _, r := range rows {
		n := len(r)
		counts[n]++
		if counts[n] > counts[best] || counts[n] == counts[best] && n > best {
			best = n
		}
	}
	return best
}
