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
	head := make([]byte, min(in.size, sampleSize))
	if _, err := io.ReadFull(io.NewSectionReader(in.r, 0, in.size), head); err != nil {
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
	w := newWindow(in.ctx, decoder(io.NewSectionReader(in.r, 0, in.size), enc), in.lim.Cell)
	if err := skipBytes(w, plan.skip); err != nil {
		return nil, opt, err
	}
	b := dataset.NewBuilder("", plan.layout, dataset.NewBudget(in.lim.Limits))
	p := newCSVParser(w, b, opt.Delimiter[0], in.lim.Cell)
	p.width = plan.width
	if err := p.run(); err != nil {
		return nil, opt, err
	}
	if p.row == 0 {
		return nil, opt, emptyFile()
	}
	set := &dataset.Set{Sheets: []*dataset.Sheet{b.Sheet()}}
	if p.ragged > 0 {
		set.Warnings = []string{fmt.Sprintf("%d of %d rows have more or fewer cells than the %d of the others.", p.ragged, p.row, plan.width)}
	}
	return set, opt, nil
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

// csvPlan is how a delimited file will be read.
type csvPlan struct {
	layout dataset.Layout
	skip   int // bytes of text before the first record
	width  int // cells of most records
}

// planCSV finds out what the options leave open and fills them in.
func planCSV(in input, sample []byte, opt *Options) csvPlan {
	var plan csvPlan
	delim, skip := sepLine(sample)
	plan.skip = skip
	sample = sample[skip:]
	if opt.Delimiter == "" {
		if delim == 0 {
			delim = sniffDelimiter(in, sample)
		}
		opt.Delimiter = string(rune(delim))
	}
	rows := sampleRows(in, sample, opt.Delimiter[0])
	plan.width = modalWidth(rows)
	plan.layout = finishOptions(opt, rows)
	return plan
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
	return dataset.Layout{HeaderRow: *opt.HeaderRow, Marks: marks, DatePattern: opt.Date}
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
func sampleRows(in input, sample []byte, delim byte) [][]string {
	s := &sampler{}
	w := newWindow(in.ctx, bytes.NewReader(sample), len(sample))
	err := newCSVParser(w, s, delim, len(sample)).run()
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
func sniffDelimiter(in input, sample []byte) byte {
	best, bestShare := byte(','), 50 // in percent: "most records"
	for _, c := range candidates {
		rows := sampleRows(in, sample, c)
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
