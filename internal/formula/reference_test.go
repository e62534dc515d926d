package formula_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"octavo/internal/formula"
	"octavo/internal/formula/fn"
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
	CEILING(V) CEILING(V,N) FLOOR(V) FLOOR(V,N) SWITCH(L,L,L) SWITCH(L,L,L,L,L,_default_,L) MAP(L,v,L) MAP(V,v,SUM($v,L)) MAPFLAT(V,v,ARRAY($v,L))
	SET(v,L,($v+L)) IFERROR(L,L) IFERROR(MATCHES(V,"("),L)
	CAPITALIZE(T) CONCAT(T,L) CONCAT(T) CONTAINS(T,T) STARTSWITH(T,T) ENDSWITH(T,T) COUNTRY_CLEAN(C) COUNTRY_CLEAN(C,ISO_Alpha-2) COUNTRY_CLEAN(C,iso_numeric) INDEXOF(T,T) INDEXOF(T,T,N)
	LASTINDEXOF(T,T) LASTINDEXOF(T,T,N) JOIN(T) JOIN(L,T) LEFT(T) LEFT(T,N) RIGHT(T) RIGHT(T,L) LENGTH(T) LOWER(T) UPPER(T) NUMBERFORMAT(V) NUMBERFORMAT(V,N) NUMBERFORMAT(V,W,T)
	REMOVE_EMOJI(T) SUBSTITUTE(T,T,T) SUBSTITUTE(T,T,T,N) SUBSTRING(T,N) SUBSTRING(T,N,N) SUBSTRING(T,L,L) TEXT_REVERSE(T) TRIM_WHITESPACE(T) TRUNCATE(T,N) TRUNCATE(T,W,start,ellipsis)
	TRUNCATE(T,W,split,period) URLDECODE(T) URLENCODE(T) SPLIT(T,T) SPLIT(T,T,N) MATCHES(T,X) REGEX_EXTRACT(T,X) REGEX_EXTRACT(T,X,W) SUBSTITUTE_REGEX(T,X,T) SUBSTITUTE_REGEX(T,X,"<$1$0$$>",W)
	PI() NOW() TODAY() TODAY(Z) YESTERDAY() YESTERDAY(Z) DATEVALUE(D) DATEVALUE(D,P,Z) DATE(S,P) DATE(S,P,Z) DATE(DATEVALUE(D,P),P,Z) DATE_CONVERT(S,P,P) DATE_CONVERT(DATEVALUE(D,P),P,P)
	DATE_ADD(D,U,N) DATE_ADD(D,U,V,Z) DATE_SET(D,F,W,Z) DATE_SET(D,F,"31") DATE_CLOSEST(D,K) DATE_CLOSEST(D,K,forward,Z) DATE_CLOSEST(D,K,backward) DATE_DIFF(D,D,U) DATE_DIFF(D,D,U,Z)
	DATE_STARTOF(D,Q) DATE_STARTOF(D,Q,N,,Z) DATE_STARTOF(D,week,N,K,Z) DATE_STARTOF(D,year,N,A) DATE_ENDOF(D,Q,V,,Z) DATE_ENDOF(D,quarter,N,A,Z) DATE_IN(D,Q) DATE_IN(D,Q,N,,Z) DATE_IN(D,week,,K)
	DATE_UNITVALUE(D,R) DATE_UNITVALUE(D,R,,Z) DATE_UNITVALUE(D,week,K) DATE_UNITVALUE(D,week,A) DATE_UNITVALUE(D,day_of_week,K,Z) DATE_UNITVALUE(D,week_of_month,K) DATE_UNITVALUE(D,quarter,A) DATE_UNITVALUE(D,day_of_year,A)
	COUNT_DAYS(D,D) COUNT_DAYS(D,D,K,D,Z) COUNT_DAYS(D,D,ARRAY("Sat","sunday"),,Z) DATERANGE($r,DATE_ADD($r,day,V)) DATERANGE(S,S,P) TIME(T,"hh:mm") TIME(S,I)`)

// choices are what further letters of shapes stand for.
var choices = map[string][]string{
	"T": {"$t", "$u", "$t", "$u", `"a"`, `"an"`, `""`, `" "`, `"-"`, "$a"},
	"C": {`ARRAY("DEU", "fr", "", BLANK(), "Japan ")`, `"Atlantis"`, `ARRAY("brazil", "FRA", "nowhere", "de")`, "ARRAY()"},
	"X": {`"[a-z]+"`, `"(an)+"`, `"([a-z])([0-9])?"`, `"x*"`, `"^.?"`, `"é|-"`},
	"D": {"$r", "$s", "$r", "$s", "NOW()", "1710491400", "BLANK()", "$a"},
	"S": {"$w", "$w", "$w", "$t", "$a"},
	"P": {`"yyyy-MM-dd"`, `"dd/MM/yy"`, `"yyyyMMdd HHmm"`, `"EEEE d MMMM yyyy h:mm a"`, `"d MMM y, K:m:s a"`, `"yyyy-MM-dd'T'HH:mm:ssX"`, `"QQQ yyyy"`, `"yyyy D kk"`, `"YYYY w"`, `"''W F u E L"`, `"HH:mm:ss.SSS Z"`, `"unix"`, `"unixms"`, `"excel"`},
	"Z": {`"Europe/Paris"`, `"America/New_York"`, `"UTC"`, `"Asia/Tokyo"`},
	"U": {"second", "minute", "hour", "day", "week", "month", "quarter", "year"},
	"F": {"second", "minute", "hour", "day", "month"},
	"Q": {"hour", "day", "week", "month", "quarter", "year"},
	"R": {"second", "minute", "hour", "day", "day of week", "day of year", "week", "week of month", "month", "quarter", "year"},
	"K": {"Sunday", "mon", "Wednesday", `"sat"`},
	"A": {"January", "apr", `"July"`, "December"},
	"I": {`"hh:mm:ss"`, `"mmss"`, `"d"`, `"ddhhmmss"`, `"dd hh"`},
}

// kinds are the items of the variables with texts, dates, and texts of dates.
var kinds = map[string][]any{
	"t": {nil, "", "banana", " a-b  c ", "é été", "x1 y22", "a%20b+%C3%A9%FF%2", "north sea (oil) 3rd", "Done ✅👍🏽", "a,b,,c", "DEU", "fr", "Japan ", "12:30", 12.5, true, "ß", "日本"},
	"r": {nil, "", "x", "1710491400", true, 0.0, 1710491400.25, 1711846800.0, 1711850400.0, 1729989000.0, 1729992600.0, 1710055800.0, 1730611800.0, 1704067199.0, 1704067200.0, 1709164800.0, 1706659200.5, -86400.0, 1735603200.0},
	"w": {nil, "", "x", "2024-03-15", "2024-2-31", "15/03/24", "01/12/99", "20240315 0930", "Friday 15 march 2024 12:05 am", "5 Sep 2024, 11:7:8 PM", "2024-03-31T02:30:00Z", "2024-10-27T02:30:00+0200", "Q3 2023", "2024 60 24", "2024 53", " 10:11:12.5 -0500", "1:02:03", "90", "0230", "3 12", 20240315.0},
}

// outer are calls whose results are exact to some digits only: they are not
// put into others, where a last digit could decide a comparison.
var outer = strings.Fields(`
	MA_EXPONENTIAL(L,W) STDEV(L) STDEVP(L) VARIANCE(L) VARIANCEP(L) SQRT(L) EXP(V) LN(L) PERCENTILE(L,0.3) QUARTILE(L,N) ERF(L) ERF(L,L) ERFC(L) NORMSDIST(L)
	SLOPE(L,L) INTERCEPT(L,L) CORREL(L,L) FORECAST(L,L,L) ZTEST(L,V) ZTEST(L,V,V) STANDARDIZE(L,V,V) LOG(L) LOG(L,L)`)

var items = []any{
	nil, "", "x", "X", "a b", "5", " 1,000 ", "12%", "(2)", "true", "no", true, false, 0.0, 1.0, -1.0, 2.0, 2.5, -0.5, 10.0, 0.1, 0.2, 0.3, 1000.5, 12345.678,
}

var (
	places = regexp.MustCompile(`\b[A-Z]\b`)
	joints = regexp.MustCompile(`([a-z])_([a-z])`)
)

// randomCall fills a shape.
func randomCall(t *rapid.T, shape string, depth int) string {
	name, args, _ := strings.Cut(shape, "(")
	args = joints.ReplaceAllString(strings.ReplaceAll(args, ",", ", "), "$1 $2")
	return name + "(" + places.ReplaceAllStringFunc(args, func(letter string) string {
		switch letter {
		case "L":
			return randomFormula(t, depth-1)
		case "N":
			return fmt.Sprint(rapid.IntRange(-3, 4).Draw(t, "number"))
		case "W":
			return fmt.Sprint(rapid.IntRange(0, 4).Draw(t, "count"))
		case "V":
			return "$" + rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "variable")
		}
		return rapid.SampledFrom(choices[letter]).Draw(t, "choice")
	})
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

// randomClock is a time and a place; Paris and New York change their clocks.
func randomClock(t *rapid.T) naive.Clock {
	zone, err := time.LoadLocation(rapid.SampledFrom([]string{"UTC", "Europe/Paris", "America/New_York"}).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	now := rapid.SampledFrom([]int64{1710491400, 1711846800, 1730611800, 1735689599}).Draw(t, "now")
	return naive.Clock{Now: time.Unix(now, 0), Zone: zone, WeekStart: time.Weekday(rapid.IntRange(0, 6).Draw(t, "week"))}
}

// TestEngineAgreesWithTheNaiveOne compares lists and warnings of random
// formulas over random data.
func TestEngineAgreesWithTheNaiveOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vars := map[string][]any{}
		for _, name := range []string{"a", "b", "c", "d"} {
			vars[name] = rapid.SliceOfN(rapid.SampledFrom(items), 0, 7).Draw(t, name)
		}
		for _, v := range []struct{ name, kind string }{{"t", "t"}, {"u", "t"}, {"r", "r"}, {"s", "r"}, {"w", "w"}} {
			vars[v.name] = rapid.SliceOfN(rapid.SampledFrom(kinds[v.kind]), 0, 5).Draw(t, v.name)
		}
		clock := randomClock(t)
		for range 25 {
			if rapid.IntRange(0, 9).Draw(t, "outer") < 2 {
				agree(t, randomCall(t, rapid.SampledFrom(outer).Draw(t, "shape"), 2), vars, clock, 1e-6)
			} else {
				agree(t, randomFormula(t, 3), vars, clock, 1e-12)
			}
		}
	})
}

// TestEveryFunctionIsCompared: random formulas call all functions but
// DATASOURCE, whose data the naive engine does not have.
func TestEveryFunctionIsCompared(t *testing.T) {
	called := map[string]bool{"DATASOURCE": true}
	for _, shape := range slices.Concat(shapes, outer) {
		name, _, _ := strings.Cut(shape, "(")
		called[name] = true
	}
	for _, f := range fn.All() {
		if !called[f.Name] {
			t.Errorf("no random formula calls %s", f.Name)
		}
	}
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
		clock := naive.Clock{Now: in.Env.Now}
		if _, _, err := evalVars(text, vars, clock); err != nil {
			continue // about other data, or rejected
		}
		if _, err := naive.EvalAt(text, vars, clock); err != nil {
			continue
		}
		agree(t, text, vars, clock, 1e-9)
		compared++
	}
	if compared < 1200 {
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
func agree(t reporter, text string, vars map[string][]any, clock naive.Clock, tolerance float64) {
	t.Helper()
	want, err := naive.EvalAt(text, vars, clock)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	got, warnings, err := evalVars(text, vars, clock)
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
		t.Fatalf("%s\nvariables %#v\nthe engine gives %#v\nthe naive one  %#v", text, vars, got, want.Items)
	}
	if a, b := slices.Sorted(maps.Keys(warnings)), slices.Sorted(maps.Keys(want.Warnings)); !slices.Equal(a, b) {
		t.Fatalf("%s\nvariables %v\nthe engine warns of %v\nthe naive one of  %v", text, vars, a, b)
	}
}

// evalVars evaluates a formula over variables with the engine.
func evalVars(text string, vars map[string][]any, clock naive.Clock) ([]any, map[string]bool, error) {
	env := &formula.Env{Vars: map[string]value.Vector{}, Now: clock.Now, Zone: clock.Zone, WeekStart: clock.WeekStart}
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
