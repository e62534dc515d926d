package component

import (
	"math"
	"time"

	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
)

// Kinds of a list, as a browser draws it.
const (
	KindText   = "text"
	KindNumber = "number"
	KindDate   = "date"

	KindSparkline = "sparkline"
)

// Items are the items of a part: what they are and how they are written. Raw
// holds numbers, texts, booleans and null; dates are Unix seconds.
type Items struct {
	Raw  []any    `json:"raw"`
	Text []string `json:"text"`
}

// writer turns items of one part into raw values and texts.
type writer struct {
	kind    string
	numbers numberStyle
	dates   *datefmt.Pattern
	dateReader
}

// dateReader reads items as dates: texts by the patterns, the first that fits.
type dateReader struct {
	zone     *time.Location
	patterns []*datefmt.Pattern
}

// reader gives what reads the dates of a format.
func (f Format) reader(at Place) dateReader {
	r := dateReader{at.Zone, inputPatterns}
	if f.Input == "" {
		return r
	}
	if p, err := datefmt.Compile(f.Input); err == nil { // Canonical lets no other through
		if at.Locale.names != nil {
			p = p.In(at.Locale.names)
		}
		r.patterns = append([]*datefmt.Pattern{p}, inputPatterns...)
	}
	return r
}

// Place is where results are shown: how things are written and which clock is meant.
type Place struct {
	Locale    Locale
	Zone      *time.Location
	WeekStart time.Weekday
}

// inputPatterns are the date texts that a date format understands; formulas
// convert others with DATE.
var inputPatterns = compileAll("yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssX", "yyyy-MM-dd HH:mm", "yyyy-MM")

func compileAll(patterns ...string) []*datefmt.Pattern {
	out := make([]*datefmt.Pattern, len(patterns))
	for i, p := range patterns {
		c, err := datefmt.Compile(p)
		if err != nil {
			panic(err) // constants of this file
		}
		out[i] = c
	}
	return out
}

// resolved settles a format that leaves the choice to the items.
func (f Format) resolved(v value.Vector) Format {
	if f.As != "" {
		return f
	}
	f.As = AsText
	if v.Kind() == value.Number {
		f.As = AsNumber
	}
	return f
}

// newWriter prepares for all items of v, so that they share unit and decimals.
func newWriter(v value.Vector, f Format, at Place, shorten float64) writer {
	f = f.resolved(v)
	w := writer{kind: KindText, dateReader: f.reader(at)}
	switch {
	case f.isNumeric():
		w.kind = KindNumber
		w.numbers = f.style(numbersOf(v), at.Locale, shorten)
	case f.As == AsDate:
		w.kind = KindDate
		w.dates = datePattern(v, f, at)
	case f.As == AsSparkline:
		w.kind = KindSparkline
	}
	return w
}

// numbersOf collects the items that are numbers or read as one.
func numbersOf(v value.Vector) []float64 {
	if v.Kind() == value.Number && !v.IsConst() && v.Valid() == nil {
		return v.Nums()
	}
	out := make([]float64, 0, v.Len())
	for i := range v.Len() {
		if x, ok := v.Item(i).Number(); ok {
			out = append(out, x)
		}
	}
	return out
}

// datePattern is the format's own pattern, or the locale's: with the time of day
// as soon as one item has one.
func datePattern(v value.Vector, f Format, at Place) *datefmt.Pattern {
	pattern := f.Pattern
	if pattern == "" {
		pattern = at.Locale.DatePattern
		if f.reader(at).hasTime(v) {
			pattern += at.Locale.TimePattern
		}
	}
	p, err := datefmt.Compile(pattern)
	if err != nil { // Canonical lets none through; an imported body may be older
		p, _ = datefmt.Compile(English.DatePattern)
	}
	if at.Locale.names != nil {
		return p.In(at.Locale.names)
	}
	return p
}

func (r dateReader) hasTime(v value.Vector) bool {
	for i := range v.Len() {
		sec, ok := r.seconds(v.Item(i))
		if !ok {
			continue
		}
		t := datefmt.Time(sec, r.zone)
		if t.Hour() != 0 || t.Minute() != 0 || t.Second() != 0 {
			return true
		}
	}
	return false
}

// seconds reads an item as a date.
func (r dateReader) seconds(it value.Item) (float64, bool) {
	switch it.Kind {
	case value.Number:
		return it.Num, datefmt.IsDate(it.Num)
	case value.Text:
		for _, p := range r.patterns {
			if sec, ok := p.Parse(it.Str, r.zone, time.Sunday, time.Time{}); ok {
				return sec, true
			}
		}
	}
	return 0, false
}

// write gives raw value and text of one item.
func (w writer) write(it value.Item) (any, string) {
	if it.Kind == value.Blank {
		if w.kind == KindText || w.kind == KindSparkline {
			return nil, ""
		}
		return nil, noValue
	}
	switch w.kind {
	case KindNumber:
		if x, ok := it.Number(); ok && !math.IsNaN(x) {
			return x, w.numbers.text(x)
		}
	case KindDate:
		if sec, ok := w.seconds(it); ok {
			return sec, w.dates.Format(sec, w.zone, time.Sunday)
		}
	}
	return rawOf(it), it.Text()
}

func rawOf(it value.Item) any {
	switch it.Kind {
	case value.Number:
		return it.Num
	case value.Text:
		return it.Str
	case value.Bool:
		return it.Bool
	}
	return nil
}

// list writes the first n items; behind the end of a shorter list stands nothing at
// all, not even the mark of a missing number.
func (w writer) list(v value.Vector, n int) Items {
	out := Items{Raw: make([]any, n), Text: make([]string, n)}
	for i := range min(n, v.Len()) {
		out.Raw[i], out.Text[i] = w.write(v.Item(i))
	}
	return out
}

// Raw gives the items of a list as JSON values: numbers, texts, booleans, null.
func Raw(v value.Vector) []any {
	out := make([]any, v.Len())
	for i := range out {
		out[i] = rawOf(v.Item(i))
	}
	return out
}

// Displayed is what a results reference reads of a part: its items, dates as
// texts in the pattern of the part's format, numbers as they are.
func Displayed(v value.Vector, f Format, at Place) value.Vector {
	if f.As != AsDate {
		return v
	}
	w := newWriter(v, f, at, shortenAxis)
	return v.MapEntries(func(it value.Item) value.Item {
		if it.Kind == value.Blank {
			return it
		}
		_, text := w.write(it)
		return value.Str(text)
	})
}

// DefaultPlace is the place of an account that has chosen none.
func DefaultPlace() Place { return Place{Locale: English, Zone: time.UTC} }
