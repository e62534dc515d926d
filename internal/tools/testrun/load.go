package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// The engines of the database, as dbtest knows them.
const (
	sqlite   = "sqlite"
	postgres = "postgres"
)

var allEngines = []string{sqlite, postgres}

// chooser is the package that chooses the engine: only tests that link it can tell the engines apart.
const chooser = "octavo/internal/db/dbtest"

// pkg is what `go list` tells of a package.
type pkg struct {
	ImportPath   string
	Dir          string
	ForTest      string
	DepOnly      bool
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
	EmbedFiles   []string

	IgnoredGoFiles []string // for other builds, such as one with the race detector
	Deps           []string
	Module         *struct{ Main bool }

	TestEmbedFiles, XTestEmbedFiles []string

	testDeps []string // everything its test binary links
	stamp    string   // changes when the test binary would
}

func (p *pkg) hasTests() bool { return len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 }

// bothEngines says whether the engine can make a difference to the tests.
func (p *pkg) bothEngines() bool {
	return slices.ContainsFunc(p.testDeps, func(d string) bool { return d == chooser || strings.HasPrefix(d, chooser+" ") })
}

// engines are those that the tests run on; "" stands for tests that cannot tell them apart.
func (p *pkg) engines(cfg config) []string {
	elsewhere := cfg.rest && p.racedWhole() // on SQLite
	switch {
	case !p.hasTests() || elsewhere && !p.bothEngines():
		return nil
	case !p.bothEngines():
		return []string{""}
	case cfg.race:
		return []string{sqlite}
	}
	return slices.DeleteFunc(slices.Clone(cfg.engines), func(e string) bool { return elsewhere && e == sqlite })
}

// longest are the packages whose tests take longest; they begin first, so that no processor is idle at the end.
var longest = []string{"octavo/cmd/octavo", "octavo/internal/api/v1", "octavo/internal/backup", "octavo/internal/app", "octavo/internal/transfer", "octavo/internal/datasource", "octavo/internal/klip"}

// order compares two packages: the longest first, then by name.
func order(a, b *pkg) int {
	place := func(p *pkg) int { return (slices.Index(longest, p.ImportPath) + len(longest) + 1) % (len(longest) + 1) }
	return cmp.Or(place(a)-place(b), strings.Compare(a.ImportPath, b.ImportPath))
}

// load lists the packages asked for, with what their tests link.
func load(ctx context.Context, cfg config) ([]*pkg, error) {
	args := append([]string{"list", "-e", "-test", "-deps", "-json=ImportPath,Dir,ForTest,DepOnly,GoFiles,TestGoFiles,XTestGoFiles,IgnoredGoFiles,EmbedFiles,TestEmbedFiles,XTestEmbedFiles,Deps,Module"}, cfg.args...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // as the product is built
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	all := map[string]*pkg{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(pkg)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		all[p.ImportPath] = p
	}
	var packages []*pkg
	for path, p := range all {
		if p.DepOnly || p.ForTest != "" || strings.HasSuffix(path, ".test") || p.Module == nil || !p.Module.Main {
			continue
		}
		if test := all[path+".test"]; test != nil {
			p.testDeps = test.Deps
		}
		packages = append(packages, p)
	}
	slices.SortFunc(packages, order)
	if len(packages) == 0 {
		return nil, fmt.Errorf("no package matches %s", strings.Join(cfg.args, " "))
	}
	if cfg.race {
		packages = slices.DeleteFunc(packages, func(p *pkg) bool { return !slices.Contains(raced, p.ImportPath) })
	}
	stampAll(packages, all)
	return packages, nil
}

// stampAll fingerprints what each test binary is made of: our own files by their
// content, the rest by go.mod, go.sum and the compiler.
func stampAll(packages []*pkg, all map[string]*pkg) {
	start := (&pkg{Dir: moduleRoot(packages)}).files([]string{"go.mod", "go.sum"}) + runtime.Version()
	own := map[string]string{} // import path → fingerprint of its files
	for path, p := range all {
		if p.Module != nil && p.Module.Main && p.ForTest == "" && !strings.HasSuffix(path, ".test") {
			own[path] = p.files(slices.Concat(p.GoFiles, p.EmbedFiles))
		}
	}
	for _, p := range packages {
		h := sha256.New()
		io.WriteString(h, start+p.files(slices.Concat(p.GoFiles, p.EmbedFiles, p.TestGoFiles, p.TestEmbedFiles, p.XTestGoFiles, p.XTestEmbedFiles)))
		for _, dep := range p.testDeps {
			plain, _, _ := strings.Cut(dep, " ") // "x [y.test]" is x, compiled again for the test of y
			io.WriteString(h, plain+own[plain]+"\n")
		}
		p.stamp = hex.EncodeToString(h.Sum(nil))
	}
}

// files fingerprints files of the package.
func (p *pkg) files(names []string) string {
	h := sha256.New()
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(p.Dir, name))
		fmt.Fprintln(h, name, len(text), err)
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// moduleRoot is the folder of go.mod above the packages.
func moduleRoot(packages []*pkg) string {
	if len(packages) == 0 {
		return ""
	}
	for dir := packages[0].Dir; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}
