package evalcmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/fn"
	"octavo/internal/formula/value"
)

// Flags are what the command line says about the surroundings of a formula. The
// zero value says nothing.
type Flags struct {
	Now       time.Time               // zero = as the data says
	Zone      *time.Location          // nil = as the data says, else UTC
	WeekStart time.Weekday            // of the account
	Vars      map[string]value.Vector // beside those of the data
}

// ParseFlags reads flags as they are written; empty texts say nothing. Each of
// vars is name=value: JSON if it is valid JSON, else text.
func ParseFlags(now, zone, weekStart string, vars []string) (f Flags, err error) {
	if now != "" {
		if f.Now, err = ParseTime(now); err != nil {
			return f, err
		}
	}
	if zone != "" {
		if f.Zone, err = parseZone(zone); err != nil {
			return f, err
		}
	}
	if weekStart != "" {
		if f.WeekStart, err = parseWeekday(weekStart); err != nil {
			return f, err
		}
	}
	f.Vars = map[string]value.Vector{}
	for _, v := range vars {
		name, text, ok := strings.Cut(v, "=")
		if !ok || name == "" {
			return f, fmt.Errorf("the variable %q is not written as name=value", v)
		}
		if !json.Valid([]byte(text)) {
			f.Vars[name] = value.Of(value.Str(text))
			continue
		}
		if f.Vars[name], err = variable(name, json.RawMessage(text)); err != nil {
			return f, err
		}
	}
	return f, nil
}

// latest is the end of year 9999, in seconds since 1970.
const latest = 253402300799

// ParseTime reads a clock: RFC 3339, or seconds since 1970.
func ParseTime(s string) (time.Time, error) {
	if seconds, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(seconds) <= latest {
		return datefmt.Time(seconds, time.UTC), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, fmt.Errorf("%s is no time: write RFC 3339, such as 2026-03-02T09:30:00Z, or seconds since 1970", s)
	}
	return t, nil
}

// timeOf reads a clock from JSON: a text or a number.
func timeOf(raw json.RawMessage) (time.Time, error) {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		var n json.Number
		if json.Unmarshal(raw, &n) != nil {
			return time.Time{}, errors.New("now must be a time such as 2024-03-15T08:30:00Z, or seconds since 1970")
		}
		s = n.String()
	}
	t, err := ParseTime(s)
	if err != nil {
		return t, fmt.Errorf("now must be a time: %w", err)
	}
	return t, nil
}

func parseZone(name string) (*time.Location, error) {
	zone, ok := datefmt.FindZone(name)
	if !ok {
		return nil, fmt.Errorf("there is no time zone %q", name)
	}
	return zone, nil
}

func zoneOf(raw json.RawMessage) (*time.Location, error) {
	var name string
	if err := text(pair{"timezone", raw}, &name); err != nil {
		return nil, err
	}
	return parseZone(name)
}

func parseWeekday(text string) (time.Weekday, error) {
	if word, err := fn.Keyword(fn.First, text); err == nil {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if d.String() == word {
				return d, nil
			}
		}
	}
	return 0, fmt.Errorf("a week cannot start on %q; write a day such as Monday", text)
}
