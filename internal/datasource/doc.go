// Package datasource keeps data sources: those made of an uploaded file, those that
// read a web address again and again, and those that programs push rows to.
//
// Words. An upload is a file that was sent and read, and is not yet a data source;
// it belongs to the person who sent it and is kept for a day. A payload is what a
// data source shows: the columns of one file (package dataset) and the file itself.
// The connector says how data arrives, format and options say how a file is read.
//
// An instance is the data of a source for one set of values of the variables in its
// request; without variables there is one, with an empty key, and its data are those of
// the source. A run is one attempt to fetch an instance: a job (refresh.go), which plans
// the next one when it ends. Who looks sees the instance of the values that hold for
// them (vary.go): built-in values and locked properties first, so that nothing that is
// chosen on a page leads to the data of others.
//
// A source of the connector push has a table: programs send rows, each push a delivery,
// which are joined with those that are there (package dataset) into a new payload. Where the table has variables, each
// push is for one set of their values: an instance that no job fetches and no sweep removes (push_set.go). The source
// itself has no data then, so an import brings none along.
//
// What holds always:
//   - a payload never changes; replacing the data of a source moves one pointer,
//     after the new payload is stored whole, so the last good one stays on failure;
//   - a body holds how to read, never what was read: no file name, no time, no id;
//   - format and options of a source stay as they are: a later file that cannot be
//     read with them is refused;
//   - a run that brings nothing changes no data; twenty in a row end the tries;
//   - nothing is sent while a variable has no value;
//   - equal requests of a family at the same time are one call, and one payload;
//   - payloads are shared within a family and reached only through a source.
//   - a push is joined with the data in one step, and pushes to one source have an order;
//   - a history is joined with an answer once, in the transaction that ends the run;
//   - data with other columns that is held is shown to nobody as the data until somebody accepts it;
//   - the data that a source had before are kept, a few of them, and can be taken back.
//
// Files in the blob store: uploads/<account>/<upload>/…, which go with the upload,
// and families/<family>/payloads/…, two for each row of payloads that was uploaded or is not small: columns
// and packed file of up to 32 KiB of what was fetched are in the row.
//
// Specification: data-sources.md §1, 3.2, 5.1, 5.2, 5.7, 9, 10. Tables owned: sources,
// uploads, payloads, earlier_payloads, instances, refresh_runs.
package datasource
