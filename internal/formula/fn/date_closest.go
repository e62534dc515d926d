package fn

import (
	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
)

var dateClosestFunc = Func{
	Name: "DATE_CLOSEST", Group: DateTime,
	Params: []Param{
		{Name: "values", Kind: Date},
		{Name: "dow", Kind: Weekday},
		{Name: "direction", Kind: Direction, Optional: true, Default: "the nearer one"},
		{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"},
	},
	Doc: "Gives the nearest date with a weekday, at the same time of day; a date that has the weekday stays.",
	Examples: []Example{
		{`DATE_CLOSEST(1710491400, Monday, forward)`, "1710750600"},
		{`DATE_CLOSEST(1710491400, Friday)`, "1710491400"},
		{`DATEVALUE(DATE_CLOSEST(1710491400, Mon), "EEE d MMM HH:mm")`, "Mon 18 Mar 08:30"},
		{`DATEVALUE(DATE_CLOSEST(1710491400, Mon, backward), "EEE d MMM HH:mm")`, "Mon 11 Mar 08:30"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		day, _ := weekday(c.Keyword(1, "Sunday"))
		direction := map[string]int{"forward": 1, "backward": -1}[c.Keyword(2, "")]
		zone, err := c.ZoneAt(3)
		if err != nil {
			return value.Vector{}, err
		}
		return c.dates(c.Vec(0), func(sec float64) value.Item {
			return c.moment(datefmt.Closest(sec, day, direction, zone))
		})
	},
}
