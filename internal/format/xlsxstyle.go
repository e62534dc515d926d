package format

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// moment says what of a date a number format shows.
type moment uint8

const (
	noMoment moment = iota
	dayMoment
	timeMoment
	dayTimeMoment
)

// builtinMoment knows the number formats that a workbook does not describe.
func builtinMoment(id int) moment {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 58:
		return dayMoment
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47:
		return timeMoment
	case id == 22:
		return dayTimeMoment
	}
	return noMoment
}

// formatMoment reads a number format's code: its first part, without texts in
// quotes, escaped characters and brackets. Durations, as "[h]:mm", are numbers.
func formatMoment(code string) moment {
	var day, clock, month bool
	for i := 0; i < len(code) && code[i] != ';'; i++ {
		switch code[i] | 0x20 {
		case '"' | 0x20:
			i = skipPast(code, i, '"')
		case '[' | 0x20:
			if code[i] != '[' {
				break
			}
			end := skipPast(code, i, ']')
			if inner := strings.ToLower(code[i+1 : min(end, len(code))]); inner != "" && strings.Trim(inner, "h") == "" ||
				inner != "" && strings.Trim(inner, "m") == "" || inner != "" && strings.Trim(inner, "s") == "" {
				return noMoment
			}
			i = end
		case '\\' | 0x20, '_' | 0x20, '*' | 0x20:
			if c := code[i]; c == '\\' || c == '_' || c == '*' {
				i++
			}
		case 'y', 'd':
			day = true
		case 'h', 's':
			clock = true
		case 'm':
			month = true
		}
	}
	switch {
	case day && clock:
		return dayTimeMoment
	case day || month && !clock:
		return dayMoment
	case clock:
		return timeMoment
	}
	return noMoment
}

// skipPast finds the closing character behind i; the end of the code if there is none.
func skipPast(code string, i int, closing byte) int {
	if n := strings.IndexByte(code[i+1:], closing); n >= 0 {
		return i + 1 + n
	}
	return len(code)
}

// styles are what the cells of a workbook may refer to.
type styles struct{ moments []moment }

func (s *styles) of(index int) moment {
	if s == nil || index < 0 || index >= len(s.moments) {
		return noMoment
	}
	return s.moments[index]
}

func readStyles(x *xmlScanner) (*styles, error) {
	s := &styles{}
	custom := map[int]moment{}
	inCells := false
	for {
		kind, err := x.next()
		if err != nil || kind == xmlEnd {
			return s, err
		}
		switch {
		case kind == xmlStart && string(x.name) == "numFmt":
			if id, err := strconv.Atoi(string(x.attr("numFmtId"))); err == nil {
				custom[id] = formatMoment(x.attrText("formatCode"))
			}
		case string(x.name) == "cellXfs" && kind != xmlText:
			inCells = kind == xmlStart && !x.empty
		case kind == xmlStart && inCells && string(x.name) == "xf":
			id, err := strconv.Atoi(string(x.attr("numFmtId")))
			if err != nil {
				id = 0
			}
			m, known := custom[id]
			if !known {
				m = builtinMoment(id)
			}
			s.moments = append(s.moments, m)
		}
	}
}

// Serial numbers of days in workbooks.
const (
	maxSerial  = 2_958_466 // the day after 9999-12-31
	phantomDay = 60        // 1900-02-29, which the 1900 system has and no calendar
	daySeconds = 86_400
)

// appendMoment writes a serial number as date and time. False when it is outside of the calendar.
func appendMoment(dst []byte, serial float64, m moment, since1904 bool) ([]byte, bool) {
	if !(serial >= 0 && serial < maxSerial) {
		return dst, false
	}
	seconds := int64(math.Round(serial * daySeconds))
	day, clock := seconds/daySeconds, seconds%daySeconds
	if m == dayMoment {
		day = int64(serial)
	}
	if m == timeMoment {
		if day > 0 {
			m = dayTimeMoment
		} else {
			return appendClock(dst, clock), true
		}
	}
	dst = appendDay(dst, day, since1904)
	if m == dayTimeMoment {
		dst = appendClock(append(dst, ' '), clock)
	}
	return dst, true
}

func appendDay(dst []byte, day int64, since1904 bool) []byte {
	epoch := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case since1904:
		epoch = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	case day == phantomDay:
		return append(dst, "1900-02-29"...)
	case day < phantomDay:
		epoch = epoch.AddDate(0, 0, 1)
	}
	return epoch.AddDate(0, 0, int(day)).AppendFormat(dst, time.DateOnly)
}

func appendClock(dst []byte, seconds int64) []byte {
	return fmt.Appendf(dst, "%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}
