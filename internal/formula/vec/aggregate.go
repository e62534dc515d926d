package vec

import (
	"math"
	"slices"

	"octavo/internal/formula/value"
)

// Stats are the aggregates of the numeric items of a list; Sum also counts true as 1.
type Stats struct {
	Sum      float64
	Count    int // numeric items
	Min, Max float64
	Numeric  float64 // sum of the numeric items only
}

// Aggregate computes Stats in one pass.
func Aggregate(r *Run, v value.Vector) (Stats, error) {
	n := v.Len()
	s := Stats{Min: math.Inf(1), Max: math.Inf(-1)}
	if n == 0 {
		return s, nil
	}
	x := v.Numeric()
	if v.IsConst() {
		s.Sum = x.Vals[0] * float64(n)
		if x.OK.Get(0) {
			s.Count, s.Min, s.Max, s.Numeric = n, x.Vals[0], x.Vals[0], s.Sum
		}
		return s, nil
	}
	err := r.Blocks(n, func(lo, hi int) { s.add(x, lo, hi) })
	return s, err
}

func (s *Stats) add(x value.Numeric, lo, hi int) {
	if x.OK == nil {
		sum, low, high := 0.0, s.Min, s.Max
		for _, f := range x.Vals[lo:hi] {
			sum += f
			low, high = min(low, f), max(high, f)
		}
		s.Sum += sum
		s.Numeric += sum
		s.Min, s.Max = low, high
		s.Count += hi - lo
		return
	}
	for i := lo; i < hi; i++ {
		f := x.Vals[i]
		s.Sum += f
		if x.OK.Get(i) {
			s.Count++
			s.Numeric += f
			s.Min, s.Max = min(s.Min, f), max(s.Max, f)
		}
	}
}

// Sum adds the numbers of a list; items that are not numeric count 0.
func Sum(r *Run, v value.Vector) (float64, error) {
	x := v.Numeric()
	if v.IsConst() && v.Len() > 0 {
		return x.Vals[0] * float64(v.Len()), nil
	}
	total := 0.0
	err := r.Blocks(v.Len(), func(lo, hi int) {
		a, b, c, d := 0.0, 0.0, 0.0, 0.0 // four chains keep the adder busy
		vals := x.Vals[lo:hi]
		for len(vals) >= 4 {
			a, b, c, d = a+vals[0], b+vals[1], c+vals[2], d+vals[3]
			vals = vals[4:]
		}
		for _, f := range vals {
			a += f
		}
		total += (a + b) + (c + d)
	})
	return total, err
}

// Rows folds aligned lists position by position over their numeric items. fold
// gets the sum, count, smallest and largest of a row; ok false gives a blank.
func Rows(r *Run, lists []value.Vector, fold func(Stats) (f float64, ok bool)) (value.Vector, error) {
	n, v := r.Align(lists...)
	if n == 0 {
		return value.Vector{}, nil
	}
	if err := r.Reserve(n, 8); err != nil {
		return value.Vector{}, err
	}
	nums := make([]value.Numeric, len(v))
	for k := range v {
		nums[k] = v[k].Numeric()
	}
	out, valid := make([]float64, n), value.NewBitmap(n, true)
	err := r.Blocks(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			s := Stats{Min: math.Inf(1), Max: math.Inf(-1)}
			for k := range v {
				j := i
				if v[k].IsConst() {
					j = 0
				}
				f := nums[k].Vals[j]
				s.Sum += f
				if nums[k].OK.Get(j) {
					s.Count++
					s.Numeric += f
					s.Min, s.Max = min(s.Min, f), max(s.Max, f)
				}
			}
			f, ok := fold(s)
			if !ok || f-f != 0 {
				valid.Clear(i)
				continue
			}
			out[i] = f
		}
	})
	return value.Numbers(out, valid), err
}

// Median is the middle of numbers, the mean of the two middle ones if their
// count is even; it sorts them. ok is false for none.
func Median(nums []float64) (m float64, ok bool) {
	n := len(nums)
	if n == 0 {
		return 0, false
	}
	slices.Sort(nums)
	if n%2 == 1 {
		return nums[n/2], true
	}
	return nums[n/2-1]/2 + nums[n/2]/2, true
}

// Stdev is the sample standard deviation; ok is false for fewer than 2 numbers.
func Stdev(nums []float64) (s float64, ok bool) {
	n := float64(len(nums))
	if n < 2 {
		return 0, false
	}
	mean := 0.0
	for _, f := range nums {
		mean += f / n
	}
	square := 0.0
	for _, f := range nums {
		square += (f - mean) * (f - mean)
	}
	return math.Sqrt(square / (n - 1)), true
}
