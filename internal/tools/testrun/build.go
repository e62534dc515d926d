package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// task is one test binary on one engine.
type task struct {
	pkg    *pkg
	engine string // "" = the tests do not depend on one
	binary string
	broken string // what the compiler said, when the binary could not be made
}

// name is how the closing lines call the task.
func (t task) name() string {
	if t.engine == "" {
		return t.pkg.ImportPath
	}
	return t.pkg.ImportPath + " [" + t.engine + "]"
}

// atOnce is how many builds, and then how many test binaries, run at the same time.
const atOnce = 2

// build makes the test binaries, those that are still good excepted.
func build(ctx context.Context, cfg config, packages []*pkg) ([]task, error) {
	if err := os.MkdirAll(cfg.out, 0o755); err != nil {
		return nil, err
	}
	perPackage := make([][]task, len(packages))
	each(len(packages), func(i int) {
		if p := packages[i]; p.hasTests() {
			perPackage[i] = buildOne(ctx, cfg, p)
		}
	})
	var tasks []task
	for _, list := range perPackage {
		tasks = append(tasks, list...)
	}
	return tasks, ctx.Err()
}

func buildOne(ctx context.Context, cfg config, p *pkg) []task {
	name := strings.ReplaceAll(p.ImportPath, "/", "_")
	if cfg.race {
		name += "_race"
	}
	binary, err := filepath.Abs(filepath.Join(cfg.out, name+".test"))
	if err != nil {
		return []task{{pkg: p, broken: err.Error()}}
	}
	t := task{pkg: p, binary: binary}
	if cfg.rest && p.racedWhole() && (!p.bothEngines() || slices.Equal(cfg.engines, []string{sqlite})) {
		return nil // nothing is left to run
	}
	if out, err := compile(ctx, cfg, p, binary); err != nil {
		t.broken = fmt.Sprintf("%s%v\n", out, err)
		return []task{t}
	}
	switch {
	case !p.bothEngines():
		return []task{t}
	case cfg.race:
		t.engine = sqlite
		return []task{t}
	}
	var tasks []task
	for _, engine := range cfg.engines {
		if cfg.rest && engine == sqlite && p.racedWhole() {
			continue
		}
		t.engine = engine
		tasks = append(tasks, t)
	}
	return tasks
}

// compile runs `go test -c` unless the stamp beside the binary says that nothing has changed.
func compile(ctx context.Context, cfg config, p *pkg, binary string) ([]byte, error) {
	stamp, _ := os.ReadFile(binary + ".stamp")
	if _, err := os.Stat(binary); err == nil && string(stamp) == p.stamp {
		return nil, nil
	}
	// What only debuggers read is left out: linking takes two thirds of the time.
	args, cgo := []string{"test", "-c", "-vet=off", "-ldflags=-s -w", "-o", binary}, "CGO_ENABLED=0"
	if cfg.race {
		args, cgo = append(args, "-race", unwatched), "CGO_ENABLED=1"
	}
	cmd := exec.CommandContext(ctx, "go", append(args, p.ImportPath)...)
	cmd.Env = append(os.Environ(), cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		return out, err
	}
	return nil, os.WriteFile(binary+".stamp", []byte(p.stamp), 0o644)
}

// each calls fn for 0…n-1, a few at a time, and waits.
func each(n int, fn func(int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(atOnce, n) {
		wg.Go(func() {
			for i := range next {
				fn(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}
