package fn

import (
	"strings"

	"octavo/internal/formula/value"
)

var startswithFunc = Func{
	Name: "STARTSWITH", Group: Extension,
	Params: []Param{{Name: "text", Kind: Text}, {Name: "beginning", Kind: Text}},
	Doc:    "Is true where a text begins with another; upper and lower case differ.",
	Examples: []Example{
		{`STARTSWITH(@Code, "A")`, "true, false, true, false, false, false"},
		{`STARTSWITH("widget", "Wid")`, "false"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.tests(strings.HasPrefix) },
}
