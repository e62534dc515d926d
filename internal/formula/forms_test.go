package formula_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"octavo/internal/formula"
	"octavo/internal/formula/value"
)

// loops are formulas with bound variables and what they give over A = 1, 2, 3 and B = 1, 0, 2.
var loops = []struct{ text, want string }{
	{`MAP(@A, x, $x * 2)`, "2, 4, 6"},
	{`MAP(@A, x, MAP(@B, y, $x * 10 + $y))`, "11, 21, 31"},
	{`MAPFLAT(@A, x, MAPFLAT(@B, y, $x * 10 + $y))`, "11, 10, 12, 21, 20, 22, 31, 30, 32"},
	{`MAPFLAT(@A, x, MAPFLAT(@B, x, $x))`, "1, 0, 2, 1, 0, 2, 1, 0, 2"},
	{`MAPFLAT(@A, x, MAPFLAT(ARRAY($x, 9), x, $x))`, "1, 9, 2, 9, 3, 9"},
	{`MAP(@A, x, SUM(SORT(@B, ascending)) + $x + SUM(SORT(@B, ascending)))`, "7, 8, 9"},
	{`SUM(SORT(@B, ascending)) + MAP(@A, x, SUM(SORT(@B, ascending)))`, "6, 6, 6"},
	{`MAPFLAT(@A, x, SELECT(@A, @A < $x))`, "1, 1, 2"},
	{`MAP(@A, x, SELECT(@A, @A > $x))`, "2, 3, ∅"},
	{`MAP(ARRAY(), x, $x)`, ""},
	{`SET("x", 5, MAP(@A, y, $x + $y)) + $x`, "6, 7, 8"},
	{`SET(ARRAY("x", "y"), ARRAY(1, 2), SET("x", 10, $x + $y) + $x)`, "13"},
	{`SET(x, 5, SUM(@B) + SUM(@B))`, "6"},
	{`SET(ARRAY(a, b), 7, $a + $b)`, "14"},
	{`SET(ARRAY(a, b), ARRAY(1, 2, 3), $a + $b)`, "3"},
	{`SET(ARRAY(a, b, c), ARRAY(1, 2), ARRAY($a, $b, $c))`, "1, 2, ∅"},
	{`IFERROR(MAP(@A, x, SORT(@B, CONCAT("no", $x))), "bad")`, "bad"},
	{`MAP(@A, x, IFERROR(SLICE(SORT(@B, IF($x = 2, "none", "ascending")), 0), $x))`, "0, 2, 0"},
	{`MAP(@A, x, $x / 0)`, "∅, ∅, ∅"},
}

func TestLoops(t *testing.T) {
	data := counting{columns{"A": nums(1, 2, 3), "B": nums(1, 0, 2)}, map[string]int{}}
	env := &formula.Env{Data: data}
	all := formula.NewBatch(env)
	for i, c := range loops {
		p := compile(t, c.text, data.scope())
		v, _, err := p.Eval(context.Background(), env)
		if err != nil || show(v) != c.want {
			t.Errorf("%s: got %s, %v; want %s", c.text, show(v), err, c.want)
		}
		for _, r := range p.Refs() {
			if r.Kind == formula.KindVariable && !strings.HasSuffix(c.text, "$x") {
				t.Errorf("%s depends on the variable %s", c.text, r.Name)
			}
		}
		for k := range 2 { // the second one shares everything with the first
			all.Add(formula.Part{Component: "c", Sub: strings.Repeat("x", 2*i+k)}, p)
		}
	}
	for i, r := range all.EvalAll(context.Background()) {
		if c := loops[i/2]; r.Err != nil || show(r.Output) != c.want {
			t.Errorf("together: %s: got %s, %v; want %s", c.text, show(r.Output), r.Err, c.want)
		}
	}
}

