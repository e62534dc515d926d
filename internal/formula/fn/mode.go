package fn

import "octavo/internal/formula/value"

var modeFunc = Func{
	Name: "MODE", Group: Math,
	Params: []Param{{Name: "value", Kind: List}},
	Doc:    "Gives the most frequent item, the lowest of several; blanks are ignored.",
	Examples: []Example{
		{`MODE(ARRAY(3, 1, 3, 1, 2))`, "1"},
		{`MODE(@Rep)`, "Bo"},
		{`MODE(BLANK(3))`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v := c.Vec(0)
		at, err := c.find(v, v)
		if err != nil {
			return value.Vector{}, err
		}
		if err := c.Reserve(len(at), 4); err != nil {
			return value.Vector{}, err
		}
		counts, best := make([]int32, len(at)), -1
		for _, p := range at {
			counts[p]++
		}
		for i, n := range counts {
			if n == 0 || v.Item(i).IsEmpty() {
				continue
			}
			if best < 0 || n > counts[best] || n == counts[best] && value.Compare(v.Item(i), v.Item(best)) < 0 {
				best = i
			}
		}
		if best < 0 {
			return value.Blanks(1), nil
		}
		return value.Const(v.Item(best), 1), nil
	},
}
