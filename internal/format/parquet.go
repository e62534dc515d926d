package format

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	layout "github.com/parquet-go/parquet-go/format"

	"octavo/internal/dataset"
)

// parquetRows is how many rows are held at once.
const parquetRows = 512

// readParquet reads a Parquet file as one table. Fields of groups become columns "a.b",
// several values of a list stand in one cell with commas between them. Days and moments
// become texts that read as dates, moments in UTC; decimals and whole numbers that a
// float64 would change stay exact texts, binary values become Base64.
func readParquet(in input) (set *dataset.Set, opt Options, err error) {
	defer func() {
		if p := recover(); p != nil { // the library panics on some damaged files
			set, opt, err = nil, in.opt, damagedParquet(fmt.Errorf("%v", p))
		}
	}()
	file, err := parquet.OpenFile(in.r, in.size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, in.opt, damagedParquet(err)
	}
	if n := file.NumRows(); n > int64(rowLimit(in.lim)) && !in.lim.Truncate {
		return nil, in.opt, dataset.TooLarge("rows", "rows", int64(rowLimit(in.lim)), n)
	}
	if err := checkPages(in, file.Metadata()); err != nil {
		return nil, in.opt, err
	}
	l := dataset.Layout{HeaderRow: 1, DatePatterns: in.opt.datePatterns(), Nulls: in.opt.Nulls}
	t := &parquetTable{in: in, b: dataset.NewBuilder("", l, dataset.NewBudget(in.lim.Limits))}
	if err := t.read(file); err != nil {
		return nil, in.opt, err
	}
	return &dataset.Set{Sheets: []*dataset.Sheet{t.b.Sheet()}}, in.opt, nil
}

func rowLimit(l Limits) int {
	if l.Rows <= 0 {
		return dataset.DefaultRows
	}
	return l.Rows
}

func damagedParquet(err error) error {
	return mismatch("The Parquet file is damaged, or written in a way that is not known. Write it again, or save it as CSV.").WithCause(err)
}

// checkPages walks the headers of all pages before one is unpacked: what they say they
// unpack to is memory that the library takes at once.
func checkPages(in input, meta *layout.FileMetaData) error {
	most := min(in.lim.Unpacked, max(freeUnpacked, maxRatio*in.size))
	total := int64(0)
	for _, group := range meta.RowGroups {
		for _, chunk := range group.Columns {
			m := &chunk.MetaData
			at, left := m.DataPageOffset, m.TotalCompressedSize
			if d := m.DictionaryPageOffset; d > 0 && d < at {
				at = d
			}
			if at < 0 || left < 0 || at > in.size-left {
				return damagedParquet(errors.New("a column lies outside of the file"))
			}
			for left > 0 {
				n, unpacked, err := pageAt(in, at, left)
				if err != nil {
					return err
				}
				if total += unpacked; total > most {
					return dataset.TooLarge("unpacked", "bytes when unpacked", most, total)
				}
				at, left = at+n, left-n
			}
		}
	}
	return nil
}

// pageAt reads the header of a page: its length with the header, and unpacked.
func pageAt(in input, at, left int64) (length, unpacked int64, err error) {
	if err := in.ctx.Err(); err != nil {
		return 0, 0, err
	}
	r := &countingReader{r: io.NewSectionReader(in.r, at, min(left, maxPageHead))}
	var h layout.PageHeader
	p := thrift.CompactProtocol{}
	if err := thrift.NewDecoder(p.NewReader(r)).Decode(&h); err != nil {
		return 0, 0, damagedParquet(err)
	}
	packed := int64(h.CompressedPageSize)
	if packed < 0 || h.UncompressedPageSize < 0 || r.n+packed > left {
		return 0, 0, damagedParquet(errors.New("a page is longer than its column"))
	}
	return r.n + packed, int64(h.UncompressedPageSize), nil
}

// maxPageHead bounds the header of a page, statistics included.
const maxPageHead = 16 << 20

// countingReader gives single bytes, so that nothing is read ahead.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *countingReader) ReadByte() (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(c, b[:])
	return b[0], err
}

// parquetTable makes rows of a file.
type parquetTable struct {
	in      input
	b       *dataset.Builder
	columns []parquetColumn
	text    []byte
}

