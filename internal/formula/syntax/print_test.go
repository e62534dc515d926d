package syntax_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"octavo/internal/formula/syntax"
)

var properNames = known{"Region", "Net", "Net - tax", "Column: Rev", "Axis", "Über / alles"}

// printer writes a tree with as few parentheses as the grammar allows. Between
// tokens stands what gap gives; source is the text that references are cut from.
type printer struct {
	gap    func() string
	source string
}

// strength is how tightly a part binds; only a primary may stand behind a sign.
func strength(n syntax.Node) int {
	switch n := n.(type) {
	case *syntax.Binary:
		return map[string]int{"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "+": 2, "-": 2, "*": 3, "/": 3, "^": 4}[n.Op]
	case *syntax.Unary:
		return 5
	}
	return 6
}

func (p printer) within(n syntax.Node, least int) string {
	if strength(n) < least {
		return "(" + p.gap() + p.print(n) + p.gap() + ")"
	}
	return p.print(n)
}

func (p printer) print(n syntax.Node) string {
	switch n := n.(type) {
	case *syntax.Binary:
		s := strength(n)
		left, right := s, s+1
		if n.Op == "^" {
			left, right = 5, 4
		}
		return p.within(n.X, left) + " " + p.gap() + n.Op + " " + p.gap() + p.within(n.Y, right)
	case *syntax.Unary:
		return string(rune(n.Op)) + p.gap() + p.within(n.X, 6)
	case *syntax.Call:
		args := make([]string, len(n.Args))
		for i, a := range n.Args {
			args[i] = p.gap() + p.print(a) + p.gap()
		}
		return n.Name + p.gap() + "(" + strings.Join(args, ",") + ")"
	case *syntax.Number:
		return strconv.FormatFloat(n.Value, 'g', -1, 64)
	case *syntax.Text:
		return `"` + strings.NewReplacer(`"`, `""`, `\`, `\\`).Replace(n.Value) + `"`
	case *syntax.Bool:
		return strconv.FormatBool(n.Value)
	case *syntax.Words:
		return n.Value
	case *syntax.Reference:
		if p.source != "" {
			start, end := n.Span()
			text := p.source[start:end]
			if n.Form == syntax.Path && end < len(p.source) && !strings.HasSuffix(text, ";") {
				text += ";" // or the path could go on
			}
			return text
		}
		return reference(n)
	}
	return ""
}

func reference(n *syntax.Reference) string {
	sign := string(rune(n.Sign))
	switch n.Form {
	case syntax.Canonical:
		return sign + "{" + n.Name + "}"
	case syntax.Bracketed:
		return sign + "[" + strings.ReplaceAll(n.Name, "]", "]]") + "]"
	case syntax.Path:
		return sign + n.Name + ";"
	}
	return sign + n.Name
}

// random makes a tree; inside says that it is an argument.
func random(r *rand.Rand, depth int, inside bool) syntax.Node {
	if inside && r.IntN(8) == 0 {
		return &syntax.Words{Value: []string{"descending numeric", "day of week", "ISO Alpha-2", "_default_", "x"}[r.IntN(5)]}
	}
	if depth == 0 || r.IntN(4) == 0 {
		return leaf(r)
	}
	switch r.IntN(4) {
	case 0:
		return &syntax.Unary{Op: "+-"[r.IntN(2)], X: random(r, depth-1, false)}
	case 1:
		c := &syntax.Call{Name: []string{"SUM", "If", "x_1"}[r.IntN(3)]}
		for range r.IntN(4) {
			c.Args = append(c.Args, random(r, depth-1, true))
		}
		if len(c.Args) > 1 && r.IntN(3) == 0 {
			c.Args[r.IntN(len(c.Args))] = &syntax.Empty{}
		}
		return c
	}
	ops := []string{"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "^"}
	return &syntax.Binary{Op: ops[r.IntN(len(ops))], X: random(r, depth-1, false), Y: random(r, depth-1, false)}
}

func leaf(r *rand.Rand) syntax.Node {
	switch r.IntN(5) {
	case 0:
		return &syntax.Number{Value: []float64{0, 12, 0.5, 1e300, 1e-7, 1234567.891}[r.IntN(6)]}
	case 1:
		return &syntax.Text{Value: []string{"", `say "x"`, `C:\new`, "zwei\nZeilen // nein", "“ü”"}[r.IntN(5)]}
	case 2:
		return &syntax.Bool{Value: r.IntN(2) == 0}
	}
	refs := []syntax.Reference{
		{Sign: '@', Form: syntax.Named, Name: "Net - tax"}, {Sign: '@', Form: syntax.Named, Name: "Region"},
		{Sign: '@', Form: syntax.Cells, Name: "B2:B10"}, {Sign: '@', Form: syntax.Cells, Name: "C:C"}, {Sign: '@', Form: syntax.Cells, Name: "2:2"},
		{Sign: '@', Form: syntax.Bracketed, Name: "A]b/c,[d"}, {Sign: '@', Form: syntax.Canonical, Name: "17"},
		{Sign: '@', Form: syntax.Path, Name: "/crew//member[name='a;b' and x>1]/@id | /b"}, {Sign: '@', Form: syntax.Path, Name: "fill(/a, b)"},
		{Sign: '@', Form: syntax.Path, Name: "crew/member"}, {Sign: '$', Form: syntax.Named, Name: "user.first-name"}, {Sign: '$', Form: syntax.Canonical, Name: "3"},
		{Sign: '&', Form: syntax.Named, Name: "Column: Rev"}, {Sign: '!', Form: syntax.Named, Name: "Axis"}, {Sign: '!', Form: syntax.Named, Name: "Über / alles"},
		{Sign: '&', Form: syntax.Bracketed, Name: "Axis"},
	}
	ref := refs[r.IntN(len(refs))]
	return &ref
}

// shape is a tree as a text that tells everything but places.
func shape(n syntax.Node) string {
	switch n := n.(type) {
	case *syntax.Binary:
		return "(" + shape(n.X) + n.Op + shape(n.Y) + ")"
	case *syntax.Unary:
		return "(" + string(rune(n.Op)) + shape(n.X) + ")"
	case *syntax.Call:
		args := make([]string, len(n.Args))
		for i, a := range n.Args {
			args[i] = shape(a)
		}
		return n.Name + "(" + strings.Join(args, ",") + ")"
	case *syntax.Reference:
		return string(rune(n.Sign)) + strconv.Itoa(int(n.Form)) + strconv.Quote(n.Name)
	case *syntax.Words:
		return "w" + strconv.Quote(strings.Join(strings.Fields(n.Value), " "))
	case *syntax.Text:
		return strconv.Quote(n.Value)
	case *syntax.Bool:
		return strconv.FormatBool(n.Value)
	case *syntax.Number:
		return strconv.FormatFloat(n.Value, 'g', -1, 64)
	case *syntax.Empty:
		return "_"
	}
	return ""
}

func TestAPrintedTreeReadsTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	gap := func() string { return []string{"", "", " ", "\n\t", "\u00a0", " // remark ,)\"\n"}[r.IntN(6)] }
	for range 20_000 {
		want := random(r, 5, false)
		text := printer{gap: gap}.print(want)
		got, err := syntax.Parse(text, properNames, syntax.Limits{})
		if err != nil {
			t.Fatalf("%s\nof %s: %v at %d", text, shape(want), err, err.Offset)
		}
		if shape(got) != shape(want) {
			t.Fatalf("%s\ngot  %s\nwant %s", text, shape(got), shape(want))
		}
	}
}

// FuzzParse looks for texts that break the scanner or the parser, and for trees
// that read otherwise once they are printed.
func FuzzParse(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		f.Add(printer{gap: func() string { return " " }}.print(random(r, 3, false)))
	}
	for _, s := range []string{
		`SUM(@Region, -1.5e3) != "a\"b" // c`, `=IF(@B2:B, day of week,, $x.y)`, `@[a]]b]^2^!Axis`, `@/a[b='c;']; + 1`, `“x” & &{1}`, "@{1}/\n@fill(/a, b);",
		"", "=", "“a” != !Axis", "SUM(1,,@/a[b='c']/d)", "1 ? 2", "@{", "$", "f(a b-c d)", "@B:B;", "\"\\", "((((", "1e", "@x y ) + 1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tree, err := syntax.Parse(text, properNames, syntax.Limits{})
		if err != nil {
			if err.Message == "" || err.Code != syntax.CodeLimit && strings.TrimSpace(err.Caret) != "^" {
				t.Fatalf("%q: the error has no place: %+v", text, err)
			}
			return
		}
		if tree == nil {
			return
		}
		syntax.Walk(tree, func(n syntax.Node) {
			if start, end := n.Span(); start < 0 || end < start || end > len(text) {
				t.Fatalf("%q: a part stands at %d … %d", text, start, end)
			} else if r, ok := n.(*syntax.Reference); ok && text[start] != r.Sign {
				t.Fatalf("%q: the reference at %d does not begin with its sign", text, start)
			}
		})
		printed := printer{gap: func() string { return "" }, source: text}.print(tree)
		again, err := syntax.Parse(printed, properNames, syntax.Limits{Length: -1, Depth: 1000})
		if err != nil || shape(again) != shape(tree) {
			t.Fatalf("%q printed as %q reads as %s, %v; want %s", text, printed, shape(again), err, shape(tree))
		}
	})
}
