package fn_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"octavo/internal/formula"
	"octavo/internal/formula/evalcmd"
	"octavo/internal/formula/fn"
)

// fixture reads the tables of formulas.md §1.3.
func fixture(t testing.TB) *evalcmd.Input {
	t.Helper()
	file, err := os.ReadFile("../testdata/orders.json")
	if err != nil {
		t.Fatal(err)
	}
	in, err := evalcmd.Read(file, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestExamples(t *testing.T) {
	in := fixture(t)
	for _, f := range fn.All() {
		for _, e := range f.Examples {
			t.Run(e.Formula, func(t *testing.T) {
				p, err := formula.Compile(e.Formula, nil, in.Scope)
				if err != nil {
					t.Fatal(err)
				}
				v, _, err := p.Eval(context.Background(), &in.Env)
				if err != nil {
					t.Fatal(err)
				}
				texts := make([]string, v.Len())
				for i := range texts {
					if texts[i] = v.Item(i).Text(); v.IsBlank(i) {
						texts[i] = "∅"
					}
				}
				if got := strings.Join(texts, ", "); got != e.Result {
					t.Errorf("got %s, want %s", got, e.Result)
				}
			})
		}
	}
}

func TestEveryFunctionIsDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range fn.All() {
		if seen[f.Name] {
			t.Errorf("%s is listed twice", f.Name)
		}
		seen[f.Name] = true
		if n := len(f.Examples); n < 2 || n > 5 {
			t.Errorf("%s has %d examples, want 2 to 5", f.Name, n)
		}
		if !strings.HasSuffix(f.Doc, ".") || (f.Eval == nil) != (f.Form != fn.Plain) || f.Group == "" {
			t.Errorf("%s lacks a sentence, a group or Eval", f.Name)
		}
		optional := false
		for i, p := range f.Params {
			if optional && !p.Optional {
				t.Errorf("%s: %s is required after an optional parameter", f.Name, p.Name)
			}
			optional = p.Optional
			if p.Variadic && i != len(f.Params)-1 {
				t.Errorf("%s: %s is variadic but not last", f.Name, p.Name)
			}
			if p.Optional && !p.Variadic && p.Default == "" {
				t.Errorf("%s: %s has no default", f.Name, p.Name)
			}
		}
	}
}

// TestTableListsEveryFile compares the Func literals in the files of this
// folder with the lines of the table: one file, one function, one line.
func TestTableListsEveryFile(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, f := range fn.All() {
		listed[strings.ToLower(f.Name)+".go"] = true
	}
	for _, file := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		literals := 0
		ast.Inspect(tree, func(n ast.Node) bool {
			if c, ok := n.(*ast.CompositeLit); ok {
				if id, ok := c.Type.(*ast.Ident); ok && id.Name == "Func" {
					literals++
				}
			}
			return true
		})
		if literals > 1 {
			t.Errorf("%s holds %d functions, want one file for each", file, literals)
		}
		if literals == 1 && !listed[file] {
			t.Errorf("%s holds a function that the table does not list under the name of the file", file)
		}
		if literals == 0 && listed[file] {
			t.Errorf("%s holds no function although the table names one so", file)
		}
		if literals == 1 {
			delete(listed, file)
		}
	}
	for file := range listed {
		t.Errorf("the table lists a function without its file %s", file)
	}
}

func TestKeyword(t *testing.T) {
	for _, c := range []struct {
		kind       fn.Kind
		text, want string
		hint       string
	}{
		{fn.SortOrder, "Descending_Numeric", "descending numeric", ""},
		{fn.Method, "join", "JOIN", ""},
		{fn.First, "mon", "Monday", ""},
		{fn.First, "Sept", "September", ""},
		{fn.First, "mo", "", ""},
		{fn.Method, "avarage", "", "Did you mean AVERAGE?"},
	} {
		got, err := fn.Keyword(c.kind, c.text)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("Keyword(%s, %q) = %q, %v; want %q", c.kind, c.text, got, err, c.want)
		}
		if c.hint != "" && err != nil && err.Hint != c.hint {
			t.Errorf("Keyword(%s, %q): hint %q, want %q", c.kind, c.text, err.Hint, c.hint)
		}
	}
}
