package fn

import "octavo/internal/formula/value"

var datevalueFunc = Func{
	Name: "DATEVALUE", Group: DateTime,
	Params: []Param{
		{Name: "dates", Kind: Date},
		{Name: "format", Kind: Pattern, Optional: true, Default: "MM/dd/yyyy"},
		{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"},
	},
	Doc: "Writes Unix times as texts by a date pattern.",
	Examples: []Example{
		{`DATEVALUE(1710491400, "MMM d, yyyy h:mm a")`, "Mar 15, 2024 8:30 AM"},
		{`DATEVALUE(1710491400)`, "03/15/2024"},
		{`DATEVALUE(1710491400, "yyyy-MM-dd HH:mm", "Asia/Tokyo")`, "2024-03-15 17:30"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		p, err := c.PatternAt(1, "MM/dd/yyyy")
		if err != nil {
			return value.Vector{}, err
		}
		zone, err := c.ZoneAt(2)
		if err != nil {
			return value.Vector{}, err
		}
		return c.dates(c.Vec(0), func(sec float64) value.Item {
			return value.Str(p.Format(sec, zone, c.WeekStart))
		})
	},
}
