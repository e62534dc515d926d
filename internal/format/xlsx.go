package format

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"octavo/internal/dataset"
	"octavo/internal/errs"
)

// readXLSX reads all sheets of a workbook with the stored results of their
// formulas, or those that the options choose. Dates become texts, error cells become
// blanks with a warning. The cells of a merged area are what the file holds, its value
// in the first one, unless the option asks for it in all of them.
func readXLSX(in input) (*dataset.Set, Options, error) {
	opt := in.opt
	b, err := openBook(in)
	if err != nil {
		return nil, opt, err
	}
	if b.sheets, err = chooseSheets(b.sheets, opt); err != nil {
		return nil, opt, err
	}
	set := &dataset.Set{}
	budget := dataset.NewBudget(in.lim.Limits)
	empty := true
	for _, sheet := range b.sheets {
		s, problems, err := b.readSheet(sheet, opt, budget)
		if err != nil {
			return nil, in.opt, err
		}
		set.Sheets = append(set.Sheets, s)
		if problems > 0 {
			set.Warnings = append(set.Warnings, fmt.Sprintf("Sheet %q: %d cells hold an error such as #N/A and were left blank.", sheet.name, problems))
		}
		if len(s.Columns) > 0 {
			in.opt.resolve(s, empty)
			empty = false
		}
	}
	if empty {
		return nil, in.opt, errs.New(errs.Invalid, "empty_file", "The workbook has no cells with something in them.")
	}
	if opt.HeaderRow != nil {
		in.opt.HeaderRow = opt.HeaderRow
	} else if *in.opt.HeaderRow < 0 {
		in.opt.HeaderRow = nil
	}
	return set, in.opt, nil
}

// resolve notes the header row that all sheets share; -1 when they differ.
func (o *Options) resolve(s *dataset.Sheet, first bool) {
	n := s.HeaderRow
	if !first && *o.HeaderRow != n {
		n = -1
	}
	o.HeaderRow = &n
}

// readSheet reads one sheet and counts its error cells.
func (b *book) readSheet(sheet bookSheet, opt Options, budget *dataset.Budget) (*dataset.Sheet, int, error) {
	r := &sheetReader{book: b, sink: tableSink{name: sheet.name, hidden: sheet.hidden, opt: opt, budget: budget}, area: b.areaOf(sheet, opt)}
	if opt.Merged {
		var err error
		if r.merges, err = b.findMerges(sheet.part); err != nil {
			return nil, 0, err
		}
	}
	found, err := b.scan(sheet.part, r.read)
	if err == nil && !found {
		err = mismatch("The workbook is damaged: sheet %q is missing in it.", sheet.name)
	}
	if err != nil {
		return nil, 0, err
	}
	s, err := r.sink.finish()
	return s, r.problems, err
}

// sheetReader walks the XML of one sheet.
type sheetReader struct {
	book     *book
	sink     tableSink
	row, col int // of the current cell, from 0
	area     area
	merges   merges // whose value stands in all of their cells
	problems int
	cell     sheetCell
	scratch  []byte
}

// sheetCell is what is known of a cell before its end tag.
type sheetCell struct {
	kind  string // attribute t
	style int
	value []byte
	text  []byte // inline text
}

func (r *sheetReader) read(x *xmlScanner) error {
	r.row = -1
	for {
		kind, err := x.next()
		if err != nil {
			return err
		}
		if kind == xmlEnd {
			return r.fillTo(maxSheetRows)
		}
		if kind != xmlStart {
			continue
		}
		switch string(x.name) {
		case "row":
			err = r.startRow(x)
		case "c":
			err = r.readCell(x)
		}
		if err != nil {
			return err
		}
	}
}

func (r *sheetReader) startRow(x *xmlScanner) error {
	next := r.row + 1
	if n, err := strconv.Atoi(string(x.attr("r"))); err == nil {
		next = n - 1
	}
	if next <= r.row && r.row >= 0 || next < 0 {
		return mismatch("The workbook is damaged: the rows of sheet %q are not in order.", r.sink.name)
	}
	if err := r.fillTo(next); err != nil {
		return err
	}
	r.row, r.col = next, -1
	return r.beginRow()
}

