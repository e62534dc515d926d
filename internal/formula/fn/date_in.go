package fn

import (
	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
)

var dateInFunc = Func{
	Name: "DATE_IN", Group: DateTime,
	Params: periodParams,
	Doc:    "Is true for dates in the period that contains now, moved by a number of periods.",
	Examples: []Example{
		{`DATE_IN(DATE(@When,"yyyy-MM-dd"), week)`, "false, false, true, true, false, false"},
		{`DATE_IN(DATE(@When, "yyyy-MM-dd"), month, 1)`, "false, false, false, false, false, true"},
		{`SELECT(@Rep, DATE_IN(DATE(@When, "yyyy-MM-dd"), month))`, "Ines, Bo, Ines, Cy, Bo"},
		{`DATE_IN(ARRAY(TODAY(), YESTERDAY(), BLANK()), day)`, "true, false, ∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		now := datefmt.Seconds(c.Now)
		// The bounds are those of relative periods, few in number, not of the dates.
		bounds := map[int][2]float64{}
		return c.periods(func(sec float64, p periods, relative int) value.Item {
			b, ok := bounds[relative]
			if !ok {
				b[0] = datefmt.Start(now, p.unit, relative, p.weekStart, p.yearStart, p.zone)
				b[1] = datefmt.Start(now, p.unit, relative+1, p.weekStart, p.yearStart, p.zone)
				bounds[relative] = b
			}
			return value.Boolean(sec >= b[0] && sec < b[1])
		})
	},
}
