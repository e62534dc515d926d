package formula_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"octavo/internal/formula"
	"octavo/internal/formula/evalcmd"
	"octavo/internal/formula/fn"
)

// FuzzEval looks for formulas that end in anything but a list or an *Error, and
// for lists of numbers that are not finite.
func FuzzEval(f *testing.F) {
	var inputs []*evalcmd.Input
	for _, name := range []string{"orders.json", "trees.json"} {
		raw, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		in, err := evalcmd.Read(raw, time.Time{})
		if err != nil {
			f.Fatal(err)
		}
		in.Env.Limits = formula.Limits{Items: 10_000, Count: 1000, Bytes: 10 << 20, Loops: 50, Time: time.Second}
		inputs = append(inputs, in)
	}
	for _, x := range fn.All() {
		for _, e := range x.Examples {
			f.Add(e.Formula)
		}
	}
	for _, s := range []string{
		`MAP(ARRAY("Bob"), n, @/crew/member[name=$n]/status)`, `SUM(@[Old//price]; + @fill(/crew/member, age))`, `@//name | /title`,
		`DATASOURCE("Old", CONCAT("/shop/", "item[2]"))`, `IFERROR(@x/y;, SET(ARRAY(a, b), 1, $a + $b))`, `MAPFLAT(@//tags, t, MAP(@//tags, u, CONCAT($t, $u)))`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, in := range inputs {
			tryFormula(t, in, text)
		}
	})
}

func tryFormula(t *testing.T, in *evalcmd.Input, text string) {
	p, err := formula.Compile(text, nil, in.Scope)
	var known *formula.Error
	if err != nil {
		if !errors.As(err, &known) || known.Offset < 0 {
			t.Fatalf("Compile(%q): %v", text, err)
		}
		return
	}
	v, _, err := p.Eval(context.Background(), &in.Env)
	if err != nil && (!errors.As(err, &known) || known.Offset < 0) {
		t.Fatalf("Eval(%q): %v", text, err)
	}
	for i := range v.Len() {
		if x := v.Item(i).Num; x-x != 0 {
			t.Fatalf("Eval(%q): item %d is %v", text, i, x)
		}
	}
	stored, refs, err := formula.Store(text, nil, in.Scope)
	if err != nil {
		t.Fatalf("Store(%q): %v", text, err)
	}
	shown := formula.Show(stored, refs, in.Scope)
	again, _, err := formula.Store(shown, nil, in.Scope)
	if err != nil || again != stored {
		t.Fatalf("Store(%q) = %q; shown as %q and stored again as %q, %v", text, stored, shown, again, err)
	}
}
