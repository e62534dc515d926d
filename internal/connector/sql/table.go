package sql

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"octavo/internal/dataset"
	"octavo/internal/fetch"
)

// cellForm says how a value of a column is written.
type cellForm int

const (
	asIs     cellForm = iota // by what the driver gives
	asDay                    // a day of the calendar
	asLocal                  // day and time without a zone
	asMoment                 // a moment, in UTC
	asBase64                 // bytes
	asBare                   // a number or true or false that came as text
	asClock                  // a time of day
	asGUID                   // sixteen bytes as SQL Server orders them
)

// table writes rows as CSV.
type table struct {
	w     io.Writer
	out   *bufio.Writer
	cells []any
	into  []any // pointers to cells
	forms []cellForm
	buf   []byte
	zones map[string]*time.Location // that came in cells

	progress *fetch.Progress // nil = nobody is told
}

// begin writes the names of the columns. Code too_large.
func (t *table) begin(names []string, forms []cellForm) error {
	if len(names) > dataset.DefaultColumns {
		return dataset.TooLarge("columns", "columns", dataset.DefaultColumns, int64(len(names)))
	}
	t.progress.To(fetch.Receiving)
	t.out, t.forms = bufio.NewWriterSize(t.w, 64<<10), forms
	t.cells, t.into = make([]any, len(names)), make([]any, len(names))
	for i, name := range names {
		t.into[i] = &t.cells[i]
		if i > 0 {
			t.buf = append(t.buf, ',')
		}
		t.buf = quoted(t.buf, []byte(name))
	}
	return t.line()
}

func (t *table) row() error {
	t.progress.Row()
	for i, v := range t.cells {
		if i > 0 {
			t.buf = append(t.buf, ',')
		}
		t.buf = t.cell(t.buf, v, t.forms[i])
	}
	if len(t.cells) == 1 && t.cells[0] == nil {
		t.buf = append(t.buf, `""`...) // an empty line would be no row
	}
	return t.line()
}

func (t *table) line() error {
	_, err := t.out.Write(append(t.buf, '\n'))
	t.buf = t.buf[:0]
	return err
}

func (t *table) flush() error { return t.out.Flush() }

func (t *table) cell(b []byte, v any, form cellForm) []byte {
	switch v := v.(type) {
	case nil:
		return b
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case uint64:
		return strconv.AppendUint(b, v, 10)
	case float32:
		return strconv.AppendFloat(b, float64(v), 'g', -1, 32)
	case float64:
		return plainFloat(b, v)
	case time.Time:
		return moment(b, v, form)
	case string:
		return quoted(b, []byte(v))
	case []byte:
		if form == asGUID && len(v) == 16 {
			return quoted(b, fmt.Appendf(nil, "%X-%X-%X-%X-%X", reversed(v[:4]), reversed(v[4:6]), reversed(v[6:8]), v[8:10], v[10:]))
		}
		if form == asBase64 || !utf8.Valid(v) {
			return base64.StdEncoding.AppendEncode(b, v)
		}
		return quoted(b, v)
	}
	return quoted(b, fmt.Append(nil, v))
}

// plainFloat writes numbers of usual size without an exponent.
func plainFloat(b []byte, v float64) []byte {
	if size := max(v, -v); size != 0 && (size < 1e-6 || size >= 1e15) {
		return strconv.AppendFloat(b, v, 'g', -1, 64)
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

func moment(b []byte, v time.Time, form cellForm) []byte {
	layout := "2006-01-02T15:04:05"
	if v.Nanosecond() >= int(time.Millisecond) {
		layout += ".000"
	}
	switch {
	case form == asClock:
		return v.AppendFormat(b, strings.TrimPrefix(layout, "2006-01-02T"))
	case v.IsZero():
		return b // a date of MySQL that is none
	case form == asDay:
		return v.AppendFormat(b, "2006-01-02")
	case form == asMoment:
		return v.UTC().AppendFormat(b, layout+"Z07:00")
	}
	return v.AppendFormat(b, layout)
}

func reversed(b []byte) []byte {
	out := slices.Clone(b)
	slices.Reverse(out)
	return out
}

// quoted writes a text; what is not UTF-8 is replaced, NUL left out.
func quoted(b, text []byte) []byte {
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	b = append(b, '"')
	for {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			return append(append(b, text...), '"')
		}
		b = append(append(b, text[:i]...), '"', '"')
		text = text[i+1:]
	}
}
