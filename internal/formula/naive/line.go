package naive

import "math"

// line is the least-squares line through pairs of numbers.
type line struct {
	n                  int
	meanX, meanY       float64
	slope, correlation float64 // not numbers where they would divide by 0
}

func (l line) at(x float64) float64 { return l.meanY + l.slope*(x-l.meanX) }

// lineOf fits a line to the rows in which both items are numbers.
func (c *call) lineOf(ys, xs []any) line {
	var x, y []float64
	for _, row := range c.aligned(ys, xs) {
		if both := numbers(row); len(both) == 2 {
			y, x = append(y, both[0]), append(x, both[1])
		}
	}
	l := line{n: len(x)}
	l.meanX, l.meanY = sum(x)/float64(l.n), sum(y)/float64(l.n)
	var xx, yy, xy float64
	for i := range x {
		dx, dy := x[i]-l.meanX, y[i]-l.meanY
		xx, yy, xy = xx+dx*dx, yy+dy*dy, xy+dx*dy
	}
	if l.n < 2 || equal(x) {
		xx = 0
	}
	if equal(y) {
		yy = 0
	}
	l.slope, l.correlation = xy/xx, xy/math.Sqrt(xx*yy)
	if xx == 0 {
		l.slope = math.NaN()
	}
	if xx*yy == 0 {
		l.correlation = math.NaN()
	}
	return l
}

func equal(nums []float64) bool {
	for _, f := range nums {
		if f != nums[0] {
			return false
		}
	}
	return true
}

// line gives one number of the line; what divides by 0 is a blank, under a
// warning if there were pairs enough.
func (c *call) line(ys, xs []any, f func(l line) float64) []any {
	l := c.lineOf(ys, xs)
	return []any{c.defined(l, f(l))}
}

func (c *call) defined(l line, f float64) any {
	if !math.IsNaN(f) {
		return c.finite(f)
	}
	if l.n > 1 {
		c.warn("division_by_zero")
	}
	return nil
}

func forecast(c *call) []any {
	l := c.lineOf(c.list(1), c.list(2))
	if math.IsNaN(l.slope) {
		c.defined(l, l.slope)
		return make([]any, len(c.list(0)))
	}
	return c.strict(func(x []float64) float64 { return l.at(x[0]) }, c.list(0))
}

// guarded is strict with a blank where a divisor is 0.
func (c *call) guarded(divisor int, f func(x []float64) float64, lists ...[]any) []any {
	zero := false
	out := c.each(func(items []any) any {
		one := c.strict(func(x []float64) float64 {
			if x[divisor] == 0 {
				zero = true
				return 0
			}
			zero = false
			return f(x)
		}, []any{items[0]}, []any{items[1]}, []any{items[2]})
		if zero && one[0] != nil {
			c.warn("division_by_zero")
			one[0] = nil
		}
		zero = false
		return one[0]
	}, lists...)
	return out
}

// logarithm has no value for a base that is not above 0.
func logarithm(x, base float64) float64 {
	if base <= 0 {
		return math.NaN()
	}
	return math.Log2(x) / math.Log2(base)
}

// ztest is the probability of a greater mean than the observed one.
func ztest(c *call) []any {
	nums := numbers(c.list(0))
	if len(nums) == 0 {
		return []any{nil}
	}
	v, ok := variance(c.list(0), 1)
	sigma := math.Sqrt(v)
	if c.has(2) && !empty(c.first(2)) {
		sigma, ok = c.number(2, 0), true
	}
	if ok && sigma == 0 {
		c.warn("division_by_zero")
		return []any{nil}
	}
	mean := sum(nums) / float64(len(nums))
	z := (mean - c.number(1, 0)) / (sigma / math.Sqrt(float64(len(nums))))
	if !ok {
		return []any{nil}
	}
	return []any{c.finite(math.Erfc(z/math.Sqrt2) / 2)}
}