// parquetColumn writes the values of one column.
type parquetColumn struct {
	number func(v parquet.Value) (float64, bool) // nil, or false: it is text
	text   func(dst []byte, v parquet.Value) []byte
	truth  bool
}

func (t *parquetTable) read(file *parquet.File) error {
	schema := file.Schema()
	for i, path := range schema.Columns() {
		leaf, ok := schema.Lookup(path...)
		if !ok {
			return damagedParquet(errors.New("a column is missing in the schema"))
		}
		t.columns = append(t.columns, columnOfType(leaf.Node.Type()))
		if err := t.b.Name(i, parquetName(path)); err != nil {
			return err
		}
	}
	if err := t.b.EndRow(); err != nil { // the row of names
		return err
	}
	for _, group := range file.RowGroups() {
		if err := t.group(group); err != nil {
			return err
		}
	}
	return nil
}

// parquetName joins a path without the parts that every list has.
func parquetName(path []string) string {
	if n := len(path); n > 2 && (path[n-2] == "list" || path[n-2] == "bag") {
		path = path[:n-2]
	}
	return strings.Join(path, ".")
}

func (t *parquetTable) group(group parquet.RowGroup) (err error) {
	rows := group.Rows()
	defer func() { err = errors.Join(err, rows.Close()) }()
	buf := make([]parquet.Row, parquetRows)
	for {
		if err := t.in.ctx.Err(); err != nil {
			return err
		}
		n, err := rows.ReadRows(buf)
		for _, row := range buf[:n] {
			if err := t.row(row); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return damagedParquet(err)
		}
	}
}

// row gives the values of a row; those of one column follow one another.
func (t *parquetTable) row(row parquet.Row) error {
	for i := 0; i < len(row); {
		col, n := row[i].Column(), 1
		for i+n < len(row) && row[i+n].Column() == col {
			n++
		}
		if err := t.cell(col, row[i:i+n]); err != nil {
			return err
		}
		i += n
	}
	return t.b.EndRow()
}

func (t *parquetTable) cell(col int, values []parquet.Value) error {
	c := &t.columns[col]
	if len(values) == 1 && !values[0].IsNull() {
		if c.truth {
			return t.b.Bool(col, values[0].Boolean())
		}
		if c.number != nil {
			if v, ok := c.number(values[0]); ok {
				return t.b.Number(col, v)
			}
		}
	}
	t.text = t.text[:0]
	for _, v := range values {
		if v.IsNull() {
			continue
		}
		if len(t.text) > 0 {
			t.text = append(t.text, ", "...)
		}
		t.text = c.text(t.text, v)
		if len(t.text) > t.in.lim.Cell {
			return dataset.TooLarge("cell", "bytes of one cell", int64(t.in.lim.Cell), int64(len(t.text)))
		}
	}
	return t.b.Text(col, t.text)
}

// columnOfType says how values of a type are written.
func columnOfType(typ parquet.Type) parquetColumn {
	if l := typ.LogicalType(); l != nil {
		switch l := l.Value.(type) {
		case *layout.DecimalType:
			return parquetColumn{text: func(dst []byte, v parquet.Value) []byte { return appendDecimal(dst, unscaled(v), int(l.Scale)) }}
		case *layout.DateType:
			return parquetColumn{text: func(dst []byte, v parquet.Value) []byte {
				return time.Unix(int64(v.Int32())*daySeconds, 0).UTC().AppendFormat(dst, time.DateOnly)
			}}
		case *layout.TimestampType:
			unit := unitOf(l.Unit)
			return parquetColumn{text: func(dst []byte, v parquet.Value) []byte { return appendInstant(dst, v.Int64(), unit) }}
		case *layout.TimeType:
			unit := unitOf(l.Unit)
			return parquetColumn{text: func(dst []byte, v parquet.Value) []byte {
				n := v.Int64()
				if v.Kind() == parquet.Int32 {
					n = int64(v.Int32())
				}
				return appendClock(dst, n/unit)
			}}
		case *layout.UUIDType:
			return parquetColumn{text: func(dst []byte, v parquet.Value) []byte { return hex.AppendEncode(dst, v.ByteArray()) }}
		case *layout.IntType:
			if !l.IsSigned {
				return parquetColumn{number: func(v parquet.Value) (float64, bool) { return exact(v.Uint64()) }, text: unsignedText}
			}
		}
	}
	return plainParquet(typ.Kind())
}

