package vec_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// Different measures are counted by a bit for each possible pair, or by a hash if
// that would be too many; means, smallest and largest numbers have a short way for
// lists without gaps. Both ways must give what counting item by item gives.
func TestGroupByIsAsCountedItemByItem(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, width := range []int{5, 3000} { // of 3000 there are too many pairs for bits
		for _, gaps := range []int{0, 4} {
			by, measure := randomNumbers(r, 4000, width, 0), randomNumbers(r, 4000, width, gaps)
			keys := by.Groups().Keys
			for _, method := range []vec.Method{vec.MethodCountDistinct, vec.MethodAverage, vec.MethodMin, vec.MethodMax} {
				got, err := vec.GroupBy(newRun(), by, measure, method)
				if err != nil {
					t.Fatal(err)
				}
				for g := 0; g < keys.Len(); g += 1 + keys.Len()/100 {
					if want := oneByOne(by, measure, keys.Item(g), method); !near(got.Item(g), want) {
						t.Fatalf("%s, %d values, gaps %d: group %v has %v, want %v", method, width, gaps, keys.Item(g), got.Item(g), want)
					}
				}
			}
		}
	}
}

// randomNumbers are n of width different ones; every gaps-th is blank, 0 = none.
func randomNumbers(r *rand.Rand, n, width, gaps int) value.Vector {
	items := make([]value.Item, n)
	for i := range items {
		if gaps == 0 || r.IntN(gaps) > 0 {
			items[i] = value.Num(float64(r.IntN(width)) / 4)
		}
	}
	return value.Items(items)
}

func oneByOne(by, measure value.Vector, key value.Item, method vec.Method) value.Item {
	seen := map[value.Item]bool{}
	sum, count, low, high := 0.0, 0, math.Inf(1), math.Inf(-1)
	for i := range by.Len() {
		if it := measure.Item(i); by.Item(i) == key && it.Kind == value.Number {
			seen[it] = true
			sum, count, low, high = sum+it.Num, count+1, min(low, it.Num), max(high, it.Num)
		}
	}
	switch {
	case method == vec.MethodCountDistinct:
		return value.Num(float64(len(seen)))
	case count == 0:
		return value.Item{}
	case method == vec.MethodAverage:
		return value.Num(sum / float64(count))
	case method == vec.MethodMin:
		return value.Num(low)
	}
	return value.Num(high)
}

func near(a, b value.Item) bool {
	return a.Kind == b.Kind && math.Abs(a.Num-b.Num) <= 1e-12*math.Abs(b.Num)
}
