// Package purge removes for good: deleted clients whose time in the bin is over, with
// every row that carries them, the demo, and content that nothing names any more, with its files.
//
// A client's own rows go in one transaction. Content (bodies, wirings, settings, payloads)
// is shared in a family, so it goes by the garbage collection of docs/asset-graph.md, section
// Garbage: what no registered column names is marked, and what has been marked for a day and is
// still unnamed is removed. Files go an hour after the rows that named them, when still no row
// names them. Lines about a client in the trail of its agency stay.
//
// The demo is removed as a whole, in one transaction: its clients as above, and what it made in its agency. Which
// things these are was taken down when it was made (Remember); nothing is guessed from names. What something beside
// the demo uses stays.
//
// What holds always: a table that carries accounts is emptied here, because the list is that of
// db.Tables; a column that names content is one of those in named, which a test reads from the tables.
//
// Tables owned: none; of installation the rows of the demo.
package purge
