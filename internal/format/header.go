package format

import (
	"strings"

	"octavo/internal/dataset"
)

// headerSearch is how many rows may stand above the header row.
const headerSearch = 10

// detectHeader finds the row of column names in the first rows of a table,
// 1-based, 0 = none. It is the first row that fills the width of the table with
// different labels; a full row of anything else means that data has begun.
func detectHeader(rows [][]string, m dataset.Marks) int {
	width := usedWidth(rows)
	if width == 0 {
		return 0
	}
	for r := range min(headerSearch, len(rows)) {
		if filledCells(rows[r])*5 < width*4 {
			continue
		}
		if isHeader(rows, r, m) {
			return r + 1
		}
		return 0
	}
	return 0
}

// usedWidth is the modal width of rows, empty cells at the end not counted.
func usedWidth(rows [][]string) int {
	cut := make([][]string, 0, len(rows))
	for _, r := range rows {
		n := len(r)
		for n > 0 && strings.TrimSpace(r[n-1]) == "" {
			n--
		}
		if n > 0 {
			cut = append(cut, r[:n])
		}
	}
	return modalWidth(cut)
}

func filledCells(row []string) int {
	n := 0
	for _, c := range row {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

func isHeader(rows [][]string, r int, m dataset.Marks) bool {
	seen := map[string]bool{}
	labels := 0
	for col, cell := range rows[r] {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		if seen[cell] {
			return false
		}
		seen[cell] = true
		if isLabel(cell, m) {
			labels++
		} else if !isPeriod(cell) || !differsBelow(rows, r, col, m) {
			return false
		}
	}
	return labels > 0 && !repeatsBelow(rows, r)
}

// isLabel says whether a cell can be a column name: not a number, a date or a truth value.
func isLabel(cell string, m dataset.Marks) bool {
	if _, ok := dataset.ParseNumber(cell, m); ok {
		return false
	}
	if strings.EqualFold(cell, "true") || strings.EqualFold(cell, "false") {
		return false
	}
	return !dataset.IsDate(cell) && strings.Trim(cell, "0123456789") != ""
}

// isPeriod says whether a cell can be the name of a column of a pivot table: a
// year or a date.
func isPeriod(cell string) bool {
	return len(cell) == 4 && (cell[:2] == "19" || cell[:2] == "20") && strings.Trim(cell, "0123456789") == "" || dataset.IsDate(cell)
}

// differsBelow says whether the next row has something else than a period in the column.
func differsBelow(rows [][]string, r, col int, m dataset.Marks) bool {
	if r+1 >= len(rows) || col >= len(rows[r+1]) {
		return false
	}
	below := strings.TrimSpace(rows[r+1][col])
	return below != "" && !isPeriod(below)
}

// repeatsBelow says whether a cell of the row occurs again in its column, in a
// row that is not the same as a whole: then it is data.
func repeatsBelow(rows [][]string, r int) bool {
	for _, other := range rows[r+1:] {
		same, of := 0, 0
		for col, cell := range rows[r] {
			if strings.TrimSpace(cell) == "" {
				continue
			}
			of++
			if col < len(other) && other[col] == cell {
				same++
			}
		}
		if same > 0 && same < of || same == of && of == 1 {
			return true
		}
	}
	return false
}

// sniffMarks finds the decimal and thousands marks. A comma is the decimal mark
// when a cell can be read in no other way and no cell speaks for the point.
func sniffMarks(opt *Options, rows [][]string) dataset.Marks {
	m := dataset.Marks{Decimal: '.'}
	if opt.Decimal != "" {
		m.Decimal = opt.Decimal[0]
	} else if comma, point := markEvidence(rows); comma > 0 && point == 0 {
		m.Decimal = ','
	}
	switch {
	case opt.Thousands != nil:
		m.Thousands = *opt.Thousands
	case m.Decimal == ',':
		m.Thousands = "."
	default:
		m.Thousands = ","
	}
	if m.Thousands == string(rune(m.Decimal)) {
		m.Thousands = ""
	}
	return m
}

// markEvidence counts the cells that are numbers only if the comma, or only if
// the point, is the decimal mark.
func markEvidence(rows [][]string) (comma, point int) {
	withComma := dataset.Marks{Decimal: ',', Thousands: "."}
	withPoint := dataset.Marks{Decimal: '.', Thousands: ","}
	for _, r := range rows {
		for _, cell := range r {
			if !strings.ContainsAny(cell, ",.") {
				continue
			}
			_, c := dataset.ParseNumber(cell, withComma)
			_, p := dataset.ParseNumber(cell, withPoint)
			switch {
			case c && !p:
				comma++
			case p && !c:
				point++
			}
		}
	}
	return comma, point
}
