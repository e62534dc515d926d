package rest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"octavo/internal/errs"
	"octavo/internal/formula/datefmt"
	"octavo/internal/placeholder"
)

// round is one request of those that are made with different values; each may have pages of its own.
type round struct {
	params []param
	as     string // name of a column that has value; "" = none
	value  string
}

// inner is what says how the answer to one round comes in pages; nil = in one.
func (p *Paginate) inner() *Paginate {
	for p != nil && p.outer() {
		p = p.Then
	}
	return p
}

// checkOuter looks at lists and windows, and at the pages below them.
func (p *Paginate) checkOuter(s *Spec) error {
	var err error
	switch {
	case !p.outer():
		return nil
	case p.Type == "each":
		err = p.Each.check(p)
	default:
		err = p.Window.check(p)
	}
	if err != nil || p.Then == nil {
		return err
	}
	if p.Then.outer() && (p.Type == "window" || p.Then.Type == "each") {
		return refuse("paginate", "windows stand within a list of values, and nothing stands within itself")
	}
	if p.In == "path" && (p.Then.In == "path" || p.Then.Then != nil && p.Then.Then.In == "path") {
		return refuse("paginate", "only one value stands in the path")
	}
	return p.Then.check(s)
}

func (e *Each) check(p *Paginate) error {
	switch {
	case e == nil || strings.TrimSpace(e.Values) == "":
		return refuse("paginate", "the list of values is missing")
	case p.Window != nil:
		return refuse("paginate", "a list of values has no window")
	}
	return nil
}

func (w *Window) check(p *Paginate) error {
	switch {
	case w == nil || w.FromParam == "" || w.Start == "" || w.End == "":
		return refuse("paginate", "a window has a parameter, a start and an end")
	case p.Each != nil:
		return refuse("paginate", "a window has no list of values")
	}
	unit, n, ok := w.step()
	if !ok {
		return refuse("paginate", "a step is P7D, P2W, P1M, P1Y or PT6H")
	}
	pattern, err := w.pattern()
	if err != nil {
		return refuse("paginate", "the format is no pattern of a date")
	}
	if unit == datefmt.Hour && n%24 != 0 && w.least(pattern) == day {
		return refuse("paginate", "a step of hours needs a format that writes them")
	}
	return nil
}

var stepForm = regexp.MustCompile(`^P(?:([1-9]\d{0,3})([DWMY])|T([1-9]\d{0,3})H)$`)

// step is how far a window reaches.
func (w *Window) step() (unit datefmt.Period, n int, ok bool) {
	m := stepForm.FindStringSubmatch(w.Step)
	if m == nil {
		return "", 0, false
	}
	n, err := strconv.Atoi(m[1] + m[3])
	return map[string]datefmt.Period{"": datefmt.Hour, "D": datefmt.Day, "W": datefmt.WeekOf, "M": datefmt.Month, "Y": datefmt.Year}[m[2]], n, err == nil
}

func (w *Window) pattern() (*datefmt.Pattern, error) {
	switch w.Format {
	case "":
		return datefmt.Compile("yyyy-MM-dd")
	case "iso":
		return datefmt.Compile("yyyy-MM-dd'T'HH:mm:ssXXX")
	}
	return datefmt.Compile(w.Format)
}

// day is the least that a format tells apart which writes no time.
const day = 86400

// least is how many seconds the least has that a format tells apart. Two windows that do not meet lie so far apart.
func (w *Window) least(pattern *datefmt.Pattern) float64 {
	for _, least := range []float64{0.001, 1, 60, 3600} {
		if least < 1 && strings.EqualFold(strings.TrimSpace(w.Format), "unix") {
			continue // services read whole seconds
		}
		if pattern.Format(0, time.UTC, time.Sunday) != pattern.Format(least, time.UTC, time.Sunday) {
			return least
		}
	}
	return day
}

// texts are those with placeholders, of all levels.
func (p *Paginate) texts() []text {
	var out []text
	for ; p != nil; p = p.Then {
		if p.Each != nil {
			out = append(out, text{field: "paginate", text: p.Each.Values, most: maxValue})
		}
		if p.Window != nil {
			out = append(out, text{field: "paginate", text: p.Window.Start, most: maxValue}, text{field: "paginate", text: p.Window.End, most: maxValue})
		}
	}
	return out
}

