package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var ztestFunc = Func{
	Name: "ZTEST", Group: Statistics,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "μ0", Kind: Number},
		{Name: "sigma", Kind: Number, Optional: true, Default: "standard deviation of the values"},
	},
	Doc: "Gives the probability that the mean of a sample is greater than the observed one if the true mean is μ0.",
	Examples: []Example{
		{`ROUND(ZTEST(ARRAY(5, 6, 7, 8), 5), 7)`, "0.0100684"},
		{`ZTEST(ARRAY(5, 6, 7, 8), 6.5, 2)`, "0.5"},
		{`ZTEST(5, 5)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		m, err := c.moments()
		if err != nil || m.N == 0 {
			return value.Blanks(1), err
		}
		sigma, ok := m.Stdev()
		if c.Has(2) && !c.scalar(2).IsEmpty() {
			sigma, ok = c.Float(2, 0), true
		}
		if ok && sigma == 0 {
			c.Warn(vec.DivisionByZero, "division by zero")
			return value.Blanks(1), nil
		}
		z := (m.Mean - c.Float(1, 0)) / (sigma / math.Sqrt(float64(m.N)))
		return c.finite(normal(-z), ok), nil
	},
}
