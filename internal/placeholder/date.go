package placeholder

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"octavo/internal/formula/datefmt"
)

// dateExpr is a date expression: set, settings, moves, shortcut and format, in this order.
type dateExpr struct {
	setText    string // what set names; "" = now
	setName    string // the variable that set names
	setPattern *datefmt.Pattern
	zone       *time.Location // nil = the account's
	firstDay   time.Weekday
	firstMonth time.Month
	start, end *clockTime
	moves      []move
	shortcut   *shortcut
	format     func(sec float64, zone *time.Location) string // nil = yyyy-MM-dd
	stage      int                                           // of the last method, while reading
	given      []string                                      // settings that stand already, while reading
}

type clockTime struct{ hour, minute, second int }

// move adds n units.
type move struct {
	unit datefmt.Period
	n    int
}

// shortcut jumps to an edge of a period, or to now.
type shortcut struct {
	kind   string // now, start, end, back: n units before the beginning of today
	period datefmt.Period
	n      int // periods from the one of the date
}

// The order of methods.
const (
	stageSet = iota + 1
	stageSetting
	stageMove
	stageShortcut
	stageFormat
)

// moveUnits are the methods that add.
var moveUnits = map[string]datefmt.Period{
	"add": datefmt.Day, "addMinutes": datefmt.Minute, "addHours": datefmt.Hour, "addWeeks": datefmt.WeekOf,
	"addMonths": datefmt.Month, "addQuarters": datefmt.Quarter, "addYears": datefmt.Year,
}

// maxMove is the most units that one method adds: more than a million of any leaves the calendar.
const maxMove = 1_000_000

var (
	weekdayCodes = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	monthCodes   = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
)

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// date reads the methods of a date expression.
func (p *parser) date() (*dateExpr, error) {
	d := &dateExpr{firstMonth: time.January}
	for p.take(".") {
		begin := p.at
		name := p.while(isLetter)
		stage, err := p.method(d, name)
		if err != nil {
			return nil, err
		}
		if stage < d.stage || stage == d.stage && stage != stageSetting && stage != stageMove {
			p.at = begin
			return nil, p.fail("the order is set, settings, additions, one shortcut, one format; " + name + " stands too late or twice")
		}
		d.stage = stage
	}
	return d, nil
}

// method reads what follows the name of a method.
func (p *parser) method(d *dateExpr, name string) (stage int, err error) {
	if unit, ok := moveUnits[name]; ok {
		n, err := p.numberArgument()
		d.moves = append(d.moves, move{unit, n})
		return stageMove, err
	}
	if s, ok := shortcutNamed(name); ok {
		d.shortcut = s
		return stageShortcut, nil
	}
	switch name {
	case "set":
		return stageSet, p.setMethod(d)
	case "tz", "firstDOW", "firstMOY", "start", "end":
		if slices.Contains(d.given, name) {
			return 0, p.fail(name + " stands twice")
		}
		d.given = append(d.given, name)
		return stageSetting, p.setting(d, name)
	case "format":
		pattern, err := p.patternArgument()
		d.format = func(sec float64, zone *time.Location) string { return pattern.Format(sec, zone, d.firstDay) }
		return stageFormat, err
	case "unix", "unixMillis", "iso", "isoUTC":
		d.format = outputs[name]
		return stageFormat, nil
	}
	return 0, p.fail("dates have no method " + strconv.Quote(name))
}

// textArgument reads ("text").
func (p *parser) textArgument() (string, error) {
	if !p.take("(") {
		return "", p.fail(`a text such as ("…") is missing here`)
	}
	text, err := p.quoted()
	if err == nil && !p.take(")") {
		err = p.fail("a closing parenthesis is missing here")
	}
	return text, err
}

// numberArgument reads (n).
func (p *parser) numberArgument() (int, error) {
	if !p.take("(") {
		return 0, p.fail("a number such as (-7) is missing here")
	}
	text := p.while(func(c byte) bool { return c == '-' || c == '+' || c >= '0' && c <= '9' })
	n, err := strconv.Atoi(text)
	if err != nil || n < -maxMove || n > maxMove {
		return 0, p.fail("a whole number, at most a million, is missing here")
	}
	if !p.take(")") {
		return 0, p.fail("a closing parenthesis is missing here")
	}
	return n, nil
}

