package datasource

import (
	"octavo/internal/dataset"
)

// Sheet describes one table of a payload. Preview and samples are filled in where
// the data itself was read.
type Sheet struct {
	Name      string     `json:"name"`
	Hidden    bool       `json:"hidden,omitempty"`
	HeaderRow int        `json:"header_row"` // 1-based, 0 = none
	Rows      int        `json:"rows"`       // below the header row
	Columns   []Column   `json:"columns"`
	Preview   [][]string `json:"-"` // the first rows as in the file, header row included
}

// Column describes one column.
type Column struct {
	Name    string       `json:"name"`
	Letter  string       `json:"letter"`
	Type    dataset.Type `json:"type"`
	Pattern string       `json:"pattern,omitempty"` // of a date
	Blank   int          `json:"blank"`             // cells with nothing in them
	Misfit  int          `json:"misfit"`            // cells that are not of the type
	Sample  []string     `json:"-"`                 // first different values, as in the file
}

// Schema is what a payload holds, without its values.
type Schema struct {
	Sheets   []Sheet  `json:"sheets"`
	Warnings []string `json:"warnings,omitempty"` // sentences for a person
}

func schemaOf(set *dataset.Set) Schema {
	s := Schema{Sheets: make([]Sheet, len(set.Sheets)), Warnings: set.Warnings}
	for i, sh := range set.Sheets {
		s.Sheets[i] = describeSheet(sh)
	}
	return s
}

func describeSheet(sh *dataset.Sheet) Sheet {
	out := Sheet{Name: sh.Name, Hidden: sh.Hidden, HeaderRow: sh.HeaderRow, Rows: sh.Rows, Columns: make([]Column, len(sh.Columns))}
	for i := range sh.Columns {
		c := &sh.Columns[i]
		out.Columns[i] = Column{Name: c.Name, Letter: dataset.Letter(i), Type: c.Type, Pattern: c.Pattern, Blank: c.Blank, Misfit: c.Misfit}
	}
	return out
}

// Bounds of a preview.
const (
	MaxPreview   = 200    // rows
	previewCells = 20_000 // of one sheet: a wide sheet shows fewer rows
	leastRows    = 10
	samples      = 5   // values of a column
	sampleRows   = 200 // looked at for them
	sampleText   = 200 // characters of one cell
)

// previewOf describes a sheet with its first rows; its columns must be loaded.
func previewOf(sh *dataset.Sheet, limit int) Sheet {
	out := describeSheet(sh)
	if limit <= 0 || limit > MaxPreview {
		limit = MaxPreview
	}
	rows := min(limit, sh.Height(), max(leastRows, previewCells/max(1, len(sh.Columns))))
	out.Preview = make([][]string, rows)
	for r := range out.Preview {
		out.Preview[r] = make([]string, len(sh.Columns))
		for c := range sh.Columns {
			out.Preview[r][c] = shorten(sh.CellText(r, c))
		}
	}
	for c := range out.Columns {
		out.Columns[c].Sample = sampleOf(sh, c)
	}
	return out
}

func sampleOf(sh *dataset.Sheet, col int) []string {
	out := []string{}
	seen := map[string]bool{"": true}
	for r := sh.HeaderRow; r < min(sh.Height(), sh.HeaderRow+sampleRows) && len(out) < samples; r++ {
		if text := shorten(sh.CellText(r, col)); !seen[text] {
			seen[text] = true
			out = append(out, text)
		}
	}
	return out
}

// shorten cuts a long cell; the whole of it is in the data.
func shorten(text string) string {
	if len(text) <= sampleText {
		return text
	}
	if runes := []rune(text); len(runes) > sampleText {
		return string(runes[:sampleText-1]) + "…"
	}
	return text
}
