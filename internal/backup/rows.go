package backup

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"octavo/internal/db"
)

// rowWriter writes rows as lines of JSON: null, numbers, texts, and blobs in base64.
// A text that is not UTF-8 (SQLite takes it, JSON does not) is {"base64": …}.
type rowWriter struct {
	table db.Table
	buf   bytes.Buffer
	json  *json.Encoder
	row   []any
}

func newRowWriter(t db.Table) *rowWriter {
	w := &rowWriter{table: t, row: make([]any, len(t.Columns))}
	w.json = json.NewEncoder(&w.buf)
	w.json.SetEscapeHTML(false)
	return w
}

// odd is a text that is not UTF-8.
type odd struct {
	Base64 []byte `json:"base64"`
}

// add appends a row. It is an error when a value is not of its column's type: SQLite lets that happen.
func (w *rowWriter) add(values []any) error {
	for i, v := range values {
		c := w.table.Columns[i]
		fits := v == nil
		switch x := v.(type) {
		case int64:
			fits = c.Type == db.WholeColumn
		case float64:
			fits = c.Type == db.FractionColumn
		case []byte:
			fits = c.Type == db.BlobColumn
			if x == nil { // SQLite's driver gives an empty one so; what is NULL has no type
				v = []byte{}
			}
		case string:
			fits = c.Type == db.TextColumn
			if !utf8.ValidString(x) {
				v = odd{[]byte(x)}
			}
		}
		if !fits {
			return fmt.Errorf("column %s of %s holds a %T, not a %s", c.Name, w.table.Name, v, c.Type)
		}
		w.row[i] = v
	}
	return w.json.Encode(w.row)
}

// readRows calls each for every line; the row is its own.
func readRows(r io.Reader, t db.Table, each func(row []any) error) error {
	dec := json.NewDecoder(r)
	for line := 1; ; line++ {
		var raw []json.RawMessage
		if err := dec.Decode(&raw); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("row %d: %w", line, err)
		}
		if len(raw) != len(t.Columns) {
			return fmt.Errorf("row %d has %d values for %d columns", line, len(raw), len(t.Columns))
		}
		row := make([]any, len(raw))
		for i, text := range raw {
			v, err := value(text, t.Columns[i].Type)
			if err != nil {
				return fmt.Errorf("row %d, column %s: %w", line, t.Columns[i].Name, err)
			}
			row[i] = v
		}
		if err := each(row); err != nil {
			return err
		}
	}
}

// value reads one value of a column.
func value(text json.RawMessage, kind db.ColumnType) (any, error) {
	if string(text) == "null" {
		return nil, nil
	}
	switch kind {
	case db.WholeColumn:
		return strconv.ParseInt(string(text), 10, 64)
	case db.FractionColumn:
		return strconv.ParseFloat(string(text), 64)
	case db.TextColumn:
		if text[0] == '{' {
			var o odd
			err := json.Unmarshal(text, &o)
			return string(o.Base64), err
		}
		var s string
		err := json.Unmarshal(text, &s)
		return s, err
	case db.BlobColumn:
		var s string
		if err := json.Unmarshal(text, &s); err != nil {
			return nil, err
		}
		return base64.StdEncoding.DecodeString(s)
	}
	return nil, fmt.Errorf("a column of the unknown type %q", kind)
}
