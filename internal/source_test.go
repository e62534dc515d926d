package internal_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// timeReaders are the functions that look at the clock of the machine.
var timeReaders = []string{"Now", "Since", "Until"}

// serverNames are what net/http has for servers.
var serverNames = []string{
	"Handle", "HandleFunc", "Handler", "HandlerFunc", "ListenAndServe", "ListenAndServeTLS", "ResponseWriter",
	"Serve", "ServeMux", "NewServeMux", "Server", "ServeContent", "ServeFile", "FileServer", "FileServerFS", "CrossOriginProtection",
}

// mayServe are the packages that know the server side of HTTP.
var mayServe = []string{"internal/connector/rest/resttest", "internal/api", "internal/app", "bench/p6"}

// source is one parsed file of a package.
type source struct {
	path string // from the root of the project
	file *ast.File
}

// sources parses the files of a package without its tests.
func sources(t *testing.T, set *token.FileSet, p listed) []source {
	t.Helper()
	var out []source
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, source{p.name() + "/" + name, file})
	}
	return out
}

// uses lists which of the names of an imported package a file uses.
func uses(file *ast.File, path string, names []string) []string {
	alias := ""
	for _, imp := range file.Imports {
		if imp.Path.Value == `"`+path+`"` {
			alias = path[strings.LastIndex(path, "/")+1:]
			if imp.Name != nil {
				alias = imp.Name.Name
			}
		}
	}
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && alias != "" {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == alias && slices.Contains(names, sel.Sel.Name) {
				found = append(found, sel.Sel.Name)
			}
		}
		return true
	})
	return found
}

func TestTimeIsReadByTheClockOnly(t *testing.T) {
	set := token.NewFileSet()
	for _, p := range ours(t) {
		if p.name() == "internal/clock" || below(p.name(), "bench", "internal/connector/connectortest") { // benchmarks measure, and the suite sees that readings end
			continue
		}
		for _, s := range sources(t, set, p) {
			if found := uses(s.file, "time", timeReaders); len(found) > 0 {
				t.Errorf("%s uses time.%s: take a clock.Clock", s.path, strings.Join(found, ", time."))
			}
		}
	}
}

func TestServersAreInTheAPIOnly(t *testing.T) {
	set := token.NewFileSet()
	for _, p := range ours(t) {
		if below(p.name(), mayServe...) {
			continue
		}
		for _, s := range sources(t, set, p) {
			if found := uses(s.file, "net/http", serverNames); len(found) > 0 {
				t.Errorf("%s uses http.%s", s.path, strings.Join(found, ", http."))
			}
		}
	}
}

func TestPackagesSayWhatTheyAre(t *testing.T) {
	set := token.NewFileSet()
	for _, p := range ours(t) {
		begin := "Package " + p.Name + " "
		if p.Name == "main" {
			begin = "Command " + p.ImportPath[strings.LastIndex(p.ImportPath, "/")+1:] + " "
		}
		n := 0
		for _, s := range sources(t, set, p) {
			if s.file.Doc != nil && strings.HasPrefix(s.file.Doc.Text(), begin) {
				n++
			}
		}
		if n != 1 && len(p.GoFiles) > 0 {
			t.Errorf("%s has %d comments that begin with %q, want one", p.name(), n, begin)
		}
	}
}

// beyondScopes are the packages that may ask db.Owner for a connection past every scope.
var beyondScopes = []string{"internal/db/dbtest"}

func TestNobodyGoesAroundTheScopes(t *testing.T) {
	set := token.NewFileSet()
	for _, p := range ours(t) {
		if below(p.name(), beyondScopes...) || !slices.Contains(p.Imports, module+"internal/db") {
			continue
		}
		for _, s := range sources(t, set, p) {
			ast.Inspect(s.file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) != 2 {
					return true
				}
				if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Owner" {
					if _, literal := call.Args[1].(*ast.FuncLit); literal {
						t.Errorf("%s asks for the owner's connection", s.path)
					}
				}
				return true
			})
		}
	}
}

// wholeReaders are the packages that may read and write all rows of all accounts at
// once, by db.SnapshotAll and db.LoadAll.
var wholeReaders = []string{"internal/db", "internal/backup"}

func TestOnlyBackupsReachEverything(t *testing.T) {
	set := token.NewFileSet()
	uses := 0
	for _, p := range ours(t) {
		if !slices.Contains(p.Imports, module+"internal/db") && p.name() != "internal/db" {
			continue
		}
		for _, s := range sources(t, set, p) {
			ast.Inspect(s.file, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok || sel.Sel.Name != "SnapshotAll" && sel.Sel.Name != "LoadAll" {
					return true
				}
				uses++
				if !below(p.name(), wholeReaders...) {
					t.Errorf("%s reaches all rows by %s: only %v may", s.path, sel.Sel.Name, wholeReaders)
				}
				return true
			})
		}
	}
	if uses < 2 {
		t.Errorf("the search finds %d uses", uses)
	}
}

// holders are who may open a scope wider than one account, by the function of db
// that opens it: the list of docs/design.md, section Tenancy.
var holders = map[string][]string{
	"Across": {"internal/account", "internal/credential", "internal/transfer", "internal/check", "internal/purge", "internal/property", "internal/audit", "internal/tour"},
	"Import": {"internal/account", "internal/credential", "internal/transfer", "internal/purge"},
	"System": {"internal/account", "internal/credential", "internal/user", "internal/installation", "internal/check", "internal/demo", "internal/job", "internal/audit", "internal/mail", "internal/purge",
		"internal/secret", "internal/property", "internal/setting", "internal/tour"},
}

func TestWideScopesHaveFewHolders(t *testing.T) {
	set := token.NewFileSet()
	seen := map[string]bool{}
	for _, p := range ours(t) {
		if slices.Contains(support, p.name()) || p.isTool() {
			continue
		}
		for _, s := range sources(t, set, p) {
			for name, packages := range holders {
				if len(uses(s.file, module+"internal/db", []string{name})) == 0 {
					continue
				}
				seen[name] = true
				if !slices.Contains(packages, p.name()) {
					t.Errorf("%s opens db.%s: only %v may", s.path, name, packages)
				}
			}
		}
	}
	for name := range holders {
		if !seen[name] {
			t.Errorf("nobody opens db.%s: the search finds nothing", name)
		}
	}
}

// registry is how an address of a package registry begins in a lock file.
var registry = regexp.MustCompile(`"resolved"|https?://[a-z0-9.-]*(registry|npm|proxy|mirror)[a-z0-9.-]*[/:]`)

func TestLockFilesNameNoRegistry(t *testing.T) {
	files, err := filepath.Glob("../*/package-lock.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("lock files: %v, %v", files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(text) {
			t.Errorf("%s is not JSON", name)
		}
		if found := registry.FindString(string(text)); found != "" {
			t.Errorf("%s holds %s: install with the project's .npmrc", name, found)
		}
	}
}
