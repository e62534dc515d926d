package vec_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// wild are numbers of very different size whose sum is much smaller than they are.
func wild(r *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.Ldexp(r.NormFloat64(), r.IntN(40))
		if i%2 == 1 {
			out[i] = -out[i-1] * (1 + r.Float64()/1e9)
		}
	}
	r.Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// exact is a sum without rounding.
func exact(nums []float64) *big.Float {
	sum := new(big.Float).SetPrec(400)
	for _, f := range nums {
		sum.Add(sum, new(big.Float).SetFloat64(f))
	}
	return sum
}

func toFloat(b *big.Float) float64 {
	f, _ := b.Float64()
	return f
}

func TestSumsAreAsIfRoundedOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, n := range []int{1, 2, 7, 1000, vec.Block + 3, 3 * vec.Block} {
		nums := wild(r, n)
		want := toFloat(exact(nums))
		sum, err := vec.Sum(newRun(), value.Numbers(nums, nil))
		if err != nil || sum != want {
			t.Errorf("Sum of %d: got %v, want %v, %v", n, sum, want, err)
		}
		stats, err := vec.Aggregate(newRun(), value.Numbers(nums, nil))
		if err != nil || stats.Sum != want || stats.Numeric != want {
			t.Errorf("Aggregate of %d: got %v, want %v, %v", n, stats, want, err)
		}
		running, err := vec.Cumulative(newRun(), value.Numbers(nums, nil))
		if err != nil || running.Item(n-1).Num != want {
			t.Errorf("Cumulative of %d: ends in %v, want %v, %v", n, running.Item(n-1).Num, want, err)
		}
		groups, err := vec.GroupBy(newRun(), value.Const(value.Num(1), n), value.Numbers(nums, nil), vec.MethodSum)
		if err != nil || groups.Item(0).Num != want {
			t.Errorf("GroupBy of %d: got %v, want %v, %v", n, groups.Item(0).Num, want, err)
		}
		// with gaps the sum takes another way through the kernel
		withGap := value.Concat(value.Blanks(1), value.Numbers(nums, nil))
		if stats, err = vec.Aggregate(newRun(), withGap); err != nil || stats.Numeric != want {
			t.Errorf("Aggregate of %d and a gap: got %v, want %v, %v", n, stats.Numeric, want, err)
		}
	}
}

func TestSumsBeyondTheRangeOfNumbers(t *testing.T) {
	sum, err := vec.Sum(newRun(), value.Numbers([]float64{1e308, 1e308, 1, -1e308, 5, 1e308}, nil))
	if err != nil || sum-sum == 0 {
		t.Errorf("got %v, %v; want no finite number", sum, err)
	}
}

// TestVarianceKeepsItsDigits uses numbers that are large beside their distances.
func TestVarianceKeepsItsDigits(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for _, offset := range []float64{0, 1e6, 1e9, -1e12} {
		nums := make([]float64, 3000)
		for i := range nums {
			nums[i] = offset + r.Float64()
		}
		m, err := vec.NewMoments(newRun(), nums)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := m.Variance()
		mean := new(big.Float).Quo(exact(nums), big.NewFloat(float64(len(nums))))
		squares := new(big.Float).SetPrec(400)
		for _, f := range nums {
			d := new(big.Float).Sub(new(big.Float).SetPrec(400).SetFloat64(f), mean)
			squares.Add(squares, d.Mul(d, d))
		}
		want := toFloat(squares) / float64(len(nums)-1)
		if math.Abs(got/want-1) > 1e-14 {
			t.Errorf("offset %v: got %v, want %v", offset, got, want)
		}
	}
}

func TestEqualNumbersHaveNoVariance(t *testing.T) {
	nums := []float64{0.1, 0.1, 0.1}
	m, err := vec.NewMoments(newRun(), nums)
	if v, ok := m.Variance(); err != nil || !ok || v != 0 {
		t.Errorf("got %v, %v, %v", v, ok, err)
	}
	l, err := vec.NewLine(newRun(), value.Numbers([]float64{1, 2, 3}, nil), value.Numbers(nums, nil))
	if _, ok := l.Slope(); err != nil || ok {
		t.Errorf("there is a slope: %v, %v", l, err)
	}
}

