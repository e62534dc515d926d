package format

import (
	"strconv"
	"strings"

	"octavo/internal/errs"
)

// Sizes of a sheet in Excel.
const (
	maxSheetRows    = 1 << 20
	maxSheetColumns = 1 << 14
)

// area is a part of a sheet; all counted from 0, ends included.
type area struct{ top, left, bottom, right int }

var wholeSheet = area{bottom: maxSheetRows - 1, right: maxSheetColumns - 1}

func (a area) has(row, col int) bool {
	return row >= a.top && row <= a.bottom && col >= a.left && col <= a.right
}

// sheetArea is an area of one sheet, or of every sheet without one of its own ("").
type sheetArea struct {
	sheet string
	area
}

// parseRanges reads the option range. Code option_invalid.
func parseRanges(text string) ([]sheetArea, error) {
	var out []sheetArea
	for _, one := range splitRanges(text) {
		sheet, address := "", strings.TrimSpace(one)
		if i := strings.LastIndexByte(address, '!'); i >= 0 {
			sheet, address = strings.Trim(strings.TrimSpace(address[:i]), "'"), address[i+1:]
		}
		a, ok := parseArea(address)
		if !ok {
			return nil, badOption("range", "Write an area as B3:F40, B3:F or Orders!B3:F40.")
		}
		out = append(out, sheetArea{sheet, a})
	}
	return out, nil
}

// splitRanges cuts at commas outside of quotes.
func splitRanges(text string) []string {
	quoted := false
	return strings.FieldsFunc(text, func(r rune) bool {
		if r == '\'' {
			quoted = !quoted
		}
		return r == ',' && !quoted
	})
}

// parseArea reads "B3:F40", "B3:F" (to the last row), "B:F", "3:40" or "B3" (one cell).
func parseArea(text string) (area, bool) {
	from, to, isArea := strings.Cut(strings.ReplaceAll(strings.TrimSpace(text), "$", ""), ":")
	a := wholeSheet
	col, row, ok := parseAddress(from)
	if !ok {
		return a, false
	}
	a.left, a.top = max(col, 0), max(row, 0)
	if isArea {
		if col, row, ok = parseAddress(to); !ok {
			return a, false
		}
	}
	if col >= 0 {
		a.right = col
	}
	if row >= 0 {
		a.bottom = row
	}
	return a, a.top <= a.bottom && a.left <= a.right
}

// parseAddress reads letters, figures or both, from 0; -1 for what is missing.
func parseAddress(text string) (col, row int, ok bool) {
	digits := strings.TrimLeft(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	letters := text[:len(text)-len(digits)]
	col, row = -1, -1
	if letters != "" {
		if col, ok = columnOf([]byte(letters)); !ok || col >= maxSheetColumns {
			return 0, 0, false
		}
	}
	if digits != "" {
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 || n > maxSheetRows {
			return 0, 0, false
		}
		row = n - 1
	}
	return col, row, text != ""
}

// areaOf is what is read of a sheet.
func (b *book) areaOf(sheet bookSheet, opt Options) area {
	ranges, err := parseRanges(opt.Range)
	if err != nil { // it was checked before
		return wholeSheet
	}
	out := wholeSheet
	for _, r := range ranges {
		if r.sheet == "" {
			out = r.area
		}
	}
	for _, r := range ranges {
		if r.sheet != "" && r.sheet == strings.TrimSpace(sheet.name) {
			return r.area
		}
	}
	return out
}

// chooseSheets keeps the sheets that the options name, in the order of the workbook.
func chooseSheets(sheets []bookSheet, opt Options) ([]bookSheet, error) {
	wanted := map[int]bool{}
	for _, name := range opt.Sheets {
		i := findSheet(sheets, name)
		if i < 0 {
			return nil, errs.Newf(errs.Invalid, "option_invalid", "The workbook has no sheet %q.", name).WithField("sheets")
		}
		wanted[i] = true
	}
	var out []bookSheet
	for i, s := range sheets {
		if len(wanted) > 0 && !wanted[i] || s.hidden && !isOn(opt.Hidden) {
			continue
		}
		out = append(out, s)
	}
	return out, nil
}

// findSheet finds a sheet by its name or its place as "#2"; -1 when there is none.
func findSheet(sheets []bookSheet, name string) int {
	name = strings.TrimSpace(name)
	for i, s := range sheets {
		if strings.TrimSpace(s.name) == name {
			return i
		}
	}
	if place, ok := strings.CutPrefix(name, "#"); ok {
		if n, err := strconv.Atoi(place); err == nil && n >= 1 && n <= len(sheets) {
			return n - 1
		}
	}
	return -1
}
