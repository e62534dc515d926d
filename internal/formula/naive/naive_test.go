package naive_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"octavo/internal/formula/naive"
)

// TestImports holds the package apart from the engine it is compared with.
func TestImports(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(path, "octavo/") && path != "octavo/internal/formula/syntax" {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}

func TestEval(t *testing.T) {
	vars := map[string][]any{"a": {4.0, nil, "7", true, "x"}, "e": {}}
	for _, c := range []struct {
		formula string
		want    []any
		warning string
	}{
		{`$a + 1`, []any{5.0, 1.0, 8.0, 2.0, 1.0}, ""},
		{`-$a`, []any{-4.0, nil, -7.0, -1.0, 0.0}, ""},
		{`$a / 0`, []any{nil, nil, nil, nil, nil}, "division_by_zero"},
		{`$a = "4.0"`, []any{true, false, false, false, false}, ""},
		{`$a > ARRAY(1, 2)`, []any{true, false, true, true, true}, "different_length"},
		{`$a * $e`, nil, ""},
		{`SUM($a)`, []any{12.0}, ""},
		{`GROUP(ARRAY(10, "b", 2, "B", "a", BLANK()))`, []any{nil, 10.0, 2.0, "a", "B", "b"}, ""},
		{`SORT($a, descending numeric)`, []any{"7", 4.0, nil, true, "x"}, ""},
		{`ROUND(ARRAY(1.005, -2.5), 2)`, []any{1.01, -2.5}, ""},
		{`SQRT($a)`, []any{2.0, nil, 2.6457513110645907, 1.0, nil}, "not_numeric"},
		{`TEXT(ARRAY(0.1 + 0.2, 1e15, 1e-7, 123456.75))`, []any{"0.3", "1e15", "1e-7", "123456.75"}, ""},
	} {
		got, err := naive.Eval(c.formula, vars)
		if err != nil || !reflect.DeepEqual(got.Items, c.want) {
			t.Errorf("%s = %#v, %v; want %#v", c.formula, got.Items, err, c.want)
		}
		if c.warning != "" && !got.Warnings[c.warning] || c.warning == "" && len(got.Warnings) > 0 {
			t.Errorf("%s warns of %v, want %q", c.formula, got.Warnings, c.warning)
		}
	}
	for _, bad := range []string{`@{1}`, `$none`, `NOSUCH(1)`, `1 +`} {
		if got, err := naive.Eval(bad, vars); err == nil {
			t.Errorf("%s gives %v, want an error", bad, got)
		}
	}
}
