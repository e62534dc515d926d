package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"octavo/internal/clock"
)

// result is what came of a task.
type result struct {
	task
	counts
	elapsed time.Duration
	used    time.Duration // of processors, by the tests and the programs that they ran; not by servers
	failed  bool
	output  []byte
}

// runners is how many test binaries run at the same time while others are built; one more
// when that is done. They wait for servers and clocks, so there are more of them than processors.
const runners = 2

// runAll builds and runs the tests of packages, prints the closing line of each binary as
// it ends, and before it the output of one that failed.
func runAll(ctx context.Context, cfg config, packages []*pkg) ([]result, error) {
	tasks := make(chan task, len(packages)*len(allEngines))
	var results []result
	var mu sync.Mutex // guards results and the standard output
	work := func() {
		for t := range tasks {
			r := runOne(ctx, cfg, t)
			mu.Lock()
			results = append(results, r)
			r.print(os.Stdout)
			mu.Unlock()
		}
	}
	var wg sync.WaitGroup
	for range runners {
		wg.Go(work)
	}
	err := build(ctx, cfg, packages, func(t task) { tasks <- t })
	close(tasks)
	work()
	wg.Wait()
	slices.SortFunc(results, func(a, b result) int { return strings.Compare(a.name(), b.name()) })
	return results, err
}

func runOne(ctx context.Context, cfg config, t task) result {
	if t.broken != "" {
		return result{task: t, failed: true, output: []byte(t.broken), counts: counts{failures: []string{"(build)"}}}
	}
	args := []string{"-test.v=test2json", "-test.timeout=" + cfg.timeout.String()}
	if cfg.run != "" {
		args = append(args, "-test.run="+cfg.run)
	}
	ctx, cancel := context.WithTimeout(ctx, cfg.timeout+time.Minute) // for a binary that does not end by itself
	defer cancel()
	cmd := exec.CommandContext(ctx, t.binary, args...)
	cmd.Dir = t.pkg.Dir
	cmd.Env = append(os.Environ(), "OCTAVO_TEST_DATABASE="+t.engine)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 10 * time.Second // a child of the test that keeps the output open
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := clock.System().Now()
	err := cmd.Run()
	r := result{task: t, elapsed: clock.System().Now().Sub(start), output: out.Bytes(), counts: count(out.Bytes())}
	if p := cmd.ProcessState; p != nil {
		r.used = p.UserTime() + p.SystemTime()
	}
	if err != nil || len(r.failures) > 0 {
		r.failed = true
		if len(r.failures) == 0 { // ended before a test could say so
			r.failures = []string{"(" + errText(ctx, err) + ")"}
		}
	}
	return r
}

func errText(ctx context.Context, err error) string {
	if ctx.Err() != nil {
		return ctx.Err().Error()
	}
	return fmt.Sprint(err)
}
