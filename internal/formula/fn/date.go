package fn

import (
	"fmt"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var dateFunc = Func{
	Name: "DATE", Group: DateTime,
	Params: []Param{
		{Name: "dates", Kind: DateTexts},
		{Name: "format", Kind: Pattern},
		{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"},
	},
	Doc: "Reads texts as dates by a pattern and gives Unix times.",
	Examples: []Example{
		{`DATE("15/03/2024", "dd/MM/yyyy")`, "1710460800"},
		{`DATE(FIRST(@When, 2), "yyyy-MM-dd")`, "1709251200, 1709510400"},
		{`DATE("2024-03-15T09:30+01:00", "yyyy-MM-dd'T'HH:mmXXX")`, "1710491400"},
		{`DATE("n/a", "dd/MM/yyyy")`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		p, err := c.PatternAt(1, "")
		if err != nil {
			return value.Vector{}, err
		}
		zone, err := c.ZoneAt(2)
		if err != nil {
			return value.Vector{}, err
		}
		return c.rows(func(row []value.Item) (value.Item, error) {
			if row[0].IsEmpty() {
				return value.Item{}, nil
			}
			sec, ok := p.Parse(row[0].Text(), zone, c.WeekStart, c.Now)
			if !ok {
				c.Warn(vec.UnparseableDate, fmt.Sprintf("some texts are not dates in the pattern %s", c.Text(1, "")))
				return value.Item{}, nil
			}
			return value.Num(sec), nil
		}, 0)
	},
}
