package fn_test

import (
	"context"
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"octavo/internal/formula"
	"octavo/internal/formula/value"

	"pgregory.net/rapid"
)

// eval evaluates a formula with variables; every variable is one item or a list.
func eval(t interface{ Fatal(...any) }, text string, vars map[string]value.Vector) value.Vector {
	p, err := formula.Compile(text, nil, formula.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	v, _, err := p.Eval(context.Background(), &formula.Env{Vars: vars, Now: time.Unix(1710491400, 0)})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func texts(s ...string) value.Vector {
	items := make([]value.Item, len(s))
	for i := range s {
		items[i] = value.Str(s[i])
	}
	return value.Items(items)
}

func numbers(n ...int) value.Vector {
	items := make([]value.Item, len(n))
	for i := range n {
		items[i] = value.Num(float64(n[i]))
	}
	return value.Items(items)
}

// few letters make repeats likely; some take two and four bytes.
var word = rapid.StringOfN(rapid.SampledFrom([]rune("aabé👍 ")), 0, 12, -1)

// TestPartsAgreeWithRunes compares the functions that cut with slices of code points.
func TestPartsAgreeWithRunes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(word, 2, 6).Draw(t, "texts")
		from, to := rapid.IntRange(-14, 14).Draw(t, "from"), rapid.IntRange(-14, 14).Draw(t, "to")
		vars := map[string]value.Vector{"t": texts(list...), "a": numbers(from), "b": numbers(to)}
		cut := func(r []rune, lo, hi int) string {
			lo, hi = max(0, min(lo, len(r))), max(0, min(hi, len(r)))
			return string(r[min(lo, hi):hi])
		}
		for name, want := range map[string]func(r []rune) string{
			"LEFT($t, $a)":          func(r []rune) string { return cut(r, 0, from) },
			"RIGHT($t, $a)":         func(r []rune) string { return cut(r, len(r)-max(from, 0), len(r)) },
			"TRUNCATE($t, $a)":      func(r []rune) string { return cut(r, 0, from) },
			"TEXT_REVERSE($t)":      func(r []rune) string { slices.Reverse(r); return string(r) },
			"SUBSTRING($t, $a, $b)": func(r []rune) string { return cut(r, wrap(from, len(r)), wrap(to, len(r))) },
		} {
			got := eval(t, name, vars)
			for i, s := range list {
				if w := want([]rune(s)); got.Item(i) != value.Str(w) {
					t.Errorf("%s of %q, %d, %d is %q, want %q", name, s, from, to, got.Item(i).Str, w)
				}
			}
		}
	})
}

func wrap(n, length int) int {
	if n < 0 {
		return max(0, n+length)
	}
	return n
}

// TestIndexesAgreeWithSearch looks at every position for the text.
func TestIndexesAgreeWithSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, search := word.Draw(t, "text"), rapid.StringOfN(rapid.SampledFrom([]rune("aé")), 0, 3, -1).Draw(t, "search")
		r := []rune(s)
		var places []int
		for i := range len(r) + 1 {
			if strings.HasPrefix(string(r[i:]), search) {
				places = append(places, i)
			}
		}
		for n := 1; n <= len(places)+1; n++ {
			vars := map[string]value.Vector{"t": texts(s), "s": texts(search), "n": numbers(n)}
			first, last := value.Item{}, value.Item{}
			if n <= len(places) {
				first, last = value.Num(float64(places[n-1])), value.Num(float64(places[len(places)-n]))
			}
			if got := eval(t, "INDEXOF($t, $s, $n)", vars).Item(0); got != first {
				t.Errorf("%q in %q for time %d: %v, want %v", search, s, n, got, first)
			}
			if got := eval(t, "LASTINDEXOF($t, $s, $n)", vars).Item(0); got != last {
				t.Errorf("%q in %q for time %d from the end: %v, want %v", search, s, n, got, last)
			}
		}
	})
}

func TestSplitUndoesJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(word, 1, 6).Draw(t, "texts")
		vars := map[string]value.Vector{"t": texts(list...), "n": numbers(len(list) - 1)}
		got := eval(t, `SPLIT(JOIN($t, ";"), ";")`, vars)
		if want := texts(list...); !slices.Equal(got.All(), want.All()) {
			t.Errorf("%q becomes %v", list, got.All())
		}
		if last := eval(t, `SPLIT(JOIN($t, ";"), ";", $n)`, vars).Item(0); last.Str != list[len(list)-1] {
			t.Errorf("the last of %q is %q", list, last.Str)
		}
	})
}

func TestAddressesAgreeWithNetURL(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		want := strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
		vars := map[string]value.Vector{"t": texts(s)}
		if got := eval(t, "URLENCODE($t)", vars).Item(0).Str; got != want {
			t.Errorf("%q is encoded %q, want %q", s, got, want)
		}
		if got := eval(t, "URLDECODE(URLENCODE($t))", vars).Item(0).Str; got != s {
			t.Errorf("%q comes back as %q", s, got)
		}
		odd := rapid.StringMatching(`([a+%4C]|%[0-9A-F]{2}){0,8}`).Draw(t, "address")
		got := eval(t, "URLDECODE($t)", map[string]value.Vector{"t": texts(odd)}).Item(0).Str
		if want, err := url.QueryUnescape(odd); err == nil && want == strings.ToValidUTF8(want, "") && got != want {
			t.Errorf("%q is decoded %q, want %q", odd, got, want)
		}
	})
}

// TestNumberformatIsExact compares with rational numbers: the decimal text of
// the number is rounded half away from zero.
func TestNumberformatIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(-1e12, 1e12).Draw(t, "units")
		scale := rapid.IntRange(0, 6).Draw(t, "decimals of the number")
		digits := rapid.IntRange(0, 8).Draw(t, "precision")
		exact := new(big.Rat).SetFrac(big.NewInt(cents), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil))
		f, _ := exact.Float64()
		want := exact.FloatString(digits) // half away from zero, too
		if strings.Trim(want, "-0.") == "" {
			want = strings.TrimPrefix(want, "-")
		}
		vars := map[string]value.Vector{"n": value.Of(value.Num(f)), "d": numbers(digits)}
		if got := eval(t, "NUMBERFORMAT($n, $d)", vars).Item(0).Str; got != want {
			t.Errorf("%s with %d decimals is %s, want %s", exact.FloatString(scale), digits, got, want)
		}
		if got := eval(t, `NUMBERFORMAT($n, $d, ",")`, vars).Item(0).Str; strings.ReplaceAll(got, ",", "") != want || !grouped.MatchString(got) {
			t.Errorf("%s with separators is %s", want, got)
		}
	})
}

var grouped = regexp.MustCompile(`^-?[0-9]{1,3}(,[0-9]{3})*(\.[0-9]+)?$`)
