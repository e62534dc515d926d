package fn

import (
	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
)

var todayFunc = Func{
	Name: "TODAY", Group: DateTime,
	Params: []Param{{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"}},
	Doc:    "Gives the Unix time at which today began.",
	Examples: []Example{
		{`TODAY()`, "1710460800"},
		{`TODAY("America/New_York")`, "1710475200"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		zone, err := c.ZoneAt(0)
		if err != nil {
			return value.Vector{}, err
		}
		return number(datefmt.Start(datefmt.Seconds(c.Now), datefmt.Day, 0, 0, 1, zone)), nil
	},
}
