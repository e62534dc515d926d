package fn

import (
	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
)

var dateSetFunc = Func{
	Name: "DATE_SET", Group: DateTime,
	Params: []Param{
		{Name: "values", Kind: Date},
		{Name: "unit", Kind: DateField},
		{Name: "unit value", Kind: Number},
		{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"},
	},
	Doc: "Replaces one field of dates on the wall clock; a value out of range becomes the nearest one in range.",
	Examples: []Example{
		{`DATE_SET(1710491400, hour, 0)`, "1710462600"},
		{`DATEVALUE(DATE_SET(DATE("2024-01-31", "yyyy-MM-dd"), month, 2), "yyyy-MM-dd")`, "2024-02-29"},
		{`DATEVALUE(DATE_SET(1710491400, day, ARRAY(1, 31, 99)), "d MMM HH:mm")`, "1 Mar 08:30, 31 Mar 08:30, 31 Mar 08:30"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		field := datefmt.Period(c.Keyword(1, "day"))
		zone, err := c.ZoneAt(3)
		if err != nil {
			return value.Vector{}, err
		}
		return c.rows(func(row []value.Item) (value.Item, error) {
			sec, ok := c.seconds(row[0])
			n, within, whole := c.steps(2, row[1], datefmt.Length(field))
			switch {
			case !ok || !whole || row[1].IsEmpty():
				return value.Item{}, nil
			case field == datefmt.Year && !within:
				return c.tooFar(), nil
			}
			return c.moment(datefmt.Set(sec, field, n, zone)), nil
		}, 0, 2)
	},
}
