package value_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"octavo/internal/formula/value"
)

// pools are items of which lists are made; the last has numbers that differ but are written alike.
var pools = [][]value.Item{
	{value.Num(1), value.Num(20), value.Num(3), value.Num(0)},
	{value.Num(1), value.Num(20), {}, value.Num(3)},
	{value.Str("b"), value.Str("a"), value.Str("B"), value.Str("10")},
	{value.Str("b"), value.Str(""), {}, value.Str("a")},
	{value.Boolean(true), value.Boolean(false), {}},
	mixture,
	{value.Num(0.1 + 0.2), value.Num(0.3), value.Num(7), {}},
}

// A list that was taken from another one must be in all respects as if its items
// had been put together anew, whatever was computed of the other one before.
func TestTakenListsAreAsIfMadeAnew(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		pool := pools[r.IntN(len(pools))]
		base := value.Items(draw(r, pool, 1+r.IntN(300)))
		if r.IntN(2) == 0 {
			base.Groups()
		}
		taken := takeSomehow(r, base)
		if r.IntN(3) == 0 && taken.Len() > 0 { // and one taken from that
			taken = takeSomehow(r, taken)
		}
		items := taken.All()
		sameAsNew(t, taken, value.Items(items))
		checkDerived(t, r, taken, items)
	}
}

func draw(r *rand.Rand, pool []value.Item, n int) []value.Item {
	few := 1 + r.IntN(len(pool))
	items := make([]value.Item, n)
	for i := range items {
		items[i] = pool[r.IntN(few)]
	}
	return items
}

func takeSomehow(r *rand.Rand, base value.Vector) value.Vector {
	n := r.IntN(100)
	switch r.IntN(3) {
	case 0:
		codes := make([]uint32, n)
		for i := range codes {
			codes[i] = uint32(r.IntN(base.Len()))
		}
		return base.Expand(codes)
	case 1:
		return base.Take(positions(r, n, base.Len(), 0))
	}
	return base.Take(positions(r, n, base.Len(), -1))
}

func positions(r *rand.Rand, n, end, least int) []int32 {
	idx := make([]int32, n)
	for i := range idx {
		idx[i] = int32(least + r.IntN(end-least))
	}
	return idx
}

func sameAsNew(t *testing.T, got, want value.Vector) {
	t.Helper()
	if got.Len() == 0 {
		return
	}
	if a, b := got.Groups().Keys.All(), want.Groups().Keys.All(); !slices.Equal(a, b) {
		t.Fatalf("groups %v of %v, want %v", a, got.All(), b)
	}
	for i := range got.Len() {
		if a, b := groupOf(got, i), groupOf(want, i); a != b {
			t.Fatalf("item %d of %v is in group %d, want %d", i, got.All(), a, b)
		}
	}
	if got.Kind() != want.Kind() {
		t.Fatalf("%v is %v, want %v", got.All(), got.Kind(), want.Kind())
	}
}

func groupOf(v value.Vector, i int) uint32 {
	g := v.Groups()
	if v.IsConst() {
		i = 0
	}
	return g.Of[g.Codes[i]]
}

// What a condition selects are the positions of what is true, in order.
func TestWhere(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 500 {
		items := draw(r, pools[r.IntN(len(pools))], r.IntN(200))
		v := value.Items(items)
		var want []int32
		for i, it := range items {
			if it.Truth() {
				want = append(want, int32(i))
			}
		}
		if got := v.Where(); !slices.Equal(got, want) || v.CountTrue() != len(want) {
			t.Fatalf("%v is true at %v, want %v", items, got, want)
		}
	}
	if got := value.Const(value.Boolean(true), 3).Where(); !slices.Equal(got, []int32{0, 1, 2}) {
		t.Errorf("a constant is true at %v", got)
	}
}

// Pairs go by a table or by a hash; both number them by first occurrence.
func TestPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, width := range []int{3, 1 << 10} {
		a, b := make([]uint32, 5000), make([]uint32, 5000)
		for i := range a {
			a[i], b[i] = uint32(r.IntN(width)), uint32(r.IntN(width))
		}
		codes, pairs := value.Pairs(a, b, width, width)
		seen := 0
		for i, c := range codes {
			if pairs[c] != [2]uint32{a[i], b[i]} || int(c) > seen {
				t.Fatalf("pair %d, %d has the code %d: %v, after %d codes", a[i], b[i], c, pairs[c], seen)
			}
			seen = max(seen, int(c)+1)
		}
		if seen != len(pairs) {
			t.Errorf("%d pairs, %d codes", len(pairs), seen)
		}
	}
}
