package naive

import (
	"math"
	"math/big"
	"slices"
)

// precision is enough bits for sums of a few numbers of any size.
const precision = 2200

func exactly(f float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(f) }

// sum adds numbers without rounding and rounds once.
func sum(nums []float64) float64 {
	total := exactly(0)
	for _, f := range nums {
		total.Add(total, exactly(f))
	}
	f, _ := total.Float64()
	return f
}

// numbers are the numeric items of a list.
func numbers(list []any) []float64 {
	var out []float64
	for _, x := range list {
		if f, ok := numeric(x); ok {
			out = append(out, f)
		}
	}
	return out
}

// operands are all items of a list as numbers.
func operands(list []any) []float64 {
	var out []float64
	for _, x := range list {
		out = append(out, operand(x))
	}
	return out
}

// fold aggregates one list, or several position by position; f answers nil for none.
func fold(c *call, f func(list []any) any) []any {
	if len(c.lists) > 1 {
		return c.each(f, c.lists...)
	}
	return []any{f(c.list(0))}
}

func (c *call) sumOf(list []any) any { return c.finite(sum(operands(list))) }

func (c *call) mean(list []any) any {
	nums := numbers(list)
	if len(nums) == 0 {
		return nil
	}
	return c.finite(sum(nums) / float64(len(nums)))
}

func smallest(list []any) any {
	nums := numbers(list)
	if len(nums) == 0 {
		return nil
	}
	return slices.Min(nums)
}

func largest(list []any) any {
	nums := numbers(list)
	if len(nums) == 0 {
		return nil
	}
	return slices.Max(nums)
}

func median(list []any) any {
	nums := numbers(list)
	slices.Sort(nums)
	switch n := len(nums); {
	case n == 0:
		return nil
	case n%2 == 1:
		return nums[n/2]
	default:
		return nums[n/2-1]/2 + nums[n/2]/2
	}
}

// mode is the most frequent item, the lowest of several.
func mode(c *call) []any {
	list, most := c.list(0), 0
	var best any
	for i, x := range list {
		if empty(x) || find(list, x) < i {
			continue
		}
		count := 0
		for _, y := range list {
			if !empty(y) && find(list, y) == i {
				count++
			}
		}
		if count > most || count == most && compare(x, best) < 0 {
			best, most = x, count
		}
	}
	return []any{best}
}

// strict applies f where all operands are numbers.
func (c *call) strict(f func(x []float64) float64, lists ...[]any) []any {
	return c.each(func(items []any) any { return c.strictly(f, items) }, lists...)
}

// strictly applies f to numbers alone.
func (c *call) strictly(f func(x []float64) float64, items []any) any {
	nums := make([]float64, len(items))
	missing := false
	for i, x := range items {
		var ok bool
		if nums[i], ok = countable(x); ok {
			continue
		}
		missing = true
		if !empty(x) {
			c.warn("not_numeric")
		}
	}
	if missing {
		return nil
	}
	return c.finite(f(nums))
}

// lenient applies f to operands, what is no number being 0.
func (c *call) lenient(f func(x []float64) any, lists ...[]any) []any {
	return c.each(func(items []any) any { return f(operands(items)) }, lists...)
}

// orNumber is argument i, a number if it was left out or is one blank.
func (c *call) orNumber(i int, def float64) []any {
	if l := c.listOr(i, def); len(l) != 1 || !empty(l[0]) {
		return l
	}
	return []any{def}
}

// multiple goes from a number to a multiple of another by the decimal texts of both.
func multiple(f, significance float64, up bool) any {
	if significance == 0 {
		return 0.0
	}
	step := new(big.Rat).Abs(ratOf(significance))
	q := new(big.Rat).Quo(ratOf(f), step)
	whole := new(big.Int).Div(q.Num(), q.Denom()) // rounds down
	if up && !q.IsInt() {
		whole.Add(whole, big.NewInt(1))
	}
	result, _ := step.Mul(step, new(big.Rat).SetInt(whole)).Float64()
	return result
}

func ratOf(f float64) *big.Rat {
	r, _ := new(big.Rat).SetString(decimal(f))
	return r
}

// round works on the decimal text; away says whether halves and more go up.
func round(f, places float64, away bool) float64 {
	digits := int(math.Floor(places))
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(digits, -digits))), nil))
	if digits < 0 {
		scale.Inv(scale)
	}
	scaled := new(big.Rat).Mul(ratOf(math.Abs(f)), scale)
	if away {
		scaled.Add(scaled, big.NewRat(1, 2))
	}
	whole := new(big.Int).Div(scaled.Num(), scaled.Denom())
	result, _ := scaled.Quo(new(big.Rat).SetInt(whole), scale).Float64()
	return math.Copysign(result, f)
}

// chosen are the operands of argument 1 where argument 0 is true.
func (c *call) chosen() []float64 {
	var out []float64
	for _, row := range c.aligned(c.list(0), c.list(1)) {
		if truth(row[0]) {
			out = append(out, operand(row[1]))
		}
	}
	return out
}

func averageIf(c *call) []any {
	nums := c.chosen()
	if len(nums) == 0 {
		return []any{nil}
	}
	return []any{c.finite(sum(nums) / float64(len(nums)))}
}

// mod is the remainder with the sign of the modulus.
func (c *call) mod(a, b any) any {
	if empty(a) && empty(b) {
		return nil
	}
	x, y := operand(a), operand(b)
	if y == 0 {
		c.warn("division_by_zero")
		return nil
	}
	r := math.Mod(x, y)
	if r*y < 0 {
		r += y
	}
	return r
}

// differences are between each item and the one before.
func differences(c *call) []any {
	list := c.list(0)
	var out []any
	for i, x := range list {
		switch kind := c.word(1, "ignore first value"); {
		case i > 0:
			out = append(out, c.arithmetic("-", x, list[i-1]))
		case kind == "use zero":
			out = append(out, 0.0)
		case kind == "use first value":
			out = append(out, c.sign('+', x))
		}
	}
	return out
}
