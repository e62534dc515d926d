package fn

import (
	"slices"
	"time"

	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
)

var countDaysFunc = Func{
	Name: "COUNT_DAYS", Group: DateTime,
	Params: []Param{
		{Name: "start", Kind: Date},
		{Name: "end", Kind: Date},
		{Name: "exclude DOW", Kind: Weekdays, Optional: true, Default: "none"},
		{Name: "holidays", Kind: Date, Optional: true, Default: "none"},
		{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"},
	},
	Doc: "Counts the whole days from start to end, from the day of the start on and without that of the end, except some weekdays and holidays.",
	Examples: []Example{
		{`COUNT_DAYS(DATE("2024-03-01","yyyy-MM-dd"), DATE("2024-03-15","yyyy-MM-dd"), ARRAY("Saturday","Sunday"))`, "10"},
		{`COUNT_DAYS(DATE("2024-03-01","yyyy-MM-dd"), DATE("2024-03-15","yyyy-MM-dd"))`, "14"},
		{`COUNT_DAYS(DATE("2024-03-15","yyyy-MM-dd"), DATE("2024-03-01","yyyy-MM-dd"), Sunday)`, "-12"},
		{`COUNT_DAYS(DATE(@When, "yyyy-MM-dd"), TODAY(), , DATE("2024-03-11", "yyyy-MM-dd"))`, "13, 10, 4, 0, -7, -18"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		excluded, err := c.weekdaysOf(c.Vec(2))
		if err != nil {
			return value.Vector{}, err
		}
		zone, err := c.ZoneAt(4)
		if err != nil {
			return value.Vector{}, err
		}
		holidays, err := c.daysOf(c.Vec(3), zone, excluded)
		if err != nil {
			return value.Vector{}, err
		}
		return c.rows(func(row []value.Item) (value.Item, error) {
			start, okStart := c.seconds(row[0])
			end, okEnd := c.seconds(row[1])
			if !okStart || !okEnd {
				return value.Item{}, nil
			}
			sign := 1
			if end < start {
				start, end, sign = end, start, -1
			}
			days := int((end - start + 3600) / 86400) // the hour absorbs a change of the clocks
			first := datefmt.DayNumber(start, zone)
			n := days - weekdaysIn(first, days, excluded) - between(holidays, first, first+days)
			return value.Num(float64(sign * n)), nil
		}, 0, 1)
	},
}

// weekdaysOf reads a list of names of weekdays.
func (c *Call) weekdaysOf(v value.Vector) (set [7]bool, err error) {
	if err := c.Reserve(v.Len(), 1); err != nil {
		return set, err
	}
	entries := v.Coded().Entries
	for i := range entries.Len() {
		it := entries.Item(i)
		if it.IsEmpty() {
			continue
		}
		word, bad := Keyword(Weekdays, it.Text())
		if bad != nil {
			return set, bad
		}
		day, _ := weekday(word)
		set[day] = true
	}
	return set, nil
}

// daysOf gives the distinct days of dates in order, without those of excluded weekdays.
func (c *Call) daysOf(v value.Vector, zone *time.Location, excluded [7]bool) ([]int, error) {
	entries := v.Coded().Entries
	if err := c.Reserve(entries.Len(), 8); err != nil {
		return nil, err
	}
	var days []int
	for i := range entries.Len() {
		sec, ok := c.seconds(entries.Item(i))
		if !ok {
			continue
		}
		if day := datefmt.DayNumber(sec, zone); !excluded[weekdayOf(day)] {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	return slices.Compact(days), nil
}

// weekdayOf is the weekday of a day that is counted from 1970-01-01, a Thursday.
func weekdayOf(day int) time.Weekday {
	return time.Weekday(((day+int(time.Thursday))%7 + 7) % 7)
}

// weekdaysIn counts the days of some weekdays among n days from first on.
func weekdaysIn(first, n int, set [7]bool) int {
	count := 0
	for day, in := range set {
		if in {
			until := (day - int(weekdayOf(first)) + 7) % 7 // the first such day
			count += (n - until + 6) / 7
		}
	}
	return count
}

// between counts the sorted days from low up to and without high.
func between(days []int, low, high int) int {
	from, _ := slices.BinarySearch(days, low)
	to, _ := slices.BinarySearch(days, high)
	return to - from
}
