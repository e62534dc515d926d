package datefmt

import (
	"math"
	"time"
)

// Period is a calendar unit that DATE_STARTOF and its kin count in.
type Period string

// The periods.
const (
	Hour    Period = "hour"
	Day     Period = "day"
	WeekOf  Period = "week"
	Month   Period = "month"
	Quarter Period = "quarter"
	Year    Period = "year"
)

// Start is the Unix time of the first moment of the period that contains sec,
// moved by relative periods. Weeks start on weekStart; quarters and years at
// the first of yearStart.
func Start(sec float64, p Period, relative int, weekStart time.Weekday, yearStart time.Month, zone *time.Location) float64 {
	t := time.Unix(int64(math.Floor(sec)), 0).In(zone)
	if p == Hour {
		_, offset := t.Zone()
		w := t.Unix() + int64(offset)
		return float64(w - mod(w, 3600) - int64(offset) + int64(relative)*3600)
	}
	y, m, d := t.Date()
	switch p {
	case Day:
		d += relative
	case WeekOf:
		d += relative*7 - daysInto(t.Weekday(), weekStart)
	case Month:
		m, d = m+time.Month(relative), 1
	case Quarter:
		into := (int(m) - int(yearStart) + 12) % 3
		m, d = m-time.Month(into)+time.Month(3*relative), 1
	case Year:
		if m < yearStart {
			y--
		}
		y, m, d = y+relative, yearStart, 1
	}
	return FromWall(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix(), zone)
}

func mod(a, b int64) int64 { return ((a % b) + b) % b }
