package fn

import (
	"math"

	"octavo/internal/formula/value"
)

var piFunc = Func{
	Name: "PI", Group: Extension,
	Doc: "Gives the number π.",
	Examples: []Example{
		{`PI()`, "3.14159265358979"},
		{`ROUND(2 * PI(), 2)`, "6.28"},
	},
	Eval: func(*Call) (value.Vector, error) { return number(math.Pi), nil },
}