func plainParquet(kind parquet.Kind) parquetColumn {
	switch kind {
	case parquet.Boolean:
		return parquetColumn{truth: true, text: func(dst []byte, v parquet.Value) []byte { return strconv.AppendBool(dst, v.Boolean()) }}
	case parquet.Int32, parquet.Int64:
		return parquetColumn{
			number: func(v parquet.Value) (float64, bool) {
				n := integer(v)
				f, ok := exact(uint64(max(n, -n)))
				return math.Copysign(f, float64(n)), ok && n != math.MinInt64
			},
			text: func(dst []byte, v parquet.Value) []byte { return strconv.AppendInt(dst, integer(v), 10) },
		}
	case parquet.Float:
		return floats(func(v parquet.Value) float64 { // 0.1, not 0.10000000149
			f, err := strconv.ParseFloat(strconv.FormatFloat(float64(v.Float()), 'g', -1, 32), 64)
			if err != nil {
				return math.NaN()
			}
			return f
		})
	case parquet.Double:
		return floats(parquet.Value.Double)
	case parquet.Int96:
		return parquetColumn{text: func(dst []byte, v parquet.Value) []byte {
			const julian = 2_440_588 // 1970-01-01
			n := v.Int96()
			clock := int64(n[1])<<32 | int64(n[0])
			return appendInstant(dst, (int64(n[2])-julian)*daySeconds+clock/1e9, 1)
		}}
	}
	return parquetColumn{text: func(dst []byte, v parquet.Value) []byte {
		if b := v.ByteArray(); utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 {
			return append(dst, b...)
		}
		return base64.StdEncoding.AppendEncode(dst, v.ByteArray())
	}}
}

func integer(v parquet.Value) int64 {
	if v.Kind() == parquet.Int32 {
		return int64(v.Int32())
	}
	return v.Int64()
}

func unsignedText(dst []byte, v parquet.Value) []byte {
	if v.Kind() == parquet.Int32 {
		return strconv.AppendUint(dst, uint64(v.Uint32()), 10)
	}
	return strconv.AppendUint(dst, v.Uint64(), 10)
}

// exact is a whole number that a float64 keeps, see exactInt.
func exact(n uint64) (float64, bool) { return float64(n), n < 1e15 }

// floats are numbers; those that are none are blank.
func floats(of func(parquet.Value) float64) parquetColumn {
	return parquetColumn{
		number: func(v parquet.Value) (float64, bool) {
			f := of(v)
			return f, !math.IsNaN(f) && !math.IsInf(f, 0)
		},
		text: func(dst []byte, v parquet.Value) []byte {
			f := of(v)
			if math.IsNaN(f) || math.IsInf(f, 0) {
				return dst
			}
			return strconv.AppendFloat(dst, f, 'g', -1, 64)
		},
	}
}

// unitOf is how many of a unit are a second.
func unitOf(u layout.TimeUnit) int64 {
	switch u.Value.(type) {
	case *layout.MilliSeconds:
		return 1e3
	case *layout.MicroSeconds:
		return 1e6
	}
	return 1e9
}

// appendInstant writes a moment of so many units since 1970, in UTC.
func appendInstant(dst []byte, n, unit int64) []byte {
	sec, rest := n/unit, n%unit
	if rest < 0 {
		sec, rest = sec-1, rest+unit
	}
	dst = time.Unix(sec, 0).UTC().AppendFormat(dst, time.DateTime)
	if rest != 0 {
		dst = fmt.Appendf(dst, ".%03d", rest*1000/unit)
	}
	return dst
}

// unscaled is the whole number of a decimal.
func unscaled(v parquet.Value) *big.Int {
	switch v.Kind() {
	case parquet.Int32, parquet.Int64:
		return big.NewInt(integer(v))
	}
	b := v.ByteArray()
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 { // two's complement
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// maxScale is the largest number of decimals that any program writes.
const maxScale = 100

func appendDecimal(dst []byte, n *big.Int, scale int) []byte {
	if scale <= 0 || scale > maxScale {
		return n.Append(dst, 10)
	}
	if n.Sign() < 0 {
		dst = append(dst, '-')
	}
	digits := new(big.Int).Abs(n).String()
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	dst = append(dst, digits[:len(digits)-scale]...)
	dst = append(dst, '.')
	return append(dst, digits[len(digits)-scale:]...)
}
