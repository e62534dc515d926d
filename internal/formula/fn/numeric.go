package fn

import (
	"fmt"
	"math"

	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// Float is argument i as a number; def if it is left out, blank, or (under a
// warning) not numeric.
func (c *Call) Float(i int, def float64) float64 {
	it := c.scalar(i)
	if it.IsEmpty() {
		return def
	}
	f, ok := it.Number()
	if !ok && it.Kind != value.Bool {
		c.notNumeric(i)
		return def
	}
	return f
}

// operand is argument i for use position by position; def if it is left out or one blank.
func (c *Call) operand(i int, def float64) value.Vector {
	v := c.Vec(i)
	if !c.Has(i) || v.Len() == 1 && v.Item(0).IsEmpty() {
		return number(def)
	}
	return v
}

// pointwise applies a function of numbers position by position.
func (c *Call) pointwise(missing vec.Missing, f func(x [3]float64) float64, operands ...value.Vector) (value.Vector, error) {
	return vec.Pointwise{Name: c.Func.Name, Missing: missing, F: f}.Eval(c.Run, operands...)
}

// longest is how many items a list can have: positions are 32 bits wide.
const longest = math.MaxInt32

// Total checks the length of a list before it is made, where no limit is set too.
func (c *Call) Total(n int) error {
	if n > longest {
		return syntax.Fail(syntax.CodeLimit, fmt.Sprintf("%s may make at most %d items, not %d.", c.Func.Name, longest, n), "")
	}
	return nil
}

// moments are those of the numeric items of argument 0.
func (c *Call) moments() (vec.Moments, error) {
	nums, err := vec.NumericOf(c.Run, c.Vec(0))
	if err != nil {
		return vec.Moments{}, err
	}
	return vec.NewMoments(c.Run, nums)
}

// ofMoments aggregates argument 0.
func (c *Call) ofMoments(f func(vec.Moments) (float64, bool)) (value.Vector, error) {
	m, err := c.moments()
	if err != nil {
		return value.Vector{}, err
	}
	x, ok := f(m)
	return c.finite(x, ok), nil
}

// line fits a line to two arguments, y and x; flat says, under a warning, that
// there is none because equal numbers would divide by 0.
func (c *Call) line(y, x int, f func(vec.Line) (float64, bool)) (value.Vector, error) {
	l, err := vec.NewLine(c.Run, c.Vec(y), c.Vec(x))
	if err != nil {
		return value.Vector{}, err
	}
	result, ok := f(l)
	if !ok {
		c.noLine(l)
	}
	return c.finite(result, ok), nil
}

// noLine warns if a line is missing because equal numbers would divide by 0,
// not because there are too few.
func (c *Call) noLine(l vec.Line) {
	if l.N > 1 {
		c.Warn(vec.DivisionByZero, "division by zero")
	}
}

// flags makes a list of booleans of a question to each stored item of a list.
func (c *Call) flags(v value.Vector, is func(i int) bool) (value.Vector, error) {
	if v.Len() == 0 {
		return value.Vector{}, nil
	}
	if v.IsConst() {
		return value.Const(value.Boolean(is(0)), v.Len()), nil
	}
	if err := c.Reserve(v.Len(), 1); err != nil {
		return value.Vector{}, err
	}
	out := make([]bool, v.Len())
	err := c.Blocks(len(out), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			out[i] = is(i)
		}
	})
	return value.Bools(out, nil), err
}

// coalesce gives the items of a, those of b where a is blank; the lists are equally long.
func (c *Call) coalesce(a, b value.Vector) (value.Vector, error) {
	present := a.Present()
	if present == nil {
		return a, nil
	}
	if a.IsConst() {
		if present.Get(0) {
			return a, nil
		}
		return b, nil
	}
	if err := c.Reserve(a.Len(), 1); err != nil {
		return value.Vector{}, err
	}
	truths := make([]bool, a.Len())
	for i := range truths {
		truths[i] = present.Get(i)
	}
	return c.choose(truths, a, b)
}

// extremes are the count largest or smallest items of argument 0, or the items
// of argument 2 beside them.
func (c *Call) extremes(largest bool) (value.Vector, error) {
	by, out := c.Vec(0), c.Vec(0)
	if c.Has(2) {
		_, v := c.Align(c.Vec(0), c.Vec(2))
		by, out = v[0], v[1]
	}
	idx, err := vec.Extremes(c.Run, by, c.Int(1, 0), largest)
	if err != nil {
		return value.Vector{}, err
	}
	return c.take(out, idx)
}
