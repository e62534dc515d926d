package datefmt

import (
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones must not depend on the machine
)

// abbreviations are the zone names that texts carry and that mean one offset, in hours.
var abbreviations = map[string]int{
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
	"WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "BST": 1,
}

// FindZone finds a time zone: an IANA name, UTC, GMT, Z, +02:00, GMT+2, or a common abbreviation.
func FindZone(name string) (zone *time.Location, ok bool) {
	if zone, ok := offsetZone(name); ok {
		return zone, true
	}
	switch strings.ToLower(name) {
	case "", "local", "localtime", "posixrules", "factory": // they depend on the machine, or are none
		return nil, false
	}
	if zone, err := time.LoadLocation(name); err == nil {
		return zone, true
	}
	return abbreviated(name)
}

// zoneInText finds the zone that a text with a date names; there CET is an offset
// and has no daylight saving.
func zoneInText(name string) (zone *time.Location, ok bool) {
	if zone, ok := offsetZone(name); ok {
		return zone, true
	}
	if zone, ok := abbreviated(name); ok {
		return zone, true
	}
	if !strings.Contains(name, "/") {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}

func abbreviated(name string) (*time.Location, bool) {
	upper := strings.ToUpper(name)
	h, ok := abbreviations[upper]
	if !ok {
		return nil, false
	}
	return time.FixedZone(upper, h*3600), true
}

// offsetZone reads UTC, GMT and Z, and offsets with or without one of the first two.
func offsetZone(name string) (*time.Location, bool) {
	upper := strings.ToUpper(name)
	switch upper {
	case "UTC", "GMT", "Z":
		return time.UTC, true
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(upper, "GMT"), "UTC")
	if rest != "" && (rest[0] == '+' || rest[0] == '-') {
		return fixedZone(rest)
	}
	return nil, false
}

// fixedZone reads ±h, ±hh, ±hhmm and ±hh:mm.
func fixedZone(s string) (*time.Location, bool) {
	hours, minutes, colon := strings.Cut(s[1:], ":")
	if !colon && len(hours) == 4 {
		hours, minutes = hours[:2], hours[2:]
	} else if colon && len(minutes) != 2 {
		return nil, false
	}
	h, errH := strconv.ParseUint(hours, 10, 8)
	m, errM := strconv.ParseUint("0"+minutes, 10, 8)
	if errH != nil || errM != nil || len(hours) > 2 || h > 18 || m > 59 {
		return nil, false
	}
	offset := int(h*3600 + m*60)
	if s[0] == '-' {
		offset = -offset
	}
	return time.FixedZone("", offset), true
}

// FromWall turns a wall clock, counted in seconds as if it were UTC, into Unix
// time. A time that does not exist moves forward by the gap; of one that exists
// twice the first is taken.
func FromWall(wall int64, zone *time.Location) float64 {
	const day = 86400
	_, before := time.Unix(wall-day, 0).In(zone).Zone()
	_, after := time.Unix(wall+day, 0).In(zone).Zone()
	first, second := wall-int64(before), wall-int64(after)
	if before == after || holds(first, before, zone) || !holds(second, after, zone) {
		return float64(first)
	}
	return float64(second)
}

func holds(sec int64, offset int, zone *time.Location) bool {
	_, o := time.Unix(sec, 0).In(zone).Zone()
	return o == offset
}
