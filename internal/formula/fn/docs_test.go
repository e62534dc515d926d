package fn_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"octavo/internal/formula/fn"
)

var update = flag.Bool("update", false, "rewrite docs/functions.md")

const docsPath = "../../../docs/functions.md"

func TestDocsAreCurrent(t *testing.T) {
	want := reference()
	if *update {
		if os.Getenv("CI") != "" {
			t.Fatal("-update is for people, not for CI")
		}
		if err := os.MkdirAll("../../../docs", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(docsPath, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(docsPath)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("docs/functions.md is stale; run: go test ./internal/formula/fn -run TestDocsAreCurrent -update")
	}
}

// reference writes the function reference from the table.
func reference() []byte {
	var b bytes.Buffer
	b.WriteString("# Functions\n\nThis page is written from the function table by a test; do not edit it by hand.\n\n")
	b.WriteString("The examples use the columns Region, Rep, Units, Price, Code, When and Note of a small table of orders.\n`∅` is a blank item.\n")
	for _, g := range []fn.Group{fn.DataManipulation, fn.Logic, fn.Math, fn.TextGroup, fn.DateTime, fn.Statistics, fn.Extension} {
		fmt.Fprintf(&b, "\n## %s\n", g)
		for _, f := range fn.All() {
			if f.Group == g {
				section(&b, f)
			}
		}
	}
	return b.Bytes()
}

func section(b *bytes.Buffer, f *fn.Func) {
	fmt.Fprintf(b, "\n### %s\n\n`%s`\n\n%s\n\n", f.Name, f.Signature(), f.Doc)
	if len(f.Params) > 0 {
		b.WriteString("| parameter | takes | if left out |\n| --- | --- | --- |\n")
	}
	for _, p := range f.Params {
		takes := string(p.Kind)
		if words := fn.Keywords(p.Kind); words != nil {
			takes += ": " + strings.Join(words, ", ")
		}
		fallback := "required"
		if p.Optional {
			fallback = p.Default
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", p.Name, takes, fallback)
	}
	b.WriteString("\n| example | result |\n| --- | --- |\n")
	for _, e := range f.Examples {
		result := e.Result
		if result == "" {
			result = "(empty list)"
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", e.Formula, result)
	}
}
