package datefmt

import (
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"octavo/internal/formula/datefmt/locale"
	"octavo/internal/formula/value"
)

// parsed is what the fields of a text said; unset fields have their defaults.
type parsed struct {
	year, month, day, yearDay int
	hour, minute, second      int
	milli                     float64
	week, monthWeek           int
	pm, hasPM, half           bool // half: the hour was read by h or K
	zone                      *time.Location
	names                     *locale.Names
	oldest                    *time.Time // of a two-digit year: no earlier date is meant
}

// Parse reads a date by formulas.md §7.2; now decides the century of two-digit
// years. ok is false if the text does not follow the pattern.
func (p *Pattern) Parse(text string, zone *time.Location, weekStart time.Weekday, now time.Time) (sec float64, ok bool) {
	sec, _, ok = p.parse(text, zone, weekStart, now)
	return sec, ok
}

// parse gives also the zone in which the text stands.
func (p *Pattern) parse(text string, zone *time.Location, weekStart time.Weekday, now time.Time) (sec float64, in *time.Location, ok bool) {
	text = strings.TrimSpace(text)
	if p.word != "" {
		sec, ok = p.parseNumber(text, zone)
		return sec, zone, ok
	}
	d := parsed{year: 1970, month: 1, day: 1, zone: zone, names: p.names}
	for i, f := range p.fields {
		if f.letter == 0 {
			if !strings.HasPrefix(text, f.literal) {
				return 0, zone, false
			}
			text = text[len(f.literal):]
			continue
		}
		var next field
		if i+1 < len(p.fields) {
			next = p.fields[i+1]
		}
		if text, ok = d.read(f, next, text, now); !ok {
			return 0, zone, false
		}
	}
	sec, ok = d.seconds(weekStart)
	return sec, d.zone, ok
}

// Convert reads a text by p and writes it by out. The wall clock stays as it
// is written; zone matters only if one of the patterns counts from 1970 or names zones.
func (p *Pattern) Convert(text string, out *Pattern, zone *time.Location, weekStart time.Weekday, now time.Time) (converted string, ok bool) {
	if !p.zoned() && !out.zoned() {
		zone = time.UTC
	}
	sec, in, ok := p.parse(text, zone, weekStart, now)
	if !ok {
		return "", false
	}
	return out.Format(sec, in, weekStart), true
}

// zoned says whether what the pattern writes depends on more than the wall clock.
func (p *Pattern) zoned() bool {
	for _, f := range p.fields {
		if f.letter == 'z' || f.letter == 'Z' || f.letter == 'X' {
			return true
		}
	}
	return p.word == "unix" || p.word == "unixms"
}

func (p *Pattern) parseNumber(text string, zone *time.Location) (float64, bool) {
	f, ok := value.ParseNumber(text)
	if !ok {
		return 0, false
	}
	switch p.word {
	case "unixms":
		f /= 1000
	case "excel":
		w := f*86400 + excelEpoch
		whole := math.Floor(w)
		if !IsDate(w) {
			return 0, false
		}
		f = FromWall(int64(whole), zone) + math.Round((w-whole)*1000)/1000
	}
	return f, IsDate(f)
}

// read takes one field off the text; next follows it in the pattern.
func (d *parsed) read(f, next field, text string, now time.Time) (rest string, ok bool) {
	switch f.letter {
	case 'E':
		return d.readWeekday(text, next)
	case 'a':
		return d.readHalf(text, next)
	case 'z', 'Z', 'X':
		return d.readZone(text)
	case 'M', 'L':
		if f.count >= 3 {
			return d.readMonth(text, next)
		}
	case 'Q':
		if f.count >= 3 && len(text) > 0 && (text[0] == 'Q' || text[0] == 'q') {
			text = text[1:]
		}
	}
	width := 0
	if f.numeric() && next.numeric() {
		width = f.count
	}
	n, digits, rest := number(text, width)
	if digits == 0 {
		return text, false
	}
	d.set(f, n, digits, now)
	return rest, true
}

// maxDigits keeps a field inside an int without overflow of what is computed from it.
const maxDigits = 9

func number(text string, width int) (n, digits int, rest string) {
	negative := false
	i := 0
	if width == 0 && strings.HasPrefix(text, "-") {
		negative = true
		i = 1
	}
	for i < len(text) && text[i] >= '0' && text[i] <= '9' && (width == 0 || digits < width) && digits < maxDigits {
		n = n*10 + int(text[i]-'0')
		digits++
		i++
	}
	if negative {
		n = -n
	}
	return n, digits, text[i:]
}

func (d *parsed) set(f field, n, digits int, now time.Time) {
	switch f.letter {
	case 'y', 'Y':
		if f.count == 2 && digits == 2 {
			oldest := now.AddDate(-80, 0, 0)
			d.oldest = &oldest
			if n += oldest.Year() - oldest.Year()%100; n < oldest.Year() {
				n += 100
			}
		}
		d.year = n
	case 'M', 'L':
		d.month = n
	case 'Q':
		d.month = 3*n - 2
	case 'd':
		d.day = n
	case 'D':
		d.yearDay = n
	case 'w':
		d.week = n
	case 'W':
		d.monthWeek = n
	case 'H', 'k':
		d.hour = n
		if f.letter == 'k' && n == 24 {
			d.hour = 0
		}
	case 'h', 'K':
		d.hour, d.half = n, true
	case 'm':
		d.minute = n
	case 's':
		d.second = n
	case 'S':
		// What stands there is a fraction of a second: .5 is half of one, and more digits
		// than milliseconds have are decimals of them.
		d.milli = math.Round(float64(n)*math.Pow10(3-digits)*1000) / 1000
	}
}

func (d *parsed) readZone(text string) (string, bool) {
	n := 0
	for n < len(text) && strings.IndexByte(" \t,;)", text[n]) < 0 {
		_, size := utf8.DecodeRuneInString(text[n:])
		n += size
	}
	for ; n > 0; n-- { // the longest beginning that names a zone
		if zone, ok := zoneInText(text[:n]); ok {
			d.zone = zone
			return text[n:], true
		}
	}
	return text, false
}

// seconds puts the fields together; what is out of range rolls over.
func (d *parsed) seconds(weekStart time.Weekday) (float64, bool) {
	hour := d.hour
	if d.half && d.hasPM {
		hour %= 12
		if d.pm {
			hour += 12
		}
	} else if d.hasPM && d.pm && hour < 12 {
		hour += 12
	}
	month, day := d.month, d.day
	if d.yearDay > 0 {
		month, day = 1, d.yearDay
	}
	t := time.Date(d.year, time.Month(month), day, hour, d.minute, d.second, 0, time.UTC)
	if d.week > 0 {
		t = weekOf(time.Date(d.year, 1, 1, hour, d.minute, d.second, 0, time.UTC), d.week, weekStart)
	} else if d.monthWeek > 0 {
		t = weekOf(time.Date(d.year, time.Month(month), 1, hour, d.minute, d.second, 0, time.UTC), d.monthWeek, weekStart)
	}
	if d.oldest != nil && t.Before(*d.oldest) { // within 80 years before and 20 after now
		t = t.AddDate(100, 0, 0)
	}
	sec := FromWall(t.Unix(), d.zone) + d.milli/1000
	return sec, IsDate(sec)
}

// weekOf is the first day of the n-th week counted from the one that contains first.
func weekOf(first time.Time, n int, weekStart time.Weekday) time.Time {
	return first.AddDate(0, 0, (n-1)*7-daysInto(first.Weekday(), weekStart))
}
