package fn

import (
	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
)

var dateDiffFunc = Func{
	Name: "DATE_DIFF", Group: Extension,
	Params: []Param{
		{Name: "start", Kind: Date},
		{Name: "end", Kind: Date},
		{Name: "unit", Kind: DateUnit},
		{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"},
	},
	Doc: "Counts the whole units between two dates; days and longer units go by the calendar, and the number is negative if the end comes first.",
	Examples: []Example{
		{`DATE_DIFF(1709251200, 1710491400, day)`, "14"},
		{`DATE_DIFF(DATE("2024-01-31", "yyyy-MM-dd"), DATE("2024-03-30", "yyyy-MM-dd"), month)`, "1"},
		{`DATE_DIFF(DATE(@When, "yyyy-MM-dd"), NOW(), week)`, "2, 1, 0, 0, 0, -2"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		unit := datefmt.Period(c.Keyword(2, "day"))
		zone, err := c.ZoneAt(3)
		if err != nil {
			return value.Vector{}, err
		}
		return c.rows(func(row []value.Item) (value.Item, error) {
			start, okStart := c.seconds(row[0])
			end, okEnd := c.seconds(row[1])
			if !okStart || !okEnd {
				return value.Item{}, nil
			}
			return value.Num(float64(datefmt.Diff(start, end, unit, zone))), nil
		}, 0, 1)
	},
}
