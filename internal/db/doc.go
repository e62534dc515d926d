// Package db runs one SQL text on SQLite and on PostgreSQL.
//
// Statements are written in the common subset of both, in full, in the store.go
// of their domain. Values are named (:name). Marks stand for what the
// engines spell differently: {each :list} and {words :list} read a JSON list of
// numbers or texts; {lock}, {lock nowait} and {lock skip} lock the rows read (skip passes
// over rows that another transaction holds; SQLite has one writer and needs none).
//
// Every transaction runs in a Scope. The scope binds :account (and for work over
// several accounts :accounts, :family) itself; a statement that binds none of them
// is refused unless the scope is System. PostgreSQL also enforces the scope by row
// level security, with a role that owns nothing.
package db
