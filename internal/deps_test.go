// Package internal_test holds the rules of the house as tests: which package may
// import which, where drivers, the clock and the server types may appear, and that
// lists and files are complete.
package internal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// module is the path that our own packages begin with.
const module = "octavo/"

// rows is the order of the packages: a package imports lower rows only. The number
// is that of docs/design.md; what is missing here is refused.
var rows = map[string]int{
	"internal/errs": 0, "internal/failpoint": 0, "internal/id": 0, "internal/clock": 0, "internal/fold": 0, "internal/page": 0, "internal/sheettext": 0,
	"internal/formula/value": 0, "internal/formula/syntax": 0, "internal/formula/tree": 0, "internal/formula/country": 0, "internal/formula/emoji": 0,
	"internal/formula/datefmt/locale": 0, "web": 0,

	"internal/authz": 1, "internal/db": 1, "internal/blob": 1, "internal/fetch": 1, "internal/secret": 1,
	"internal/dataset": 1, "internal/formula/vec": 1, "internal/formula/datefmt": 1,
	"internal/formula/xpath": 1,

	"internal/audit": 2, "internal/event": 2, "internal/job": 2, "internal/mail": 2, "internal/installation": 2,
	"internal/format": 2, "internal/placeholder": 2, "internal/component": 2, "internal/draw": 2, "internal/formula": 2, "internal/formula/fn": 2,

	"internal/account": 3, "internal/user": 3, "internal/asset": 3, "internal/property": 3, "internal/setting": 3, "internal/credential": 3, "internal/connector/rest": 3, "internal/connector/sql": 3,

	"internal/datasource": 4, "internal/klip": 4, "internal/dashboard": 4, "internal/tour": 4,

	"internal/transfer": 5, "internal/publish": 5, "internal/snapshot": 5, "internal/check": 5, "internal/backup": 5, "internal/purge": 5,

	"internal/api/v1": 6, "internal/app/metrics": 6,

	"internal/app": 7, "internal/demo": 7, "internal/formula/evalcmd": 7,

	"cmd/octavo": 8,
}

// sameRow are the imports inside a row that are wanted: importer → imported.
var sameRow = map[string][]string{
	"internal/id":         {"internal/clock"},
	"internal/db":         {"internal/authz"},
	"internal/secret":     {"internal/db"},
	"internal/formula":    {"internal/formula/fn"},
	"internal/job":        {"internal/audit"}, // what the owner of the server does to jobs is in the trail
	"internal/mail":       {"internal/audit", "internal/job"},
	"internal/user":       {"internal/account", "internal/setting"}, // what an account asks of sign-ins
	"internal/asset":      {"internal/account", "internal/user"},
	"internal/property":   {"internal/account"},
	"internal/setting":    {"internal/account"},
	"internal/credential": {"internal/account", "internal/asset", "internal/connector/sql"},
	"internal/klip":       {"internal/datasource"},
	"internal/dashboard":  {"internal/klip", "internal/datasource"},
	"internal/app":        {"internal/demo"},
}

// support are packages for tests; others import them in _test files only.
var support = []string{
	"internal/api/v1/apitest", "internal/blob/blobtest", "internal/connector/connectortest", "internal/connector/rest/resttest", "internal/connector/sql/sqltest", "internal/db/dbtest", "internal/fixture", "internal/formula/naive", "internal/job/jobtest", "internal/mail/mailtest", "internal/testserver",
}

// engines know no database, no HTTP and no account: values in, values out.
var engines = []string{
	"internal/formula", "internal/format", "internal/placeholder", "internal/component", "internal/dataset", "internal/draw", "internal/model",
}

// confined are imports with a place of their own: import (and what is below it) → the only importers.
var confined = map[string][]string{
	"database/sql":                      {"internal/db", "internal/connector/sql", "bench/rollout"},
	"modernc.org/sqlite":                {"internal/db"},
	"github.com/pressly/goose":          {"internal/db"},
	"github.com/jackc/pgx":              {"internal/db", "internal/connector/sql", "cmd/octavo"},
	"github.com/go-sql-driver/mysql":    {"internal/connector/sql", "cmd/octavo"},
	"github.com/microsoft/go-mssqldb":   {"internal/connector/sql", "cmd/octavo"},
	"gocloud.dev":                       {"internal/blob", "cmd/octavo"},
	"github.com/aws":                    {"internal/blob", "cmd/octavo"},
	"github.com/johannesboyne/gofakes3": {"internal/blob"},
	"github.com/dop251/goja":            {"internal/draw"},
	"codeberg.org/go-pdf/fpdf":          {"internal/draw"},
	"golang.org/x/image":                {"internal/draw"},
	"github.com/prometheus":             {"internal/app"},
	"github.com/wneessen/go-mail":       {"internal/mail"},
	"github.com/emersion":               {"internal/mail"},
	"C":                                 {},
}

