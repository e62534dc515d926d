package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
)

const (
	createdBy   = "octavo payload 1" // Parquet readers see it; fixed, so that equal sets are equal bytes
	encodeBatch = 4096               // cells handed over at once
)

// Encode writes the set as a payload file; see Decode. All columns must be
// loaded. Equal sets give equal bytes.
func (s *Set) Encode(ctx context.Context, w io.Writer) error {
	out := &counter{w: w}
	if _, err := io.WriteString(out, magic); err != nil {
		return err
	}
	head := &fileHead{Warnings: s.Warnings}
	for _, sh := range s.Sheets {
		h, err := encodeSheet(ctx, out, sh)
		if err != nil {
			return fmt.Errorf("encode sheet %q: %w", sh.Name, err)
		}
		head.Sheets = append(head.Sheets, h)
	}
	return writeHead(out, head)
}

// counter knows how much was written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

var errNotLoaded = errors.New("a column is not loaded")

func encodeSheet(ctx context.Context, out *counter, s *Sheet) (sheetHead, error) {
	h := sheetHead{
		Name: s.Name, Hidden: s.Hidden, HeaderRow: s.HeaderRow, Rows: s.Rows, Offset: out.n,
		Decimal: string(rune(s.marks.decimal())), Thousands: s.marks.Thousands, Nulls: s.nulls, Columns: []columnHead{},
	}
	fields := parquet.Group{}
	for i := range s.Columns {
		c := &s.Columns[i]
		if !c.Loaded() {
			return h, errNotLoaded
		}
		d := describe(c)
		addFields(fields, i, &d)
		h.Columns = append(h.Columns, d)
	}
	if len(fields) == 0 {
		return h, nil
	}
	if err := writePart(ctx, out, fields, s, h.Columns); err != nil {
		return h, err
	}
	h.Length = out.n - h.Offset
	return h, nil
}

func fieldName(col int, what string) string { return fmt.Sprintf("c%05d_%s", col+1, what) }

// addFields adds the Parquet columns that a column needs.
func addFields(fields parquet.Group, col int, d *columnHead) {
	if d.Numbers {
		fields[fieldName(col, "number")] = parquet.Optional(parquet.Leaf(parquet.DoubleType))
	}
	if d.Texts {
		fields[fieldName(col, "text")] = parquet.Optional(parquet.Encoded(parquet.String(), &parquet.RLEDictionary))
	}
	if d.Form == nil {
		fields[fieldName(col, "form")] = parquet.Encoded(parquet.Leaf(parquet.Int32Type), &parquet.RLEDictionary)
	}
}

func writePart(ctx context.Context, out io.Writer, fields parquet.Group, s *Sheet, heads []columnHead) error {
	schema := parquet.NewSchema("sheet", fields)
	pw := parquet.NewWriter(out, schema, parquet.Compression(&parquet.Zstd), parquet.CreatedBy("octavo", createdBy, ""))
	writers := pw.ColumnWriters()
	for i := range s.Columns {
		if err := ctx.Err(); err != nil {
			return err
		}
		p := partColumn{schema: schema, writers: writers, cells: s.Columns[i].body, batch: make([]parquet.Value, 0, encodeBatch)}
		if err := p.write(i, &heads[i]); err != nil {
			return err
		}
	}
	return pw.Close()
}

// partColumn writes one column's cells to its Parquet columns.
type partColumn struct {
	schema  *parquet.Schema
	writers []*parquet.ColumnWriter
	cells   *cells
	batch   []parquet.Value
}

func (p *partColumn) write(col int, d *columnHead) error {
	c := p.cells
	if d.Numbers {
		err := p.column(fieldName(col, "number"), func(i int) (parquet.Value, bool) {
			return parquet.DoubleValue(c.nums[i]), isNumber(c.forms[i])
		})
		if err != nil {
			return err
		}
	}
	if d.Texts {
		words := make([]parquet.Value, len(c.dict))
		for i, text := range c.dict {
			words[i] = parquet.ByteArrayValue([]byte(text))
		}
		err := p.column(fieldName(col, "text"), func(i int) (parquet.Value, bool) {
			return words[c.codes[i]], c.forms[i] == formText
		})
		if err != nil {
			return err
		}
	}
	if d.Form != nil {
		return nil
	}
	return p.column(fieldName(col, "form"), func(i int) (parquet.Value, bool) {
		return parquet.Int32Value(int32(c.forms[i])), true
	})
}

// column writes one Parquet column; cells that are not there become null.
func (p *partColumn) column(name string, cell func(i int) (v parquet.Value, there bool)) error {
	leaf, ok := p.schema.Lookup(name)
	if !ok {
		return fmt.Errorf("no Parquet column %s", name)
	}
	w, at := p.writers[leaf.ColumnIndex], int(leaf.ColumnIndex)
	flush := func() error {
		_, err := w.WriteRowValues(p.batch)
		p.batch = p.batch[:0]
		return err
	}
	for i := range p.cells.forms {
		v, there := cell(i)
		if there {
			v = v.Level(0, leaf.MaxDefinitionLevel, at)
		} else {
			v = parquet.NullValue().Level(0, 0, at)
		}
		if p.batch = append(p.batch, v); len(p.batch) == encodeBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return w.Flush()
}
