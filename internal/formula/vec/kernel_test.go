package vec_test

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// pool are items whose comparison takes every rule of formulas.md §4.1.
var pool = []value.Item{
	{}, value.Str(""), value.Num(0), value.Num(1), value.Num(-2.5), value.Str("1"), value.Str("1.0"), value.Str("a"),
	value.Str("B"), value.Str("true"), value.Str("FALSE"), value.Boolean(true), value.Boolean(false), value.Str(" 10% "), value.Num(10), value.Str("10"),
}

// lists makes lists of every kind: single, constant, and random over parts of the pool.
func lists(r *rand.Rand, n int) []value.Vector {
	kinds := [][]value.Item{pool, {value.Num(1), value.Num(2), {}}, {value.Num(1), value.Num(0)}, {value.Str("a"), value.Str("1"), {}}, {value.Boolean(true), {}, value.Boolean(false)}, {{}}}
	var out []value.Vector
	for _, k := range kinds {
		items := make([]value.Item, n)
		for i := range items {
			items[i] = k[r.IntN(len(k))]
		}
		out = append(out, value.Items(items), value.Items(items[:1]), value.Const(items[0], n))
	}
	return out
}

func newRun() *vec.Run { return vec.NewRun(context.Background(), 0, 0, 0) }

// at is item i of a list that is broadcast.
func at(v value.Vector, i int) value.Item {
	if v.Len() == 1 {
		i = 0
	}
	return v.Item(i)
}

func TestCompareAgreesWithItems(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	holds := []func(int) bool{
		vec.EQ: func(c int) bool { return c == 0 }, vec.NE: func(c int) bool { return c != 0 }, vec.LT: func(c int) bool { return c < 0 },
		vec.LE: func(c int) bool { return c <= 0 }, vec.GT: func(c int) bool { return c > 0 }, vec.GE: func(c int) bool { return c >= 0 },
	}
	all := lists(r, 70)
	for _, a := range all {
		for _, b := range all {
			for op, want := range holds {
				got, err := vec.Compare(newRun(), vec.Op(op), a, b)
				if err != nil {
					t.Fatal(err)
				}
				for i := range got.Len() {
					if x, y := at(a, i), at(b, i); got.Item(i).Bool != want(value.Compare(x, y)) {
						t.Fatalf("%v op %d %v = %v", x, op, y, got.Item(i).Bool)
					}
				}
			}
		}
	}
}

func TestComparePairsBeyondTheTable(t *testing.T) {
	n := 400
	a, b := value.NewBuilder(n), value.NewBuilder(n)
	for i := range n {
		a.AppendNumber(float64(i))
		b.AppendText(value.FormatNumber(float64(n - i)))
	}
	x, y := a.Vector(), b.Vector()
	got, err := vec.Compare(newRun(), vec.LT, x, y)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if want := i < n-i; got.Item(i).Bool != want {
			t.Fatalf("position %d: got %v", i, got.Item(i).Bool)
		}
	}
}

func TestArithAgreesWithItems(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	all := lists(r, 70)
	for _, a := range all {
		for _, b := range all {
			for _, op := range "+-*/" {
				got, err := vec.Arith(newRun(), byte(op), a, b)
				if err != nil {
					t.Fatal(err)
				}
				for i := range got.Len() {
					if want := arith(byte(op), at(a, i), at(b, i)); got.Item(i) != want {
						t.Fatalf("%v %c %v = %v, want %v", at(a, i), op, at(b, i), got.Item(i), want)
					}
				}
			}
		}
	}
}

// arith is the rule of formulas.md §4.1 for two items.
func arith(op byte, a, b value.Item) value.Item {
	if a.IsEmpty() && b.IsEmpty() {
		return value.Item{}
	}
	x, _ := a.Number()
	y, _ := b.Number()
	switch op {
	case '+':
		return value.Num(x + y)
	case '-':
		return value.Num(x - y)
	case '*':
		return value.Num(x * y)
	}
	if y == 0 {
		return value.Item{}
	}
	return value.Num(x / y)
}

