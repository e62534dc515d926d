package formula_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"octavo/internal/formula"
	"octavo/internal/formula/fn"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

func nums(v ...float64) value.Vector { return value.Numbers(v, nil) }

// show writes a list for comparison.
func show(v value.Vector) string {
	texts := make([]string, v.Len())
	for i := range texts {
		if texts[i] = v.Item(i).Text(); v.IsBlank(i) {
			texts[i] = "∅"
		}
	}
	return strings.Join(texts, ", ")
}

func compile(t testing.TB, text string, scope formula.Scope) *formula.Program {
	t.Helper()
	p, err := formula.Compile(text, nil, scope)
	if err != nil {
		t.Fatalf("Compile(%q): %v", text, err)
	}
	return p
}

func wantCode(t *testing.T, err error, code string) *formula.Error {
	t.Helper()
	var e *formula.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("got error %v, want code %s", err, code)
	}
	return e
}

var parts = []formula.Part{
	{Component: "t1", Sub: "a", ComponentName: "Table 1", Kind: "Column", Label: "Revenue"},
	{Component: "t1", Sub: "b", ComponentName: "Table 1", Kind: "Column", Label: "Sales / year"},
	{Component: "t2", Sub: "c", ComponentName: "Table 2", Kind: "Column", Label: "Revenue"},
	{Component: "c1", Sub: "x", ComponentName: "Chart", Kind: "X Axis", Label: "X Axis"},
	{Component: "c2", Sub: "x", ComponentName: "Chart", Kind: "X Axis", Label: ""},
}

var sales = formula.Scope{
	Active: "s1",
	Sources: []formula.Source{
		{Slot: "s1", Name: "Orders", Columns: []formula.Column{{Name: "Region"}, {Name: "Net / gross"}, {Name: "Odd ] name"}, {Sheet: "Old", Name: "Region"}}, Sheets: []string{"Orders", "Old"}},
		{Slot: "s2", Name: "Regions", Columns: []formula.Column{{Name: "Name"}, {Name: "Region"}}},
		{Slot: "s3", Name: "Regions", Columns: []formula.Column{{Name: "Name"}}},
	},
	Parts: parts,
}

func TestStoreAndShow(t *testing.T) {
	for _, c := range []struct{ friendly, stored, shown string }{
		{`SUM(@region)/COUNT(@region)`, `SUM(@{1})/COUNT(@{1})`, `SUM(@Region)/COUNT(@Region)`},
		{`@Net / gross / 2`, `@{1} / 2`, `@Net / gross / 2`},
		{`@b:b + @[Orders,C2] // @Region`, `@{1} + @{2} // @Region`, `@B:B + @[Orders,C2] // @Region`},
		{`@[Regions/Name] & `, ``, ``},
		{`@[Regions/Name]`, `@{1}`, `@[Regions/Name]`},
		{`@[Regions #2/Name]`, `@{1}`, `@[Regions #2/Name]`},
		{`@[Regions/Region] = @Region`, `@{1} = @{2}`, `@[Regions/Region] = @Region`},
		{`@[Odd ]] name]`, `@{1}`, `@Odd ] name`},
		{`@[Old,Region]`, `@{1}`, `@[Old,Region]`},
		{`&Sales / year / 2`, `&{1} / 2`, `&Column: Sales / year / 2`},
		{`&Table 2/Column: Revenue + !Table 1/Revenue`, `&{1} + !{2}`, `&Table 2/Revenue + !Table 1/Revenue`},
		{`![Chart/X Axis #2]`, `!{1}`, `!Chart/X Axis #2`},
		{`$region & 1`, ``, ``},
		{`SELECT(@Region, @Region = $region.name)`, `SELECT(@{1}, @{1} = $region.name)`, `SELECT(@Region, @Region = $region.name)`},
	} {
		stored, refs, err := formula.Store(c.friendly, nil, sales)
		if (err != nil) != (c.stored == "") || stored != c.stored {
			t.Errorf("Store(%q) = %q, %v; want %q", c.friendly, stored, err, c.stored)
			continue
		}
		if err != nil {
			continue
		}
		shown := formula.Show(stored, refs, sales)
		if shown != c.shown && shown != strings.ReplaceAll(c.shown, "&Column: ", "&") {
			t.Errorf("Show(%q) = %q, want %q", stored, shown, c.shown)
		}
		again, refs2, err := formula.Store(shown, nil, sales)
		if err != nil || again != stored || len(refs2) != len(refs) {
			t.Errorf("Store(Show(%q)) = %q, %v", stored, again, err)
		}
		for k, r := range refs {
			if refs2[k] != r {
				t.Errorf("reference %s of %q: %+v became %+v", k, stored, r, refs2[k])
			}
		}
	}
}

