package fn

import (
	"fmt"
	"strings"

	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var timeFunc = Func{
	Name: "TIME", Group: DateTime,
	Params: []Param{{Name: "values", Kind: Text}, {Name: "format", Kind: Duration}},
	Doc:    "Reads durations by a format of the letters d, h, m and s and gives seconds; fields may exceed their usual range.",
	Examples: []Example{
		{`TIME("02:30:15", "hh:mm:ss")`, "9015"},
		{`TIME(ARRAY("90", "1.5", "x"), "h")`, "324000, 5400, ∅"},
		{`TIME("01020304", "ddhhmmss")`, "93784"},
		{`TIME("-3 12:00", "d hh:mm")`, "-302400"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		format := c.Text(1, "")
		d, bad := compileDuration(format)
		if bad != nil {
			return value.Vector{}, bad
		}
		return c.rows(func(row []value.Item) (value.Item, error) {
			if row[0].IsEmpty() {
				return value.Item{}, nil
			}
			sec, ok := d.parse(row[0].Text())
			if !ok {
				c.Warn(vec.UnparseableDate, "some texts are not durations in the format "+format)
				return value.Item{}, nil
			}
			return value.Num(sec), nil
		}, 0)
	},
}

// duration is a compiled format: fields with what stands before each.
type duration struct {
	fields  []durationField
	compact bool // fields without separators have two digits each
}

type durationField struct {
	before  string // after the field before it
	seconds float64
}

var durationUnits = map[byte]float64{'d': 86400, 'h': 3600, 'm': 60, 's': 1}

// compileDuration reads a format such as hh:mm:ss or ddhhmmss.
func compileDuration(format string) (*duration, *syntax.Error) {
	format = strings.TrimSpace(format)
	d := &duration{}
	seen, before := "", ""
	joined := 0 // fields that follow another one at once
	for i := 0; i < len(format); {
		letter := format[i] | 0x20
		unit, ok := durationUnits[letter]
		if !ok {
			if letter >= 'a' && letter <= 'z' || format[i] >= '0' && format[i] <= '9' {
				return nil, badDuration(fmt.Sprintf("the format %q has a %c", format, format[i]))
			}
			before += format[i : i+1]
			i++
			continue
		}
		if strings.IndexByte(seen, letter) >= 0 {
			return nil, badDuration(fmt.Sprintf("the format %q has the letter %c in two places", format, letter))
		}
		seen += string(letter)
		if before == "" && len(d.fields) > 0 {
			joined++
		}
		d.fields = append(d.fields, durationField{before, unit})
		before = ""
		for i < len(format) && format[i]|0x20 == letter {
			i++
		}
	}
	switch {
	case len(d.fields) == 0:
		return nil, badDuration("the format is empty")
	case joined > 0 && (joined < len(d.fields)-1 || d.fields[0].before != ""):
		return nil, badDuration(fmt.Sprintf("the format %q has separators between some of its fields only", format))
	}
	d.compact = joined > 0
	return d, nil
}

func badDuration(why string) *syntax.Error {
	return syntax.Fail(syntax.CodeBadPattern, "This duration format cannot be used: "+why+".", "A format looks like hh:mm:ss, dd:hh:mm or mmss.")
}

// parse reads a duration. A sign in front is for the whole; the last field may
// have decimals; what follows it is ignored, as with dates.
func (d *duration) parse(s string) (sec float64, ok bool) {
	s = strings.TrimSpace(s)
	s, negative := strings.CutPrefix(s, "-")
	if d.compact {
		sec, ok = d.parseCompact(s)
	} else {
		sec, ok = d.parseFields(s)
	}
	if negative {
		sec = 0 - sec // never -0
	}
	return sec, ok
}

func (d *duration) parseFields(s string) (sec float64, ok bool) {
	for i, f := range d.fields {
		rest, found := strings.CutPrefix(s, f.before)
		n := digitCount(rest)
		if !found || n == 0 {
			return 0, false
		}
		if i == len(d.fields)-1 && len(rest) > n && rest[n] == '.' {
			n += 1 + digitCount(rest[n+1:])
		}
		x, ok := value.ParseNumber(strings.TrimSuffix(rest[:n], "."))
		if !ok {
			return 0, false
		}
		sec += x * f.seconds
		s = rest[n:]
	}
	return sec, true
}

// parseCompact reads two digits for each field from the right; the first one
// takes what is left, since numbers lose the zeros in front.
func (d *duration) parseCompact(s string) (sec float64, ok bool) {
	s = s[:digitCount(s)]
	for i := len(d.fields) - 1; i >= 0; i-- {
		cut := max(0, len(s)-2)
		if i == 0 {
			cut = 0
		}
		if s[cut:] == "" {
			return 0, false
		}
		x, ok := value.ParseNumber(s[cut:])
		if !ok {
			return 0, false
		}
		sec += x * d.fields[i].seconds
		s = s[:cut]
	}
	return sec, true
}

func digitCount(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
