package fn

import "octavo/internal/formula/value"

var leftFunc = Func{
	Name: "LEFT", Group: TextGroup,
	Params: []Param{
		{Name: "text", Kind: Text},
		{Name: "number", Kind: Number, Optional: true, Default: "1"},
	},
	Doc: "Gives the first characters of each text.",
	Examples: []Example{
		{`LEFT("widget", 3)`, "wid"},
		{`LEFT(@Region)`, "N, S, N, E, S, W"},
		{`LEFT("widget", ARRAY(2, 10, 0))`, "wi, widget, "},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.end(func(s string, n int) string { return part(s, 0, n) })
	},
}

// end maps texts and numbers of characters, 1 by default, by f.
func (c *Call) end(f func(s string, n int) string) (value.Vector, error) {
	return c.rows(func(row []value.Item) (value.Item, error) {
		n, ok := c.whole(1, row[1], 1)
		if !ok || row[0].Kind == value.Blank {
			return value.Item{}, nil
		}
		return value.Str(f(row[0].Text(), n)), nil
	}, 0, 1)
}