func TestRenamingKeepsAStoredFormula(t *testing.T) {
	stored, refs, err := formula.Store(`SUM(@[Regions/Name]) + &Sales / year`, nil, sales)
	if err != nil {
		t.Fatal(err)
	}
	renamed := sales
	renamed.Sources = append([]formula.Source{}, sales.Sources...)
	renamed.Sources[1].Name = "Areas"
	renamed.Parts = append([]formula.Part{}, parts...)
	renamed.Parts[1].Label = "Per year"
	if got, want := formula.Show(stored, refs, renamed), `SUM(@[Areas/Name]) + &Column: Per year`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	renamed.Parts, renamed.Sources = nil, nil
	if got, want := formula.Show(stored, refs, renamed), stored; got != want {
		t.Errorf("lost references: got %q, want %q", got, want)
	}
	_, err = formula.Compile(stored, refs, renamed)
	wantCode(t, err, "deleted_reference")
	renamed.Sources = sales.Sources
	_, err = formula.Compile(stored, refs, renamed)
	if e := wantCode(t, err, "deleted_reference"); e.Message != "Column: Sales / year was deleted." || e.Offset != 12 {
		t.Errorf("got %q at %d", e.Message, e.Offset)
	}
}

func TestAmbiguousNamesMustBeQualified(t *testing.T) {
	for text, hint := range map[string]string{
		`!Revenue`:      "Write !Table 1/Revenue.",
		`@Name`:         "Write @[Regions/Name].",
		`&Chart/X Axis`: "Write &Chart/X Axis #1.",
	} {
		_, err := formula.Compile(text, nil, sales)
		if e := wantCode(t, err, "unknown_reference"); e.Hint != hint {
			t.Errorf("%s: hint %q, want %q", text, e.Hint, hint)
		}
	}
}

func TestRefsListsEveryThingOnce(t *testing.T) {
	p := compile(t, `@Region = $r + @Region + $r + !Sales / year`, sales)
	want := []formula.Ref{
		{Kind: "data", Source: "s1", Pointer: "[Region]"}, {Kind: "variable", Name: "r"},
		{Kind: "formula", Component: "t1", Sub: "b", Name: "Column: Sales / year"},
	}
	got := p.Refs()
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("reference %d: got %+v, want %+v", i, got[i], want[i])
		}
	}
}

// counting counts how often each column is asked for.
type counting struct {
	columns
	asked map[string]int
}

func (c counting) Lookup(slot, pointer string) (value.Vector, error) {
	c.asked[pointer]++
	return c.columns.Lookup(slot, pointer)
}

func TestBatchSharesWork(t *testing.T) {
	data := counting{columns{"A": nums(1, 2, 3), "B": nums(1, 0, 2)}, map[string]int{}}
	b := formula.NewBatch(&formula.Env{Data: data})
	scope := data.scope()
	scope.Parts = parts
	texts := []string{`SUM(@A / @B)`, `SUM( @A/@B ) + SUM(@A/@B)`, `!Sales / year`, `MAX(@A / @B)`}
	for i, text := range texts {
		b.Add(parts[i], compile(t, text, scope))
	}
	want := []string{"2.5", "5", "5", "1.5"}
	for i, r := range b.EvalAll(context.Background()) {
		if r.Err != nil || show(r.Output) != want[i] {
			t.Errorf("%s: got %s, %v; want %s", texts[i], show(r.Output), r.Err, want[i])
		}
		if warned := len(r.Warnings) == 1; warned != (i != 2) {
			t.Errorf("%s: warnings %v", texts[i], r.Warnings)
		}
	}
	if data.asked["[A]"] != 1 || data.asked["[B]"] != 1 {
		t.Errorf("columns were asked for %v times", data.asked)
	}
}

