package fn

import "octavo/internal/formula/value"

var regexExtractFunc = Func{
	Name: "REGEX_EXTRACT", Group: Extension,
	Params: []Param{
		{Name: "text", Kind: Text},
		{Name: "regular expression", Kind: Expression},
		{Name: "group", Kind: Number, Optional: true, Default: "0"},
	},
	Doc: "Gives what a regular expression, or a group of it, first matches in each text; blank if it matches nothing.",
	Examples: []Example{
		{`REGEX_EXTRACT(@Code, "[0-9]+")`, "100, 200, 101, 300, 201, 400"},
		{`REGEX_EXTRACT("utm_source=mail&x=1", "utm_source=([^&]*)", 1)`, "mail"},
		{`REGEX_EXTRACT(@Note, "[a-z]+")`, "ok, ∅, late, ∅, ∅, ∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		all := c.expressions()
		return c.rows(func(row []value.Item) (value.Item, error) {
			group, ok := c.whole(2, row[2], 0)
			if !ok || row[0].Kind == value.Blank {
				return value.Item{}, nil
			}
			s := row[0].Text()
			x, err := all.forText(row[1].Text(), s)
			if err != nil {
				return value.Item{}, err
			}
			at := x.FindStringSubmatchIndex(s)
			if group < 0 || group >= len(at)/2 || at[2*group] < 0 {
				return value.Item{}, nil
			}
			return value.Str(s[at[2*group]:at[2*group+1]]), nil
		}, 0, 1, 2)
	},
}
