package datasource

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"octavo/internal/clock"
)

// cron is a schedule in the notation of that program: five fields, each a set of numbers.
type cron struct {
	minutes, hours, days, months, weekdays uint64
	anyDay, anyWeekday                     bool // the field is *: the other one alone decides
}

// maxCron is the length of a schedule in characters.
const maxCron = 100

// parseCron reads "minute hour day month weekday": numbers, names of months and days, lists, ranges, steps. Code bad_schedule.
func parseCron(text string) (*cron, error) {
	fields := strings.Fields(text)
	if len(fields) != 5 || len(text) > maxCron {
		return nil, badSchedule("cron", "there are five fields: minute, hour, day of the month, month, day of the week")
	}
	c := &cron{anyDay: strings.HasPrefix(fields[2], "*"), anyWeekday: strings.HasPrefix(fields[4], "*")}
	for i, f := range []struct {
		into   *uint64
		lo, hi int
		names  []string // of lo and what follows
	}{
		{&c.minutes, 0, 59, nil}, {&c.hours, 0, 23, nil}, {&c.days, 1, 31, nil},
		{&c.months, 1, 12, []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
		{&c.weekdays, 0, 7, dayNames},
	} {
		for part := range strings.SplitSeq(strings.ToLower(fields[i]), ",") {
			set, ok := cronPart(part, f.lo, f.hi, f.names)
			if !ok {
				return nil, badSchedule("cron", fields[i]+" is not from "+strconv.Itoa(f.lo)+" to "+strconv.Itoa(f.hi))
			}
			*f.into |= set
		}
	}
	if c.weekdays&(1<<7) != 0 { // Sunday has two numbers
		c.weekdays |= 1
	}
	return c, nil
}

// cronPart reads one member of a list: *, 5, 1-5, */15, 10-40/10.
func cronPart(text string, lo, hi int, names []string) (set uint64, ok bool) {
	text, stepText, stepped := strings.Cut(text, "/")
	step := 1
	if stepped {
		var err error
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 || step > hi {
			return 0, false
		}
	}
	from, to := lo, hi
	if text != "*" {
		first, last, ranged := strings.Cut(text, "-")
		if from, ok = cronNumber(first, lo, names); !ok {
			return 0, false
		}
		switch {
		case ranged:
			if to, ok = cronNumber(last, lo, names); !ok {
				return 0, false
			}
		case !stepped:
			to = from
		}
	}
	if from < lo || to > hi || from > to {
		return 0, false
	}
	for n := from; n <= to; n += step {
		set |= 1 << n
	}
	return set, true
}

func cronNumber(text string, lo int, names []string) (int, bool) {
	if i := slices.Index(names, text); i >= 0 {
		return lo + i, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && len(text) <= 2 && text[0] != '+' && text[0] != '-'
}

// cronDays is how far ahead a day is looked for: there is a 29 February within eight years.
const cronDays = 8*366 + 1

// next is the first moment after now, in UTC milliseconds; 0 = never. A minute that clocks show twice is one.
func (c *cron) next(now int64, zone *time.Location) int64 {
	local := clock.FromMillis(now).In(zone)
	for day := range cronDays {
		if !c.on(civil(local, day)) {
			continue
		}
		for minute := range 24 * 60 {
			if c.hours&(1<<(minute/60)) == 0 || c.minutes&(1<<(minute%60)) == 0 {
				continue
			}
			if at := clock.Millis(wall(local, day, minute, zone)); at > now {
				return at // for no later minute is an earlier moment
			}
		}
	}
	return 0
}

// on says whether a day is one of the schedule: where day and weekday are both named, either will do.
func (c *cron) on(day time.Time) bool {
	if c.months&(1<<day.Month()) == 0 {
		return false
	}
	inMonth, inWeek := c.days&(1<<day.Day()) != 0, c.weekdays&(1<<day.Weekday()) != 0
	if c.anyDay || c.anyWeekday {
		return inMonth && inWeek
	}
	return inMonth || inWeek
}
