package fn

import (
	"strings"

	"octavo/internal/formula/value"
)

var endswithFunc = Func{
	Name: "ENDSWITH", Group: Extension,
	Params: []Param{{Name: "text", Kind: Text}, {Name: "end", Kind: Text}},
	Doc:    "Is true where a text ends with another; upper and lower case differ.",
	Examples: []Example{
		{`ENDSWITH(@Code, "x")`, "true, false, true, false, false, false"},
		{`ENDSWITH("widget", "GET")`, "false"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.tests(strings.HasSuffix) },
}