func TestALoopComputesOnceWhatDoesNotChange(t *testing.T) {
	big := make([]float64, 300_000)
	data := columns{"A": value.Numbers(big, nil)}
	from := value.NewBuilder(2000)
	for i := range 2000 {
		from.AppendNumber(float64(i))
	}
	env := &formula.Env{Data: data, Vars: map[string]value.Vector{"v": from.Vector()}, Limits: formula.Limits{Time: 5 * time.Second}}
	// sorting 2,000 times would take minutes
	for _, text := range []string{
		`SUM(MAP($v, x, $x + SUM(SORT(@A + 1, ascending))))`,
		`SUM(MAP($v, x, SUM(MAP(ARRAY(1, 2), y, $x + $y + SUM(SORT(@A + 1, ascending))))))`,
		`SUM(MAP(REVERSE(ARRAY($v, $v)), x, $x))`,
	} {
		if _, _, err := compile(t, text, data.scope()).Eval(context.Background(), env); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestLoopsKeepTheBudget(t *testing.T) {
	data := columns{"A": value.Numbers(make([]float64, 2000), nil)}
	env := &formula.Env{Data: data, Limits: formula.Limits{Bytes: 400_000, Loops: 1000}}
	many := value.NewBuilder(1000)
	for i := range 1000 {
		many.AppendNumber(float64(i))
	}
	env.Vars = map[string]value.Vector{"v": many.Vector()}
	for text, ok := range map[string]bool{
		`SUM(MAP($v, x, SUM(@A + $x) + SUM(SORT(@A * $x, descending numeric))))`: true,
		`SUM(MAP($v, x, IFERROR(SORT(@A + $x, CONCAT("s", "s")), $x)))`:          true,
		`SUM(MAPFLAT($v, x, FIRST(@A + $x, 10)))`:                                true,
		`SUM(MAPFLAT($v, x, @A + $x))`:                                           false,
		`SUM(MAP(ARRAY($v, -1), x, $x))`:                                         false,
		`SUM(MAP(ARRAY($v, 1), x, $x))`:                                          true,
		`SUM(MAP($v, x, SUM(MAP($v, y, SUM(@A * $x * $y)))))`:                    false, // time
	} {
		env.Limits.Time = time.Minute
		if strings.Contains(text, "$y") {
			env.Limits.Time = 100 * time.Millisecond
		}
		_, _, err := compile(t, text, data.scope()).Eval(context.Background(), env)
		if ok && err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if !ok {
			wantCode(t, err, "limit")
		}
	}
}

func TestStoringADataSourceCall(t *testing.T) {
	scope := sales
	scope.Sources = append([]formula.Source{}, sales.Sources...)
	scope.Sources[0].ID = "0123456789abcdef0123456789abcdef"
	const text = `DATASOURCE("0123456789abcdef0123456789abcdef", "Old,B:B") + DATASOURCE("0123456789ABCDEF0123456789ABCDEF", $p)`
	stored, refs, err := formula.Store(text, nil, scope)
	if want := `DATASOURCE(@{1}, "Old,B:B") + DATASOURCE(@{1}, $p)`; err != nil || stored != want {
		t.Fatalf("stored as %q, %v; want %q", stored, err, want)
	}
	if (refs["1"] != formula.Ref{Kind: "data", Source: "s1"}) {
		t.Errorf("got %+v", refs)
	}
	if got, want := formula.Show(stored, refs, scope), strings.ReplaceAll(text, "ABCDEF", "abcdef"); got != want {
		t.Errorf("shown as %q, want %q", got, want)
	}
	p, err := formula.Compile(stored, refs, scope)
	if err != nil {
		t.Fatal(err)
	}
	want := []formula.Ref{{Kind: "data", Source: "s1", Pointer: "Old,B:B"}, {Kind: "data", Source: "s1"}, {Kind: "variable", Name: "p"}}
	if got := p.Refs(); len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("refers to %+v, want %+v", got, want)
	}
	scope.Sources = scope.Sources[1:]
	_, err = formula.Compile(stored, refs, scope)
	wantCode(t, err, "deleted_reference")
}

func TestStoringPaths(t *testing.T) {
	scope := formula.Scope{Active: "s1", Sources: []formula.Source{{Slot: "s1", Name: "Feed", Tree: true}, {Slot: "s2", Name: "Old", Tree: true}}}
	for _, c := range []struct{ friendly, stored, pointer, shown string }{
		{`SUM(@/a/b)+1`, `SUM(@{1})+1`, "/a/b", `SUM(@/a/b;)+1`},
		{`@a/b`, `@{1}`, "/a/b", `@/a/b;`},
		{`@/a | /b ; / 2`, `@{1} / 2`, "/a | /b", `@/a | /b; / 2`},
		{`@fill( /a, b )`, `@{1}`, "fill( /a, b )", `@fill( /a, b );`},
		{`@[Old/a[1]]/b]`, `@{1}`, "/a[1]/b", `@[Old/a[1]]/b]`},
		{`@[Old//b]`, `@{1}`, "//b", `@[Old//b]`},
		{`@[Old/count(//b)]`, `@{1}`, "count(//b)", `@[Old/count(//b)]`},
		{`@//b[c="x;y"]/d`, `@{1}`, `//b[c="x;y"]/d`, `@//b[c="x;y"]/d;`},
		{`DATASOURCE(@{9}, "a/b[$n]")`, `DATASOURCE(@{1}, "a/b[$n]")`, "", ""},
	} {
		stored, refs, err := formula.Store(c.friendly, map[string]formula.Ref{"9": {Kind: "data", Source: "s2"}}, scope)
		if err != nil || stored != c.stored || refs["1"].Pointer != c.pointer {
			t.Errorf("Store(%q) = %q, %+v, %v; want %q, %q", c.friendly, stored, refs, err, c.stored, c.pointer)
			continue
		}
		if shown := formula.Show(stored, refs, scope); shown != c.shown && c.shown != "" {
			t.Errorf("Show(%q) = %q, want %q", stored, shown, c.shown)
		}
	}
	p := compile(t, `MAP(@/a[b=$x], n, @/a[b=$n][c=$y])`, scope)
	var vars []string
	for _, r := range p.Refs() {
		if r.Kind == formula.KindVariable {
			vars = append(vars, r.Name)
		}
	}
	if got := strings.Join(vars, " "); got != "x y" {
		t.Errorf("the paths depend on the variables %q, want x y", got)
	}
	_, _, err := p.Eval(context.Background(), &formula.Env{})
	wantCode(t, err, "not_loaded")
	_, _, err = p.Eval(context.Background(), &formula.Env{Data: columns{}})
	wantCode(t, err, "unknown_reference")
}

// A file that was read as a table and is a tree as well keeps its columns and cells.
func TestStoringReferencesToATreeThatIsATable(t *testing.T) {
	both := formula.Source{Slot: "s1", ID: "ab", Name: "Feed", Tree: true, Sheets: []string{"Feed"}, Columns: []formula.Column{{Name: "name"}, {Name: "a/b"}}}
	scope := formula.Scope{Active: "s1", Sources: []formula.Source{both}}
	for _, c := range []struct{ friendly, pointer, shown string }{
		{`@name`, "[name]", ""}, {`@B:B`, "B:B", ""}, {`@[Feed/name]`, "[name]", "@name"}, {`@[Feed/B2]`, "B2", "@B2"},
		{`@/name;`, "/name", ""}, {`@other/x;`, "/other/x", "@/other/x;"}, {`@[a/b]`, "[a/b]", "@a/b"},
		{`DATASOURCE("ab", "B:B")`, "", ""}, {`DATASOURCE("ab", "x/y")`, "", ""},
	} {
		stored, refs, err := formula.Store(c.friendly, nil, scope)
		if err != nil || refs["1"].Pointer != c.pointer || refs["1"].Source != "s1" {
			t.Errorf("Store(%q) = %q, %+v, %v; want the pointer %q", c.friendly, stored, refs, err, c.pointer)
			continue
		}
		want := c.shown
		if want == "" {
			want = c.friendly
		}
		if shown := formula.Show(stored, refs, scope); shown != want {
			t.Errorf("Show(%q) = %q, want %q", stored, shown, want)
		}
	}
}
