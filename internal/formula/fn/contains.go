package fn

import (
	"strings"

	"octavo/internal/formula/value"
)

var containsFunc = Func{
	Name: "CONTAINS", Group: TextGroup,
	Params: []Param{{Name: "haystack", Kind: Text}, {Name: "needle", Kind: Text}},
	Doc:    "Is true where a text contains another; upper and lower case differ, and the empty text is in every text.",
	Examples: []Example{
		{`CONTAINS(@Code, "-20")`, "false, true, false, false, true, false"},
		{`CONTAINS("Total sales", "sales")`, "true"},
		{`CONTAINS(@Rep, ARRAY("I", "b", "nes", "y", "Bo", "x"))`, "true, false, true, true, true, false"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.tests(strings.Contains) },
}
