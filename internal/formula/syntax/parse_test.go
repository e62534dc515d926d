package syntax_test

import (
	"strings"
	"testing"

	"octavo/internal/formula/syntax"
)

// known is a set of names that the scanner may meet.
type known []string

func (k known) Match(_ byte, rest string) int {
	longest := 0
	for _, name := range k {
		if strings.HasPrefix(rest, name) {
			longest = max(longest, len(name))
		}
	}
	return longest
}

func (known) Tree() bool { return false }

// tree writes a tree with all its parentheses.
func tree(n syntax.Node) string {
	switch n := n.(type) {
	case *syntax.Binary:
		return "(" + tree(n.X) + n.Op + tree(n.Y) + ")"
	case *syntax.Unary:
		return "(" + string(rune(n.Op)) + tree(n.X) + ")"
	case *syntax.Call:
		args := make([]string, len(n.Args))
		for i, a := range n.Args {
			args[i] = tree(a)
		}
		return n.Name + "(" + strings.Join(args, ",") + ")"
	case *syntax.Reference:
		return string(rune(n.Sign)) + "<" + n.Name + ">"
	case *syntax.Words:
		return "'" + n.Value + "'"
	case *syntax.Text:
		return `"` + n.Value + `"`
	case *syntax.Bool:
		return map[bool]string{true: "T", false: "F"}[n.Value]
	case *syntax.Empty:
		return "_"
	case *syntax.Number:
		return "n"
	}
	return ""
}

func TestParse(t *testing.T) {
	names := known{"Region", "Net", "Net - tax", "Column: Rev", "Axis"}
	for text, want := range map[string]string{
		"1+2*3^4^5-6":                     "((n+(n*(n^(n^n))))-n)",
		"-1^2":                            "((-n)^n)",
		"1<2=3<>4":                        "(((n<n)=n)<>n)",
		"1!=2":                            "(n<>n)",
		"@Region!=2":                      "(@<Region><>n)",
		"!Axis != !Axis":                  "(!<Axis><>!<Axis>)",
		"@Net - tax*2":                    "(@<Net - tax>*n)",
		"@Net-tax":                        "",
		"@Net-1":                          "(@<Net>-n)",
		"&Column: Rev/2":                  "(&<Column: Rev>/n)",
		"@B3*@B:B":                        "(@<B3>*@<B:B>)",
		"@2:2":                            "@<2:2>",
		"@B2:B10+1":                       "(@<B2:B10>+n)",
		"F(@B:B,true,day of week,,_x_)":   "F(@<B:B>,T,'day of week',_,'_x_')",
		"F(ISO Alpha-2)":                  "F('ISO Alpha-2')",
		"F(g(1), Use first value // c\n)": "F(g(n),'Use first value')",
		"@/a//b[c>1 and d='x;)'] + 1":     "(@</a//b[c>1 and d='x;)']>+n)",
		"@//name":                         "@<//name>",
		"SUM(@/a/b, 1)":                   "SUM(@</a/b>,n)",
		"@fill(/crew/member, name);":      "@<fill(/crew/member, name)>",
		"@crew/member; * 2":               "(@<crew/member>*n)",
		"@[a/b,C:C]=$v.x-1":               "(@<a/b,C:C>=$<v.x-1>)",
		"@{12}/&{3}":                      "(@<12>/&<3>)",
		"@Unknown thing, and":             "",
	} {
		n, err := syntax.Parse(text, names, syntax.Limits{})
		got := ""
		if err == nil {
			got = tree(n)
		}
		if got != want {
			t.Errorf("Parse(%q) = %s (%v), want %s", text, got, err, want)
		}
	}
}

func TestPointers(t *testing.T) {
	for text, want := range map[string]string{
		"b:b": "B:B", "B3": "B3", "B3:B3": "B3", "B10:B2": "B2:B10", "2:2": "2:2", "4:2": "2:4", "d2:b1": "B1:D2",
		"B2:B": "B2:B", "AA1": "AA1", "zz:aa": "AA:ZZ", "Sheet 1,B:B": "Sheet 1,B:B", "a,b,C1": "a,b,C1",
		"[Net sales]": "[Net sales]", "Old,[Net]": "Old,[Net]",
		"": "", "B": "", "3": "", "B0": "", "B:B3": "", "B:3": "", "ABCD:A": "", "[]": "", "B3x": "", "Sheet1": "", "2:": "",
	} {
		p, ok := syntax.ParsePointer(text)
		if ok != (want != "") || ok && p.String() != want {
			t.Errorf("ParsePointer(%q) = %v, %v; want %q", text, p, ok, want)
		}
		if again, _ := syntax.ParsePointer(want); ok && again != p {
			t.Errorf("%q does not read back: %+v, %+v", want, p, again)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"SUM", "SUMIF", "COUNT", "COUNTIF"}
	for word, want := range map[string]string{"SUMIFF": "SUMIF", "sum": "SUM", "CUONT": "COUNT", "XYZ": "", "": ""} {
		if got, _ := syntax.Nearest(word, words); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
