package naive

import (
	"math"
	"strings"
	"time"
)

const day = 86400

func offset(sec int64, zone *time.Location) int64 {
	_, o := time.Unix(sec, 0).In(zone).Zone()
	return int64(o)
}

// wall is the wall clock of an instant as a time in UTC.
func wall(sec float64, zone *time.Location) time.Time {
	at := int64(math.Floor(sec))
	return time.Unix(at+offset(at, zone), 0).UTC()
}

// instant is the first instant at which the wall clock shows a time; a time that
// no clock shows moves forward by the gap. Every quarter of an hour that a zone
// may be off is tried.
func instant(t time.Time, zone *time.Location) float64 {
	shown := t.Unix()
	for off := int64(15 * 3600); off >= -15*3600; off -= 900 {
		if offset(shown-off, zone) == off {
			return float64(shown - off)
		}
	}
	return float64(shown - offset(shown-day, zone))
}

// onWall changes the wall clock and keeps decimals of seconds.
func onWall(sec float64, zone *time.Location, f func(t time.Time) time.Time) float64 {
	before := wall(sec, zone)
	after := f(before)
	if after.Equal(before) {
		return sec
	}
	return instant(after, zone) + sec - math.Floor(sec)
}

// months moves a date by months; the day goes back until the month has it.
func months(t time.Time, n int) time.Time {
	want := t.Year()*12 + int(t.Month()) - 1 + n
	month := (want%12+12)%12 + 1
	for back := 0; ; back++ {
		moved := time.Date((want-month+1)/12, time.Month(month), t.Day()-back, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
		if int(moved.Month()) == month {
			return moved
		}
	}
}

// seconds are about what units have.
var seconds = map[string]float64{
	"second": 1, "minute": 60, "hour": 3600, "day": day, "week": 7 * day, "month": 30.436875 * day, "quarter": 91.310625 * day, "year": 365.2425 * day,
}

// add moves a date by a number of units.
func add(sec float64, unit string, n int, zone *time.Location) float64 {
	if length, ok := map[string]float64{"second": 1, "minute": 60, "hour": 3600}[unit]; ok {
		return sec + float64(n)*length
	}
	return onWall(sec, zone, func(t time.Time) time.Time {
		if length, ok := map[string]int{"day": 1, "week": 7}[unit]; ok {
			return time.Unix(t.Unix()+int64(n*length)*day, 0).UTC()
		}
		return months(t, n*map[string]int{"month": 1, "quarter": 3, "year": 12}[unit])
	})
}

// difference adds units one by one until the end would be passed.
func difference(start, end float64, unit string, zone *time.Location) float64 {
	if end < start {
		return 0 - difference(end, start, unit, zone)
	}
	if length, ok := map[string]float64{"second": 1, "minute": 60, "hour": 3600}[unit]; ok {
		return math.Floor((end - start) / length)
	}
	longest := map[string]float64{"day": 25 * 3600, "week": 169 * 3600, "month": 32 * day, "quarter": 93 * day, "year": 367 * day}[unit]
	n := int((end - start) / longest)
	for add(start, unit, n+1, zone) <= end {
		n++
	}
	return float64(n)
}

func weekdayNamed(d time.Weekday, word string) bool {
	return len(word) >= 3 && strings.HasPrefix(strings.ToLower(d.String()), word)
}

// weekOf is the first day of the week of a day.
func weekOf(t time.Time, begin time.Weekday) time.Time {
	t = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	for t.Weekday() != begin {
		t = t.AddDate(0, 0, -1)
	}
	return t
}

// yearOf is the first day of the fiscal year of a day, or of a later one.
func yearOf(t time.Time, begin time.Month, later int) time.Time {
	first := time.Date(t.Year(), begin, 1, 0, 0, 0, 0, time.UTC)
	if first.After(t) {
		later--
	}
	return first.AddDate(later, 0, 0)
}
