package fn

import (
	"octavo/internal/formula/value"
)

var betweenFunc = Func{
	Name: "BETWEEN", Group: Logic,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "start", Kind: Number},
		{Name: "end", Kind: Number},
	},
	Doc: "Is true where start ≤ value ≤ end; a value that is not numeric gives false.",
	Examples: []Example{
		{`BETWEEN(@Units, 2, 5)`, "true, false, true, false, false, true"},
		{`BETWEEN(@Note, 10, 20)`, "false, false, false, false, false, true"},
		{`SELECT(@Rep, BETWEEN(DATE(@When, "yyyy-MM-dd"), TODAY(), NOW()))`, "Cy"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		n, v := c.Align(c.Vec(0), c.Vec(1), c.Vec(2))
		if n == 0 {
			return value.Vector{}, nil
		}
		if err := c.Reserve(n, 1); err != nil {
			return value.Vector{}, err
		}
		x, low, high := v[0].Numeric(), v[1].Numeric(), v[2].Numeric()
		stride := func(i int) int {
			if v[i].IsConst() {
				return 0
			}
			return 1
		}
		sx, sl, sh := stride(0), stride(1), stride(2)
		out := make([]bool, n)
		err := c.Blocks(n, func(from, to int) {
			if x.OK == nil && sx == 1 && sl == 0 && sh == 0 && low.OK.Get(0) && high.OK.Get(0) {
				inside(x.Vals[from:to], low.Vals[0], high.Vals[0], out[from:to])
				return
			}
			for i := from; i < to; i++ {
				a, b, d := i*sx, i*sl, i*sh
				out[i] = x.OK.Get(a) && low.OK.Get(b) && high.OK.Get(d) &&
					low.Vals[b] <= x.Vals[a] && x.Vals[a] <= high.Vals[d]
			}
		})
		return value.Bools(out, nil), err
	},
}

// inside compares numbers with two bounds; both are looked at, which needs no branch.
func inside(x []float64, low, high float64, out []bool) {
	out = out[:len(x)]
	for i, f := range x {
		above, below := low <= f, f <= high
		out[i] = above && below
	}
}
