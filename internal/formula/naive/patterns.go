package naive

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// run is a run of one letter of a pattern, or text that stands for itself.
type run struct {
	letter byte
	count  int
	text   string
}

var runs = regexp.MustCompile(`'(?:[^']|'')*'|y+|M+|L+|d+|D+|E+|u+|w+|W+|Y+|F+|Q+|a+|H+|k+|K+|h+|m+|s+|S+|Z+|X+|[a-zA-Z]|[^a-zA-Z']`)

func patternRuns(pattern string) (out []run) {
	for _, s := range runs.FindAllString(pattern, -1) {
		switch {
		case s == "''":
			out = append(out, run{text: "'"})
		case s[0] == '\'':
			out = append(out, run{text: strings.ReplaceAll(s[1:len(s)-1], "''", "'")})
		case s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z':
			if !strings.Contains("yMLdDEuwWYFQaHkKhmsSZX", s[:1]) {
				panic(failure("bad_pattern"))
			}
			out = append(out, run{letter: s[0], count: len(s)})
		default:
			out = append(out, run{text: s})
		}
	}
	return out
}

// write shows a date by a pattern, in English.
func (c *call) write(sec float64, pattern string, zone *time.Location) string {
	switch strings.ToLower(pattern) {
	case "unix":
		return decimal(sec)
	case "unixms":
		return decimal(math.Round(sec * 1000))
	case "excel":
		return decimal((float64(wall(sec, zone).Unix()) + sec - math.Floor(sec) - epoch) / day)
	}
	t, begin := wall(sec, zone), c.clock.WeekStart
	out := ""
	for _, r := range patternRuns(pattern) {
		if r.letter == 0 {
			out += r.text
			continue
		}
		if word, ok := r.word(t, offset(int64(math.Floor(sec)), zone)); ok {
			out += word
			continue
		}
		next := time.Date(t.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
		week, year := int(t.Sub(weekOf(yearOf(t, 1, 0), begin)).Hours())/24/7+1, t.Year()
		if !weekOf(t, begin).Before(weekOf(next, begin)) {
			week, year = 1, year+1
		}
		n := map[byte]int{
			'y': t.Year(), 'Y': year, 'M': int(t.Month()), 'L': int(t.Month()), 'd': t.Day(), 'D': t.YearDay(), 'w': week,
			'W': int(t.Sub(weekOf(t.AddDate(0, 0, 1-t.Day()), begin)).Hours())/24/7 + 1, 'F': (t.Day() + 6) / 7, 'Q': (int(t.Month()) + 2) / 3,
			'u': int(t.Weekday()), 'H': t.Hour(), 'k': t.Hour(), 'K': t.Hour() % 12, 'h': t.Hour() % 12, 'm': t.Minute(), 's': t.Second(),
			'S': int(math.Round((sec-math.Floor(sec))*1e6)) / 1000,
		}[r.letter]
		if most, ok := map[byte]int{'u': 7, 'k': 24, 'h': 12}[r.letter]; ok && n == 0 {
			n = most
		}
		if r.count == 2 && (r.letter == 'y' || r.letter == 'Y') {
			n %= 100
		}
		out += fmt.Sprintf("%0*d", r.count, n)
	}
	return out
}

// word is what a letter shows that is no number.
func (r run) word(t time.Time, offset int64) (string, bool) {
	long := func(s string) (string, bool) {
		if r.count < 4 {
			s = s[:3]
		}
		return s, true
	}
	switch {
	case r.letter == 'E':
		return long(t.Weekday().String())
	case (r.letter == 'M' || r.letter == 'L') && r.count >= 3:
		return long(t.Month().String())
	case r.letter == 'Q' && r.count >= 3:
		return fmt.Sprint("Q", (int(t.Month())+2)/3), true
	case r.letter == 'a':
		return t.Format("PM"), true
	case r.letter == 'X' && offset == 0:
		return "Z", true
	case r.letter == 'X' || r.letter == 'Z':
		form := "-0700"
		if r.letter == 'X' && r.count == 1 {
			form = "-07"
		} else if r.letter == 'X' && r.count == 3 {
			form = "-07:00"
		}
		return t.In(time.FixedZone("", int(offset))).Format(form), true
	}
	return "", false
}

// expressionOf is a regular expression for what a run reads; digits take the count
// of the run if digits follow.
func (r run) expressionOf(next run) string {
	digits := func(r run) bool {
		return r.letter != 0 && !strings.ContainsRune("EaZX", rune(r.letter)) && (r.count < 3 || !strings.ContainsRune("MLQ", rune(r.letter)))
	}
	switch {
	case r.letter == 0:
		return regexp.QuoteMeta(r.text)
	case digits(r) && digits(next):
		return fmt.Sprintf(`([0-9]{1,%d})`, r.count)
	case digits(r):
		return `(-?[0-9]{1,9})`
	case r.letter == 'Q':
		return `[Qq]?(-?[0-9]{1,9})`
	case r.letter == 'a':
		return `(?i:(am|pm))`
	case r.letter == 'Z' || r.letter == 'X':
		return `(Z|[+-][0-9]{2}(?::?[0-9]{2})?)`
	case r.letter == 'E':
		return `(\p{L}+)`
	}
	return `(?i:(january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)\.?)`
}

// read reads a date by a pattern; nil for a blank and, under a warning, for what is no date.
func (c *call) read(x any, pattern string, zone *time.Location) any {
	sec, _, ok := c.readIn(x, pattern, zone)
	return choose(ok, any(sec), nil)
}

// convert writes a text by another pattern; the clock stays that of the text.
func (c *call) convert(x any, in, out string) any {
	zone := time.UTC
	if strings.ContainsAny(literals.ReplaceAllString(in+out, ""), "ZX") || strings.Contains(in+out, "unix") {
		zone = c.clock.Zone
	}
	sec, zone, ok := c.readIn(x, in, zone)
	if !ok {
		return nil
	}
	return c.write(sec, out, zone)
}

var literals = regexp.MustCompile(`'(?:[^']|'')*'`)

// epoch is day 0 of spreadsheets as a Unix time, 30 December 1899.
const epoch = -2209161600

// readWord reads a date that counts seconds, thousandths or days.
func (c *call) readWord(x any, word string, zone *time.Location) (float64, bool) {
	f, ok := numeric(text(x))
	switch {
	case word == "unixms":
		f /= 1000
	case word == "excel":
		f = f*day + epoch
		f = instant(time.Unix(int64(math.Floor(f)), 0).UTC(), zone) + math.Round((f-math.Floor(f))*1000)/1000
	}
	if ok = ok && math.Abs(f) <= 1e13; !ok {
		c.warn("unparseable_date")
	}
	return f, ok
}

// readIn gives also the zone that the text names, if it names one.
func (c *call) readIn(x any, pattern string, zone *time.Location) (float64, *time.Location, bool) {
	if empty(x) {
		return 0, zone, false
	}
	if word := strings.ToLower(pattern); word == "unix" || word == "unixms" || word == "excel" {
		f, ok := c.readWord(x, word, zone)
		return f, zone, ok
	}
	all := patternRuns(pattern)
	var found []string
	rest := strings.TrimSpace(text(x))
	for i, r := range all { // one after the other, and none gives back what it took
		m := regexp.MustCompile("^" + r.expressionOf(append(all, run{})[i+1])).FindStringSubmatch(rest)
		if m == nil {
			c.warn("unparseable_date")
			return 0, zone, false
		}
		found, rest = append(found, m[1:]...), rest[len(m[0]):]
	}
	f := map[byte]int{'y': 1970, 'M': 1, 'd': 1}
	half, milli := "", 0.0
	oldest, short := c.clock.Now.AddDate(-80, 0, 0), false // a year of two digits means none before
	for _, r := range all {
		if r.letter == 0 {
			continue
		}
		word := found[0]
		found = found[1:]
		n, err := strconv.Atoi(word)
		switch {
		case r.letter == 'a':
			half = strings.ToLower(word)
		case r.letter == 'Z' || r.letter == 'X':
			zone = zoneOf(word)
		case r.letter == 'E':
		case err != nil:
			f['M'] = 1 + strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(word[:3]))/3
		case r.letter == 'S':
			milli = number("0." + word)
		case r.letter == 'y' && r.count == 2 && len(word) == 2:
			for f['y'] = oldest.Year(); f['y']%100 != n; {
				f['y']++
			}
			short = true
		case r.letter == 'L':
			f['M'] = n
		case r.letter == 'k':
			f['H'] = n % 24
		case r.letter == 'K':
			f['h'] = n
		default:
			f[r.letter] = n
		}
	}
	t := c.fields(f, half)
	if short && t.Before(oldest) {
		t = t.AddDate(100, 0, 0)
	}
	sec := instant(t, zone) + milli
	if math.Abs(sec) > 1e13 {
		c.warn("unparseable_date")
	}
	return sec, zone, math.Abs(sec) <= 1e13
}

