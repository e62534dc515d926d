package naive

import (
	"math"
	"math/big"
	"slices"
)

// rank counts the numbers that are before each one.
func rank(c *call) []any {
	return c.each(func(x []any) any {
		f, ok := numeric(x[0])
		if !ok {
			return nil
		}
		rank := 1.0
		for _, g := range numbers(c.list(0)) {
			if g > f && c.word(1, "descending") == "descending" || g < f && c.word(1, "descending") == "ascending" {
				rank++
			}
		}
		return rank
	}, c.list(0))
}

// moving gives the mean of a part of the list that ends at each position.
func (c *call) moving(from func(i int) int) []any {
	var out []any
	for i := range c.list(0) {
		out = append(out, c.mean(c.list(0)[max(0, from(i)):i+1]))
	}
	return out
}

func exponential(c *call) []any {
	n := math.Floor(c.number(1, 0))
	var out []any
	var mean any
	for _, x := range c.list(0) {
		if f, ok := numeric(x); ok && n >= 1 {
			if mean == nil {
				mean = f
			} else {
				mean = f*2/(n+1) + mean.(float64)*(n-1)/(n+1)
			}
		}
		out = append(out, mean)
	}
	return out
}

// variance is the mean squared distance from the mean; lacking is 1 for a sample.
func variance(list []any, lacking int) (float64, bool) {
	nums := numbers(list)
	n := len(nums)
	if n == 0 || n-lacking < 1 {
		return 0, false
	}
	mean := exactly(0)
	for _, f := range nums {
		mean.Add(mean, exactly(f))
	}
	mean.Quo(mean, exactly(float64(n)))
	squares := exactly(0)
	for _, f := range nums {
		d := new(big.Float).SetPrec(precision).Sub(exactly(f), mean)
		squares.Add(squares, d.Mul(d, d))
	}
	f, _ := squares.Quo(squares, exactly(float64(n-lacking))).Float64()
	return f, true
}

func (c *call) varianceOf(lacking int, f func(float64) float64) []any {
	v, ok := variance(c.list(0), lacking)
	if !ok {
		return []any{nil}
	}
	return []any{c.finite(f(v))}
}

// percentiles interpolate; share turns an item into one from 0 to 1.
func (c *call) percentiles(share func(float64) float64) []any {
	nums := numbers(c.list(0))
	slices.Sort(nums)
	if len(nums) == 0 {
		return make([]any, len(c.list(1)))
	}
	return c.strict(func(x []float64) float64 {
		p := share(x[0])
		if p < 0 || p > 1 {
			return math.NaN()
		}
		at := p * float64(len(nums)-1)
		low := int(at)
		high := min(low+1, len(nums)-1)
		return nums[low] + (at-float64(low))*(nums[high]-nums[low])
	}, c.list(1))
}

// erf is the error function, or its increase between two numbers.
func erf(x []float64) float64 {
	if len(x) == 2 {
		return math.Erf(x[1]) - math.Erf(x[0])
	}
	return math.Erf(x[0])
}
