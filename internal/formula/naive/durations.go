package naive

import (
	"regexp"
	"strings"
	"time"
)

// dateRange gives day after day, as texts if the start is one.
func dateRange(c *call) []any {
	in, out := "M/d/yyyy", "MM/dd/yyyy"
	if !empty(c.first(2)) {
		in, out = text(c.first(2)), text(c.first(2))
	}
	start, isText, ok := c.bound(0, in)
	end, _, okEnd := c.bound(1, in)
	if !ok || !okEnd {
		return nil
	}
	last := wall(end, c.clock.Zone).Truncate(24 * time.Hour)
	var list []any
	for n := 0; !wall(add(start, "day", n, c.clock.Zone), c.clock.Zone).Truncate(24 * time.Hour).After(last); n++ {
		sec := add(start, "day", n, c.clock.Zone)
		list = append(list, choose(isText, any(c.write(sec, out, c.clock.Zone)), any(sec)))
	}
	return list
}

// bound is argument i as a date: a text by the pattern, or a Unix time.
func (c *call) bound(i int, pattern string) (sec float64, isText, ok bool) {
	x := c.first(i)
	if _, isText = x.(string); isText && !empty(x) {
		quiet := &call{evaluation: &evaluation{clock: c.clock, warnings: map[string]bool{}}}
		if sec, ok = quiet.read(x, pattern, c.clock.Zone).(float64); ok {
			return sec, true, true
		}
		if _, isNumber := numeric(x); !isNumber {
			c.warn("unparseable_date")
			return 0, false, false
		}
	}
	sec, ok = c.seconds(x)
	return sec, false, ok
}

var unitRuns = regexp.MustCompile(`d+|h+|m+|s+`)

// duration reads texts by d, h, m and s; without separators each has two digits.
func duration(c *call) []any {
	pattern := strings.ToLower(strings.TrimSpace(text(c.first(1))))
	fields := unitRuns.FindAllString(pattern, -1)
	compact := len(fields) > 1 && strings.Join(fields, "") == pattern
	whole := "^(-?)" + unitRuns.ReplaceAllString(regexp.QuoteMeta(pattern), `([0-9]+)`)
	if compact {
		whole = `^(-?)([0-9]+?)` + strings.Repeat(`([0-9]{2})`, len(fields)-1) + `(?:[^0-9]|$)`
	} else {
		whole = strings.TrimSuffix(whole, `([0-9]+)`) + `([0-9]+(?:\.[0-9]*)?)`
	}
	return c.each(func(x []any) any {
		if empty(x[0]) {
			return nil
		}
		found := regexp.MustCompile(whole).FindStringSubmatch(strings.TrimSpace(text(x[0])))
		if found == nil {
			c.warn("unparseable_date")
			return nil
		}
		sec := 0.0
		for i, field := range fields {
			sec += number(strings.TrimSuffix(found[i+2], ".")) * map[byte]float64{'d': day, 'h': 3600, 'm': 60, 's': 1}[field[0]]
		}
		if found[1] != "" {
			sec = 0 - sec
		}
		return sec
	}, c.list(0))
}
