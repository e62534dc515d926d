// Package sql reads data from databases: one query, whose rows are written as CSV while
// they come.
//
// Words. A spec is the query as its author wrote it, with placeholders; it is the part of a
// data source's body that is called query. Prepare takes the values out of the text and lays
// them beside it. A login says where the database is and who asks. What it has open there is a
// door, which pools keep for the next query: of a driver, or of HTTP.
//
// What holds always:
//   - a value is a parameter of the query and never a part of its text;
//   - one statement, which reads: by its words, and in a transaction that cannot write where there is one;
//   - each connection passes the guard of package fetch, and leads to the server of its login alone;
//   - the server ends a statement at its time limit, and is told when nobody waits any more;
//   - at most two statements run at a time on one server;
//   - rows are written as they come; nothing is held in memory.
//
// Specification: data-sources.md §4.1, 4.2, 5.3, 14.
package sql