func TestLineThroughFarPoints(t *testing.T) {
	var x, y []float64
	for i := range 1000 {
		x = append(x, 1e9+float64(i))
		y = append(y, 3*float64(i)-7)
	}
	l, err := vec.NewLine(newRun(), value.Numbers(y, nil), value.Numbers(x, nil))
	slope, _ := l.Slope()
	at, _ := l.At(1e9 + 2000)
	c, _ := l.Correlation()
	if err != nil || math.Abs(slope-3) > 1e-12 || math.Abs(at-5993) > 1e-8 || math.Abs(c-1) > 1e-14 {
		t.Errorf("slope %v, at %v, correlation %v, %v", slope, at, c, err)
	}
}

// TestMovingMeanForgets has one huge number among small ones: once it has left
// the window nothing of it may be left.
func TestMovingMeanForgets(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for _, window := range []int{1, 2, 3, 10, 64, 500} {
		b := value.NewBuilder(500)
		for i := range 500 {
			switch {
			case i == 100:
				b.AppendNumber(1e300)
			case r.IntN(5) == 0:
				b.AppendBlank()
			default:
				b.AppendNumber(r.Float64())
			}
		}
		v := b.Vector()
		got, err := vec.MovingMean(newRun(), v, window)
		if err != nil {
			t.Fatal(err)
		}
		for i := range v.Len() {
			var in []float64
			for j := max(0, i-window+1); j <= i; j++ {
				if f, ok := v.Item(j).Number(); ok {
					in = append(in, f)
				}
			}
			if len(in) == 0 {
				if !got.IsBlank(i) {
					t.Fatalf("window %d, position %d: got %v, want a blank", window, i, got.Item(i).Num)
				}
				continue
			}
			if want := toFloat(exact(in)) / float64(len(in)); math.Abs(got.Item(i).Num-want) > 1e-15*math.Abs(want) {
				t.Fatalf("window %d, position %d: got %v, want %v", window, i, got.Item(i).Num, want)
			}
		}
	}
}

func TestTrunc(t *testing.T) {
	for _, c := range []struct {
		f      float64
		digits int
		want   float64
	}{
		{0.29, 2, 0.29}, {0.295, 2, 0.29}, {-0.299, 2, -0.29}, {1.999, 0, 1}, {-1.5, 0, -1}, {1290, -2, 1200}, {99, -2, 0}, {1e300, 2, 1e300}, {5, 400, 5}, {5, -400, 0}, {2.3, 1, 2.3},
	} {
		if got := vec.Trunc(c.f, c.digits); got != c.want {
			t.Errorf("Trunc(%v, %d) = %v, want %v", c.f, c.digits, got, c.want)
		}
	}
}

func TestMultiples(t *testing.T) {
	up, down := vec.Multiples(true), vec.Multiples(false)
	for _, c := range []struct{ f, significance, up, down float64 }{
		{7.2, 5, 10, 5}, {-7.2, 5, -5, -10}, {10, 5, 10, 10}, {0.3, 0.1, 0.3, 0.3}, {0.31, 0.1, 0.4, 0.3}, {1.1, -0.25, 1.25, 1},
		{0.7, 0.1, 0.7, 0.7}, {5, 0, 0, 0}, {0.1 + 0.2, 0.1, 0.3, 0.3}, {1e300, 7, 1e300, 1e300}, {2, 1.5, 3, 1.5},
	} {
		if got := up(c.f, c.significance); got != c.up {
			t.Errorf("up(%v, %v) = %v, want %v", c.f, c.significance, got, c.up)
		}
		if got := down(c.f, c.significance); got != c.down {
			t.Errorf("down(%v, %v) = %v, want %v", c.f, c.significance, got, c.down)
		}
	}
}
