package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

// build makes the test binaries one after the other, those that are still good
// excepted, and hands over what is to be run of each.
func build(ctx context.Context, cfg config, packages []*pkg, run func(task)) error {
	if err := os.MkdirAll(cfg.out, 0o755); err != nil {
		return err
	}
	for _, p := range packages {
		if !p.hasTests() {
			continue
		}
		for _, t := range buildOne(ctx, cfg, p) {
			run(t)
		}
	}
	return ctx.Err()
}

// buildAll makes the test binaries, says which could not be made and whether all could.
func buildAll(ctx context.Context, cfg config, packages []*pkg) (ok bool, err error) {
	made, ok := 0, true
	err = build(ctx, cfg, packages, func(t task) {
		made++
		if t.broken != "" {
			ok = false
			fmt.Printf("FAIL\t%s\n%s", t.name(), t.broken)
		}
	})
	fmt.Printf("test binaries for %d runs\n", made)
	return ok, err
}

// buildOne makes the test binary of a package and gives its tasks, one for each engine.
func buildOne(ctx context.Context, cfg config, p *pkg) []task {
	engines := p.engines(cfg)
	if len(engines) == 0 {
		return nil
	}
	name := strings.ReplaceAll(p.ImportPath, "/", "_")
	if cfg.race {
		name += "_race"
	}
	binary, err := filepath.Abs(filepath.Join(cfg.out, name+".test"))
	if err != nil {
		return []task{{pkg: p, broken: err.Error()}}
	}
	if out, err := compile(ctx, cfg, p, binary); err != nil {
		return []task{{pkg: p, binary: binary, broken: fmt.Sprintf("%s%v\n", out, err)}}
	}
	tasks := make([]task, len(engines))
	for i, engine := range engines {
		tasks[i] = task{pkg: p, binary: binary, engine: engine}
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
