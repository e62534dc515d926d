package dataset

import (
	"strings"
	"time"
)

// datePatterns are the patterns that a column is tried against, in the order
// of preference. None of them can be read in two ways: patterns with day and
// month in figures and the year last are missing on purpose.
var datePatterns = []string{
	"yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss",
	"yyyy-MM-dd'T'HH:mm:ssXXX", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "yyyy-MM-dd'T'HH:mm:ss.SSS", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mmXXX",
	"yyyy-MM-dd HH:mm:ss.SSS", "yyyy-MM-dd HH:mm:ssXXX", "yyyy-MM-dd HH:mm:ss XXX", "yyyy-MM-dd HH:mm:ss.SSSXXX",
	"yyyy-MM", "yyyy/MM/dd", "yyyy/M/d", "yyyy/MM/dd HH:mm:ss", "yyyy/MM/dd HH:mm", "yyyy/MM", "yyyy.MM.dd", "yyyy-M-d",
	"dd MMM yyyy", "d MMM yyyy", "dd-MMM-yyyy", "d-MMM-yyyy", "dd/MMM/yyyy", "d/MMM/yyyy", "dd MMMM yyyy", "d MMMM yyyy",
	"MMM d, yyyy", "MMMM d, yyyy", "MMM d yyyy", "MMMM d yyyy", "MMM yyyy", "MMMM yyyy", "MMM-yyyy", "yyyy MMM", "yyyy-MMM-dd",
	"dd MMM yyyy HH:mm:ss", "d MMM yyyy HH:mm:ss", "dd MMM yyyy HH:mm", "d MMM yyyy HH:mm", "dd-MMM-yyyy HH:mm:ss", "dd-MMM-yyyy HH:mm",
	"EEE, dd MMM yyyy HH:mm:ss XXX", "EEE, dd MMM yyyy",
}

// datePart is one piece of a pattern: a letter repeated width times, or literal text.
type datePart struct {
	letter  byte // 0 = literal
	width   int
	literal string
}

// compileDate splits a pattern into its parts. Letters: y M d H m s S X E;
// quotes enclose literal text. False when a letter is none of these or the
// pattern has no year.
func compileDate(pattern string) ([]datePart, bool) {
	var parts []datePart
	hasYear := false
	for i := 0; i < len(pattern); {
		c := pattern[i]
		switch {
		case c == '\'':
			end := strings.IndexByte(pattern[i+1:], '\'')
			if end < 0 {
				return nil, false
			}
			parts = append(parts, datePart{literal: pattern[i+1 : i+1+end]})
			i += end + 2
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			n := 1
			for i+n < len(pattern) && pattern[i+n] == c {
				n++
			}
			if !strings.ContainsRune("yMdHmsSXE", rune(c)) {
				return nil, false
			}
			hasYear = hasYear || c == 'y'
			parts = append(parts, datePart{letter: c, width: n})
			i += n
		default:
			parts = append(parts, datePart{literal: pattern[i : i+1]})
			i++
		}
	}
	return parts, hasYear
}

// clockFields are the fields of a date while it is read.
type clockFields struct{ year, month, day, hour, minute, second, nano, offset int }

// ParseDate reads a text by a pattern, whole text, and gives Unix seconds. A
// text without a zone is taken as UTC. Days that no calendar has are refused.
func ParseDate(pattern, text string) (float64, bool) {
	parts, ok := compileDate(pattern)
	if !ok {
		return 0, false
	}
	return parseDate(parts, text)
}

func parseDate(parts []datePart, text string) (float64, bool) {
	f := clockFields{month: 1, day: 1}
	rest := trimSpaces(text)
	for _, p := range parts {
		var ok bool
		if rest, ok = f.read(p, rest); !ok {
			return 0, false
		}
	}
	if rest != "" || f.hour > 23 || f.minute > 59 || f.second > 59 || f.month < 1 || f.month > 12 || f.day < 1 {
		return 0, false
	}
	t := time.Date(f.year, time.Month(f.month), f.day, f.hour, f.minute, f.second, 0, time.UTC)
	if t.Day() != f.day {
		return 0, false
	}
	return float64(t.Unix()-int64(f.offset)) + float64(f.nano)/1e9, true
}

