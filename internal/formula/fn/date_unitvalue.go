package fn

import (
	"time"

	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
)

var dateUnitvalueFunc = Func{
	Name: "DATE_UNITVALUE", Group: DateTime,
	Params: []Param{
		{Name: "values", Kind: Date},
		{Name: "unit", Kind: DatePart},
		{Name: "first", Kind: First, Optional: true, Default: "Sunday or January"},
		{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"},
	},
	Doc: "Reads a part of dates as a number: months from 1, days of the week from 1, weeks such that week 1 contains 1 January or the first day of the fiscal year.",
	Examples: []Example{
		{`DATE_UNITVALUE(1710491400, week)`, "11"},
		{`DATE_UNITVALUE(1710491400, day of week)`, "6"},
		{`DATE_UNITVALUE(1710491400, quarter)`, "1"},
		{`DATE_UNITVALUE(1710491400, year, April)`, "2023"},
		{`DATE_UNITVALUE(DATE(@When, "yyyy-MM-dd"), day)`, "1, 4, 10, 15, 22, 2"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		part := datefmt.Part(c.Keyword(1, "day"))
		weekStart, yearStart, err := c.firstOfPart(2, part)
		if err != nil {
			return value.Vector{}, err
		}
		zone, err := c.ZoneAt(3)
		if err != nil {
			return value.Vector{}, err
		}
		return c.dates(c.Vec(0), func(sec float64) value.Item {
			return value.Num(float64(datefmt.Value(sec, part, weekStart, yearStart, zone)))
		})
	},
}

// firstOfPart reads argument i as the weekday from which days or weeks count,
// or as the month with which the fiscal year begins; weeks of the year take either.
func (c *Call) firstOfPart(i int, part datefmt.Part) (time.Weekday, time.Month, error) {
	word := c.Keyword(i, "")
	if word == "" {
		return c.WeekStart, time.January, nil
	}
	day, isDay := weekday(word)
	m, _ := month(word)
	switch part {
	case datefmt.DayOfWeek, datefmt.WeekOfMonth:
		if !isDay {
			return 0, 0, cannotBegin("week", word)
		}
	case datefmt.Part(datefmt.Quarter), datefmt.Part(datefmt.Year), datefmt.DayOfYear:
		if isDay {
			return 0, 0, cannotBegin("year", word)
		}
	}
	if isDay {
		return day, time.January, nil
	}
	return c.WeekStart, m, nil
}
