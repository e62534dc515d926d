package formula_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"octavo/internal/formula"
	"octavo/internal/formula/evalcmd"
)

var update = flag.Bool("update", false, "rewrite the results in testdata/*.test")

// TestScripts runs testdata/*.test; the README there describes their form.
func TestScripts(t *testing.T) {
	if *update && os.Getenv("CI") != "" {
		t.Fatal("-update is for people, not for CI")
	}
	files, err := filepath.Glob("testdata/*.test")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { runScript(t, file) })
	}
}

func runScript(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var in *evalcmd.Input
	var out []string
	for _, chunk := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
		if name, ok := strings.CutPrefix(chunk, "data "); ok {
			in = readData(t, name)
			out = append(out, chunk)
			continue
		}
		formula, want, ok := strings.Cut(chunk, "\n----\n")
		if !ok {
			if !strings.HasPrefix(chunk, "#") {
				t.Fatalf("a case without ----: %s", chunk)
			}
			out = append(out, chunk)
			continue
		}
		got := result(t, in, uncomment(formula))
		if got != strings.TrimRight(want, "\n") && !*update {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", formula, got, want)
		}
		out = append(out, formula+"\n----\n"+got)
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(out, "\n\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// cases are the formulas of all scripts.
func cases(t *testing.T) (formulas []string) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.test")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, chunk := range strings.Split(string(text), "\n\n") {
			if formula, _, ok := strings.Cut(chunk, "\n----\n"); ok {
				formulas = append(formulas, uncomment(formula))
			}
		}
	}
	return formulas
}

func readData(t *testing.T, name string) *evalcmd.Input {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	in, err := evalcmd.Read(raw, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	in.Env.Limits = formula.Limits{} // the defaults
	return in
}

// uncomment drops the leading lines that begin with # and resolves ⏎, which
// stands for the empty formula.
func uncomment(formula string) string {
	for strings.HasPrefix(formula, "#") {
		_, formula, _ = strings.Cut(formula, "\n")
	}
	return strings.ReplaceAll(formula, "⏎", "")
}

// result writes what a script expects: the items, warnings, or the error.
func result(t *testing.T, in *evalcmd.Input, formula string) string {
	t.Helper()
	a, err := in.Eval(context.Background(), formula)
	if err != nil {
		return "fault " + err.Error()
	}
	var b bytes.Buffer
	if e := a.Error; e != nil {
		fmt.Fprintf(&b, "error %s at %d: %s", e.Code, e.Offset, e.Message)
		if e.Hint != "" {
			b.WriteString("\nhint " + e.Hint)
		}
		fmt.Fprintf(&b, "\n| %s\n| %s", e.Source, e.Caret)
		return b.String()
	}
	b.WriteByte('[')
	for i, raw := range a.Items {
		if i > 0 {
			b.WriteString(", ")
		}
		b.Write(raw)
	}
	b.WriteByte(']')
	for _, w := range a.Warnings {
		fmt.Fprintf(&b, "\nwarning %s: %s", w.Code, w.Message)
	}
	return b.String()
}
