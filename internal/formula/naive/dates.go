package naive

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// dates are the functions of formulas.md §8.5 and DATE_DIFF.
var dates = map[string]func(c *call) []any{
	"NOW":       func(c *call) []any { return []any{float64(c.clock.Now.UnixMilli()) / 1000} },
	"TODAY":     func(c *call) []any { return []any{c.midnight(0, c.zone(0))} },
	"YESTERDAY": func(c *call) []any { return []any{c.midnight(-1, c.zone(0))} },
	"DATE": func(c *call) []any {
		return c.each(func(x []any) any { return c.read(x[0], text(c.first(1)), c.zone(2)) }, c.list(0))
	},
	"DATEVALUE": func(c *call) []any {
		pattern := "MM/dd/yyyy"
		if !empty(c.first(1)) {
			pattern = text(c.first(1))
		}
		return c.ofDates(func(sec float64) any { return c.write(sec, pattern, c.zone(2)) })
	},
	"DATE_CONVERT": func(c *call) []any {
		return c.each(func(x []any) any { return c.convert(x[0], text(c.first(1)), text(c.first(2))) }, c.list(0))
	},
	"DATERANGE": dateRange,
	"DATE_ADD": func(c *call) []any {
		return c.moved(func(sec float64, n int) any {
			if math.Abs(float64(n))*seconds[c.word(1, "day")] > 2e13 {
				return c.moment(math.Inf(1))
			}
			return c.moment(add(sec, c.word(1, "day"), n, c.zone(3)))
		})
	},
	"DATE_SET": dateSet,
	"DATE_CLOSEST": func(c *call) []any {
		return c.ofDates(func(sec float64) any { return c.moment(c.closest(sec, c.zone(3))) })
	},
	"DATE_DIFF": func(c *call) []any {
		return c.each(func(x []any) any {
			start, okStart := c.seconds(x[0])
			end, okEnd := c.seconds(x[1])
			if !okStart || !okEnd {
				return nil
			}
			return difference(start, end, c.word(2, "day"), c.zone(3))
		}, c.list(0), c.list(1))
	},
	"DATE_STARTOF": func(c *call) []any {
		return c.periods(func(sec float64, n int) any { return c.moment(c.start(sec, n)) })
	},
	"DATE_ENDOF": func(c *call) []any {
		return c.periods(func(sec float64, n int) any { return c.moment(c.start(sec, n+1) - 1) })
	},
	"DATE_IN": func(c *call) []any {
		return c.periods(func(sec float64, n int) any {
			now := float64(c.clock.Now.UnixMilli()) / 1000
			return c.start(now, n) <= sec && sec < c.start(now, n+1)
		})
	},
	"DATE_UNITVALUE": func(c *call) []any { return c.ofDates(func(sec float64) any { return float64(c.part(sec)) }) },
	"COUNT_DAYS":     countDays,
	"TIME":           duration,
}

// zone is argument i, that of the account if it was left out.
func (c *call) zone(i int) *time.Location {
	if empty(c.first(i)) {
		return c.clock.Zone
	}
	zone, err := time.LoadLocation(text(c.first(i)))
	if err != nil {
		panic(failure("bad_keyword"))
	}
	return zone
}

// seconds reads a Unix time.
func (c *call) seconds(x any) (float64, bool) {
	if empty(x) {
		return 0, false
	}
	f, ok := numeric(x)
	if !ok || math.Abs(f) > 1e13 {
		c.warn("not_numeric")
		return 0, false
	}
	return f, true
}

// ofDates maps dates.
func (c *call) ofDates(f func(sec float64) any) []any {
	return c.each(func(x []any) any {
		if sec, ok := c.seconds(x[0]); ok {
			return f(sec)
		}
		return nil
	}, c.list(0))
}

// moved maps dates with an amount, argument 2.
func (c *call) moved(f func(sec float64, n int) any) []any {
	return c.each(func(x []any) any {
		sec, ok := c.seconds(x[0])
		n, whole := c.whole(x[1], 0)
		if !ok || !whole {
			return nil
		}
		return f(sec, n)
	}, c.list(0), c.listOr(2, nil))
}

// periods maps dates with a number of periods, which is cut to what time can count.
func (c *call) periods(f func(sec float64, n int) any) []any {
	return c.moved(func(sec float64, n int) any { return f(sec, max(-100_000, min(n, 100_000))) })
}

// moment is a Unix time as an item, blank if it is too far away.
func (c *call) moment(sec float64) any {
	if math.Abs(sec) > 1e13 {
		c.warn("not_finite")
		return nil
	}
	return sec
}

func dateSet(c *call) []any {
	field, zone := c.word(1, "day"), c.zone(3)
	limit := map[string][2]int{"second": {0, 59}, "minute": {0, 59}, "hour": {0, 23}, "day": {1, 31}, "month": {1, 12}, "year": {-1e6, 1e6}}[field]
	return c.each(func(x []any) any {
		sec, ok := c.seconds(x[0])
		n, whole := c.whole(x[1], 0)
		if !ok || !whole || empty(x[1]) {
			return nil
		}
		if field == "second" {
			sec = math.Floor(sec)
		}
		n = max(limit[0], min(n, limit[1]))
		return c.moment(onWall(sec, zone, func(t time.Time) time.Time {
			switch field {
			case "second":
				return t.Add(time.Duration(n-t.Second()) * time.Second)
			case "minute":
				return t.Add(time.Duration(n-t.Minute()) * time.Minute)
			case "hour":
				return t.Add(time.Duration(n-t.Hour()) * time.Hour)
			case "month":
				return months(t, n-int(t.Month()))
			case "year":
				return months(t, 12*(n-t.Year()))
			}
			for moved := n; ; moved-- {
				if u := t.AddDate(0, 0, moved-t.Day()); u.Month() == t.Month() {
					return u
				}
			}
		}))
	}, c.list(0), c.listOr(2, nil))
}

