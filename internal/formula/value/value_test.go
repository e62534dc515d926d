package value_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"

	"octavo/internal/formula/value"
)

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]string{
		"12": "12", " 12 ": "12", "\u00a012": "12", "-3.5": "-3.5", "+1e3": "1000", "1E-2": "0.01", "1,250.5": "1250.5", "1,234,567": "1234567",
		"(3)": "-3", "(1,000%)": "-10", "12%": "0.12", "$5": "5", "-€2.5": "-2.5", "£1,000": "1000", "¥7%": "0.07",
		"": "", "12 kg": "", "1,2": "", "1,23,456": "", "1234,567": "", "1.": "", ".5": "", "1e": "", "e3": "", "$": "", "--1": "", "()": "", "(": "",
		"1 000": "", "0x10": "", "Inf": "", "NaN": "", "1e999": "", "5$": "", "$-5": "", "1_000": "", "٣": "", "12%%": "",
	} {
		f, ok := value.ParseNumber(text)
		got := ""
		if ok {
			got = strconv.FormatFloat(f, 'f', -1, 64)
		}
		if got != want {
			t.Errorf("ParseNumber(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestFormatNumber(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", 12: "12", -7: "-7", 0.5: "0.5", 0.1 + 0.2: "0.3", 1e14: "100000000000000", 999999999999999: "999999999999999", 1e15: "1e15",
		1e-6: "0.000001", 1e-7: "1e-7", -1.5e-9: "-1.5e-9", 1.0 / 3: "0.333333333333333", 123456.789: "123456.789", 1e300: "1e300", 2.5e15: "2.5e15",
	} {
		if got := value.FormatNumber(f); got != want {
			t.Errorf("FormatNumber(%v) = %q, want %q", f, got, want)
		}
	}
}

var mixture = []value.Item{value.Num(1), {}, value.Str("a"), value.Boolean(true), value.Str(""), value.Num(1), value.Str("a"), value.Boolean(false)}

func TestBuilderKeepsItems(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		items := make([]value.Item, r.IntN(200))
		few := 1 + r.IntN(len(mixture))
		for i := range items {
			items[i] = mixture[r.IntN(few)]
		}
		v := value.Items(items)
		if got := v.All(); !slices.Equal(got, items) {
			t.Fatalf("got %v, want %v", got, items)
		}
		for i := range items {
			if v.IsBlank(i) != (items[i].Kind == value.Blank) {
				t.Fatalf("item %d: IsBlank is %v", i, v.IsBlank(i))
			}
		}
		checkDerived(t, r, v, items)
	}
}

// checkDerived compares everything computed from a vector with its items.
func checkDerived(t *testing.T, r *rand.Rand, v value.Vector, items []value.Item) {
	t.Helper()
	n := len(items)
	lo := r.IntN(n + 1)
	hi := lo + r.IntN(n-lo+1)
	if got := v.Slice(lo, hi).All(); !slices.Equal(got, items[lo:hi]) {
		t.Fatalf("Slice(%d, %d) = %v, want %v", lo, hi, got, items[lo:hi])
	}
	joined := value.Concat(v, value.Blanks(2), v.Slice(lo, hi)).All()
	if want := slices.Concat(items, []value.Item{{}, {}}, items[lo:hi]); n > 0 && !slices.Equal(joined, want) {
		t.Fatalf("Concat = %v, want %v", joined, want)
	}
	num, present, truths := v.Numeric(), v.Present(), v.Truths()
	coded := v.Coded()
	for i, it := range items {
		f, ok := it.Number()
		j := i
		if v.IsConst() {
			j = 0
		}
		if num.Vals[j] != f || num.OK.Get(j) != ok || present.Get(j) != !it.IsEmpty() || truths[j] != it.Truth() {
			t.Fatalf("item %v: number %v %v, present %v, truth %v", it, num.Vals[j], num.OK.Get(j), present.Get(j), truths[j])
		}
		if got := coded.Entries.Item(int(coded.Codes[j])); got != it {
			t.Fatalf("item %v is coded as %v", it, got)
		}
	}
	seen := map[value.Item]bool{}
	for i, it := range coded.Entries.All() {
		if seen[it] || !slices.Contains(items, it) {
			t.Fatalf("the entries %v of %v hold %v twice or without need", coded.Entries.All(), items, it)
		}
		seen[it] = true
		if present := coded.Entries.Present(); !coded.Entries.IsConst() && present.Get(i) == it.IsEmpty() {
			t.Fatalf("entry %v of %v is present: %v", it, items, present.Get(i))
		}
	}
}

func TestTakeGivesBlanksForNegativePositions(t *testing.T) {
	for _, v := range []value.Vector{value.Items(mixture), value.Const(value.Str("x"), 3), value.Numbers([]float64{5, 6, 7}, nil)} {
		got := v.Take([]int32{2, -1, 0})
		if want := []value.Item{v.Item(2), {}, v.Item(0)}; !slices.Equal(got.All(), want) {
			t.Errorf("got %v, want %v", got.All(), want)
		}
	}
}

func TestACutHeaderLeavesOneKind(t *testing.T) {
	v := value.Of(value.Str("Units"), value.Num(1), value.Num(2))
	if got := v.Slice(1, 3).Kind(); v.Kind() != value.Mixed || got != value.Number {
		t.Errorf("kinds %v and %v, want mixed and number", v.Kind(), got)
	}
}

func TestChoose(t *testing.T) {
	a, b := value.Items(mixture[:4]), value.Const(value.Str("a"), 4)
	got := value.Choose([]uint8{0, 1, 1, 0}, a, b).All()
	if want := []value.Item{mixture[0], value.Str("a"), value.Str("a"), mixture[3]}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestJoinMergesEqualTexts(t *testing.T) {
	v := value.Join([]string{"x", "y", "x"}, []uint32{2, 1, 0})
	if len(v.Dict()) != 2 || v.Codes()[0] != v.Codes()[2] {
		t.Errorf("dictionary %v, codes %v", v.Dict(), v.Codes())
	}
}

func TestVectorIsSharedSafely(t *testing.T) {
	b := value.NewBuilder(1000)
	for i := range 1000 {
		b.AppendText(strconv.Itoa(i % 7))
	}
	v := b.Vector()
	var wg sync.WaitGroup
	sums := make([]float64, 8)
	for i := range sums {
		wg.Go(func() {
			for _, f := range v.Numeric().Vals {
				sums[i] += f
			}
			sums[i] += float64(v.Groups().Keys.Len())
		})
	}
	wg.Wait()
	for _, s := range sums {
		if s != sums[0] || s == 0 {
			t.Fatalf("got %v", sums)
		}
	}
}
