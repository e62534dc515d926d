package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var numberFunc = Func{
	Name: "NUMBER", Group: Extension,
	Params: []Param{{Name: "t", Kind: List}},
	Doc:    "Reads texts as numbers; true is 1, false 0, and what is not a number becomes blank.",
	Examples: []Example{
		{`NUMBER("1,250.5")`, "1250.5"},
		{`NUMBER(ARRAY("(3)", "12%", "12 kg", true))`, "-3, 0.12, ∅, 1"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		v := c.Vec(0)
		bits, _, err := vec.Countable(c.Run, v)
		if err != nil || v.Len() == 0 || v.Kind() == value.Number {
			return v, err
		}
		out := value.Numbers(v.Numeric().Vals, bits)
		if v.IsConst() {
			return value.Const(out.Item(0), v.Len()), nil
		}
		return out, nil
	},
}
