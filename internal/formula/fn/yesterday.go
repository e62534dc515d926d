package fn

import (
	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
)

var yesterdayFunc = Func{
	Name: "YESTERDAY", Group: DateTime,
	Params: []Param{{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"}},
	Doc:    "Gives the Unix time at which yesterday began.",
	Examples: []Example{
		{`YESTERDAY()`, "1710374400"},
		{`YESTERDAY("America/New_York")`, "1710388800"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		zone, err := c.ZoneAt(0)
		if err != nil {
			return value.Vector{}, err
		}
		return number(datefmt.Start(datefmt.Seconds(c.Now), datefmt.Day, -1, 0, 1, zone)), nil
	},
}
