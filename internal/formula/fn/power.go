package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var powerFunc = Func{
	Name: "POWER", Group: Math,
	Params: []Param{{Name: "bases", Kind: List}, {Name: "exponent", Kind: Number}},
	Doc:    "Raises numbers to a power.",
	Examples: []Example{
		{`POWER(ARRAY(2, 3), 4)`, "16, 81"},
		{`POWER(@Price, 0.5) > 2`, "false, true, false, false, true, false"},
	},
	Eval: func(c *Call) (value.Vector, error) { return vec.Arith(c.Run, '^', c.Vec(0), c.Vec(1)) },
}