// beginRow begins the current row in the table; rows outside of the area are none.
func (r *sheetReader) beginRow() error {
	if r.row < r.area.top || r.row > r.area.bottom {
		return nil
	}
	if err := r.sink.startRow(r.row - r.area.top); err != nil {
		return err
	}
	return r.fillRow()
}

// readCell reads a cell whose start tag was read, up to its end tag.
func (r *sheetReader) readCell(x *xmlScanner) error {
	r.col++
	if col, ok := columnOf(x.attr("r")); ok {
		r.col = col
	}
	c := &r.cell
	c.kind, c.style = cellKind(x.attr("t")), -1
	c.value, c.text = c.value[:0], c.text[:0]
	if n, err := strconv.Atoi(string(x.attr("s"))); err == nil {
		c.style = n
	}
	inValue := false
	for {
		kind, err := x.next()
		if err != nil {
			return err
		}
		name := string(x.name)
		switch {
		case kind == xmlEnd:
			return errXML
		case kind == xmlText && inValue:
			c.value = x.appendText(c.value)
		case kind == xmlStart && name == "is":
			if c.text, err = appendRichText(x, c.text, "is"); err != nil {
				return err
			}
		case kind != xmlText && name == "v":
			inValue = kind == xmlStart
		case kind == xmlStop && name == "c":
			return r.putCell()
		}
	}
}

// cellKind keeps the known values of the attribute t without an allocation.
func cellKind(t []byte) string {
	switch string(t) {
	case "s":
		return "s"
	case "str":
		return "str"
	case "inlineStr":
		return "inlineStr"
	case "b":
		return "b"
	case "e":
		return "e"
	case "d":
		return "d"
	}
	return "n"
}

// columnOf reads the letters of a cell's address, from 0.
func columnOf(address []byte) (int, bool) {
	n := 0
	for _, c := range address {
		c |= 0x20
		if c < 'a' || c > 'z' {
			break
		}
		if n = n*26 + int(c-'a') + 1; n > 1<<20 {
			return 0, false
		}
	}
	return n - 1, n > 0
}

func (r *sheetReader) putCell() error {
	c := &r.cell
	switch c.kind {
	case "s":
		i, err := strconv.Atoi(string(bytes.TrimSpace(c.value)))
		if err != nil {
			return nil
		}
		text, ok := r.book.shared.at(i)
		if !ok {
			return mismatch("The workbook is damaged: a cell of sheet %q refers to a text that is missing.", r.sink.name)
		}
		return r.putText(text)
	case "str":
		c.value = undoCarriage(c.value, 0)
		return r.putText(c.value)
	case "inlineStr":
		return r.putText(c.text)
	case "b":
		return r.put(stagedCell{kind: stagedBool, truth: string(c.value) == "1" || string(c.value) == "true"})
	case "e":
		if r.area.has(r.row, r.col) {
			r.problems++
		}
		return nil
	case "d":
		return r.putText(bytes.Replace(c.value, []byte("T"), []byte(" "), 1))
	}
	return r.putNumber()
}

func (r *sheetReader) putText(text []byte) error {
	if len(text) > r.book.in.lim.Cell {
		return dataset.TooLarge("cell", "bytes of one cell", int64(r.book.in.lim.Cell), int64(len(text)))
	}
	if len(text) == 0 {
		return nil
	}
	return r.put(stagedCell{kind: stagedText, text: text})
}

func (r *sheetReader) putNumber() error {
	text := bytes.TrimSpace(r.cell.value)
	if len(text) == 0 {
		return nil
	}
	v, ok := dataset.ParsePlain(text)
	if !ok {
		var err error
		if v, err = strconv.ParseFloat(string(text), 64); err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return r.putText(text)
		}
	}
	if m := r.book.styles.of(r.cell.style); m != noMoment {
		if r.scratch, ok = appendMoment(r.scratch[:0], v, m, r.book.since1904); ok {
			return r.putText(r.scratch)
		}
	}
	return r.put(stagedCell{kind: stagedNumber, num: v})
}
