package fn

import (
	"math"

	"octavo/internal/formula/value"
)

var nowFunc = Func{
	Name: "NOW", Group: DateTime,
	Params: []Param{{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"}},
	Doc:    "Gives the current Unix time with milliseconds; the time zone does not change it.",
	Examples: []Example{
		{`NOW()`, "1710491400"},
		{`DATEVALUE(NOW(), "HH:mm")`, "08:30"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		if _, err := c.ZoneAt(0); err != nil {
			return value.Vector{}, err
		}
		return number(math.Round(float64(c.Now.UnixMilli())) / 1000), nil
	},
}
