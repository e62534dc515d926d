package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
)

// Decode reads a payload file. Only the columns that pick names are loaded,
// and only their bytes are read; nil means all. The others have names, types
// and counts but no values: see Column.Loaded. Errors: payload_damaged.
func Decode(ctx context.Context, r io.ReaderAt, size int64, pick func(s *Sheet, col int) bool) (set *Set, err error) {
	defer func() {
		if p := recover(); p != nil { // the Parquet reader panics on some damaged files
			set, err = nil, damaged("a sheet is damaged", fmt.Errorf("%v", p))
		}
	}()
	head, err := readHead(r, size)
	if err != nil {
		return nil, err
	}
	set = &Set{Warnings: head.Warnings}
	for i := range head.Sheets {
		s, err := decodeSheet(ctx, r, &head.Sheets[i], pick)
		if err != nil {
			return nil, err
		}
		set.Sheets = append(set.Sheets, s)
	}
	return set, nil
}

// DecodeHead is Decode without any values: what a payload holds.
func DecodeHead(r io.ReaderAt, size int64) (*Set, error) {
	return Decode(context.Background(), r, size, func(*Sheet, int) bool { return false })
}

func decodeSheet(ctx context.Context, r io.ReaderAt, h *sheetHead, pick func(*Sheet, int) bool) (*Sheet, error) {
	s := &Sheet{Name: h.Name, Hidden: h.Hidden, HeaderRow: h.HeaderRow, Rows: h.Rows, Columns: make([]Column, len(h.Columns)), nulls: h.Nulls}
	s.marks.Thousands = h.Thousands
	if len(h.Decimal) == 1 {
		s.marks.Decimal = h.Decimal[0]
	}
	for i, d := range h.Columns {
		c := &s.Columns[i]
		c.Name, c.Type, c.Pattern, c.Blank, c.Misfit = d.Name, d.Type, d.Pattern, d.Blank, d.Misfit
		for _, l := range d.Lead {
			c.lead = append(c.lead, l.item())
		}
	}
	part := &part{r: io.NewSectionReader(r, h.Offset, h.Length), rows: h.Rows}
	for i := range s.Columns {
		if pick != nil && !pick(s, i) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		body, err := part.load(i, &h.Columns[i])
		if err != nil {
			return nil, damaged(fmt.Sprintf("column %s of sheet %q", Letter(i), s.Name), err)
		}
		s.Columns[i].body = body
		s.Columns[i].materialise(s.marks, s.nulls)
	}
	return s, nil
}

// part is the Parquet file of a sheet, opened with the first column.
type part struct {
	r    *io.SectionReader
	rows int
	file *parquet.File
}

var errShape = errors.New("columns of different lengths")

func (p *part) load(col int, d *columnHead) (*cells, error) {
	c := &cells{}
	if err := p.loadForms(c, col, d); err != nil {
		return nil, err
	}
	if d.Numbers {
		c.nums = make([]float64, p.rows)
		if err := p.loadNumbers(c, fieldName(col, "number")); err != nil {
			return nil, err
		}
	}
	if d.Texts {
		c.codes = make([]uint32, p.rows)
		if err := p.loadTexts(c, fieldName(col, "text")); err != nil {
			return nil, err
		}
	}
	return c, c.check()
}

// check refuses cells whose form needs what is not there.
func (c *cells) check() error {
	for _, f := range c.forms {
		switch {
		case isNumber(f) && c.nums == nil || f == formText && len(c.dict) == 0:
			return errors.New("a form without its value")
		case f >= formPlainEnd && f != formNumber && f != formFalse && f != formTrue && f != formText && f != formBlank:
			return errors.New("an unknown form")
		}
	}
	for _, v := range c.nums {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.New("a number that is none")
		}
	}
	return nil
}

func (p *part) loadForms(c *cells, col int, d *columnHead) error {
	if d.Form != nil {
		c.forms = bytes.Repeat([]byte{*d.Form}, p.rows)
		return nil
	}
	c.forms = make([]uint8, 0, p.rows)
	err := p.pages(fieldName(col, "form"), func(page parquet.Page) error {
		return eachInt(page, func(v int32) error {
			c.forms = append(c.forms, uint8(v))
			return nil
		})
	})
	if err == nil && len(c.forms) != p.rows {
		err = errShape
	}
	return err
}