// closest looks at one day after the other, on both sides if no direction is given.
func (c *call) closest(sec float64, zone *time.Location) float64 {
	return onWall(sec, zone, func(t time.Time) time.Time {
		for n := range 7 {
			for _, days := range []int{n, -n} {
				direction := c.word(2, "")
				if direction == "forward" && days < 0 || direction == "backward" && days > 0 {
					continue
				}
				if u := t.AddDate(0, 0, days); weekdayNamed(u.Weekday(), c.word(1, "")) {
					return u
				}
			}
		}
		panic(failure("bad_keyword"))
	})
}

// midnight is the beginning of today, moved by days.
func (c *call) midnight(days int, zone *time.Location) float64 {
	t := wall(float64(c.clock.Now.Unix()), zone)
	return instant(time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, time.UTC), zone)
}

// begins are the weekday and the month with which weeks and years begin, by argument i.
func (c *call) begins(i int) (week time.Weekday, year time.Month) {
	week, year = c.clock.WeekStart, time.January
	word := c.word(i, "")
	for d := time.Sunday; d <= time.Saturday; d++ {
		if weekdayNamed(d, word) {
			week = d
		}
	}
	for m := time.December; m >= time.January; m-- {
		if len(word) >= 3 && strings.HasPrefix(strings.ToLower(m.String()), word) {
			year = m
		}
	}
	return week, year
}

// start is the beginning of the period that contains a date, moved by periods.
func (c *call) start(sec float64, n int) float64 {
	week, year := c.begins(3)
	zone, unit := c.zone(4), c.word(1, "day")
	t := wall(sec, zone)
	if unit == "hour" {
		if offset(int64(sec), zone)%3600 != 0 || offset(int64(sec)-day, zone)%3600 != 0 {
			panic(failure("offsets of half an hour are beyond this package"))
		}
		return math.Floor(sec/3600)*3600 + float64(n)*3600
	}
	first := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	switch unit {
	case "day":
		first = first.AddDate(0, 0, n)
	case "week":
		first = weekOf(first, week).AddDate(0, 0, 7*n)
	case "month":
		first = first.AddDate(0, 0, 1-t.Day()).AddDate(0, n, 0)
	case "quarter":
		first = first.AddDate(0, 0, 1-t.Day())
		for (int(first.Month())-int(year)+12)%3 != 0 {
			first = first.AddDate(0, -1, 0)
		}
		first = first.AddDate(0, 3*n, 0)
	case "year":
		first = yearOf(first, year, n)
	}
	return instant(first, zone)
}

// part is a part of a date as a number.
func (c *call) part(sec float64) int {
	week, year := c.begins(2)
	t := wall(sec, c.zone(3))
	since := func(from time.Time, days int) int { return int(t.Sub(from).Hours()/24)/days + 1 }
	switch c.word(1, "day") {
	case "second":
		return t.Second()
	case "minute":
		return t.Minute()
	case "hour":
		return t.Hour()
	case "day of week":
		return since(weekOf(t, week), 1)
	case "day of year":
		return since(yearOf(t, year, 0), 1)
	case "week":
		if !weekOf(t, week).Before(weekOf(yearOf(t, year, 1), week)) {
			return 1
		}
		return since(weekOf(yearOf(t, year, 0), week), 7)
	case "week of month":
		return since(weekOf(t.AddDate(0, 0, 1-t.Day()), week), 7)
	case "month":
		return int(t.Month())
	case "quarter":
		return (int(t.Month())-int(year)+12)%12/3 + 1
	case "year":
		return yearOf(t, year, 0).Year()
	}
	return t.Day()
}

func number(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

// countDays looks at every day.
func countDays(c *call) []any {
	zone := c.zone(4)
	dayOf := func(sec float64) int64 { return int64(math.Floor(float64(wall(sec, zone).Unix()) / day)) }
	var holidays []int64
	for _, x := range c.list(3) {
		if sec, ok := c.seconds(x); ok {
			holidays = append(holidays, dayOf(sec))
		}
	}
	excluded := c.list(2)
	if len(c.words) > 2 && c.words[2] != "" {
		excluded = []any{c.words[2]}
	}
	return c.each(func(x []any) any {
		start, okStart := c.seconds(x[0])
		end, okEnd := c.seconds(x[1])
		if !okStart || !okEnd {
			return nil
		}
		sign := 1.0
		if end < start {
			start, end, sign = end, start, -1
		}
		count := 0
		for n := range int64((end - start + 3600) / day) {
			at := dayOf(start) + n
			weekday := time.Unix(at*day, 0).UTC().Weekday()
			out := slices.ContainsFunc(excluded, func(x any) bool { return weekdayNamed(weekday, strings.ToLower(text(x))) })
			if !out && !slices.Contains(holidays, at) {
				count++
			}
		}
		return 0 + sign*float64(count)
	}, c.list(0), c.list(1))
}
