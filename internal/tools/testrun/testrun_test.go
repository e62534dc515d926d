package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// sample is a module with one package of each kind of outcome.
var sample = map[string]string{
	"go.mod":            "module sample\n\ngo 1.26\n",
	"good/good_test.go": "package good\n\nimport \"testing\"\n\nfunc TestOne(t *testing.T) { t.Run(\"part\", func(*testing.T) {}) }\n\nfunc TestTwo(t *testing.T) { println(\"quiet please\") }\n",
	"bad/bad_test.go":   "package bad\n\nimport \"testing\"\n\nfunc TestFine(t *testing.T) {}\n\nfunc TestWrong(t *testing.T) { t.Error(\"got 1, want 2\") }\n\nfunc TestLate(t *testing.T) { t.Skip(\"later\") }\n",
	"died/died_test.go": "package died\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestExit(t *testing.T) { println(\"last words\"); os.Exit(3) }\n",
	"torn/torn_test.go": "package torn\n\nfunc TestX(t *testing.T) {}\n",
	"none/none.go":      "package none\n",
}

// setup writes the sample and works in it.
func setup(t *testing.T) config {
	t.Helper()
	dir := t.TempDir()
	for name, text := range sample {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	return config{engines: allEngines, out: filepath.Join(dir, "out"), timeout: time.Minute, args: []string{"./..."}}
}

func TestEveryOutcomeIsTold(t *testing.T) {
	cfg := setup(t)
	ctx := context.Background()
	packages, err := load(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	var tasks []task
	if err := build(ctx, cfg, packages, func(one task) { tasks = append(tasks, one) }); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	results := make([]result, len(tasks))
	for i, task := range tasks {
		results[i] = runOne(ctx, cfg, task)
		results[i].print(&out)
	}
	if summarise(&out, results) {
		t.Error("the run passed")
	}
	text := out.String()
	for _, want := range []string{
		`(?m)^ok  \tsample/good\t\d+\.\d+s$`,
		`(?m)^FAIL\tsample/bad\t\d+\.\d+s \[skipped: TestLate\]$`,
		`got 1, want 2`,
		`(?m)^FAIL\tsample/died\t`,
		`last words`,
		`(?m)^FAIL\tsample/torn\t`,
		`undefined: testing`,
		`(?m)^failed: sample/bad TestWrong$`,
		`(?m)^failed: sample/died \(exit status 3\)$`,
		`(?m)^failed: sample/torn \(build\)$`,
		`(?m)^3 passed, 3 failed, 1 skipped$`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("no line like %s", want)
		}
	}
	if strings.Contains(text, "quiet please") {
		t.Error("what a passing package prints is shown")
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestNothingIsBuiltTwice(t *testing.T) {
	cfg := setup(t)
	cfg.args = []string{"./good"}
	ctx := context.Background()
	builtAt := func() time.Time {
		t.Helper()
		packages, err := load(ctx, cfg)
		if err != nil {
			t.Fatal(err)
		}
		var tasks []task
		err = build(ctx, cfg, packages, func(one task) { tasks = append(tasks, one) })
		if err != nil || len(tasks) != 1 || tasks[0].broken != "" {
			t.Fatalf("%v, %v", tasks, err)
		}
		info, err := os.Stat(tasks[0].binary)
		if err != nil {
			t.Fatal(err)
		}
		return info.ModTime()
	}
	first := builtAt()
	if second := builtAt(); !second.Equal(first) {
		t.Error("an unchanged test was built again")
	}
	changed := sample["good/good_test.go"] + "\nfunc TestThree(t *testing.T) {}\n"
	if err := os.WriteFile("good/good_test.go", []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	if third := builtAt(); third.Equal(first) {
		t.Error("a changed test was not built again")
	}
}

func TestBuildRunsNothing(t *testing.T) {
	cfg := setup(t)
	cfg.build = true
	for path, want := range map[string]bool{"./good": true, "./bad": true, "./torn": false} { // bad fails when it is run
		cfg.args = []string{path}
		if ok, err := run(context.Background(), cfg); ok != want || err != nil {
			t.Errorf("%s: built %v, want %v (%v)", path, ok, want, err)
		}
	}
	if _, err := os.Stat(filepath.Join(cfg.out, "sample_good.test")); err != nil {
		t.Error(err)
	}
}

func TestOutputCannotPassForAVerdict(t *testing.T) {
	c := count([]byte("--- PASS: TestFake (0.00s)\n" + mark + "--- PASS: TestReal (0.00s)\n    " + mark + "--- PASS: TestReal/part (0.00s)\n"))
	if c.passed != 1 || len(c.failures) != 0 {
		t.Errorf("counted %+v, want one", c)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, args := range [][]string{{"-engines", "oracle"}, {"-nonsense"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%q was accepted", args)
		}
	}
}

func TestTheLongestBeginFirst(t *testing.T) {
	packages := []*pkg{{ImportPath: "octavo/cmd/aaa"}, {ImportPath: longest[1]}, {ImportPath: "octavo/bench/zzz"}, {ImportPath: longest[0]}}
	slices.SortFunc(packages, order)
	var got []string
	for _, p := range packages {
		got = append(got, p.ImportPath)
	}
	if want := []string{longest[0], longest[1], "octavo/bench/zzz", "octavo/cmd/aaa"}; !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
}
