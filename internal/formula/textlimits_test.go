package formula_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"octavo/internal/formula"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
)

// TestTextsStayInTheBudget: formulas that write far more than they read end
// with code limit before the memory is taken, and small ones of the same form do not.
func TestTextsStayInTheBudget(t *testing.T) {
	const rows = 20_000
	items := make([]value.Item, rows)
	for i := range items {
		items[i] = value.Str(fmt.Sprintf("row %d", i))
	}
	long := strings.Repeat("x", 50_000)
	vars := map[string]value.Vector{
		"rows": value.Items(items), "twice": value.Items(append(items[:rows/2:rows/2], items[:rows/2]...)),
		"long": value.Of(value.Str(long)), "x": value.Of(value.Str("x")), "nothing": value.Of(value.Str("")),
	}
	for _, f := range []string{
		`CONCAT($rows, %s)`, `CONCAT(%s, $twice, $rows)`, `SUBSTITUTE($rows, "row", %s)`, `SUBSTITUTE($long, "x", %s)`,
		`SUBSTITUTE_REGEX($rows, "[0-9]+", %s)`, `SUBSTITUTE_REGEX($long, "x", %s)`, `JOIN($rows, %s)`,
	} {
		for arg, want := range map[string]string{"$long": syntax.CodeLimit, "$x": ""} {
			text := fmt.Sprintf(f, arg)
			p, err := formula.Compile(text, nil, formula.Scope{})
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = p.Eval(context.Background(), &formula.Env{Vars: vars, Limits: formula.Limits{Bytes: 64 << 20}})
			var e *formula.Error
			if errors.As(err, &e); (e == nil) != (want == "") || e != nil && e.Code != want {
				t.Errorf("%s: %v, want code %q", text, err, want)
			}
		}
	}
}

// TestLargeExpressionsAreRefused: what Go could not stop in time is not started.
func TestLargeExpressionsAreRefused(t *testing.T) {
	vars := map[string]value.Vector{"text": value.Of(value.Str(strings.Repeat("a", 1<<20)))}
	for text, want := range map[string]string{
		`MATCHES($text, "^(abcdefgh|b){400}$")`:              syntax.CodeLimit,
		`MATCHES($text, "b$")`:                               "",
		`REGEX_EXTRACT($text, "a{1000}b|(?:cdefghij){300}")`: syntax.CodeLimit,
	} {
		p, err := formula.Compile(text, nil, formula.Scope{})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = p.Eval(context.Background(), &formula.Env{Vars: vars})
		var e *formula.Error
		if errors.As(err, &e); (e == nil) != (want == "") || e != nil && e.Code != want {
			t.Errorf("%s: %v, want code %q", text, err, want)
		}
	}
}
