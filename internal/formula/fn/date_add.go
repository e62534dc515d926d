package fn

import (
	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
)

var dateAddFunc = Func{
	Name: "DATE_ADD", Group: DateTime,
	Params: []Param{
		{Name: "values", Kind: Date},
		{Name: "unit", Kind: DateUnit},
		{Name: "amount", Kind: Number},
		{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"},
	},
	Doc: "Moves dates by a number of units; days and weeks keep the time of day, months and longer units the day of the month or its last day.",
	Examples: []Example{
		{`DATE_ADD(DATE("2024-01-31","yyyy-MM-dd"), month, 1)`, "1709164800"},
		{`DATE_ADD(1710491400, day, ARRAY(-1, 0, 1))`, "1710405000, 1710491400, 1710577800"},
		{`DATEVALUE(DATE_ADD(DATE("2024-02-29", "yyyy-MM-dd"), year, 1), "yyyy-MM-dd")`, "2025-02-28"},
		{`DATEVALUE(DATE_ADD(DATE(FIRST(@When, 2), "yyyy-MM-dd"), quarter, -1), "yyyy-MM-dd")`, "2023-12-01, 2023-12-04"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		unit := datefmt.Period(c.Keyword(1, "day"))
		zone, err := c.ZoneAt(3)
		if err != nil {
			return value.Vector{}, err
		}
		return c.rows(func(row []value.Item) (value.Item, error) {
			sec, ok := c.seconds(row[0])
			n, within, whole := c.steps(2, row[1], datefmt.Length(unit))
			switch {
			case !ok || !whole:
				return value.Item{}, nil
			case !within:
				return c.tooFar(), nil
			}
			return c.moment(datefmt.Add(sec, unit, n, zone)), nil
		}, 0, 2)
	},
}
