package datefmt

import (
	"math"
	"time"
)

// Period is a unit of time that functions count in.
type Period string

// The periods; Start knows those from Hour on.
const (
	Second  Period = "second"
	Minute  Period = "minute"
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
	if p == Hour {
		return hour(sec, relative, zone)
	}
	t := time.Unix(int64(math.Floor(sec)), 0).In(zone)
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

// End is the last second of a period; see Start.
func End(sec float64, p Period, relative int, weekStart time.Weekday, yearStart time.Month, zone *time.Location) float64 {
	return Start(sec, p, relative+1, weekStart, yearStart, zone) - 1
}

// hour is the start of an hour of the wall clock. Of an hour that exists twice
// each one is a period of its own; one that a change by half an hour cuts or
// stretches, as on Lord Howe Island, is one period all the same.
func hour(sec float64, relative int, zone *time.Location) float64 {
	at := int64(math.Floor(sec))
	offset := offsetAt(at, zone)
	start := wholeHour(at, offset, zone)
	if relative == 0 {
		return float64(start)
	}
	moved := start + int64(relative)*3600
	// Whole hours later the clock may stand half an hour off; the offsets tell.
	shift := mod(offsetAt(start, zone)-offsetAt(moved, zone), 3600)
	if shift > 1800 || shift == 1800 && offsetAt(start, zone) < offsetAt(moved, zone) {
		shift -= 3600
	}
	moved += shift
	return float64(wholeHour(moved, offsetAt(moved-shift, zone), zone))
}

// wholeHour goes back to the full hour on the clock with an offset, and takes
// the wall clock instead if the offset does not hold there.
func wholeHour(at, offset int64, zone *time.Location) int64 {
	start := at - mod(at+offset, 3600)
	if offsetAt(start, zone) != offset {
		return int64(FromWall(start+offset, zone))
	}
	return start
}

func offsetAt(at int64, zone *time.Location) int64 {
	_, offset := time.Unix(at, 0).In(zone).Zone()
	return int64(offset)
}

func mod(a, b int64) int64 { return ((a % b) + b) % b }
