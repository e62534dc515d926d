package syntax

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Pointer says which cells of a tabular source are meant (formulas.md §3.1), or
// which named column. Columns and rows are 1-based; 0 is an open end.
type Pointer struct {
	Sheet      string // "" = first or only
	Column     string // a named column, without its header; the rest is then 0
	Col1, Col2 int
	Row1, Row2 int
}

// ParsePointer reads the text of a pointer: `Sheet,B:B`, `B2:B10`, `2:2`,
// `[Column]`, `Sheet,[Column]`.
func ParsePointer(text string) (Pointer, bool) {
	if name, ok := strings.CutSuffix(text, "]"); ok {
		if column, ok := strings.CutPrefix(name, "["); ok {
			return Pointer{Column: column}, column != ""
		}
		if sheet, column, ok := strings.Cut(name, ",["); ok {
			return Pointer{Sheet: sheet, Column: column}, column != ""
		}
		return Pointer{}, false
	}
	sheet, cells := "", text
	if i := strings.LastIndexByte(text, ','); i >= 0 {
		sheet, cells = text[:i], strings.TrimSpace(text[i+1:])
	}
	p, n := scanCells(cells)
	p.Sheet = sheet
	return p, n > 0 && n == len(cells)
}

// String is the text that ParsePointer reads.
func (p Pointer) String() string {
	text := p.cells()
	if p.Column != "" {
		text = "[" + p.Column + "]"
	}
	if p.Sheet != "" {
		return p.Sheet + "," + text
	}
	return text
}

func (p Pointer) cells() string {
	if p.Col1 == 0 {
		return fmt.Sprintf("%d:%d", p.Row1, p.Row2)
	}
	first, last := Letters(p.Col1), Letters(p.Col2)
	if p.Row1 > 0 {
		first += strconv.Itoa(p.Row1)
	}
	if p.Row2 > 0 {
		last += strconv.Itoa(p.Row2)
	}
	if first == last && p.Row2 > 0 {
		return first
	}
	return first + ":" + last
}

// Letters is the name of a column by its number: 1 is A, 27 is AA.
func Letters(col int) string {
	s := ""
	for ; col > 0; col = (col - 1) / 26 {
		s = string(rune('A'+(col-1)%26)) + s
	}
	return s
}

const (
	maxColumnLetters = 3 // as wide as sheets get
	maxRowDigits     = 8
)

// corner reads letters and digits; each is 0 if missing.
func corner(s string) (col, row, n int) {
	for n < len(s) && n < maxColumnLetters && isLetter(s[n]) {
		col = col*26 + int(s[n]|0x20-'a') + 1
		n++
	}
	digits := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' && digits < maxRowDigits {
		row = row*10 + int(s[n]-'0')
		n++
		digits++
	}
	if digits > 0 && row == 0 {
		return 0, 0, 0
	}
	return col, row, n
}

// scanCells reads cells at the start of s; n is 0 if there are none.
func scanCells(s string) (p Pointer, n int) {
	col, row, n := corner(s)
	if n == 0 {
		return p, 0
	}
	if n < len(s) && s[n] == ':' {
		col2, row2, m := corner(s[n+1:])
		whole := n + 1 + m
		if m > 0 && !wordAt(s, whole) {
			if p, ok := area(col, row, col2, row2); ok {
				return p, whole
			}
		}
	}
	if col == 0 || row == 0 || wordAt(s, n) {
		return Pointer{}, 0
	}
	return Pointer{Col1: col, Col2: col, Row1: row, Row2: row}, n
}

// area orders two corners; an open end may only be the lower one.
func area(col, row, col2, row2 int) (Pointer, bool) {
	if (col == 0) != (col2 == 0) || row == 0 && row2 != 0 || col == 0 && row2 == 0 {
		return Pointer{}, false
	}
	if row2 != 0 && row2 < row {
		row, row2 = row2, row
	}
	return Pointer{Col1: min(col, col2), Col2: max(col, col2), Row1: row, Row2: row2}, true
}

// wordAt says whether a letter, digit or underscore stands at byte i.
func wordAt(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) || c == '_' }
