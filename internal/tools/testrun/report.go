package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// counts are the top-level tests of a run.
type counts struct {
	passed   int
	failures []string
	skipped  []string
}

// mark begins each line of the testing package itself under -test.v=test2json, so
// that what a test prints cannot be taken for it.
const mark = "\x16"

// count reads the outcome of each top-level test.
func count(output []byte) counts {
	var c counts
	for line := range bytes.Lines(output) {
		_, text, marked := strings.Cut(strings.TrimSpace(string(line)), mark)
		verdict, rest, ok := strings.Cut(text, ": ")
		if !marked || !ok {
			continue
		}
		name, _, _ := strings.Cut(rest, " ")
		if strings.Contains(name, "/") {
			continue // a part of a test
		}
		switch verdict {
		case "--- PASS":
			c.passed++
		case "--- FAIL":
			c.failures = append(c.failures, name)
		case "--- SKIP":
			c.skipped = append(c.skipped, name)
		}
	}
	return c
}

// print writes what `go test` would.
func (r result) print(w io.Writer) {
	verdict := "ok  "
	if r.failed {
		verdict = "FAIL"
		w.Write(plain(r.output))
	}
	note := ""
	if r.passed+len(r.failures)+len(r.skipped) == 0 {
		note = " [no tests to run]"
	}
	if len(r.skipped) > 0 {
		note = " [skipped: " + strings.Join(r.skipped, ", ") + "]"
	}
	fmt.Fprintf(w, "%s\t%s\t%.3fs%s\n", verdict, r.name(), r.elapsed.Seconds(), note)
}

// plain removes the lines that say only that a test runs or passed.
func plain(output []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(output) {
		text := strings.TrimLeft(string(line), " ")
		if strings.HasPrefix(text, mark+"=== ") || strings.HasPrefix(text, mark+"--- PASS") || text == mark+"PASS\n" {
			continue
		}
		out.WriteString(strings.ReplaceAll(string(line), mark, ""))
	}
	return out.Bytes()
}

// slowest is how many packages the table at the end names.
const slowest = 10

// summarise writes the table of the slowest packages and the closing line; it says whether all passed.
func summarise(w io.Writer, results []result) bool {
	var passed, failed, skipped int
	var names []string
	for _, r := range results {
		passed += r.passed
		failed += len(r.failures)
		skipped += len(r.skipped)
		for _, name := range r.failures {
			names = append(names, r.name()+" "+name)
		}
	}
	sorted := slices.Clone(results)
	slices.SortStableFunc(sorted, func(a, b result) int { return int(b.elapsed - a.elapsed) })
	fmt.Fprintln(w, "\nslowest packages, with the processors' time of each")
	var used time.Duration
	for _, r := range results {
		used += r.used
	}
	for _, r := range sorted[:min(slowest, len(sorted))] {
		fmt.Fprintf(w, "%9.3f s %9.3f s  %s\n", r.elapsed.Seconds(), r.used.Seconds(), r.name())
	}
	fmt.Fprintf(w, "            %9.3f s  all, without servers\n", used.Seconds())
	fmt.Fprintln(w)
	for _, name := range names {
		fmt.Fprintln(w, "failed:", name)
	}
	fmt.Fprintf(w, "%d passed, %d failed", passed, failed)
	if skipped > 0 {
		fmt.Fprintf(w, ", %d skipped", skipped)
	}
	fmt.Fprintln(w)
	if passed+failed == 0 {
		fmt.Fprintln(w, "no test was run")
	}
	return failed == 0 && passed > 0
}
