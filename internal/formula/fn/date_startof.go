package fn

import (
	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
)

var dateStartofFunc = Func{
	Name: "DATE_STARTOF", Group: DateTime,
	Params: periodParams,
	Doc:    "Gives the first moment of the period that contains each date, moved by a number of periods.",
	Examples: []Example{
		{`DATE_STARTOF(1710491400, week, -1, Monday)`, "1709510400"},
		{`DATE_STARTOF(1710491400, month)`, "1709251200"},
		{`DATE_STARTOF(1710491400, quarter)`, "1704067200"},
		{`DATE_STARTOF(1710491400, year, , April)`, "1680307200"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		return c.periods(func(sec float64, p periods, relative int) value.Item {
			return c.moment(datefmt.Start(sec, p.unit, relative, p.weekStart, p.yearStart, p.zone))
		})
	},
}
