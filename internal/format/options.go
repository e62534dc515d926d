package format

import (
	"octavo/internal/errs"
)

// Options say how to read a file. Absent ones are found out from the file or have
// their default; the options that Read gives back have those filled in that were found out.
type Options struct {
	Delimiter string   `json:"delimiter,omitempty"`             // csv: one character
	Quote     string   `json:"quote,omitempty"`                 // csv: one character, or "none"; default "
	Escape    string   `json:"escape,omitempty"`                // csv: one character before a quote in quotes; default: quotes are doubled
	Encoding  string   `json:"encoding,omitempty"`              // csv, html: IANA name
	SkipRows  int      `json:"skip_rows,omitempty"`             // csv: lines at the start that are no rows
	Footer    int      `json:"skip_footer_rows,omitempty"`      // csv: rows at the end that are left out
	SkipEmpty *bool    `json:"skip_empty_lines,omitempty"`      // csv: default true
	SkipBad   bool     `json:"skip_lines_with_error,omitempty"` // csv: leave out rows that are not UTF-8, or of another width where that is an error
	Relax     *bool    `json:"relax_column_count,omitempty"`    // csv: rows may have any width; default true
	Comment   string   `json:"comment,omitempty"`               // csv: one character that begins a line which is left out
	Trim      bool     `json:"trim,omitempty"`                  // csv: spaces around cells are dropped
	HeaderRow *int     `json:"header_row,omitempty"`            // csv, xlsx: 1-based row of the column names in every sheet, 0 = none
	Headers   []string `json:"headers,omitempty"`               // csv: names of the columns, before those of the header row
	Decimal   string   `json:"decimal,omitempty"`               // numbers in texts: "." or ","
	Thousands *string  `json:"thousands,omitempty"`             // numbers in texts: one mark, "" = none
	Nulls     []string `json:"null_words,omitzero"`             // texts that stand for a blank; nil: dataset.Layout
	Date      string   `json:"date,omitempty"`                  // a date pattern to try first, as "dd/MM/yyyy"
	DateOrder string   `json:"date_order,omitempty"`            // of days in figures: "dmy" or "mdy"; such dates are texts without it
	Sheets    []string `json:"sheets,omitempty"`                // xlsx: names of the sheets to read, or places as "#2"; default all
	Range     string   `json:"range,omitempty"`                 // xlsx: areas as "B3:F" or "Orders!B3:F40", separated by commas
	Merged    bool     `json:"fill_merged,omitempty"`           // xlsx: the value of a merged area stands in all of its cells
	Hidden    *bool    `json:"include_hidden,omitempty"`        // xlsx: hidden sheets too; default true
	Member    string   `json:"zip_member,omitempty"`            // the file of a ZIP archive that is read, a name or a pattern as "*.csv"
	Records   *string  `json:"records,omitempty"`               // json, xml: path of the list of records; json: keys joined by ".", "" = the document itself; xml: as "/rss/channel/item"
}

func badOption(field, message string) error {
	return errs.New(errs.Invalid, "option_invalid", message).WithField(field)
}

// Bounds of options.
const (
	maxHeaderRow = 1000 // keeps a header within the first rows
	maxSkip      = 1_000_000
	maxFooter    = 1000 // rows that are held back
	maxWords     = 100
	maxNames     = 16_384
	maxWord      = 1000 // bytes
)

func (o Options) check() error {
	if err := o.checkText(); err != nil {
		return err
	}
	switch {
	case o.Decimal != "" && o.Decimal != "." && o.Decimal != ",":
		return badOption("decimal", "The decimal mark must be a point or a comma.")
	case o.Thousands != nil && !isThousands(*o.Thousands):
		return badOption("thousands", "The thousands mark must be a point, a comma, a space or an apostrophe.")
	case o.Thousands != nil && *o.Thousands != "" && *o.Thousands == o.Decimal:
		return badOption("thousands", "The thousands mark and the decimal mark must differ.")
	case o.HeaderRow != nil && (*o.HeaderRow < 0 || *o.HeaderRow > maxHeaderRow):
		return badOption("header_row", "The header row must lie within the first 1,000 rows.")
	case o.DateOrder != "" && orderPatterns[o.DateOrder] == nil:
		return badOption("date_order", "The order of dates must be dmy or mdy.")
	case tooMuch(o.Nulls, maxWords):
		return badOption("null_words", "Name at most 100 short words.")
	case tooMuch([]string{o.Member}, 1):
		return badOption("zip_member", "This name is too long.")
	case tooMuch(o.Sheets, maxWords):
		return badOption("sheets", "Name at most 100 sheets.")
	case tooMuch(o.Headers, maxNames):
		return badOption("headers", "These are too many names of columns, or too long ones.")
	}
	_, err := parseRanges(o.Range)
	return err
}

// checkText looks at the options of delimited text.
func (o Options) checkText() error {
	switch {
	case o.Delimiter != "" && (!isMark(o.Delimiter) || o.Delimiter == o.Quote || o.Quote == "" && o.Delimiter == defaultQuote):
		return badOption("delimiter", "The delimiter must be one character, and not that of quotes.")
	case o.Quote != "" && o.Quote != noQuote && !isMark(o.Quote):
		return badOption("quote", "The quote must be one character, or none.")
	case o.Escape != "" && !isMark(o.Escape):
		return badOption("escape", "The escape character must be one character.")
	case o.Comment != "" && (!isMark(o.Comment) || o.Comment == o.Delimiter):
		return badOption("comment", "A comment begins with one character, and not with the delimiter.")
	case o.SkipRows < 0 || o.SkipRows > maxSkip:
		return badOption("skip_rows", "At most 1,000,000 lines can be skipped.")
	case o.Footer < 0 || o.Footer > maxFooter:
		return badOption("skip_footer_rows", "At most 1,000 rows can be left out at the end.")
	}
	return nil
}

// isMark wants one character of ASCII that is no line end.
func isMark(s string) bool {
	return len(s) == 1 && s[0] < 0x80 && s[0] != '\n' && s[0] != '\r' && s[0] != 0
}

func tooMuch(words []string, most int) bool {
	for _, w := range words {
		if len(w) > maxWord {
			return true
		}
	}
	return len(words) > most
}

func isThousands(mark string) bool {
	switch mark {
	case "", ".", ",", " ", "'", "’", "\u00a0", "\u202f":
		return true
	}
	return false
}

// orderPatterns are the patterns that an order of dates stands for.
var orderPatterns = map[string][]string{
	"dmy": {
		"d/M/yyyy", "d.M.yyyy", "d-M-yyyy", "d/M/yyyy HH:mm", "d.M.yyyy HH:mm", "d-M-yyyy HH:mm",
		"d/M/yyyy HH:mm:ss", "d.M.yyyy HH:mm:ss", "d-M-yyyy HH:mm:ss", "d/M/yy", "d.M.yy", "d-M-yy",
	},
	"mdy": {
		"M/d/yyyy", "M.d.yyyy", "M-d-yyyy", "M/d/yyyy HH:mm", "M-d-yyyy HH:mm",
		"M/d/yyyy HH:mm:ss", "M-d-yyyy HH:mm:ss", "M/d/yy", "M-d-yy",
	},
}

// datePatterns are the patterns to try before the known ones.
func (o Options) datePatterns() []string {
	order := orderPatterns[o.DateOrder]
	if o.Date == "" {
		return order
	}
	return append([]string{o.Date}, order...)
}

// isOn reads a switch that is on unless it is turned off.
func isOn(v *bool) bool { return v == nil || *v }
