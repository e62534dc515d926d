// Package backup writes everything that an installation stores into one file and
// fills an empty installation from it: octavo backup and octavo restore.
//
// The file is a tar archive compressed with zstd. Its members, in this order:
//
//	tables/NAME/000001.ndjson …   rows of a table, one JSON list per line
//	files/KEY                     a stored file that a row names
//	manifest.json                 what the file holds: version of the tables, their
//	                              columns and numbers of rows, the SHA-256 of every member
//
// Rows are written in types that both engines share, so a backup of SQLite can be
// restored into PostgreSQL and the other way round. What a program writes, a newer
// one restores: tables are brought to the form of the backup first, and to the
// newest form after their rows have come.
//
// Invariants. All rows are of one moment, and every file that they name is in the
// backup, although the server writes on meanwhile. A file has its final name only
// when it is whole. Nothing is written into an installation before every checksum
// of the backup was compared; then stored files come first and all rows in one
// transaction, so that an interrupted restore leaves an empty installation, into
// which it can be begun again.
//
// Package backup reads and writes rows beyond every scope (db.SnapshotAll,
// db.LoadAll); no other package may.
package backup
