package datefmt

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"octavo/internal/formula/value"
)

// maxSeconds bounds what is taken for a date: 300,000 years either way.
const maxSeconds = 1e13

// IsDate says whether a number can be a Unix time.
func IsDate(sec float64) bool { return math.Abs(sec) <= maxSeconds }

// Time turns Unix seconds into an instant in a zone, to the microsecond.
func Time(sec float64, zone *time.Location) time.Time {
	whole := math.Floor(sec)
	micro := math.Round((sec - whole) * 1e6)
	return time.Unix(int64(whole), int64(micro)*1000).In(zone)
}

// Seconds is the Unix time of an instant, to the microsecond.
func Seconds(t time.Time) float64 {
	return float64(t.Unix()) + math.Round(float64(t.Nanosecond())/1000)/1e6
}

// Format writes a Unix time on the wall clock of a zone.
func (p *Pattern) Format(sec float64, zone *time.Location, weekStart time.Weekday) string {
	switch p.word {
	case "unix":
		return value.FormatNumber(sec)
	case "unixms":
		return value.FormatNumber(math.Round(sec * 1000))
	case "excel":
		return value.FormatNumber((wall(Time(sec, zone)) + frac(sec) - excelEpoch) / 86400)
	}
	t := Time(sec, zone)
	var b strings.Builder
	for _, f := range p.fields {
		if f.letter == 0 {
			b.WriteString(f.literal)
		} else {
			b.WriteString(p.format(f, t, weekStart))
		}
	}
	return b.String()
}

// excelEpoch is day 0 of the 1900 system, 1899-12-30, in seconds.
const excelEpoch = -2209161600

func frac(sec float64) float64 { return sec - math.Floor(sec) }

// wall is the wall clock of an instant, counted as if it were UTC.
func wall(t time.Time) float64 {
	_, offset := t.Zone()
	return float64(t.Unix() + int64(offset))
}

func pad(n, width int) string {
	s := strconv.Itoa(n)
	if len(s) < width {
		s = strings.Repeat("0", width-len(s)) + s
	}
	return s
}

func (p *Pattern) format(f field, t time.Time, weekStart time.Weekday) string {
	switch f.letter {
	case 'y', 'Y':
		return f.formatYear(t, weekStart)
	case 'M', 'L', 'E':
		return p.formatName(f, t)
	case 'Q':
		q := (int(t.Month()) + 2) / 3
		if f.count >= 3 {
			return "Q" + strconv.Itoa(q)
		}
		return pad(q, f.count)
	case 'a':
		return p.names.Halves[t.Hour()/12]
	case 'S':
		return pad(t.Nanosecond()/1e6, f.count)
	case 'z', 'Z', 'X':
		return f.formatZone(t)
	}
	return pad(f.number(t, weekStart), f.count)
}

// formatName writes a month or a weekday. The names that stand alone are those
// of L, of M in a pattern without the day, and of E alone.
func (p *Pattern) formatName(f field, t time.Time) string {
	words, at := &p.names.Months, int(t.Month())-1
	switch {
	case f.letter == 'E' && p.dayAlone:
		words, at = &p.names.DaysAlone, int(t.Weekday())
	case f.letter == 'E':
		words, at = &p.names.Days, int(t.Weekday())
	case f.count < 3:
		return pad(int(t.Month()), f.count)
	case f.letter == 'L' || p.monthAlone:
		words = &p.names.MonthsAlone
	}
	if f.count >= 4 {
		return words.Wide[at]
	}
	return words.Short[at]
}

func (f field) formatYear(t time.Time, weekStart time.Weekday) string {
	year := t.Year()
	if f.letter == 'Y' {
		year, _ = Week(t, weekStart)
	}
	if f.count == 2 {
		return pad(((year%100)+100)%100, 2)
	}
	return pad(year, f.count)
}

func (f field) number(t time.Time, weekStart time.Weekday) int {
	switch f.letter {
	case 'd':
		return t.Day()
	case 'D':
		return t.YearDay()
	case 'u':
		return (int(t.Weekday())+6)%7 + 1
	case 'w':
		_, w := Week(t, weekStart)
		return w
	case 'W':
		first := t.AddDate(0, 0, 1-t.Day())
		return (t.Day()-1+daysInto(first.Weekday(), weekStart))/7 + 1
	case 'F':
		return (t.Day()-1)/7 + 1
	case 'H':
		return t.Hour()
	case 'k':
		return (t.Hour()+23)%24 + 1
	case 'K':
		return t.Hour() % 12
	case 'h':
		return (t.Hour()+11)%12 + 1
	case 'm':
		return t.Minute()
	}
	return t.Second()
}

func (f field) formatZone(t time.Time) string {
	name, offset := t.Zone()
	if f.letter == 'z' {
		if name == "" || name[0] == '+' || name[0] == '-' {
			return "GMT" + offsetText(offset, ":", true)
		}
		return name
	}
	if f.letter == 'Z' {
		return offsetText(offset, "", true)
	}
	if offset == 0 {
		return "Z"
	}
	switch f.count {
	case 1:
		return offsetText(offset, "", offset%3600 != 0)
	case 2:
		return offsetText(offset, "", true)
	}
	return offsetText(offset, ":", true)
}

func offsetText(offset int, colon string, minutes bool) string {
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	if !minutes {
		return fmt.Sprintf("%s%02d", sign, offset/3600)
	}
	return fmt.Sprintf("%s%02d%s%02d", sign, offset/3600, colon, offset/60%60)
}

// daysInto is how many days after the start of the week a weekday is.
func daysInto(day, weekStart time.Weekday) int { return (int(day) - int(weekStart) + 7) % 7 }

// Week is the week year and the week of a date; week 1 contains 1 January.
func Week(t time.Time, weekStart time.Weekday) (year, week int) {
	year = t.Year()
	next := time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
	left := 366 - t.YearDay()
	if time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC).YearDay() == 366 {
		left++
	}
	if left <= daysInto(next.Weekday(), weekStart) {
		return year + 1, 1
	}
	first := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	return year, (t.YearDay()-1+daysInto(first.Weekday(), weekStart))/7 + 1
}