func TestResultsReferenceSeesDisplayedData(t *testing.T) {
	scope := formula.Scope{Parts: parts}
	calls := 0
	env := &formula.Env{Results: func(_, sub string, v value.Vector) (value.Vector, error) {
		if sub == "a" {
			calls++
			return v.Slice(0, 1), nil
		}
		return v, nil
	}}
	b := formula.NewBatch(env)
	b.Add(parts[0], compile(t, `ARRAY(7, 8, 9)`, scope))
	b.Add(parts[1], compile(t, `SUM(&Table 1/Revenue)`, scope))
	b.Add(parts[2], compile(t, `SUM(!Table 1/Revenue) + SUM(&Table 1/Revenue)`, scope))
	for i, want := range []string{"7, 8, 9", "7", "31"} {
		v, _, err := b.Eval(context.Background(), parts[i].Component, parts[i].Sub)
		if err != nil || show(v) != want {
			t.Errorf("part %d: got %s, %v; want %s", i, show(v), err, want)
		}
	}
	v, _, err := b.Displayed(context.Background(), "t1", "a")
	if err != nil || show(v) != "7" || calls != 1 {
		t.Errorf("displayed: got %s, %v after %d calls, want 7 after 1", show(v), err, calls)
	}
}

func TestCircularReferences(t *testing.T) {
	scope := formula.Scope{Parts: parts}
	b := formula.NewBatch(&formula.Env{})
	b.Add(parts[0], compile(t, `1 + !Sales / year`, scope))
	b.Add(parts[1], compile(t, `&Table 2/Revenue`, scope))
	b.Add(parts[2], compile(t, `!Table 1/Revenue`, scope))
	b.Add(parts[3], compile(t, `!Table 1/Revenue`, scope))
	want := []string{
		"circular reference: Revenue → Sales / year → Revenue → Revenue",
		"circular reference: Sales / year → Revenue → Revenue → Sales / year",
		"circular reference: Revenue → Revenue → Sales / year → Revenue",
		"Column: Revenue has an error: circular reference: Revenue → Sales / year → Revenue → Revenue",
	}
	for i, r := range b.EvalAll(context.Background()) {
		if e := wantCode(t, r.Err, "circular"); e.Message != want[i] || e.Offset != []int{4, 0, 0, 0}[i] {
			t.Errorf("part %d: got %q at %d, want %q", i, e.Message, e.Offset, want[i])
		}
	}
}

func TestErrorsOfDataPointAtTheReference(t *testing.T) {
	p := compile(t, "1 +\n @Region", sales)
	_, _, err := p.Eval(context.Background(), &formula.Env{})
	e := wantCode(t, err, "not_loaded")
	if e.Offset != 5 || e.Line != 2 || e.Source != " @Region" || e.Caret != " ^" {
		t.Errorf("got %+v", e)
	}
	fault := errors.New("disk on fire")
	_, _, err = p.Eval(context.Background(), &formula.Env{Data: broken{fault}})
	if !errors.Is(err, fault) {
		t.Errorf("got %v, want the fault itself", err)
	}
}

type broken struct{ err error }

func (b broken) Lookup(_, _ string) (value.Vector, error) { return value.Vector{}, b.err }

func TestOffsetsCountCharacters(t *testing.T) {
	_, err := formula.Compile(`CONCAT("äöü😀", foo + 1)`, nil, formula.Scope{})
	if e := wantCode(t, err, "syntax"); e.Offset != 15 || len(e.Caret) != 16 {
		t.Errorf("got offset %d, caret %q", e.Offset, e.Caret)
	}
}

