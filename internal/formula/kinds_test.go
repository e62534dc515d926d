package formula_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"octavo/internal/formula/fn"
	"octavo/internal/formula/syntax"
)

// anyColumn knows every column of the fixture, so that formulas parse.
type anyColumn struct{}

func (anyColumn) Match(sign byte, text string) int {
	for _, name := range []string{"Region", "Rep", "Units", "Price", "Code", "When", "Note"} {
		if sign == '@' && strings.HasPrefix(text, name) {
			return len(name)
		}
	}
	return 0
}

func (anyColumn) Tree() bool { return false }

// TestEveryFunctionHasCasesOfEachKind reads testdata/kinds.test: a heading for each
// function, and below it cases of its kinds, each a call of the function. Only those
// that take two lists can have lists of unequal length, and only those with an
// argument can have one that is blank, empty or mixed.
func TestEveryFunctionHasCasesOfEachKind(t *testing.T) {
	text, err := os.ReadFile("testdata/kinds.test")
	if err != nil {
		t.Fatal(err)
	}
	have, name := map[string][]string{}, ""
	for _, chunk := range strings.Split(string(text), "\n\n") {
		input, result, ok := strings.Cut(chunk, "\n----\n")
		heading, formula, _ := strings.Cut(strings.TrimPrefix(input, "# "), "\n")
		if !ok {
			name = heading
			continue
		}
		tree, failed := syntax.Parse(formula, anyColumn{}, syntax.Limits{})
		if call, isCall := tree.(*syntax.Call); failed != nil || !isCall || call.Name != name {
			t.Errorf("below %s stands %s, %v", name, formula, failed)
		}
		if heading == "unequal" && !strings.Contains(result, "warning different_length") && !flattens(name) {
			t.Errorf("%s has no lists of different length", formula)
		}
		have[name] = append(have[name], heading)
	}
	for _, f := range fn.All() {
		want := []string{"normal", "wrong type"}
		if len(f.Params) > 0 {
			want = append(want, "blank", "empty")
		}
		if slices.ContainsFunc(f.Params, mixes) {
			want = append(want, "mixed")
		}
		if slices.Contains(unequal, f.Name) {
			want = append(want, "unequal")
		}
		for _, kind := range want {
			if !slices.Contains(have[f.Name], kind) {
				t.Errorf("%s has no case that is %s", f.Name, kind)
			}
		}
	}
}

// flattens says whether a function puts its lists one behind the other.
func flattens(name string) bool {
	return slices.Contains([]string{"ARRAY", "COUNT", "COUNTALL", "SPLICE"}, name)
}

// mixes says whether a parameter takes a list, not a word, zone or the like.
func mixes(p fn.Param) bool {
	return p.Kind != fn.Zone && p.Kind != fn.SourceID && p.Kind != fn.PointerTo
}

// unequal are the functions that pair the items of two lists or put them together.
var unequal = strings.Fields(`
	AND ARRAY AVERAGE AVERAGEIF BETWEEN BOTTOM CEILING COALESCE CONCAT CONTAINS CORREL COUNT COUNTALL COUNT_DAYS DATE_ADD DATE_DIFF DATE_ENDOF DATE_IN
	DATE_SET DATE_STARTOF ENDSWITH ERF FLOOR FORECAST GROUPBY IF IFBLANK INDEXOF INTERCEPT LASTINDEXOF LEFT LOG LOOKUP MATCHES MAX MIN MOD NUMBERFORMAT
	OR POWER REGEX_EXTRACT RIGHT ROUND SELECT SLOPE SORT SPLICE SPLIT STANDARDIZE STARTSWITH SUBSTITUTE SUBSTITUTE_REGEX SUBSTRING SUM SUMIF SWITCH TOP
	TRUNC TRUNCATE XOR`)