// fields puts the fields of a text together; what is out of range rolls over.
func (c *call) fields(f map[byte]int, half string) time.Time {
	hour, twelve := f['H'], false
	if h, ok := f['h']; ok {
		hour, twelve = h, true
	}
	if half != "" && twelve {
		hour %= 12
	}
	if half == "pm" && hour < 12 {
		hour += 12
	}
	if y, ok := f['Y']; ok {
		f['y'] = y
	}
	if q, ok := f['Q']; ok {
		f['M'] = 3*q - 2
	}
	date := time.Date(f['y'], time.Month(f['M']), f['d'], 0, 0, 0, 0, time.UTC)
	switch {
	case f['w'] > 0:
		date = weekOf(time.Date(f['y'], 1, 1, 0, 0, 0, 0, time.UTC), c.clock.WeekStart).AddDate(0, 0, 7*f['w']-7)
	case f['W'] > 0:
		date = weekOf(time.Date(f['y'], time.Month(f['M']), 1, 0, 0, 0, 0, time.UTC), c.clock.WeekStart).AddDate(0, 0, 7*f['W']-7)
	case f['D'] > 0:
		date = time.Date(f['y'], 1, f['D'], 0, 0, 0, 0, time.UTC)
	}
	clock := time.Duration(hour)*time.Hour + time.Duration(f['m'])*time.Minute + time.Duration(f['s'])*time.Second
	return date.Add(clock)
}

// zoneOf reads Z, +01, +0100 or +01:00.
func zoneOf(s string) *time.Location {
	if len(s) == 3 {
		s += "00"
	}
	t, err := time.Parse("Z0700", strings.ReplaceAll(s, ":", ""))
	if err != nil {
		panic(failure("bad_pattern"))
	}
	_, off := t.Zone()
	return time.FixedZone("", off)
}
