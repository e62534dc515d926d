package fn

import (
	"fmt"
	"time"

	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
)

var dateStartofFunc = Func{
	Name: "DATE_STARTOF", Group: DateTime,
	Params: []Param{
		{Name: "values", Kind: Date},
		{Name: "unit", Kind: Period},
		{Name: "relative value", Kind: Number, Optional: true, Default: "0"},
		{Name: "first", Kind: First, Optional: true, Default: "Sunday or January"},
		{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"},
	},
	Doc: "Gives the first moment of the period that contains each date, moved by a number of periods.",
	Examples: []Example{
		{`DATE_STARTOF(1710491400, week, -1, Monday)`, "1709510400"},
		{`DATE_STARTOF(1710491400, month)`, "1709251200"},
		{`DATE_STARTOF(1710491400, quarter)`, "1704067200"},
		{`DATE_STARTOF(1710491400, year, , April)`, "1680307200"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		unit := datefmt.Period(c.Keyword(1, "day"))
		weekStart, yearStart, err := c.firstOf(3, unit)
		if err != nil {
			return value.Vector{}, err
		}
		zone, err := c.ZoneAt(4)
		if err != nil {
			return value.Vector{}, err
		}
		relative := max(-maxPeriods, min(c.Int(2, 0), maxPeriods))
		return c.dates(c.Vec(0), func(sec float64) value.Item {
			return value.Num(datefmt.Start(sec, unit, relative, weekStart, yearStart, zone))
		})
	},
}

// maxPeriods keeps a date moved by years inside what time can count.
const maxPeriods = 100_000

// firstOf reads argument i as the weekday or month with which a unit begins.
func (c *Call) firstOf(i int, unit datefmt.Period) (time.Weekday, time.Month, error) {
	word := c.Keyword(i, "")
	if word == "" {
		return c.WeekStart, time.January, nil
	}
	day, isDay := weekday(word)
	m, isMonth := month(word)
	fiscal := unit == datefmt.Year || unit == datefmt.Quarter
	if isDay && fiscal || isMonth && unit == datefmt.WeekOf {
		return 0, 0, syntax.Fail(syntax.CodeBadKeyword, fmt.Sprintf("A %s cannot begin with %s.", unit, word), "A week begins with a weekday, a quarter or year with a month.")
	}
	if isMonth {
		return c.WeekStart, m, nil
	}
	return day, time.January, nil
}