func TestMatcherAgreesWithEquality(t *testing.T) {
	keys := value.Items(pool)
	m, err := vec.NewMatcher(newRun(), keys)
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range append(slices.Clone(pool), value.Str("TRUE"), value.Str("false"), value.Str("b"), value.Num(2), value.Str("-2.50")) {
		want := int32(slices.IndexFunc(pool, func(k value.Item) bool { return value.Compare(it, k) == 0 }))
		if got := m.Find(it); got != want {
			t.Errorf("Find(%v) = %d, want %d", it, got, want)
		}
	}
}

func TestSortAgreesWithAStableSort(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, n := range []int{1, 50, 3000} {
		for _, v := range lists(r, n) {
			for _, descending := range []bool{false, true} {
				got, err := vec.SortOrder(newRun(), v, true, descending)
				if err != nil {
					t.Fatal(err)
				}
				if want := stable(v, descending); !slices.Equal(got, want) {
					t.Fatalf("n %d, descending %v: the order differs", n, descending)
				}
			}
		}
	}
	wide := make([]float64, 5000)
	for i := range wide {
		wide[i] = r.NormFloat64() * 1e9
	}
	v := value.Numbers(wide, nil)
	got, err := vec.SortOrder(newRun(), v, true, false)
	if err != nil || !slices.Equal(got, stable(v, false)) {
		t.Errorf("random numbers: the order differs, %v", err)
	}
}

func stable(v value.Vector, descending bool) []int32 {
	idx := make([]int32, v.Len())
	for i := range idx {
		idx[i] = int32(i)
	}
	slices.SortStableFunc(idx, func(a, b int32) int {
		x, okX := v.Item(int(a)).Number()
		y, okY := v.Item(int(b)).Number()
		if !okX || !okY {
			return cmp.Compare(boolInt(!okX), boolInt(!okY))
		}
		if descending {
			return cmp.Compare(y, x)
		}
		return cmp.Compare(x, y)
	})
	return idx
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestGroupSumsAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	all := lists(r, 200)
	for _, a := range all {
		for _, b := range all {
			n := max(a.Len(), b.Len())
			sums, err := vec.GroupBy(newRun(), a, b, vec.MethodSum)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]float64{}
			for i := range n {
				f, _ := at(b, i).Number()
				want[at(a, i).Text()] += f
			}
			keys := a.Groups().Keys
			if keys.Len() != len(want) || sums.Len() != len(want) {
				t.Fatalf("got %d groups and %d sums, want %d", keys.Len(), sums.Len(), len(want))
			}
			for g := range keys.Len() {
				if d := sums.Item(g).Num - want[keys.Item(g).Text()]; d > 1e-9 || d < -1e-9 {
					t.Fatalf("group %v: got %v, want %v", keys.Item(g), sums.Item(g).Num, want[keys.Item(g).Text()])
				}
			}
		}
	}
}

func TestRound(t *testing.T) {
	for _, c := range []struct {
		f      float64
		digits int
		want   float64
	}{
		{1.005, 2, 1.01}, {-1.005, 2, -1.01}, {2.675, 2, 2.68}, {0.285, 2, 0.29}, {1.4999999, 0, 1}, {2.5, 0, 3}, {-0.5, 0, -1},
		{1250, -2, 1300}, {1249.99, -2, 1200}, {50, -2, 100}, {49, -2, 0}, {1e300, 2, 1e300}, {1.5e-7, 7, 2e-7}, {123456789.125, 2, 123456789.13}, {5, 400, 5}, {5, -400, 0},
	} {
		if got := vec.Round(c.f, c.digits); got != c.want {
			t.Errorf("Round(%v, %d) = %v, want %v", c.f, c.digits, got, c.want)
		}
	}
}
