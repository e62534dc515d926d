package vec

import (
	"math"

	"octavo/internal/formula/value"
)

// Stats are the aggregates of the numeric items of a list; Sum also counts true as 1.
type Stats struct {
	Sum      float64
	Count    int // numeric items
	Min, Max float64
	Numeric  float64 // sum of the numeric items only
}

// tally is Stats in the making.
type tally struct {
	sum, numeric Adder
	count        int
	min, max     float64
}

func newTally() tally { return tally{min: math.Inf(1), max: math.Inf(-1)} }

func (t *tally) add(f float64, numeric bool) {
	t.sum = t.sum.Plus(f)
	if numeric {
		t.count++
		t.numeric = t.numeric.Plus(f)
		t.min, t.max = min(t.min, f), max(t.max, f)
	}
}

func (t *tally) stats() Stats {
	return Stats{Sum: t.sum.Value(), Count: t.count, Min: t.min, Max: t.max, Numeric: t.numeric.Value()}
}

// Aggregate computes Stats in one pass.
func Aggregate(r *Run, v value.Vector) (Stats, error) {
	n, t := v.Len(), newTally()
	if n == 0 {
		return t.stats(), nil
	}
	x := v.Numeric()
	if v.IsConst() {
		t.add(x.Vals[0], x.OK.Get(0))
		s := t.stats()
		s.Count *= n
		s.Sum *= float64(n)
		s.Numeric *= float64(n)
		return s, nil
	}
	if x.OK == nil {
		return aggregateNumbers(r, x.Vals)
	}
	err := r.Blocks(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			t.add(x.Vals[i], x.OK.Get(i))
		}
	})
	return t.stats(), err
}

// aggregateNumbers is Aggregate for a list of numbers without gaps.
func aggregateNumbers(r *Run, vals []float64) (Stats, error) {
	var sum lanes
	low, high := math.Inf(1), math.Inf(-1)
	err := r.Blocks(len(vals), func(lo, hi int) {
		sum.add(vals[lo:hi])
		for _, f := range vals[lo:hi] {
			if f < low {
				low = f
			}
			if f > high {
				high = f
			}
		}
	})
	total := sum.total().Value()
	return Stats{Sum: total, Count: len(vals), Min: low, Max: high, Numeric: total}, err
}

// Sum adds the numbers of a list; items that are not numeric count 0.
func Sum(r *Run, v value.Vector) (float64, error) {
	x := v.Numeric()
	if v.IsConst() && v.Len() > 0 {
		return x.Vals[0] * float64(v.Len()), nil
	}
	var sum lanes
	err := r.Blocks(v.Len(), func(lo, hi int) { sum.add(x.Vals[lo:hi]) })
	return sum.total().Value(), err
}

// SumWhere adds the numbers of a list at the positions where a condition is
// true and counts these positions.
func SumWhere(r *Run, condition, v value.Vector) (sum float64, count int, err error) {
	rows, err := Where(r, condition)
	if err != nil {
		return 0, 0, err
	}
	vals, step, total := v.Numeric().Vals, stride(v), Adder{}
	err = r.Blocks(len(rows), func(lo, hi int) {
		t := total
		for _, i := range rows[lo:hi] {
			t = t.Plus(vals[int(i)*step])
		}
		total = t
	})
	return total.Value(), len(rows), err
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
			t := newTally()
			for k := range v {
				j := i
				if v[k].IsConst() {
					j = 0
				}
				t.add(nums[k].Vals[j], nums[k].OK.Get(j))
			}
			f, ok := fold(t.stats())
			if !ok {
				valid.Clear(i)
				continue
			}
			out[i] = f
		}
		valid = dropInfinite(r, valid, out[lo:hi], lo, n)
	})
	return value.Numbers(out, valid), err
}