func (f *clockFields) read(p datePart, s string) (string, bool) {
	switch p.letter {
	case 0:
		return strings.CutPrefix(s, p.literal)
	case 'y':
		return readYear(p.width, s, &f.year)
	case 'M':
		if p.width >= 3 {
			return readName(monthNames[:], p.width == 3, s, &f.month)
		}
		return readInt(p.width, s, &f.month)
	case 'd':
		return readInt(p.width, s, &f.day)
	case 'H':
		return readInt(p.width, s, &f.hour)
	case 'm':
		return readInt(p.width, s, &f.minute)
	case 's':
		return readInt(p.width, s, &f.second)
	case 'S':
		return readFraction(s, &f.nano)
	case 'X':
		return readOffset(s, &f.offset)
	default:
		var day int
		return readName(dayNames[:], p.width <= 3, s, &day)
	}
}

// readInt reads one or two digits where the width is 1, exactly width digits elsewhere.
func readInt(width int, s string, out *int) (string, bool) {
	n, v := 0, 0
	for n < len(s) && n < max(width, 2) && s[n] >= '0' && s[n] <= '9' {
		v = v*10 + int(s[n]-'0')
		n++
	}
	if n == 0 || width > 1 && n != width {
		return s, false
	}
	*out = v
	return s[n:], true
}

// shortYearPivot: two-digit years below it are of this century.
const shortYearPivot = 70

func readYear(width int, s string, out *int) (string, bool) {
	if width != 2 {
		return readInt(4, s, out)
	}
	rest, ok := readInt(2, s, out)
	if *out < shortYearPivot {
		*out += 2000
	} else {
		*out += 1900
	}
	return rest, ok
}

func readFraction(s string, nano *int) (string, bool) {
	n, v, unit := 0, 0, 100_000_000
	for n < len(s) && n < 9 && s[n] >= '0' && s[n] <= '9' {
		v += int(s[n]-'0') * unit
		unit /= 10
		n++
	}
	*nano = v
	return s[n:], n > 0
}

// readOffset reads "Z", "+02:00", "+0200", "GMT" or "UTC".
func readOffset(s string, offset *int) (string, bool) {
	for _, zero := range [...]string{"Z", "GMT", "UTC"} {
		if rest, ok := strings.CutPrefix(s, zero); ok {
			return rest, true
		}
	}
	if len(s) < 5 || s[0] != '+' && s[0] != '-' {
		return s, false
	}
	var h, m int
	rest, ok := readInt(2, s[1:], &h)
	if !ok {
		return s, false
	}
	rest = strings.TrimPrefix(rest, ":")
	if rest, ok = readInt(2, rest, &m); !ok || h > 18 || m > 59 {
		return s, false
	}
	*offset = h*3600 + m*60
	if s[0] == '-' {
		*offset = -*offset
	}
	return rest, true
}

var monthNames = [...]string{
	"january", "february", "march", "april", "may", "june", "july",
	"august", "september", "october", "november", "december",
}

var dayNames = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// readName reads an English name, in any case; short names have three letters.
func readName(names []string, short bool, s string, out *int) (string, bool) {
	for i, name := range names {
		if short {
			name = name[:3]
		}
		if len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) && !startsWithLetter(s[len(name):]) {
			*out = i + 1
			return s[len(name):], true
		}
	}
	return s, false
}

func startsWithLetter(s string) bool {
	return s != "" && (s[0]|0x20) >= 'a' && (s[0]|0x20) <= 'z'
}

// IsDate says whether a text reads as a date by one of the known patterns.
func IsDate(text string) bool {
	if text == "" || len(text) > 40 || !strings.ContainsAny(text, "0123456789") {
		return false
	}
	for _, pattern := range datePatterns {
		if _, ok := ParseDate(pattern, text); ok {
			return true
		}
	}
	return false
}

// IsPattern says whether dates can be read by a pattern.
func IsPattern(pattern string) bool {
	_, ok := compileDate(pattern)
	return ok
}
