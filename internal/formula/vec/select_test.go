package vec

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"octavo/internal/formula/value"
)

func TestLanesDoNotSeeThePieces(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	nums := make([]float64, 10_000)
	for i := range nums {
		nums[i] = r.NormFloat64() * 1e10
	}
	var whole lanes
	whole.add(nums)
	for _, size := range []int{1, 3, 4, 5, 1000, 4099} {
		var pieces lanes
		for part := range slices.Chunk(nums, size) {
			pieces.add(part)
		}
		if pieces != whole {
			t.Errorf("pieces of %d: got %v, want %v", size, pieces.total(), whole.total())
		}
	}
}

func TestExtremesAgreeWithASort(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 200 {
		items := make([]value.Item, r.IntN(60))
		for i := range items {
			if r.IntN(6) > 0 {
				items[i] = value.Num(float64(r.IntN(12)))
			}
		}
		v, count, largest := value.Items(items), r.IntN(70), r.IntN(2) == 0
		got, err := Extremes(NewRun(context.Background(), 0, 0, 0), v, count, largest)
		if err != nil {
			t.Fatal(err)
		}
		if want := extremes(v, count, largest); !slices.Equal(got, want) {
			t.Fatalf("%v, count %d, largest %v: got %v, want %v", v.All(), count, largest, got, want)
		}
	}
}

func extremes(v value.Vector, count int, largest bool) []int32 {
	out := []int32{}
	for i := range v.Len() {
		if !v.IsBlank(i) {
			out = append(out, int32(i))
		}
	}
	size := func(a, b int32) int { return cmp.Compare(v.Item(int(b)).Num, v.Item(int(a)).Num) }
	slices.SortStableFunc(out, func(a, b int32) int {
		if largest {
			return size(a, b)
		}
		return size(b, a)
	})
	out = out[:min(count, len(out))]
	slices.SortFunc(out, func(a, b int32) int { return cmp.Or(size(a, b), cmp.Compare(a, b)) })
	return out
}

// TestSelectionIsPartial counts comparisons where they are most: every number
// pushes out another one.
func TestSelectionIsPartial(t *testing.T) {
	const n, count, depth = 1_000_000, 1000, 10 // 2^10 > count
	s := selection{heap: make([]candidate, 0, count), count: count, largest: true}
	for i := range n {
		s.offer(candidate{float64(i), int32(i)})
	}
	if limit := n * (1 + 2*depth); s.compared > limit {
		t.Errorf("%d comparisons for %d of %d, at most %d", s.compared, count, n, limit)
	}
	if s.compared < n {
		t.Errorf("%d comparisons: the counter does not count", s.compared)
	}
}

func TestRanksAgreeWithCounting(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 100 {
		items := make([]value.Item, 1+r.IntN(40))
		for i := range items {
			if r.IntN(5) > 0 {
				items[i] = value.Num(float64(r.IntN(9)))
			} else if r.IntN(2) == 0 {
				items[i] = value.Str("x")
			}
		}
		v, descending := value.Items(items), r.IntN(2) == 0
		got, err := Ranks(NewRun(context.Background(), 0, 0, 0), v, descending)
		if err != nil {
			t.Fatal(err)
		}
		for i, it := range items {
			want := value.Item{}
			if it.Kind == value.Number {
				want = value.Num(1)
				for _, other := range items {
					if other.Kind == value.Number && other.Num != it.Num && other.Num > it.Num == descending {
						want.Num++
					}
				}
			}
			if got.Item(i) != want {
				t.Fatalf("%v: rank %d is %v, want %v", items, i, got.Item(i), want)
			}
		}
	}
}

func TestMedianAgreesWithASort(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	orders := map[string]func(nums []float64){
		"random": func([]float64) {}, "rising": slices.Sort[[]float64], "falling": func(nums []float64) {
			slices.Sort(nums)
			slices.Reverse(nums)
		}, "pipe": func(nums []float64) { // up and down again: bad for the pivot of three
			slices.Sort(nums[:len(nums)/2])
			slices.SortFunc(nums[len(nums)/2:], func(a, b float64) int { return cmp.Compare(b, a) })
		},
	}
	for name, order := range orders {
		for _, different := range []int{2, 50, 1_000_000} {
			for n := range 200 {
				nums := make([]float64, n)
				for i := range nums {
					nums[i] = float64(r.IntN(different))
				}
				order(nums)
				sorted := slices.Sorted(slices.Values(nums))
				want, wantOK := Percentile(sorted, 0.5)
				got, ok, err := Median(NewRun(context.Background(), 0, 0, 0), nums)
				if err != nil || got != want || ok != wantOK {
					t.Fatalf("%s, %d numbers: got %v, %v, %v; want %v", name, n, got, ok, err, want)
				}
				if slices.Sort(nums); !slices.Equal(nums, sorted) {
					t.Fatalf("%s, %d numbers: some were lost", name, n)
				}
			}
		}
	}
}
