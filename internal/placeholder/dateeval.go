package placeholder

import (
	"math"
	"strconv"
	"time"

	"octavo/internal/formula/datefmt"
)

// pattern compiles a pattern of our own.
func pattern(text string) func(sec float64, zone *time.Location) string {
	p, err := datefmt.Compile(text)
	if err != nil {
		panic(err)
	}
	return func(sec float64, zone *time.Location) string { return p.Format(sec, zone, time.Sunday) }
}

var plainDay = pattern("yyyy-MM-dd")

// outputs are the formats that are no pattern.
var outputs = map[string]func(sec float64, zone *time.Location) string{
	"unix": func(sec float64, _ *time.Location) string { return strconv.FormatFloat(math.Floor(sec), 'f', 0, 64) },
	"unixMillis": func(sec float64, _ *time.Location) string {
		return strconv.FormatFloat(math.Floor(sec*1000), 'f', 0, 64)
	},
	"iso": pattern("yyyy-MM-dd'T'HH:mm:ssXXX"),
	"isoUTC": func(sec float64, _ *time.Location) string {
		return time.Unix(int64(math.Floor(sec)), 0).UTC().Format("2006-01-02T15:04:05Z")
	},
}

// eval gives the text of a date expression at the moment of the scope.
func (d *dateExpr) eval(s Scope) (string, error) {
	if d.zone != nil {
		s.Zone = d.zone
	}
	sec, err := d.begin(s)
	if err != nil {
		return "", err
	}
	for _, m := range d.moves {
		if sec = datefmt.Add(sec, m.unit, m.n, s.Zone); !datefmt.IsDate(sec) {
			return "", Refused("the date", "it leaves the calendar")
		}
	}
	if d.shortcut != nil {
		sec = d.jump(sec, s.Zone)
	}
	if year := datefmt.Time(sec, s.Zone).Year(); !datefmt.IsDate(sec) || year < 1 || year > 9999 {
		return "", Refused("the date", "it leaves the calendar")
	}
	if d.format == nil {
		return plainDay(sec, s.Zone), nil
	}
	return d.format(sec, s.Zone), nil
}

// begin is the date that set names, at midnight, or now.
func (d *dateExpr) begin(s Scope) (float64, error) {
	text := d.setText
	if d.setName != "" {
		var ok bool
		if text, ok = s.Values[d.setName]; !ok {
			return 0, Missing(d.setName)
		}
	}
	if text == "" && d.setName == "" {
		return math.Floor(datefmt.Seconds(s.Now)), nil
	}
	sec, ok := d.readSet(text, s)
	if !ok {
		return 0, Refused(d.setName, noDate)
	}
	return datefmt.Start(sec, datefmt.Day, 0, time.Sunday, time.January, s.Zone), nil
}

func (d *dateExpr) readSet(text string, s Scope) (float64, bool) {
	if d.setPattern != nil {
		return d.setPattern.Parse(text, s.Zone, d.firstDay, s.Now)
	}
	return Date(text, s)
}

// jump does what the shortcut says.
func (d *dateExpr) jump(sec float64, zone *time.Location) float64 {
	switch c := d.shortcut; c.kind {
	case "now":
		return sec
	case "count":
		today := datefmt.Start(sec, datefmt.Day, 0, d.firstDay, d.firstMonth, zone)
		return atClock(datefmt.Add(today, c.period, c.n, zone), d.start, zone)
	case "end":
		return atClock(datefmt.End(sec, c.period, c.n, d.firstDay, d.firstMonth, zone), d.end, zone)
	default:
		return atClock(datefmt.Start(sec, c.period, c.n, d.firstDay, d.firstMonth, zone), d.start, zone)
	}
}

// atClock sets the time of day; nil leaves it.
func atClock(sec float64, at *clockTime, zone *time.Location) float64 {
	if at == nil {
		return sec
	}
	y, m, day := datefmt.Time(sec, zone).Date()
	return datefmt.FromWall(time.Date(y, m, day, at.hour, at.minute, at.second, 0, time.UTC).Unix(), zone)
}
