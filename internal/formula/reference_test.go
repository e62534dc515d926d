package formula_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"octavo/internal/formula"
	"octavo/internal/formula/naive"
	"octavo/internal/formula/value"
)

// shapes are calls for random formulas: L is any formula, N a small whole
// number, W a window or count, V a variable.
var shapes = strings.Fields(`
	ARRAY(L,L) BLANK(N) COUNTDISTINCT(L) FIRST(L,N) LAST(L,N) GROUP(L) GROUPBY(L,L) GROUPBY(L,L,average) GROUPBY(L,L,min) GROUPBY(L,L,max)
	GROUPBY(L,L,count) GROUPBY(L,L,join) GROUPBY(L,L,countdistinct) GROUPBY(L,L,first) GROUPBY(L,L,last) GROUPBY(L,L,median) LOOKUP(L,L,L)
	PADVALUES(L,N,L) REPEAT(L,N) REPLACE(L,L,L) REPLACE(L,L) REVERSE(L) SELECT(L,L) SLICE(L,N) SLICE(L,N,N) SORT(L,ascending) SORT(L,descending,L)
	SORT(L,ascending_numeric) SORT(L,descending_numeric,L) SPLICE(L,N,N,L) SPLICE(L,N,N) TRIM(L) TRIM(L,L) AND(L,L) OR(L,L,L) NOT(L) XOR(L,L) IF(L,L,L) IF(L,L)
	IN(L,L) BETWEEN(L,L,L) ABS(L) AVERAGE(L) AVERAGE(L,L) AVERAGEIF(L,L) COUNT(L,L) COUNTALL(L) COUNTBLANK(L) COUNTIF(L) COUNTNUMERIC(L) CUMULATIVE(L)
	CUMULATIVE_DIFFERENCE(L) CUMULATIVE_DIFFERENCE(L,Use_zero) CUMULATIVE_DIFFERENCE(L,Use_first_value) MAX(L) MAX(L,L) MEDIAN(L) MIN(L) MIN(L,L) MOD(L,L) MODE(L)
	POWER(L,N) ROUND(L,N) ROUND(L) SUM(L) SUM(L,L) SUMIF(L,L) MA_SIMPLE(L,W) MA_CUMULATIVE(L) RANK(L) RANK(L,ascending) SIGN(L) INT(V) TRUNC(V,N) ISBLANK(L) ISNUMBER(L) ISTEXT(L)
	IFBLANK(L,L) COALESCE(L,L,L) INDEX(L,N) INDEX(L,V) POSITION(L,L) UNIQUE(L) TOP(L,W) TOP(L,W,L) BOTTOM(L,W) LAG(L,N,L) LAG(L) FILL_DOWN(L) SEQUENCE(N,W,N) SHARE(V) NUMBER(L) TEXT(L)
	CEILING(V) CEILING(V,N) FLOOR(V) FLOOR(V,N)`)

// outer are calls whose results are exact to some digits only: they are not
// put into others, where a last digit could decide a comparison.
var outer = strings.Fields(`
	MA_EXPONENTIAL(L,W) STDEV(L) STDEVP(L) VARIANCE(L) VARIANCEP(L) SQRT(L) EXP(V) LN(L) PERCENTILE(L,0.3) QUARTILE(L,N) ERF(L) ERF(L,L) ERFC(L) NORMSDIST(L)
	SLOPE(L,L) INTERCEPT(L,L) CORREL(L,L) FORECAST(L,L,L) ZTEST(L,V) ZTEST(L,V,V) STANDARDIZE(L,V,V) LOG(L) LOG(L,L)`)

var items = []any{
	nil, "", "x", "X", "a b", "5", " 1,000 ", "12%", "(2)", "true", "no", true, false, 0.0, 1.0, -1.0, 2.0, 2.5, -0.5, 10.0, 0.1, 0.2, 0.3, 1000.5, 12345.678,
}

// randomCall fills a shape.
func randomCall(t *rapid.T, shape string, depth int) string {
	name, args, _ := strings.Cut(strings.TrimSuffix(shape, ")"), "(")
	out := strings.Split(args, ",")
	for i, a := range out {
		switch a {
		case "L":
			out[i] = randomFormula(t, depth-1)
		case "N":
			out[i] = fmt.Sprint(rapid.IntRange(-3, 4).Draw(t, "number"))
		case "W":
			out[i] = fmt.Sprint(rapid.IntRange(0, 4).Draw(t, "count"))
		case "V":
			out[i] = "$" + rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "variable")
		default:
			out[i] = strings.ReplaceAll(a, "_", " ")
		}
	}
	return name + "(" + strings.Join(out, ", ") + ")"
}

