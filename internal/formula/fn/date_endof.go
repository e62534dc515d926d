package fn

import (
	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
)

var dateEndofFunc = Func{
	Name: "DATE_ENDOF", Group: DateTime,
	Params: periodParams,
	Doc:    "Gives the last second of the period that contains each date, moved by a number of periods.",
	Examples: []Example{
		{`DATE_ENDOF(1710491400, month)`, "1711929599"},
		{`DATE_ENDOF(1710491400, week, , Monday)`, "1710719999"},
		{`DATE_ENDOF(1710491400, year, -1, April)`, "1680307199"},
		{`DATEVALUE(DATE_ENDOF(1710491400, quarter), "d MMM HH:mm:ss")`, "31 Mar 23:59:59"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.periods(func(sec float64, p periods, relative int) value.Item {
			return c.moment(datefmt.End(sec, p.unit, relative, p.weekStart, p.yearStart, p.zone))
		})
	},
}
