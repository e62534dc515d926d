// Package datasource keeps data sources, so far those made of an uploaded file.
//
// Words. An upload is a file that was sent and read, and is not yet a data source;
// it belongs to the person who sent it and is kept for a day. A payload is what a
// data source shows: the columns of one file (package dataset) and the file itself.
// The connector says how data arrives, format and options say how a file is read.
//
// What holds always:
//   - a payload never changes; replacing the data of a source moves one pointer,
//     after the new payload is stored whole, so the last good one stays on failure;
//   - a body holds how to read, never what was read: no file name, no time, no id;
//   - format and options of a source stay as they are: a later file that cannot be
//     read with them is refused;
//   - payloads are shared within a family and reached only through a source.
//
// Files in the blob store: uploads/<account>/<upload>/…, which go with the upload,
// and families/<family>/payloads/…, two for each row of payloads.
//
// Specification: data-sources.md §1, 3.2, 5.1. Tables owned: sources, uploads, payloads.
package datasource
