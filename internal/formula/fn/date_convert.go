package fn

import (
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var dateConvertFunc = Func{
	Name: "DATE_CONVERT", Group: DateTime,
	Params: []Param{
		{Name: "values", Kind: DateTexts},
		{Name: "format in", Kind: Pattern},
		{Name: "format out", Kind: Pattern},
	},
	Doc: "Reads texts as dates by one pattern and writes them by another, without a change of the time zone.",
	Examples: []Example{
		{`DATE_CONVERT("15/03/2024", "dd/MM/yyyy", "EEE d MMM")`, "Fri 15 Mar"},
		{`DATE_CONVERT(@When, "yyyy-MM-dd", "MMM yyyy")`, "Mar 2024, Mar 2024, Mar 2024, Mar 2024, Mar 2024, Apr 2024"},
		{`DATE_CONVERT("2024-03-15T10:30+02:00", "yyyy-MM-dd'T'HH:mmXXX", "HH:mm")`, "10:30"},
		{`DATE_CONVERT("soon", "yyyy", "yy")`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		in, err := c.PatternAt(1, "")
		if err != nil {
			return value.Vector{}, err
		}
		out, err := c.PatternAt(2, "")
		if err != nil {
			return value.Vector{}, err
		}
		return c.rows(func(row []value.Item) (value.Item, error) {
			if row[0].IsEmpty() {
				return value.Item{}, nil
			}
			text, ok := in.Convert(row[0].Text(), out, c.Zone, c.WeekStart, c.Now)
			if !ok {
				c.Warn(vec.UnparseableDate, "some texts are not dates in the pattern "+c.Text(1, ""))
				return value.Item{}, nil
			}
			return value.Str(text), nil
		}, 0)
	},
}
