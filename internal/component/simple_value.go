package component

import (
	"math"

	"octavo/internal/formula/value"
)

var simpleValue = Type{
	Name: "simple_value", Title: "Value", Words: "value", Needs: "one number, and a second one to compare it with",
	Parts: []PartType{label}, Properties: valueProperties, starter: starterValue, draw: drawValue,
}

// Ways to compare the secondary value with the primary one.
const (
	compareDifference = "difference"
	comparePercent    = "percent"
)

var valueProperties = []Property{
	{Name: "compare", Words: "comparison", Kind: Choice, Default: "none", Choices: []string{"none", compareDifference, comparePercent}},
	{Name: "goodWhen", Words: "good direction", Kind: Choice, Default: "up", Choices: []string{"up", "down", "none"}},
}

var label = PartType{
	Name: "label", Kind: "Value", Words: "label", Min: 1, Max: 2, Roles: []string{"primary", "secondary"},
	Formats: anyFormat, Abbreviate: auto,
}

// ValueResult is one number, maybe with a second one.
type ValueResult struct {
	Primary   LabelResult  `json:"primary"`
	Secondary *LabelResult `json:"secondary,omitempty"`
	Change    *Change      `json:"change,omitempty"`
}

// LabelResult is the first item of a list; Full is the number without shortening.
type LabelResult struct {
	Name string `json:"name"`
	Raw  any    `json:"raw"`
	Text string `json:"text"`
	Full string `json:"full"`
}

// Change says how the primary value differs from the secondary one. Good is nil
// where no direction is better.
type Change struct {
	Text      string `json:"text"`
	Direction string `json:"direction"` // "up", "down" or "same"
	Good      *bool  `json:"good"`
}

func drawValue(in Input, out *Output) {
	r := &ValueResult{Primary: LabelResult{Text: noValue, Full: noValue}}
	var now, before value.Item
	var format Format
	for _, part := range in.of(label.Name) {
		v, ok := in.Data[part.ID()]
		if part.Role() == "primary" {
			format = in.formatOf(part, &label).resolved(firstOf(v))
			now = firstOf(v).Item(0)
			r.Primary = in.label(part, now)
		} else if ok {
			before = firstOf(v).Item(0)
			l := in.label(part, before)
			r.Secondary = &l
		}
	}
	if r.Secondary != nil {
		r.Change = change(in, now, before, format)
	}
	out.Value = r
}

// firstOf is the first item as a list; a list without items gives a blank.
func firstOf(v value.Vector) value.Vector {
	if v.Len() == 0 {
		return value.Blanks(1)
	}
	return value.Of(v.Item(0))
}

func (in Input) label(part Node, it value.Item) LabelResult {
	v := value.Of(it)
	f := in.formatOf(part, &label)
	l := LabelResult{Name: part.Name(label.Title)}
	l.Raw, l.Text = newWriter(v, f, in.Place, shortenValue).write(it)
	f.Abbreviate = never
	_, l.Full = newWriter(v, f, in.Place, shortenValue).write(it)
	if it.IsEmpty() {
		l.Raw, l.Text, l.Full = nil, noValue, noValue
	}
	return l
}

func change(in Input, now, before value.Item, f Format) *Change {
	how := in.Node.choice(valueProperties, "compare")
	a, okA := now.Number()
	b, okB := before.Number()
	if how == "none" || !okA || !okB {
		return nil
	}
	c := &Change{Direction: "same", Text: "no change"}
	diff := a - b
	switch {
	case diff > 0:
		c.Direction = "up"
	case diff < 0:
		c.Direction = "down"
	default:
		return c
	}
	if good := in.Node.choice(valueProperties, "goodWhen"); good != "none" {
		same := good == c.Direction
		c.Good = &same
	}
	c.Text = changeText(how, diff, b, f, in.Place)
	return c
}

func changeText(how string, diff, before float64, f Format, at Place) string {
	sign := ""
	if diff > 0 {
		sign = "+"
	}
	if how == comparePercent {
		if before == 0 {
			return "new"
		}
		p := Format{As: AsPercentage, Multiply: true, Thousands: true, Abbreviate: never}
		return sign + writeNumber(diff/math.Abs(before), p, at)
	}
	if f.As == AsPercentage { // the difference of two percentages is no percentage
		f.As, f.Decimals = AsNumber, f.pointDecimals(diff)
		if f.Multiply {
			diff *= 100
		}
		f.Prefix, f.Suffix = "", ""
		return sign + writeNumber(diff, f, at) + " pts"
	}
	if !f.isNumeric() {
		f = Format{As: AsNumber, Thousands: true, Abbreviate: auto}
	}
	return sign + writeNumber(diff, f, at)
}

// pointDecimals gives the decimals of a percentage for a difference of two.
func (f Format) pointDecimals(diff float64) *int {
	if f.Decimals != nil {
		return f.Decimals
	}
	d := f.style([]float64{diff}, English, shortenValue).decimals
	return &d
}

func writeNumber(x float64, f Format, at Place) string {
	return f.style([]float64{x}, at.Locale, shortenValue).text(x)
}

func starterValue(columns []Column, b *builder) Node {
	primary, secondary := b.part(label.Name, "", "", nil), b.part(label.Name, "", "", nil)
	if c, ok := pick(columns, number); ok {
		primary = b.part(label.Name, c.Name, "SUM("+c.ref()+")", c.format())
	}
	primary["role"], secondary["role"] = "primary", "secondary"
	return b.component("simple_value", primary, secondary)
}
