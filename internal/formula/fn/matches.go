package fn

import "octavo/internal/formula/value"

var matchesFunc = Func{
	Name: "MATCHES", Group: Extension,
	Params: []Param{{Name: "text", Kind: Text}, {Name: "regular expression", Kind: Expression}},
	Doc:    "Is true where a regular expression matches a text or a part of it; ^ and $ bind it to the ends.",
	Examples: []Example{
		{`MATCHES(@Code, "-[12]0")`, "true, true, true, false, true, false"},
		{`MATCHES(@Code, "^[A-B]")`, "true, true, true, false, true, false"},
		{`MATCHES("Widget", "(?i)^widget$")`, "true"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		all := c.expressions()
		return c.rows(func(row []value.Item) (value.Item, error) {
			s := row[0].Text()
			x, err := all.forText(row[1].Text(), s)
			if err != nil {
				return value.Item{}, err
			}
			return value.Boolean(x.MatchString(s)), nil
		}, 0, 1)
	},
}
