package dataset

import (
	"fmt"
	"strconv"
	"strings"

	"octavo/internal/formula/value"
)

// Type is the type of a column.
type Type string

// The types. A date is Unix seconds in a number vector.
const (
	Text   Type = "text"
	Number Type = "number"
	Bool   Type = "bool"
	Date   Type = "date"
)

// Set is the content of one payload: one sheet for delimited text and JSON,
// one for each sheet of a workbook.
type Set struct {
	Sheets   []*Sheet
	Warnings []string // sentences for a person
}

// Sheet is one table.
type Sheet struct {
	Name      string
	Hidden    bool // hidden in the workbook it came from
	HeaderRow int  // 1-based row of the column names, 0 = none
	Rows      int  // data rows, below the header row
	Cut       bool // rows were left out at the limits, when it was read from its file; not stored
	Columns   []Column
	marks     Marks
	nulls     []string // texts that are blank in columns of text
}

// Column is one column of a sheet.
type Column struct {
	Name    string       // header text, made unique in its sheet; its letter without a header
	Type    Type         // what nearly all data cells are
	Pattern string       // of a date: the pattern it was read with, as "yyyy-MM-dd"
	Values  value.Vector // typed data cells, header excluded; empty until loaded
	Blank   int          // data cells with nothing in them
	Misfit  int          // data cells that are not of the type; blank in Values
	lead    []value.Item // cells of rows 1 to HeaderRow
	body    *cells       // data cells as the file wrote them, nil until loaded
}

// Marks say how numbers are written in texts.
type Marks struct {
	Decimal   byte   // '.' or ','; 0 means '.'
	Thousands string // one mark, "" = none
}

func (m Marks) decimal() byte {
	if m.Decimal == 0 {
		return '.'
	}
	return m.Decimal
}

// Sheet finds a sheet by its name, compared after trimming, or by its 1-based
// position as "#2"; "" is the first.
func (s *Set) Sheet(name string) (*Sheet, bool) {
	name = strings.TrimSpace(name)
	for _, sh := range s.Sheets {
		if name == "" || strings.TrimSpace(sh.Name) == name {
			return sh, true
		}
	}
	if pos, ok := strings.CutPrefix(name, "#"); ok {
		if n, err := strconv.Atoi(pos); err == nil && n >= 1 && n <= len(s.Sheets) {
			return s.Sheets[n-1], true
		}
	}
	return nil, false
}

// Size gives the number of data rows and the largest number of columns over all sheets.
func (s *Set) Size() (rows, columns int) {
	for _, sh := range s.Sheets {
		rows += sh.Rows
		columns = max(columns, len(sh.Columns))
	}
	return rows, columns
}

// Height is the number of rows of the raw view: the lead and the data.
func (s *Sheet) Height() int { return s.HeaderRow + s.Rows }

// Column finds a column by its name, compared after trimming; the result is its position.
func (s *Sheet) Column(name string) (int, bool) {
	name = strings.TrimSpace(name)
	for i := range s.Columns {
		if s.Columns[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

// Raw is a whole column as in the file, lead and header row included: texts of
// a delimited file are texts, numbers of a workbook are numbers. The column
// must be loaded. It is built anew by each call, so keep it.
func (s *Sheet) Raw(col int) value.Vector {
	c := &s.Columns[col]
	return rawVector(c.lead, c.body, s.marks)
}

// Cell is one cell of the raw view, row and column counted from 0. Outside of
// the used area it is blank. Below the lead the column must be loaded.
func (s *Sheet) Cell(row, col int) value.Item {
	if col < 0 || col >= len(s.Columns) || row < 0 || row >= s.Height() {
		return value.Item{}
	}
	c := &s.Columns[col]
	if row < len(c.lead) {
		return c.lead[row]
	}
	return c.body.item(row-s.HeaderRow, s.marks.decimal())
}

// CellText is Cell as the file wrote it; a workbook's number is written as short as possible.
func (s *Sheet) CellText(row, col int) string {
	switch it := s.Cell(row, col); it.Kind {
	case value.Number:
		return shortest(it.Num)
	case value.Bool:
		return strconv.FormatBool(it.Bool)
	default:
		return it.Str
	}
}

// Loaded says whether the cells of the column are in memory; see Decode.
func (c *Column) Loaded() bool { return c.body != nil }

// Letter is the letter of the column at a position counted from 0: A, B … Z, AA.
func Letter(col int) string {
	var buf [8]byte
	i := len(buf)
	for n := col + 1; n > 0; n = (n - 1) / 26 {
		i--
		buf[i] = byte('A' + (n-1)%26)
	}
	return string(buf[i:])
}

// uniqueNames makes column names from header texts: trimmed, the letter where
// there is none, "Name (2)" where one is taken.
func uniqueNames(headers []string) []string {
	names := make([]string, len(headers))
	taken := make(map[string]bool, len(headers))
	for i, h := range headers {
		base := strings.TrimSpace(h)
		if base == "" {
			base = Letter(i)
		}
		name := base
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s (%d)", base, n)
		}
		taken[name] = true
		names[i] = name
	}
	return names
}
