package fn

import (
	"fmt"
	"math"
	"time"

	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// seconds reads an item as a Unix time; ok is false if it is blank or, under a
// warning, if it is none.
func (c *Call) seconds(it value.Item) (sec float64, ok bool) {
	if it.IsEmpty() {
		return 0, false
	}
	sec, ok = it.Number()
	if !ok || !datefmt.IsDate(sec) {
		c.Warn(vec.NotNumeric, c.Func.Name+" needs dates as Unix time")
		return 0, false
	}
	return sec, true
}

// moment is a Unix time as an item; blank, under a warning, if it is beyond what is taken for a date.
func (c *Call) moment(sec float64) value.Item {
	if !datefmt.IsDate(sec) {
		return c.tooFar()
	}
	return value.Num(sec)
}

func (c *Call) tooFar() value.Item {
	c.Warn(vec.NotFinite, "a date lies too far from today")
	return value.Item{}
}

// periods are what DATE_STARTOF and its kin count in.
type periods struct {
	unit      datefmt.Period
	weekStart time.Weekday
	yearStart time.Month
	zone      *time.Location
}

// maxPeriods keeps a date moved by years inside what time can count.
const maxPeriods = 100_000

// periodParams are those of the functions that periods evaluates.
var periodParams = []Param{
	{Name: "values", Kind: Date},
	{Name: "unit", Kind: Period},
	{Name: "relative value", Kind: Number, Optional: true, Default: "0"},
	{Name: "first", Kind: First, Optional: true, Default: "Sunday or January"},
	{Name: "tz", Kind: Zone, Optional: true, Default: "time zone of the account"},
}

// periods maps dates by the parameters values, unit, relative value, first, tz.
func (c *Call) periods(f func(sec float64, p periods, relative int) value.Item) (value.Vector, error) {
	p := periods{unit: datefmt.Period(c.Keyword(1, "day"))}
	var err error
	if p.weekStart, p.yearStart, err = c.firstOf(3, p.unit); err != nil {
		return value.Vector{}, err
	}
	if p.zone, err = c.ZoneAt(4); err != nil {
		return value.Vector{}, err
	}
	return c.rows(func(row []value.Item) (value.Item, error) {
		sec, ok := c.seconds(row[0])
		relative, whole := c.whole(2, row[1], 0)
		if !ok || !whole {
			return value.Item{}, nil
		}
		return f(sec, p, max(-maxPeriods, min(relative, maxPeriods))), nil
	}, 0, 2)
}

// firstOf reads argument i as the weekday or month with which a unit begins.
func (c *Call) firstOf(i int, unit datefmt.Period) (time.Weekday, time.Month, error) {
	word := c.Keyword(i, "")
	if word == "" {
		return c.WeekStart, time.January, nil
	}
	day, isDay := weekday(word)
	m, isMonth := month(word)
	fiscal := unit == datefmt.Year || unit == datefmt.Quarter
	if isDay && fiscal || isMonth && unit == datefmt.WeekOf {
		return 0, 0, cannotBegin(string(unit), word)
	}
	if isMonth {
		return c.WeekStart, m, nil
	}
	return day, time.January, nil
}

func cannotBegin(unit, word string) *syntax.Error {
	return syntax.Fail(syntax.CodeBadKeyword, fmt.Sprintf("A %s cannot begin with %s.", unit, word), "A week begins with a weekday, a quarter or year with a month.")
}

// steps reads an item of argument i as how many units of a length a date moves;
// within is false if that is farther than from the first to the last date.
func (c *Call) steps(i int, it value.Item, length float64) (n int, within, ok bool) {
	n, ok = c.whole(i, it, 0)
	return n, datefmt.IsDate(math.Abs(float64(n)) * length / 2), ok
}
