package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var roundFunc = Func{
	Name: "ROUND", Group: Math,
	Params: []Param{
		{Name: "data", Kind: List},
		{Name: "digits", Kind: Number, Optional: true, Default: "0"},
	},
	Doc: "Rounds half away from zero to a number of decimals; negative digits round to tens, hundreds and so on. A blank among the digits counts as 0, as an empty cell does in a spreadsheet; a blank number stays blank.",
	Examples: []Example{
		{`ROUND(3.14159, 2)`, "3.14"},
		{`ROUND(1250, -2)`, "1300"},
		{`ROUND(ARRAY(1.005, -2.5, BLANK()), 2)`, "1.01, -2.5, ∅"},
		{`ROUND(1.239, ARRAY(2, BLANK()))`, "1.24, 1"},
		{`ROUND(@Price)`, "3, 10, 4, 2, 20, 3"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		if d := c.Vec(1); d.Len() > 1 {
			return roundEach(c, c.Vec(0), d)
		}
		digits := c.Int(1, 0)
		return vec.Map(c.Run, c.Vec(0), func(f float64) float64 { return vec.Round(f, digits) })
	},
}

// roundEach rounds every item to its own number of digits.
func roundEach(c *Call, data, digits value.Vector) (value.Vector, error) {
	n, v := c.Align(data, digits)
	if err := c.Reserve(n, 8); err != nil {
		return value.Vector{}, err
	}
	out := value.NewBuilder(n)
	err := c.Blocks(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			it := v[0].Item(i)
			if it.IsEmpty() {
				out.AppendBlank()
				continue
			}
			f, _ := it.Number()
			d, _ := v[1].Item(i).Number()
			out.AppendNumber(vec.Round(f, int(max(-400, min(d, 400)))))
		}
	})
	return out.Vector(), err
}
