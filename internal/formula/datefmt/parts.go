package datefmt

import "time"

// Part is a part of a date that can be read as a number.
type Part string

// The parts that are no Period.
const (
	DayOfWeek   Part = "day of week"
	DayOfYear   Part = "day of year"
	WeekOfMonth Part = "week of month"
)

// Value reads a part of a date. The day of the week counts from 1 on weekStart;
// week 1 of a year contains its first day, week 1 of a month likewise. Years
// begin with yearStart and have the number of the calendar year in which they
// begin; weeks, quarters and days of the year count from there.
func Value(sec float64, part Part, weekStart time.Weekday, yearStart time.Month, zone *time.Location) int {
	t := wallTime(sec, zone)
	switch part {
	case Part(Second):
		return t.Second()
	case Part(Minute):
		return t.Minute()
	case Part(Hour):
		return t.Hour()
	case Part(Day):
		return t.Day()
	case DayOfWeek:
		return daysInto(t.Weekday(), weekStart) + 1
	case DayOfYear:
		return daysBetween(yearBegin(fiscalYear(t, yearStart), yearStart), t) + 1
	case Part(WeekOf):
		return fiscalWeek(t, weekStart, yearStart)
	case WeekOfMonth:
		return field{letter: 'W'}.number(t, weekStart)
	case Part(Month):
		return int(t.Month())
	case Part(Quarter):
		return (int(t.Month())-int(yearStart)+12)%12/3 + 1
	}
	return fiscalYear(t, yearStart)
}

// fiscalYear is the calendar year in which the year of t began.
func fiscalYear(t time.Time, yearStart time.Month) int {
	if t.Month() < yearStart {
		return t.Year() - 1
	}
	return t.Year()
}

func yearBegin(year int, yearStart time.Month) time.Time {
	return time.Date(year, yearStart, 1, 0, 0, 0, 0, time.UTC)
}

// daysBetween counts days between two times in UTC, the first at midnight.
func daysBetween(from, to time.Time) int { return int((to.Unix() - from.Unix()) / 86400) }

// fiscalWeek is the week of a date; the days at the end of a year that share
// the week with the first day of the next one are in week 1.
func fiscalWeek(t time.Time, weekStart time.Weekday, yearStart time.Month) int {
	year := fiscalYear(t, yearStart)
	next := yearBegin(year+1, yearStart)
	if daysBetween(t.Truncate(24*time.Hour), next) <= daysInto(next.Weekday(), weekStart) {
		return 1
	}
	first := yearBegin(year, yearStart)
	return (daysBetween(first, t)+daysInto(first.Weekday(), weekStart))/7 + 1
}
