package sql

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// moments are how databases without a driver write days and times.
var moments = []string{"2006-01-02", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 -07:00"}

// text gives a value that came as text to the table: what it is by the form of its column, else the text.
func (t *table) text(text string, form cellForm) any {
	switch form {
	case asBare:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
		if f, err := strconv.ParseFloat(text, 64); err == nil && f-f == 0 && strings.ContainsAny(text, ".eE") {
			return f
		}
		if text == "true" || text == "false" {
			return text == "true"
		}
	case asDay, asLocal, asMoment:
		if at, ok := t.readMoment(text); ok {
			return at
		}
	}
	if !utf8.ValidString(text) {
		return []byte(text)
	}
	return text
}

// readMoment reads a day or a time, with the name of a zone behind it where there is one.
func (t *table) readMoment(text string) (time.Time, bool) {
	for _, layout := range moments {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	cut := strings.LastIndexByte(text, ' ')
	if cut < 0 {
		return time.Time{}, false
	}
	zone, ok := t.zone(text[cut+1:])
	if !ok {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation(moments[1], text[:cut], zone)
	return at, err == nil
}

// zone finds a zone, and keeps it for the cells that follow: its file is long.
func (t *table) zone(name string) (*time.Location, bool) {
	if zone, known := t.zones[name]; known {
		return zone, true
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, false
	}
	if t.zones == nil {
		t.zones = map[string]*time.Location{}
	}
	t.zones[name] = zone
	return zone, true
}