// eachInt walks the integers of a page, with or without a dictionary.
func eachInt(page parquet.Page, f func(int32) error) error {
	var words []int32
	if dict := page.Dictionary(); dict != nil {
		data := dict.Page().Data()
		words = data.Int32()
	}
	data := page.Data()
	for _, v := range data.Int32() {
		if words != nil {
			if int(v) >= len(words) || v < 0 {
				return errors.New("a code outside of its dictionary")
			}
			v = words[v]
		}
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

func (p *part) loadNumbers(c *cells, name string) error {
	row := 0
	err := p.pages(name, func(page parquet.Page) error {
		data := page.Data()
		nums := data.Double()
		next, err := spread(page, row, p.rows, len(nums), func(i, at int) { c.nums[at] = nums[i] })
		row = next
		return err
	})
	if err == nil && row != p.rows {
		err = errShape
	}
	return err
}

// spread tells where the values of a page belong: value i in row at.
func spread(page parquet.Page, row, rows, values int, put func(i, at int)) (next int, err error) {
	levels := page.DefinitionLevels()
	if len(levels) > rows-row {
		return row, errShape
	}
	i := 0
	for _, level := range levels {
		if level > 0 {
			if i == values {
				return row, errShape
			}
			put(i, row)
			i++
		}
		row++
	}
	return row, nil
}

func (p *part) loadTexts(c *cells, name string) error {
	row := 0
	known := make(map[string]uint32)
	var groupDict parquet.Dictionary
	var codes []uint32 // codes of the words of groupDict
	err := p.pages(name, func(page parquet.Page) error {
		if dict := page.Dictionary(); dict != nil {
			if dict != groupDict {
				groupDict, codes = dict, c.learn(known, dictWords(dict))
			}
			var bad error
			data := page.Data()
			idx := data.Int32()
			next, err := spread(page, row, p.rows, len(idx), func(i, at int) {
				if int(idx[i]) >= len(codes) || idx[i] < 0 {
					bad = errors.New("a code outside of its dictionary")
					return
				}
				c.codes[at] = codes[idx[i]]
			})
			row = next
			return errors.Join(err, bad)
		}
		direct := c.learn(known, plainWords(page)) // the writer gave the dictionary up
		next, err := spread(page, row, p.rows, len(direct), func(i, at int) { c.codes[at] = direct[i] })
		row = next
		return err
	})
	if err == nil && row != p.rows {
		err = errShape
	}
	return err
}

// learn gives each word its code in the column's dictionary.
func (c *cells) learn(known map[string]uint32, words []string) []uint32 {
	codes := make([]uint32, len(words))
	for i, w := range words {
		code, ok := known[w]
		if !ok {
			if !utf8.ValidString(w) {
				panic("a text that is not UTF-8") // Decode recovers
			}
			code = uint32(len(c.dict))
			c.dict = append(c.dict, w)
			known[w] = code
		}
		codes[i] = code
	}
	return codes
}

func dictWords(dict parquet.Dictionary) []string { return plainWords(dict.Page()) }

// plainWords copies the byte arrays of a page into one piece of memory.
func plainWords(page parquet.Page) []string {
	values := page.Data()
	data, offsets := values.ByteArray()
	if len(offsets) == 0 {
		return nil
	}
	all := string(data)
	out := make([]string, len(offsets)-1)
	for i := range out {
		out[i] = all[offsets[i]:offsets[i+1]]
	}
	return out
}

// readBuffer is read at once from a part, so that a remote store is asked rarely.
const readBuffer = 256 << 10

// pages hands over the pages of a Parquet column, in order.
func (p *part) pages(name string, f func(parquet.Page) error) error {
	if p.file == nil {
		file, err := parquet.OpenFile(p.r, p.r.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true),
			parquet.ReadBufferSize(readBuffer))
		if err != nil {
			return err
		}
		p.file = file
	}
	leaf, ok := p.file.Schema().Lookup(name)
	if !ok {
		return fmt.Errorf("no column %s", name)
	}
	for _, group := range p.file.RowGroups() {
		if err := eachPage(group.ColumnChunks()[leaf.ColumnIndex], f); err != nil {
			return err
		}
	}
	return nil
}

func eachPage(chunk parquet.ColumnChunk, f func(parquet.Page) error) (err error) {
	pages := chunk.Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		err = f(page)
		parquet.Release(page)
		if err != nil {
			return err
		}
	}
}
