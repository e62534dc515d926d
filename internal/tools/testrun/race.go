package main

import (
	"slices"
	"strings"
)

// raced are the packages whose tests run with the race detector: those with
// goroutines, locks or values that goroutines share.
var raced = []string{
	"octavo/internal/account",
	"octavo/internal/api/v1",
	"octavo/internal/app",
	"octavo/internal/audit",
	"octavo/internal/blob",
	"octavo/internal/clock",
	"octavo/internal/connector/sql",
	"octavo/internal/credential",
	"octavo/internal/datasource",
	"octavo/internal/db",
	"octavo/internal/draw",
	"octavo/internal/fetch",
	"octavo/internal/formula/country",
	"octavo/internal/formula/xpath",
	"octavo/internal/formula/value",
	"octavo/internal/id",
	"octavo/internal/job",
	"octavo/internal/klip",
	"octavo/internal/user",
}

// unwatched leaves the engine of SQLite, C that was translated to Go, without the race
// detector: it is not ours, has its own locks, and costs more than all that is watched.
// No package with instances of generic types may be named here: the linker would take
// the unwatched instance for all, such as that of a pointer in sync.Map.
const unwatched = "-gcflags=modernc.org/sqlite/lib=-race=false"

// racedWhole says that all tests of the package run with the race detector. Where the
// tests have a file for that build, some leave themselves out there.
func (p *pkg) racedWhole() bool {
	forRace := func(file string) bool { return strings.HasSuffix(file, "_test.go") }
	return slices.Contains(raced, p.ImportPath) && !slices.ContainsFunc(p.IgnoredGoFiles, forRace)
}

// unraced are packages that use goroutines or locks and are left out, with the reason.
var unraced = map[string]string{
	"octavo/cmd/octavo":                       "its tests run it as a process, without the detector; one goroutine for the second listener",
	"octavo/internal/app/metrics":             "a channel of the library; the tests of app, which are raced, use it",
	"octavo/internal/blob/blobtest":           "a suite, run by the tests of blob, which are raced",
	"octavo/internal/connector/connectortest": "a suite, run by the tests of the connectors, of which sql is raced",
	"octavo/internal/connector/rest/resttest": "a server for the tests of rest, with one lock around what it counts",
	"octavo/internal/connector/sql/sqltest":   "databases for the tests of sql, which are raced",
	"octavo/internal/db/dbtest":               "its locks are used by the tests of db, which are raced",
	"octavo/internal/job/jobtest":             "a runner for the tests of others, of which datasource and api/v1 are raced",
	"octavo/internal/mail/mailtest":           "a server for the tests of mail",
	"octavo/internal/testserver":              "starts processes; the one lock is sync.Once",
	"octavo/internal/tools/testrun":           "the runner itself: each goroutine has its own task",
}
