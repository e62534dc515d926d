package fn

import (
	"math"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var truncFunc = Func{
	Name: "TRUNC", Group: Extension,
	Params: []Param{
		{Name: "x", Kind: List},
		{Name: "digits", Kind: Number, Optional: true, Default: "0"},
	},
	Doc: "Cuts a number off after a number of decimals; negative digits cut to tens, hundreds and so on. A blank among the digits counts as 0, as an empty cell does in a spreadsheet; a blank number stays blank.",
	Examples: []Example{
		{`TRUNC(ARRAY(2.9, -2.9))`, "2, -2"},
		{`TRUNC(0.299, 2)`, "0.29"},
		{`TRUNC(1290, -2)`, "1200"},
		{`TRUNC(1.239, ARRAY(2, BLANK()))`, "1.23, 1"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		data, digits := c.Vec(0), c.operand(1, 0)
		if digits.Len() > 1 {
			_, v := c.Align(data, digits)
			data, digits = v[0], v[1].MapEntries(func(it value.Item) value.Item {
				if it.IsEmpty() {
					return value.Num(0)
				}
				return it
			})
		}
		return c.pointwise(vec.AsBlank, func(x [3]float64) float64 {
			return vec.Trunc(x[0], int(math.Floor(max(-400, min(x[1], 400)))))
		}, data, digits)
	},
}
