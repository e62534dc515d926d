// Package format reads files into datasets: delimited text, XLSX workbooks, JSON,
// lines of JSON, XML, feeds, Parquet and the tables of web pages, each of them in gzip or ZIP
// too. It looks at the content, never at the name alone, and says in one
// sentence what is wrong with a file that it refuses.
//
// Reading streams: besides the columns themselves it keeps a window of the
// file in memory. Limits are checked while reading, and the context too.
//
// Workbooks are read by our own reader over archive/zip, because the types of
// cells are needed row by row; tests hold it to what excelize writes.
//
// Specification: data-sources.md §2.1–2.4, §2.6 and §3.2.
package format