// rounds lists what is asked one after the other; without a list or windows it is one round with nothing in it.
// Codes as Spec.Prepare, and too_many_pages.
func (p *Paginate) rounds(f *filler) []round {
	if p == nil || !p.outer() {
		return []round{{}}
	}
	var own []round
	if p.Type == "each" {
		own = p.Each.rounds(p, f)
	} else {
		own = p.Window.rounds(p, f)
	}
	below := p.Then.rounds(f)
	var out []round
	for _, a := range own {
		if len(out)+len(below) > mostPages {
			f.fail(tooManyPages(mostPages))
			break
		}
		for _, b := range below {
			if b.as == "" {
				b.as, b.value = a.as, a.value
			}
			b.params = slices.Concat(a.params, b.params)
			out = append(out, b)
		}
	}
	return out
}

func tooManyPages(limit int) error {
	return errs.Newf(errs.TooLarge, "too_many_pages", "The answer has more than %d pages.", limit).WithParams(map[string]any{"limit": limit})
}

func (e *Each) rounds(p *Paginate, f *filler) []round {
	list := placeholder.List(f.text("paginate", e.Values, placeholder.Value))
	if len(list) > mostValues {
		f.fail(refuse("paginate", "a list has at most 1,000 values"))
	}
	var out []round
	for _, v := range list {
		out = append(out, round{params: []param{{in: p.In, name: p.Param, value: v}}, as: e.As, value: v})
	}
	return out
}

func (w *Window) rounds(p *Paginate, f *filler) []round {
	start, _ := f.date(w.Start)
	end, whole := f.date(w.End)
	pattern, err := w.pattern()
	unit, n, ok := w.step()
	if err != nil || !ok { // Check has refused it
		f.fail(refuse("paginate", "a window has a step and a format"))
	}
	if f.err != nil {
		return nil
	}
	zone, least := f.scope.Zone, w.least(pattern)
	if whole {
		end = datefmt.Add(end, datefmt.Day, 1, zone) - min(least, 1)
	}
	write := func(sec float64) string { return pattern.Format(sec, zone, time.Sunday) }
	var out []round
	for i := 0; ; i++ {
		from, next := datefmt.Add(start, unit, i*n, zone), datefmt.Add(start, unit, (i+1)*n, zone)
		if from > end || len(out) > mostPages || next <= from {
			return out
		}
		r := round{params: []param{{in: p.In, name: w.FromParam, value: write(from)}}}
		if w.ToParam != "" {
			r.params = append(r.params, param{in: p.In, name: w.ToParam, value: write(w.last(next, end, least, zone))})
		}
		out = append(out, r)
	}
}

// last is where a window ends of which the next one begins at a moment: that moment, or the least before it that the
// format tells apart. The end of all of them belongs to the last one.
func (w *Window) last(next, end, least float64, zone *time.Location) float64 {
	if w.Open {
		return min(next, move(end, least, 1, zone))
	}
	return min(move(next, least, -1, zone), end)
}

// move goes a number of steps of some seconds on; days are those of the calendar.
func move(sec, step float64, n int, zone *time.Location) float64 {
	if step == day {
		return datefmt.Add(sec, datefmt.Day, n, zone)
	}
	return sec + step*float64(n)
}

// date is a moment in a text of a window, or the beginning of a whole day.
func (f *filler) date(text string) (sec float64, whole bool) {
	value := f.text("paginate", text, placeholder.Value)
	if f.err != nil {
		return 0, false
	}
	sec, ok := placeholder.Date(value, f.scope)
	if !ok {
		f.fail(refuse("paginate", "the start and the end of a window are dates such as 2026-01-31"))
	}
	_, err := time.Parse(time.DateOnly, strings.TrimSpace(value))
	return sec, err == nil
}

func (f *filler) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// with puts the value of a round into its records, as their first member.
func (r round) with(records []json.RawMessage) []json.RawMessage {
	if r.as == "" {
		return records
	}
	out := make([]json.RawMessage, len(records))
	for i, record := range records {
		keys, values := members(record)
		if keys == nil && !isEmptyObject(record) {
			out[i] = record // no object: there is no place for it
			continue
		}
		var sb strings.Builder
		sb.WriteString("{" + placeholder.JSONText(r.as) + ":" + placeholder.JSONText(r.value))
		for _, key := range keys {
			if key != r.as {
				sb.WriteString("," + placeholder.JSONText(key) + ":" + string(values[key]))
			}
		}
		sb.WriteString("}")
		out[i] = json.RawMessage(sb.String())
	}
	return out
}

func isEmptyObject(raw json.RawMessage) bool {
	var object map[string]json.RawMessage
	return json.Unmarshal(raw, &object) == nil && object != nil
}
