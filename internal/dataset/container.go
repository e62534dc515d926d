package dataset

import (
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"io"

	"octavo/internal/errs"
	"octavo/internal/formula/value"
)

// The payload file. Numbers are little-endian:
//
//	magic                         8 bytes
//	parts, one after the other    Parquet files, one per sheet that has columns and rows
//	head                          JSON, see fileHead
//	trailer                       length of the head (4), CRC-32 of the head (4), magic (8)
//
// A part can be cut out and read by any tool. Column n of the sheet, counted
// from 1, is stored as up to three Parquet columns that are null where the cell
// is of another form: cNNNNN_number, cNNNNN_text, cNNNNN_form; a column whose
// cells all have one form has no form column, the head names the form instead.
const (
	magic       = "OCTVPAY1"
	trailerSize = 16
	maxHead     = 64 << 20   // a head larger than this is damage
	maxRows     = 50_000_000 // the ceiling of data-sources.md §3.2
)

type fileHead struct {
	Sheets   []sheetHead `json:"sheets"`
	Warnings []string    `json:"warnings,omitempty"`
}

type sheetHead struct {
	Name      string       `json:"name"`
	Hidden    bool         `json:"hidden,omitempty"`
	HeaderRow int          `json:"header_row"`
	Rows      int          `json:"rows"`
	Decimal   string       `json:"decimal"`
	Thousands string       `json:"thousands,omitempty"`
	Nulls     []string     `json:"nulls,omitempty"`
	Offset    int64        `json:"offset"` // of the part in the file
	Length    int64        `json:"length"` // 0 = no part
	Columns   []columnHead `json:"columns"`
}

type columnHead struct {
	Name    string     `json:"name"`
	Type    Type       `json:"type"`
	Pattern string     `json:"pattern,omitempty"`
	Blank   int        `json:"blank"`
	Misfit  int        `json:"misfit"`
	Form    *uint8     `json:"form,omitempty"` // of all data cells, when they have one
	Numbers bool       `json:"numbers,omitempty"`
	Texts   bool       `json:"texts,omitempty"`
	Lead    []leadCell `json:"lead,omitempty"`
}

// leadCell is a cell above the data; none of its parts set = blank.
type leadCell struct {
	Text   *string  `json:"t,omitempty"`
	Number *float64 `json:"n,omitempty"`
	Bool   *bool    `json:"b,omitempty"`
}

func leadOf(it value.Item) leadCell {
	switch it.Kind {
	case value.Text:
		return leadCell{Text: &it.Str}
	case value.Number:
		return leadCell{Number: &it.Num}
	case value.Bool:
		return leadCell{Bool: &it.Bool}
	}
	return leadCell{}
}

func (l leadCell) item() value.Item {
	switch {
	case l.Text != nil:
		return value.Str(*l.Text)
	case l.Number != nil:
		return value.Num(*l.Number)
	case l.Bool != nil:
		return value.Boolean(*l.Bool)
	}
	return value.Item{}
}

func describe(c *Column) columnHead {
	h := columnHead{
		Name: c.Name, Type: c.Type, Pattern: c.Pattern, Blank: c.Blank, Misfit: c.Misfit,
		Numbers: c.body.nums != nil, Texts: c.body.codes != nil,
	}
	for _, it := range c.lead {
		h.Lead = append(h.Lead, leadOf(it))
	}
	if form, ok := oneForm(c.body.forms); ok {
		h.Form = &form
	}
	return h
}

func oneForm(forms []uint8) (uint8, bool) {
	if len(forms) == 0 {
		return formBlank, true
	}
	for _, f := range forms {
		if f != forms[0] {
			return 0, false
		}
	}
	return forms[0], true
}

// damaged is the error for a payload file that cannot be what Encode wrote.
func damaged(what string, cause error) error {
	return errs.New(errs.Internal, "payload_damaged", "The stored data cannot be read: "+what+".").WithCause(cause)
}

func writeHead(w io.Writer, h *fileHead) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	text = binary.LittleEndian.AppendUint32(text, uint32(len(text)))
	n := len(text) - 4
	text = binary.LittleEndian.AppendUint32(text, crc32.ChecksumIEEE(text[:n]))
	_, err = w.Write(append(text, magic...))
	return err
}

func readHead(r io.ReaderAt, size int64) (*fileHead, error) {
	if size < int64(len(magic))+trailerSize {
		return nil, damaged("the file is too short", nil)
	}
	var start [len(magic)]byte
	var trailer [trailerSize]byte
	if _, err := readAt(r, start[:], 0); err != nil {
		return nil, damaged("its start is missing", err)
	}
	if _, err := readAt(r, trailer[:], size-trailerSize); err != nil {
		return nil, damaged("its end is missing", err)
	}
	if string(start[:]) != magic || string(trailer[8:]) != magic {
		return nil, damaged("it is no payload file", nil)
	}
	n := int64(binary.LittleEndian.Uint32(trailer[:]))
	at := size - trailerSize - n
	if n > maxHead || at < int64(len(magic)) {
		return nil, damaged("the length of its head is wrong", nil)
	}
	text := make([]byte, n)
	if _, err := readAt(r, text, at); err != nil {
		return nil, damaged("its head is missing", err)
	}
	if crc32.ChecksumIEEE(text) != binary.LittleEndian.Uint32(trailer[4:]) {
		return nil, damaged("its head does not match its check sum", nil)
	}
	h := new(fileHead)
	if err := json.Unmarshal(text, h); err != nil {
		return nil, damaged("its head is not readable", err)
	}
	return h, h.check(at)
}

// check refuses heads that no Encode writes; parts end before limit.
func (h *fileHead) check(limit int64) error {
	for _, s := range h.Sheets {
		if s.Rows < 0 || s.Rows > maxRows || s.HeaderRow < 0 || s.Length < 0 || s.Offset < 0 || s.Offset > limit-s.Length {
			return damaged("a sheet lies outside of the file", nil)
		}
		for _, c := range s.Columns {
			if len(c.Lead) != s.HeaderRow {
				return damaged("a column has too few header cells", nil)
			}
		}
	}
	return nil
}

// readAt is ReadAt for a full buffer: the end of the file right behind it is no error.
func readAt(r io.ReaderAt, p []byte, off int64) (int, error) {
	n, err := r.ReadAt(p, off)
	if n == len(p) {
		return n, nil
	}
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
