package fn

import (
	"strings"

	"octavo/internal/formula/value"
)

var upperFunc = Func{
	Name: "UPPER", Group: TextGroup,
	Params: []Param{{Name: "data", Kind: Text}},
	Doc:    "Writes texts in upper case.",
	Examples: []Example{
		{`UPPER(@Rep)`, "INES, BO, INES, CY, BO, DEE"},
		{`UPPER("été 2024")`, "ÉTÉ 2024"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.texts(strings.ToUpper) },
}
