package datefmt

import (
	"math"
	"time"
)

// onWall changes the wall clock of an instant; decimals of a second stay. What
// is not changed stays the same instant, in an hour that exists twice, too.
func onWall(sec float64, zone *time.Location, f func(wall time.Time) time.Time) float64 {
	whole := int64(math.Floor(sec))
	wall := wallTime(sec, zone)
	moved := f(wall)
	if moved.Equal(wall) {
		return sec
	}
	return FromWall(moved.Unix(), zone) + (sec - float64(whole))
}

// wallTime is the wall clock of an instant, to the second, as a time in UTC.
func wallTime(sec float64, zone *time.Location) time.Time {
	whole := int64(math.Floor(sec))
	return time.Unix(whole+offsetAt(whole, zone), 0).UTC()
}

// Length is about how many seconds a period has, exactly for those below a day.
func Length(p Period) float64 {
	switch p {
	case Second:
		return 1
	case Minute:
		return 60
	case Hour:
		return 3600
	case Day:
		return 86400
	case WeekOf:
		return 604800
	case Month:
		return 2629746 // a twelfth of the mean year
	case Quarter:
		return 7889238
	}
	return 31556952
}

// Add moves a date by n units. Seconds, minutes and hours are counted on the
// instant; days and weeks keep the wall clock; months, quarters and years keep
// the day of the month or take the last one.
func Add(sec float64, unit Period, n int, zone *time.Location) float64 {
	switch unit {
	case Second:
		return sec + float64(n)
	case Minute:
		return sec + 60*float64(n)
	case Hour:
		return sec + 3600*float64(n)
	}
	return onWall(sec, zone, func(t time.Time) time.Time {
		switch unit {
		case Day:
			return t.AddDate(0, 0, n)
		case WeekOf:
			return t.AddDate(0, 0, 7*n)
		case Month:
			return addMonths(t, n)
		case Quarter:
			return addMonths(t, 3*n)
		}
		return addMonths(t, 12*n)
	})
}

func addMonths(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	first := time.Date(y, m+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	return first.AddDate(0, 0, min(d, daysIn(first.Year(), first.Month()))-1)
}

func daysIn(year int, m time.Month) int {
	return time.Date(year, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// Set replaces a field of the wall clock: second, minute, hour, day, month or
// year. A value out of range becomes the nearest one in range, and so does a day
// that the month does not have. Setting the second drops decimals.
func Set(sec float64, field Period, n int, zone *time.Location) float64 {
	if field == Second {
		sec = math.Floor(sec)
	}
	return onWall(sec, zone, func(t time.Time) time.Time {
		y, m, d := t.Date()
		h, minute, s := t.Clock()
		switch field {
		case Second:
			s = clamp(n, 0, 59)
		case Minute:
			minute = clamp(n, 0, 59)
		case Hour:
			h = clamp(n, 0, 23)
		case Day:
			d = clamp(n, 1, daysIn(y, m))
		case Month:
			m = time.Month(clamp(n, 1, 12))
		case Year:
			y = n
		}
		return time.Date(y, m, min(d, daysIn(y, m)), h, minute, s, 0, time.UTC)
	})
}

func clamp(n, low, high int) int { return max(low, min(n, high)) }

// Closest is the date with a weekday that is nearest to a date, at the same
// time of day: after it for a direction above 0, before it below 0, on either
// side for 0. A date that has the weekday stays.
func Closest(sec float64, day time.Weekday, direction int, zone *time.Location) float64 {
	return onWall(sec, zone, func(t time.Time) time.Time {
		days := daysInto(day, t.Weekday())
		if direction < 0 && days > 0 || direction == 0 && days > 3 {
			days -= 7
		}
		return t.AddDate(0, 0, days)
	})
}

// DayNumber counts days of the wall clock from 1970-01-01.
func DayNumber(sec float64, zone *time.Location) int {
	return int(math.Floor(wall(Time(math.Floor(sec), zone)) / 86400))
}

// Diff is how many whole units lie between two dates, as Add counts them: the
// most that can be added to start without passing end. If end is before start,
// it is that of the swapped dates, negative.
func Diff(start, end float64, unit Period, zone *time.Location) int {
	if end < start {
		return -Diff(end, start, unit, zone)
	}
	per, step := 1, unit
	switch unit {
	case Second, Minute, Hour:
		return int(math.Floor((end - start) / Length(unit)))
	case WeekOf:
		per, step = 7, Day
	case Quarter:
		per, step = 3, Month
	case Year:
		per, step = 12, Month
	}
	n := 0
	if step == Day {
		n = DayNumber(end, zone) - DayNumber(start, zone)
	} else {
		a, b := wallTime(start, zone), wallTime(end, zone)
		n = (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
	}
	for n > 0 && Add(start, step, n, zone) > end {
		n--
	}
	return n / per
}