func randomFormula(t *rapid.T, depth int) string {
	kind := rapid.IntRange(0, 9).Draw(t, "kind")
	switch {
	case depth <= 0 || kind < 2:
		return rapid.SampledFrom([]string{"$a", "$b", "$c", "$d", "$a", "$b", "0", "1", "2.5", `"5"`, `"x"`, `""`, "true", "BLANK()", "ARRAY()"}).Draw(t, "leaf")
	case kind < 4:
		op := rapid.SampledFrom([]string{"+", "-", "*", "/", "=", "<>", "<", "<=", ">", ">="}).Draw(t, "operator")
		return "(" + randomFormula(t, depth-1) + " " + op + " " + randomFormula(t, depth-1) + ")"
	case kind < 5:
		return "-" + randomFormula(t, 0)
	}
	return randomCall(t, rapid.SampledFrom(shapes).Draw(t, "shape"), depth)
}

// TestEngineAgreesWithTheNaiveOne compares lists and warnings of random
// formulas over random data.
func TestEngineAgreesWithTheNaiveOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vars := map[string][]any{}
		for _, name := range []string{"a", "b", "c", "d"} {
			vars[name] = rapid.SliceOfN(rapid.SampledFrom(items), 0, 7).Draw(t, name)
		}
		for range 25 {
			if rapid.IntRange(0, 9).Draw(t, "outer") < 2 {
				agree(t, randomCall(t, rapid.SampledFrom(outer).Draw(t, "shape"), 2), vars, 1e-6)
			} else {
				agree(t, randomFormula(t, 3), vars, 1e-12)
			}
		}
	})
}

// TestScriptsAgreeWithTheNaiveEngine evaluates the cases of the scripts that
// the naive engine understands, the columns being variables.
func TestScriptsAgreeWithTheNaiveEngine(t *testing.T) {
	in := readData(t, "orders.json")
	vars, compared := map[string][]any{}, 0
	for _, name := range []string{"Region", "Rep", "Units", "Price", "Code", "When", "Note"} {
		list, _, err := compile(t, "@"+name, in.Scope).Eval(context.Background(), &in.Env)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range list.All() {
			vars[name] = append(vars[name], plainOf(it))
		}
	}
	for _, text := range cases(t) {
		for name := range vars {
			text = strings.ReplaceAll(text, "@"+name, "$"+name)
		}
		if strings.Contains(text, "000000") {
			continue // too much for the naive engine
		}
		_, _, rejected := evalVars(text, vars)
		if _, err := naive.Eval(text, vars); err != nil || rejected != nil {
			continue // about other data, or rejected
		}
		agree(t, text, vars, 1e-9)
		compared++
	}
	if compared < 500 {
		t.Errorf("only %d cases were compared", compared)
	}
}

// reporter is a test of either kind.
type reporter interface {
	Helper()
	Fatalf(format string, args ...any)
}

// agree compares the engines on one formula; numbers may differ by tolerance,
// relative to them or to 1.
func agree(t reporter, text string, vars map[string][]any, tolerance float64) {
	t.Helper()
	want, err := naive.Eval(text, vars)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	got, warnings, err := evalVars(text, vars)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	alike := func(a, b any) bool {
		x, isX := a.(float64)
		y, isY := b.(float64)
		if isX && isY {
			return math.Abs(x-y) <= tolerance*max(1, math.Abs(y))
		}
		return a == b
	}
	if !slices.EqualFunc(got, want.Items, alike) {
		t.Fatalf("%s\nvariables %v\nthe engine gives %#v\nthe naive one  %#v", text, vars, got, want.Items)
	}
	if a, b := slices.Sorted(maps.Keys(warnings)), slices.Sorted(maps.Keys(want.Warnings)); !slices.Equal(a, b) {
		t.Fatalf("%s\nvariables %v\nthe engine warns of %v\nthe naive one of  %v", text, vars, a, b)
	}
}

// evalVars evaluates a formula over variables with the engine.
func evalVars(text string, vars map[string][]any) ([]any, map[string]bool, error) {
	env := &formula.Env{Vars: map[string]value.Vector{}}
	for name, list := range vars {
		b := value.NewBuilder(len(list))
		for _, x := range list {
			b.Append(itemOf(x))
		}
		env.Vars[name] = b.Vector()
	}
	p, err := formula.Compile(text, nil, formula.Scope{})
	if err != nil {
		return nil, nil, err
	}
	v, warnings, err := p.Eval(context.Background(), env)
	var out []any
	for _, it := range v.All() {
		out = append(out, plainOf(it))
	}
	codes := map[string]bool{}
	for _, w := range warnings {
		codes[w.Code] = true
	}
	return out, codes, err
}

func itemOf(x any) value.Item {
	switch x := x.(type) {
	case float64:
		return value.Num(x)
	case string:
		return value.Str(x)
	case bool:
		return value.Boolean(x)
	}
	return value.Item{}
}

func plainOf(it value.Item) any {
	switch it.Kind {
	case value.Number:
		return it.Num
	case value.Text:
		return it.Str
	case value.Bool:
		return it.Bool
	}
	return nil
}