// setMethod reads ("2016-01-31"), ("31/01/2016", "dd/MM/yyyy") or (props.NAME).
func (p *parser) setMethod(d *dateExpr) (err error) {
	if !p.take("(") {
		return p.fail(`a date such as ("2026-01-31") is missing here`)
	}
	if p.take("props.") {
		if d.setName, err = p.variable(""); err != nil {
			return err
		}
	} else if d.setText, err = p.quoted(); err != nil {
		return err
	} else if d.setText == "" {
		return p.fail("the date is empty")
	}
	if p.take(",") {
		p.while(func(c byte) bool { return c == ' ' })
		text, err := p.quoted()
		if err != nil {
			return err
		}
		if d.setPattern, err = datefmt.Compile(text); err != nil {
			return p.fail(err.Error())
		}
	}
	if !p.take(")") {
		return p.fail("a closing parenthesis is missing here")
	}
	if d.setText != "" {
		if _, ok := d.readSet(d.setText, Scope{Zone: time.UTC, Now: time.Unix(0, 0)}); !ok {
			return p.fail(strconv.Quote(clip(d.setText)) + " is no date of this form")
		}
	}
	return nil
}

// setting reads the text of a setting.
func (p *parser) setting(d *dateExpr, name string) error {
	text, err := p.textArgument()
	if err != nil {
		return err
	}
	ok := true
	switch name {
	case "tz":
		d.zone, ok = findZone(text)
	case "firstDOW":
		i := slices.Index(weekdayCodes, strings.ToLower(text))
		d.firstDay, ok = time.Weekday(i), i >= 0
	case "firstMOY":
		i := slices.Index(monthCodes, strings.ToLower(text))
		d.firstMonth, ok = time.Month(i+1), i >= 0
	case "start":
		d.start, ok = readClock(text)
	default:
		d.end, ok = readClock(text)
	}
	if !ok {
		return p.fail(strconv.Quote(clip(text)) + " is nothing that " + name + " knows")
	}
	return nil
}

// fixedCodes are abbreviations of zones, which mean one offset the whole year.
var fixedCodes = map[string]int{
	"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "gmt": 0, "utc": 0, "cet": 1, "cest": 2,
}

func findZone(text string) (*time.Location, bool) {
	if hours, ok := fixedCodes[strings.ToLower(text)]; ok {
		return time.FixedZone(strings.ToUpper(text), hours*3600), true
	}
	return datefmt.FindZone(text)
}

var clockForm = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$`)

func readClock(text string) (*clockTime, bool) {
	m := clockForm.FindStringSubmatch(text)
	if m == nil {
		return nil, false
	}
	n := func(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }
	return &clockTime{n(m[1]), n(m[2]), n(m[3])}, true
}

var (
	edgeForm  = regexp.MustCompile(`^(start|end)Of(Last|This|Next)?(Day|Week|Month|Quarter|Year)$`)
	countForm = regexp.MustCompile(`^(last|next)(\d{1,4})(Days|Weeks|Months|Quarters|Years)$`)
)

var periodNames = map[string]datefmt.Period{
	"Day": datefmt.Day, "Week": datefmt.WeekOf, "Month": datefmt.Month, "Quarter": datefmt.Quarter, "Year": datefmt.Year,
}

// shortcutNamed finds a shortcut; ok is false when there is none of this name.
func shortcutNamed(name string) (*shortcut, bool) {
	switch name {
	case "now":
		return &shortcut{kind: "now"}, true
	case "today":
		return &shortcut{kind: "start", period: datefmt.Day}, true
	case "yesterday":
		return &shortcut{kind: "start", period: datefmt.Day, n: -1}, true
	case "tomorrow":
		return &shortcut{kind: "start", period: datefmt.Day, n: 1}, true
	}
	if m := edgeForm.FindStringSubmatch(name); m != nil {
		n := map[string]int{"Last": -1, "Next": 1}[m[2]]
		return &shortcut{kind: m[1], period: periodNames[m[3]], n: n}, true
	}
	if m := countForm.FindStringSubmatch(name); m != nil {
		n, err := strconv.Atoi(m[2])
		if m[1] == "last" {
			n = -n
		}
		return &shortcut{kind: "count", period: periodNames[strings.TrimSuffix(m[3], "s")], n: n}, err == nil
	}
	return nil, false
}
