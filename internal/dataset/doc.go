// Package dataset holds what a file brought: sheets of typed columns, and the
// one file format in which they are stored.
//
// Words. A set is the content of one payload. A sheet is one table of it: all
// rows up to and with the header row are its lead, the rows below are its
// data. A column has a type that fits nearly all of its data cells; a cell
// that does not fit is a misfit, reads as blank in the typed values and stays
// as it was in the raw view. The form of a cell is how the file wrote it, so
// that "12.50" comes back as "12.50" and not as 12.5.
//
// Rules that hold always: a finished set does not change and may be shared
// between goroutines; equal input gives an equal set and equal encoded bytes;
// no text of a set is invalid UTF-8; all columns of a sheet have the same
// number of rows.
//
// Tables that grow (Join) are made anew of two sheets: the rows that are there and those
// that come, matched by the names of their columns.
//
// Specification: data-sources.md §2.3, §2.5, §2.6, §3.2, §5.7 and §10.9.
package dataset
