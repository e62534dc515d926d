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
	// JSONL is one JSON value after the other, as one on each line.
	JSONL = "jsonl"
	XML   = "xml"  // feeds (RSS, Atom) too
	HTML  = "html" // the tables of a page
	// Parquet is Apache Parquet.
	Parquet = "parquet"
)

// Accepts says whether a file that was detected as found can be read as a format.
func Accepts(format, found string) bool {
	return format == found || format == JSON && found == JSONL // older sources call both JSON
}

// IsTree says whether paths lead into files of a format.
func IsTree(format string) bool { return format == JSON || format == JSONL || format == XML }

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
	if err := Check(format); err != nil {
		return nil, opt, err
	}
	return readers[format](input{ctx: ctx, r: r, size: size, opt: opt, lim: lim})
}

// readers read each format.
var readers = map[string]func(input) (*dataset.Set, Options, error){
	CSV: readCSV, XLSX: readXLSX, JSON: readJSON, JSONL: readLines, XML: readXML, HTML: readHTML, Parquet: readParquet,
}

// Check refuses a format that Read does not know. Code option_invalid.
func Check(format string) error {
	if _, ok := readers[format]; ok {
		return nil
	}
	return errs.Newf(errs.Invalid, "option_invalid", "The format %q is not known. Use csv, xlsx, json, jsonl, xml, html or parquet.", format).WithField("format")
}

// input is what every reader gets.
type input struct {
	ctx  context.Context
	r    io.ReaderAt
	size int64
	opt  Options
	lim  Limits
}

// head is the start of the file, of which the reading is found out.
func (in input) head() ([]byte, error) {
	head := make([]byte, min(in.size, sampleSize))
	_, err := io.ReadFull(in.all(), head)
	return head, err
}

// all is the whole file as a stream.
func (in input) all() io.Reader { return io.NewSectionReader(in.r, 0, in.size) }

func emptyFile() error {
	return errs.New(errs.Invalid, "empty_file", "The file is empty. Export it again and upload that file.")
}

func mismatch(format string, args ...any) *errs.Error {
	return errs.Newf(errs.Invalid, "format_mismatch", format, args...)
}
