package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every package with goroutines or locks is raced, or says why not.
func TestRaceListIsComplete(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	shared := map[string]bool{}
	for _, top := range []string{"internal", "cmd"} {
		if _, err := os.Stat(filepath.Join(root, top)); err != nil {
			continue
		}
		err := fs.WalkDir(os.DirFS(root), top, func(name string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.SkipObjectResolution)
			if err == nil && isConcurrent(file) {
				shared["octavo/"+path.Dir(name)] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range shared {
		if _, excused := unraced[name]; excused == slices.Contains(raced, name) {
			t.Errorf("%s uses goroutines or locks: name it in raced, or in unraced with the reason, and not in both", name)
		}
	}
	for name := range unraced {
		if !shared[name] {
			t.Errorf("%s is in unraced, but has neither goroutines nor locks", name)
		}
	}
	for _, name := range raced {
		if _, err := os.Stat(filepath.Join(root, strings.TrimPrefix(name, "octavo/"))); err != nil {
			t.Errorf("raced: %v", err)
		}
	}
}

func isConcurrent(file *ast.File) bool {
	found := slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool {
		return slices.Contains([]string{`"sync"`, `"sync/atomic"`, `"golang.org/x/sync/errgroup"`}, i.Path.Value)
	})
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.GoStmt, *ast.ChanType:
			found = true
		}
		return !found
	})
	return found
}

func TestRacedWhole(t *testing.T) {
	for _, c := range []struct {
		p    pkg
		want bool
	}{
		{pkg{ImportPath: raced[0]}, true},
		{pkg{ImportPath: raced[0], IgnoredGoFiles: []string{"other_windows.go"}}, true},
		{pkg{ImportPath: raced[0], IgnoredGoFiles: []string{"race_on_test.go"}}, false},
		{pkg{ImportPath: "octavo/internal/fold"}, false},
	} {
		if got := c.p.racedWhole(); got != c.want {
			t.Errorf("%+v: %v", c.p, got)
		}
	}
}
