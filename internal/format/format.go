package format

import (
	"context"
	"io"

	"octavo/internal/dataset"
	"octavo/internal/errs"
)

// Formats that Read understands.
const (
	CSV  = "csv" // delimited text, whatever the delimiter
	XLSX = "xlsx"
	JSON = "json"
)

// Options say how to read a file. Absent ones are found out from the file; the
// options that Read gives back have them filled in.
type Options struct {
	Delimiter string  `json:"delimiter,omitempty"`  // csv: one character
	Encoding  string  `json:"encoding,omitempty"`   // csv: IANA name
	Decimal   string  `json:"decimal,omitempty"`    // numbers in texts: "." or ","
	Thousands *string `json:"thousands,omitempty"`  // numbers in texts: one mark, "" = none
	HeaderRow *int    `json:"header_row,omitempty"` // csv, xlsx: 1-based row of the column names in every sheet, 0 = none
	Date      string  `json:"date,omitempty"`       // a date pattern to try first, as "dd/MM/yyyy"
	Records   *string `json:"records,omitempty"`    // json: path of the list of records, keys joined by ".", "" = the document itself
}

// Limits bound what is read. Zero means the default.
type Limits struct {
	Bytes    int64 // of the file, default 100 MiB
	Cell     int   // bytes of one cell, default 1 MiB
	Depth    int   // of JSON, default 256
	Unpacked int64 // bytes of a workbook's parts together, default 2 GiB; less for small files (maxRatio)
	dataset.Limits
}

// Defaults of Limits.
const (
	DefaultBytes    = 100 << 20
	DefaultCell     = 1 << 20
	DefaultDepth    = 256
	DefaultUnpacked = 2 << 30
)

func (l Limits) withDefaults() Limits {
	if l.Bytes <= 0 {
		l.Bytes = DefaultBytes
	}
	if l.Cell <= 0 {
		l.Cell = DefaultCell
	}
	if l.Depth <= 0 {
		l.Depth = DefaultDepth
	}
	if l.Unpacked <= 0 {
		l.Unpacked = DefaultUnpacked
	}
	return l
}

// Read reads a file of a format. It gives the dataset and the options it was
// read with. Errors: empty_file, format_mismatch, encoding_unknown,
// option_invalid and records_missing (Invalid), too_large (TooLarge); ctx's own.
func Read(ctx context.Context, format string, r io.ReaderAt, size int64, opt Options, lim Limits) (*dataset.Set, Options, error) {
	lim = lim.withDefaults()
	if size == 0 {
		return nil, opt, emptyFile()
	}
	if size > lim.Bytes {
		return nil, opt, dataset.TooLarge("bytes", "bytes", lim.Bytes, size)
	}
	if err := opt.check(); err != nil {
		return nil, opt, err
	}
	in := input{ctx: ctx, r: r, size: size, opt: opt, lim: lim}
	switch format {
	case CSV:
		return readCSV(in)
	case XLSX:
		return readXLSX(in)
	case JSON:
		return readJSON(in)
	}
	return nil, opt, errs.Newf(errs.Invalid, "option_invalid", "The format %q is not known. Use csv, xlsx or json.", format).WithField("format")
}

// input is what every reader gets.
type input struct {
	ctx  context.Context
	r    io.ReaderAt
	size int64
	opt  Options
	lim  Limits
}

func emptyFile() error {
	return errs.New(errs.Invalid, "empty_file", "The file is empty. Export it again and upload that file.")
}

func mismatch(format string, args ...any) *errs.Error {
	return errs.Newf(errs.Invalid, "format_mismatch", format, args...)
}

func badOption(field, message string) error {
	return errs.New(errs.Invalid, "option_invalid", message).WithField(field)
}

// maxHeaderRow keeps a header within the first rows.
const maxHeaderRow = 1000

func (o Options) check() error {
	switch {
	case o.Delimiter != "" && (len(o.Delimiter) != 1 || o.Delimiter == "\"" || o.Delimiter == "\n" || o.Delimiter == "\r" || o.Delimiter[0] >= 0x80):
		return badOption("delimiter", "The delimiter must be one character.")
	case o.Decimal != "" && o.Decimal != "." && o.Decimal != ",":
		return badOption("decimal", "The decimal mark must be a point or a comma.")
	case o.Thousands != nil && !isThousands(*o.Thousands):
		return badOption("thousands", "The thousands mark must be a point, a comma, a space or an apostrophe.")
	case o.Thousands != nil && *o.Thousands != "" && *o.Thousands == o.Decimal:
		return badOption("thousands", "The thousands mark and the decimal mark must differ.")
	case o.HeaderRow != nil && (*o.HeaderRow < 0 || *o.HeaderRow > maxHeaderRow):
		return badOption("header_row", "The header row must lie within the first 1,000 rows.")
	}
	return nil
}

func isThousands(mark string) bool {
	switch mark {
	case "", ".", ",", " ", "'", "’", "\u00a0", "\u202f":
		return true
	}
	return false
}