// listed is what `go list` tells of a package.
type listed struct {
	ImportPath, Name, Dir string
	Standard              bool
	GoFiles, CgoFiles     []string
	TestGoFiles           []string
	XTestGoFiles          []string
	Imports               []string
	TestImports           []string
	XTestImports          []string
	Module                *struct{ Main bool }
	Error                 *struct{ Err string }
}

// name is the import path without the module.
func (p listed) name() string { return strings.TrimPrefix(p.ImportPath, module) }

// isTool says whether the package is no part of the product: tools and benchmarks.
func (p listed) isTool() bool { return below(p.name(), "internal/tools", "bench") }

// all lists our packages and everything they link, as the product is built: without cgo.
var all = sync.OnceValues(func() ([]listed, error) {
	cmd := exec.Command("go", "list", "-e", "-deps", "-json", "octavo/...")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var packages []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
})

// ours are the packages of the product, this one left out.
func ours(t *testing.T) []listed {
	t.Helper()
	packages, err := all()
	if err != nil {
		t.Fatal(err)
	}
	packages = slices.DeleteFunc(slices.Clone(packages), func(p listed) bool {
		return p.Module == nil || !p.Module.Main || p.name() == "internal"
	})
	if len(packages) < 5 {
		t.Fatalf("only %d packages found", len(packages))
	}
	return packages
}

// below says whether path is root or in it.
func below(path string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return path == root || strings.HasPrefix(path, root+"/") })
}

func TestDesignNamesEachPackage(t *testing.T) {
	design, err := os.ReadFile("../docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ours(t) {
		row, known := rows[p.name()]
		name := strings.TrimPrefix(p.name(), "internal/")
		if !known || name == "web" {
			continue
		}
		inRow := slices.ContainsFunc(strings.Split(string(design), "\n"), func(line string) bool {
			return strings.HasPrefix(line, fmt.Sprintf("| %d |", row)) && strings.Contains(line, "`"+name+"`")
		})
		if !inRow {
			t.Errorf("docs/design.md does not name %s in row %d", name, row)
		}
	}
}

func TestImportDirection(t *testing.T) {
	for _, p := range ours(t) {
		row, known := rows[p.name()]
		if p.isTool() || slices.Contains(support, p.name()) {
			continue // may look at everything; who may import it is another test
		}
		if !known {
			t.Errorf("%s has no row: add it to rows", p.name())
			continue
		}
		for _, path := range p.Imports {
			imported, own := strings.CutPrefix(path, module)
			if !own || slices.Contains(support, imported) {
				continue
			}
			lower, known := rows[imported]
			if known && (lower < row || lower == row && slices.Contains(sameRow[p.name()], imported)) {
				continue
			}
			t.Errorf("%s (row %d) imports %s (row %d)", p.name(), row, imported, lower)
		}
	}
}

func TestSameRowImportsAreUsed(t *testing.T) {
	for from, list := range sameRow {
		for _, to := range list {
			if rows[from] != rows[to] || from == to {
				t.Errorf("%s and %s are not in the same row", from, to)
			}
		}
	}
}

func TestEnginesKnowNothingOfTheProduct(t *testing.T) {
	foreign := []string{"net/http", "database/sql", "octavo/internal/db", "octavo/internal/authz", "octavo/internal/blob"}
	for _, p := range ours(t) {
		if !below(p.name(), engines...) || p.name() == "internal/formula/evalcmd" {
			continue
		}
		for _, path := range p.Imports {
			if below(path, foreign...) {
				t.Errorf("the engine %s imports %s", p.name(), path)
			}
		}
	}
}

func TestDriversStayWhereTheyBelong(t *testing.T) {
	for _, p := range ours(t) {
		for _, path := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			for confinedTo, importers := range confined {
				if below(path, confinedTo) && !below(p.name(), importers...) {
					t.Errorf("%s imports %s, which belongs to %v", p.name(), path, importers)
				}
			}
		}
	}
}

func TestSupportIsImportedByTestsOnly(t *testing.T) {
	for _, p := range ours(t) {
		if slices.Contains(support, p.name()) || p.isTool() {
			continue
		}
		for _, path := range p.Imports {
			name := strings.TrimPrefix(path, module)
			if slices.Contains(support, name) || path == "testing" {
				t.Errorf("%s imports %s outside of its tests", p.name(), path)
			}
		}
		if strings.HasSuffix(p.Name, "test") {
			t.Errorf("%s is named like a package for tests: add it to support", p.name())
		}
	}
}

func TestNoCgo(t *testing.T) {
	packages, err := all()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages {
		if len(p.CgoFiles) > 0 {
			t.Errorf("%s needs cgo: %v", p.ImportPath, p.CgoFiles)
		}
		if p.Error != nil {
			t.Errorf("%s cannot be built without cgo: %s", p.ImportPath, p.Error.Err)
		}
	}
}
