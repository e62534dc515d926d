package fn

import "octavo/internal/formula/value"

var countFunc = Func{
	Name: "COUNT", Group: Math,
	Params: []Param{{Name: "data", Kind: List, Variadic: true}},
	Doc:    "Counts the items that are not blank.",
	Examples: []Example{
		{`COUNT(@Note)`, "4"},
		{`COUNT(@Note, @Region)`, "10"},
		{`COUNT("")`, "0"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		total := 0
		for _, v := range c.Lists() {
			total += present(v)
		}
		return number(float64(total)), nil
	},
}

// present is how many items of a list are not blank.
func present(v value.Vector) int { return countBits(v, v.Present()) }

// countBits is how many items of a list a bitmap has set: nil all, one bit stands for a constant.
func countBits(v value.Vector, bits value.Bitmap) int {
	if v.Len() == 0 || bits == nil {
		return v.Len()
	}
	if !v.IsConst() {
		return bits.Count(v.Len())
	}
	if bits.Get(0) {
		return v.Len()
	}
	return 0
}