func TestLimits(t *testing.T) {
	big := value.Numbers(make([]float64, 200_000), nil)
	data := columns{"A": big}
	p := compile(t, `SUM(@A + 1 + 2 + 3 + 4)`, data.scope())
	for name, c := range map[string]struct {
		limits formula.Limits
		ok     bool
	}{
		"default":        {formula.Limits{}, true},
		"unlimited":      {formula.Unlimited(), true},
		"too long":       {formula.Limits{Items: 100_000}, false},
		"too big":        {formula.Limits{Bytes: 1_000_000}, false},
		"freed in time":  {formula.Limits{Bytes: 4_000_000}, true},
		"out of time":    {formula.Limits{Time: 1}, false},
		"time unlimited": {formula.Limits{Time: -1}, true},
	} {
		_, _, err := p.Eval(context.Background(), &formula.Env{Data: data, Limits: c.limits})
		if c.ok && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !c.ok {
			wantCode(t, err, "limit")
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := p.Eval(ctx, &formula.Env{Data: data}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

func TestBudgetIsFreedAcrossABatch(t *testing.T) {
	data := columns{"A": value.Numbers(make([]float64, 10_000), nil)}
	b := formula.NewBatch(&formula.Env{Data: data, Limits: formula.Limits{Bytes: 800_000}})
	for i := range 200 {
		sub := strings.Repeat("x", i)
		b.Add(formula.Part{Sub: sub}, compile(t, `SUM(SORT(@A + `+strings.Repeat("1", 1+i%9)+`, descending numeric) * 2)`, data.scope()))
	}
	for i, r := range b.EvalAll(context.Background()) {
		if r.Err != nil {
			t.Fatalf("formula %d: %v", i, r.Err)
		}
	}
}

func TestLengthAndDepth(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		code string
	}{
		"long":             {strings.Repeat(" ", 65<<10) + "1", "limit"},
		"deep parentheses": {strings.Repeat("(", 201) + "1" + strings.Repeat(")", 201), "limit"},
		"deep calls":       {strings.Repeat("SUM(", 201) + "1" + strings.Repeat(")", 201), "limit"},
		"deep powers":      {strings.Repeat("1^", 201) + "1", "limit"},
	} {
		_, err := formula.Compile(c.text, nil, formula.Scope{})
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		wantCode(t, err, c.code)
	}
	for _, text := range []string{"1" + strings.Repeat("+1", 30_000), "MAP(1,x,$x" + strings.Repeat("+1", 30_000) + ")"} {
		v, _, err := compile(t, text, formula.Scope{}).Eval(context.Background(), &formula.Env{})
		if err != nil || show(v) != "30001" {
			t.Errorf("a wide formula: got %s, %v", show(v), err)
		}
	}
}

func TestPanicsBecomeErrors(t *testing.T) {
	p := compile(t, `@Region`, sales)
	_, _, err := p.Eval(context.Background(), &formula.Env{Data: panicking{}})
	if err == nil || !strings.Contains(err.Error(), "panicked") {
		t.Errorf("got %v", err)
	}
}

type panicking struct{}

func (panicking) Lookup(_, _ string) (value.Vector, error) { panic("out of range") }

func TestEvaluationDoesNotChangeItsData(t *testing.T) {
	a := value.Items([]value.Item{value.Num(3), {}, value.Str("x"), value.Boolean(true)})
	data := columns{"A": a}
	before := show(a)
	for _, f := range fn.All() {
		for _, e := range f.Examples {
			text := strings.NewReplacer("@Units", "@A", "@Region", "@A", "@Note", "@A", "@Price", "@A", "@Rep", "@A", "@When", "@A").Replace(e.Formula)
			p, err := formula.Compile(text, nil, data.scope())
			if err != nil || strings.Contains(text, "[") || f.Form == fn.Source {
				continue // refers to more than the one column
			}
			if _, _, err := p.Eval(context.Background(), &formula.Env{Data: data, Now: time.Unix(0, 0)}); err != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	if show(a) != before {
		t.Errorf("the column became %s", show(a))
	}
}

func TestWarningCodesAreKept(t *testing.T) {
	p := compile(t, `ARRAY(1, 2) / ARRAY(0, 0, 0)`, formula.Scope{})
	v, warnings, err := p.Eval(context.Background(), &formula.Env{})
	if err != nil || show(v) != "∅, ∅, ∅" {
		t.Fatalf("got %s, %v", show(v), err)
	}
	if len(warnings) != 2 || warnings[0].Code != vec.DifferentLength || warnings[1].Code != vec.DivisionByZero {
		t.Errorf("got %v", warnings)
	}
	if math.Signbit(v.Item(0).Num) {
		t.Error("a blank carries a number")
	}
}
