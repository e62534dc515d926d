package vec

import (
	"math"

	"octavo/internal/formula/value"
)

// Moments are what variances are made of: how many numbers, their mean, and the
// sum of their squared distances from it.
type Moments struct {
	N             int
	Mean, Squares float64
}

// NumericOf lists the numeric items of a list, in order. Read only: it may be the list itself.
func NumericOf(r *Run, v value.Vector) ([]float64, error) {
	x := v.Numeric()
	if !v.IsConst() && x.OK == nil {
		return x.Vals, nil
	}
	return CopyNumeric(r, v)
}

// CopyNumeric is NumericOf in a list of its own.
func CopyNumeric(r *Run, v value.Vector) ([]float64, error) {
	x := v.Numeric()
	if err := r.Reserve(v.Len(), 8); err != nil {
		return nil, err
	}
	out := make([]float64, 0, v.Len())
	step := stride(v)
	err := r.Blocks(v.Len(), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if j := i * step; x.OK.Get(j) {
				out = append(out, x.Vals[j])
			}
		}
	})
	return out, err
}

// NewMoments takes two passes: squares are of distances from the mean, never
// differences of large squares.
func NewMoments(r *Run, nums []float64) (Moments, error) {
	m := Moments{N: len(nums)}
	if m.N == 0 {
		return m, nil
	}
	var err error
	if m.Mean, err = mean(r, nums); err != nil {
		return m, err
	}
	var squares, rest Adder
	err = r.Blocks(m.N, func(lo, hi int) {
		for _, f := range nums[lo:hi] {
			d := f - m.Mean
			squares, rest = squares.Plus(d*d), rest.Plus(d)
		}
	})
	// rest is how far the mean is off by rounding, times N
	m.Squares = max(0, squares.Value()-rest.Value()*rest.Value()/float64(m.N))
	return m, err
}

// mean is exact for equal numbers, so that their distances from it are 0.
func mean(r *Run, nums []float64) (float64, error) {
	if allEqual(nums) {
		return nums[0], nil
	}
	var sum lanes
	err := r.Blocks(len(nums), func(lo, hi int) { sum.add(nums[lo:hi]) })
	return sum.total().Value() / float64(len(nums)), err
}

func allEqual(nums []float64) bool {
	for _, f := range nums {
		if f != nums[0] {
			return false
		}
	}
	return true
}

// Variance is that of a sample; ok is false for fewer than 2 numbers.
func (m Moments) Variance() (f float64, ok bool) {
	if m.N < 2 {
		return 0, false
	}
	return m.Squares / float64(m.N-1), true
}

// VarianceP is that of a whole population; ok is false for none.
func (m Moments) VarianceP() (f float64, ok bool) {
	if m.N == 0 {
		return 0, false
	}
	return m.Squares / float64(m.N), true
}

// Stdev is the sample standard deviation; ok is false for fewer than 2 numbers.
func (m Moments) Stdev() (f float64, ok bool) {
	f, ok = m.Variance()
	return math.Sqrt(f), ok
}

// Line is the least-squares line through pairs of numbers.
type Line struct {
	N            int
	MeanX, MeanY float64
	XX, YY, XY   float64 // sums of squared distances from the means, and of their products
}

// NewLine fits a line to aligned lists; a position counts where both items are numeric.
func NewLine(r *Run, y, x value.Vector) (Line, error) {
	ys, xs, err := pairs(r, y, x)
	l := Line{N: len(xs)}
	if err != nil || l.N == 0 {
		return l, err
	}
	if l.MeanX, err = mean(r, xs); err != nil {
		return l, err
	}
	if l.MeanY, err = mean(r, ys); err != nil {
		return l, err
	}
	var xx, yy, xy Adder
	err = r.Blocks(l.N, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dx, dy := xs[i]-l.MeanX, ys[i]-l.MeanY
			xx, yy, xy = xx.Plus(dx*dx), yy.Plus(dy*dy), xy.Plus(dx*dy)
		}
	})
	l.XX, l.YY, l.XY = xx.Value(), yy.Value(), xy.Value()
	return l, err
}

// pairs lists the positions at which both lists are numeric.
func pairs(r *Run, a, b value.Vector) (as, bs []float64, err error) {
	n, v := r.Align(a, b)
	if n == 0 {
		return nil, nil, nil
	}
	x, y := v[0].Numeric(), v[1].Numeric()
	sx, sy := stride(v[0]), stride(v[1])
	if x.OK == nil && y.OK == nil && sx == 1 && sy == 1 {
		return x.Vals, y.Vals, nil
	}
	if err := r.Reserve(n, 16); err != nil {
		return nil, nil, err
	}
	as, bs = make([]float64, 0, n), make([]float64, 0, n)
	err = r.Blocks(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if x.OK.Get(i*sx) && y.OK.Get(i*sy) {
				as, bs = append(as, x.Vals[i*sx]), append(bs, y.Vals[i*sy])
			}
		}
	})
	return as, bs, err
}

// stride is 0 for a list that stores one item for all positions, else 1.
func stride(v value.Vector) int {
	if v.IsConst() {
		return 0
	}
	return 1
}

// Slope is the rise of the line; ok is false for fewer than 2 pairs or if all x are equal.
func (l Line) Slope() (f float64, ok bool) {
	if l.N < 2 || l.XX == 0 {
		return 0, false
	}
	return l.XY / l.XX, true
}

// At is the line at x; ok as for Slope.
func (l Line) At(x float64) (f float64, ok bool) {
	slope, ok := l.Slope()
	return l.MeanY + slope*(x-l.MeanX), ok
}

// Correlation is Pearson's coefficient; ok is false for fewer than 2 pairs or if all x or all y are equal.
func (l Line) Correlation() (f float64, ok bool) {
	if l.N < 2 || l.XX == 0 || l.YY == 0 {
		return 0, false
	}
	// one root is more exact, two reach further
	d := math.Sqrt(l.XX * l.YY)
	if d == 0 || math.IsInf(d, 0) {
		d = math.Sqrt(l.XX) * math.Sqrt(l.YY)
	}
	return max(-1, min(l.XY/d, 1)), true
}

// StdevP is the standard deviation of a whole population; ok is false for none.
func (m Moments) StdevP() (f float64, ok bool) {
	f, ok = m.VarianceP()
	return math.Sqrt(f), ok
}
