package internal_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"octavo/internal/errs"
)

var update = flag.Bool("update", false, "rewrite errs/codes.go from the source")

// codeUse is one place where an error is made.
type codeUse struct{ kind, code, text, at string }

// maker is a function that hands its parameters on to errs.New: the indexes of its
// arguments, -1 where the value is fixed in fixed.
type maker struct {
	kind, code, text int
	fixed            codeUse
}

// TestErrorCodes compares the codes that the source uses with the list of errs.
// With -update it writes the list: new codes with the sentence found, unused ones removed.
func TestErrorCodes(t *testing.T) {
	found := map[string]codeUse{}
	set := token.NewFileSet()
	for _, p := range ours(t) {
		if p.name() == "internal/errs" {
			continue
		}
		for _, use := range codesOf(t, set, sources(t, set, p)) {
			first, seen := found[use.code]
			if seen && first.kind != use.kind {
				t.Errorf("%s: %s is %s, but %s at %s", use.at, use.code, use.kind, first.kind, first.at)
			}
			if !seen {
				found[use.code] = use
			}
		}
	}
	if *update {
		writeCodes(t, found)
		return
	}
	const remedy = "run `go test ./internal -run TestErrorCodes -update`"
	for code, use := range found {
		listed, ok := errs.Codes[code]
		switch {
		case !ok:
			t.Errorf("%s: %s is not in the list of errs/codes.go; %s", use.at, code, remedy)
		case kindName(listed.Kind) != use.kind:
			t.Errorf("%s: %s is %s, listed as %s", use.at, code, use.kind, kindName(listed.Kind))
		}
	}
	form := regexp.MustCompile(`^[a-z]+(_[a-z0-9]+)*$`)
	for code, listed := range errs.Codes {
		if _, ok := found[code]; !ok {
			t.Errorf("%s is listed in errs/codes.go and not used; %s", code, remedy)
		}
		if !form.MatchString(code) {
			t.Errorf("%q is not snake_case", code)
		}
		if listed.Text == "" {
			t.Errorf("%s has no text: write one into errs/codes.go", code)
		}
	}
}

// choice stands between the texts that one name may have.
const choice = "\x00"

// codesOf finds the calls of errs.New and errs.Newf in a package, and of its own
// functions that hand a code on to them.
func codesOf(t *testing.T, set *token.FileSet, files []source) []codeUse {
	consts := constants(files)
	makers := map[string]maker{"errs.New": {0, 1, 2, codeUse{}}, "errs.Newf": {0, 1, 2, codeUse{}}}
	var out []codeUse
	for done := map[token.Pos]bool{}; ; { // until no further function is found that hands on
		before := len(makers)
		for _, s := range files {
			inFunctions(s.file, func(fn *ast.FuncDecl, call *ast.CallExpr) {
				m, ok := makers[calledName(call)]
				if !ok || done[call.Pos()] || m.code >= len(call.Args) {
					return
				}
				done[call.Pos()] = true
				use := m.fixed
				next := maker{-1, -1, -1, codeUse{}}
				take(m.kind, call, fn, consts, &use.kind, &next.kind)
				take(m.code, call, fn, consts, &use.code, &next.code)
				take(m.text, call, fn, consts, &use.text, &next.text)
				use.at = set.Position(call.Pos()).String()
				switch {
				case use.code != "" && use.kind != "":
					for use.code = range strings.SplitSeq(use.code, choice) {
						out = append(out, use)
					}
				case next.code >= 0 || use.code != "" && next.kind >= 0:
					next.fixed = use
					makers[fn.Name.Name] = next
				default:
					t.Errorf("%s: the code or kind of the error is computed; write it out", use.at)
				}
			})
		}
		if len(makers) == before {
			return out
		}
	}
}

// take reads argument i of a call: a constant into value, or the index of the
// parameter of fn that it hands on into param.
func take(i int, call *ast.CallExpr, fn *ast.FuncDecl, consts map[string]string, value *string, param *int) {
	if i < 0 || i >= len(call.Args) {
		return
	}
	switch x := call.Args[i].(type) {
	case *ast.BasicLit, *ast.BinaryExpr:
		*value = literal(x)
	case *ast.SelectorExpr:
		if pkg, ok := x.X.(*ast.Ident); ok && pkg.Name == "errs" {
			*value = x.Sel.Name // errs.Invalid
		} else {
			*value = consts["."+x.Sel.Name] // a field that literals of this package fill
		}
	case *ast.Ident:
		if v, ok := consts[x.Name]; ok {
			*value = v
			return
		}
		n := 0
		for _, field := range fn.Type.Params.List {
			for _, name := range field.Names {
				if name.Name == x.Name {
					*param = n
				}
				n++
			}
		}
	}
}

// literal is a text with %s for the parts that are not written out.
func literal(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(x.Value)
		return text
	case *ast.BinaryExpr:
		return literal(x.X) + literal(x.Y)
	}
	return "%s"
}

// inFunctions visits the calls in the functions of a file; calls outside are given an empty function.
func inFunctions(file *ast.File, visit func(*ast.FuncDecl, *ast.CallExpr)) {
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok {
			fn = &ast.FuncDecl{Name: ast.NewIdent("_"), Type: &ast.FuncType{Params: &ast.FieldList{}}}
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				visit(fn, call)
			}
			return true
		})
	}
}

func calledName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok && x.Name == "errs" {
			return "errs." + f.Sel.Name
		}
		return f.Sel.Name // a method
	}
	return ""
}

// constants are the constant texts of a package by name, and with a dot before the
// name the texts that literals of structs give to a field.
func constants(files []source) map[string]string {
	out := map[string]string{}
	note := func(name string, e ast.Expr) {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		text := literal(lit)
		if held, twice := out[name]; twice && held != text {
			text = held + choice + text
		}
		out[name] = text
	}
	for _, s := range files {
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.ValueSpec:
				for i := range min(len(x.Names), len(x.Values)) {
					note(x.Names[i].Name, x.Values[i])
				}
			case *ast.KeyValueExpr:
				if key, ok := x.Key.(*ast.Ident); ok {
					note("."+key.Name, x.Value)
				}
			}
			return true
		})
	}
	return out
}

// kindName is the Go name of a kind: not_found → NotFound.
func kindName(k errs.Kind) string {
	var sb strings.Builder
	for part := range strings.SplitSeq(string(k), "_") {
		sb.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return sb.String()
}

func writeCodes(t *testing.T, found map[string]codeUse) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal("-update is for people, not for CI")
	}
	const path = "errs/codes.go"
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, _, ok := bytes.Cut(old, []byte("var Codes = map[string]Code{"))
	if !ok {
		t.Fatalf("%s has no list", path)
	}
	var sb bytes.Buffer
	sb.Write(head)
	sb.WriteString("var Codes = map[string]Code{\n")
	for _, code := range slices.Sorted(maps.Keys(found)) {
		text := errs.Codes[code].Text
		if text == "" {
			text = found[code].text
		}
		fmt.Fprintf(&sb, "%q: {%s, %q},\n", code, found[code].kind, text)
	}
	sb.WriteString("}\n")
	out, err := format.Source(sb.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out, 0o644); err != nil {
		t.Fatal(err)
	}
}
