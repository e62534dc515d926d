package property

import (
	"encoding/csv"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"octavo/internal/errs"
	"octavo/internal/formula/value"
)

// Normalise brings a value into the form in which it is stored; "" means missing.
// Code bad_property_value with the type and a reason: too_long, control, number,
// date, list.
func (t Type) Normalise(text string) (string, error) {
	if t != Secret {
		text = strings.TrimSpace(text)
	}
	switch {
	case strings.TrimSpace(text) == "":
		return "", nil
	case len(text) > maxValue:
		return "", t.refuse("too_long", "It has at most 4 KB.")
	case !storable(text):
		return "", t.refuse("control", "It has characters that cannot be stored.")
	}
	switch t {
	case Number:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.ContainsAny(text, "xXpP_") {
			return "", t.refuse("number", "Write a number such as 1234.5.")
		}
		return strconv.FormatFloat(f, 'f', -1, 64), nil
	case Date:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return "", t.refuse("date", "Write a day such as 2026-01-31.")
		}
	case List:
		items, err := splitList(text)
		if err != nil {
			return "", t.refuse("list", "Write items with commas between them; one that holds a comma stands in double quotes.")
		}
		return joinList(items), nil
	}
	return text, nil
}

func (t Type) refuse(reason, sentence string) error {
	return errs.Newf(errs.Invalid, "bad_property_value", "This is no %s. %s", t, sentence).
		WithField("value").WithParams(map[string]any{"type": string(t), "reason": reason})
}

// splitList reads the items of a list: one line of a CSV file, without the space around items.
func splitList(text string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.TrimLeadingSpace = true
	items, err := r.Read()
	if err != nil {
		return nil, err
	}
	if _, err := r.Read(); !errors.Is(err, io.EOF) {
		return nil, errors.New("a list is one line")
	}
	out := items[:0]
	for _, item := range items {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out, nil
}

func joinList(items []string) string {
	if len(items) == 0 {
		return ""
	}
	var sb strings.Builder
	for i, item := range items {
		if i > 0 {
			sb.WriteString(", ")
		}
		if strings.ContainsAny(item, "\",\n\r") {
			item = `"` + strings.ReplaceAll(item, `"`, `""`) + `"`
		}
		sb.WriteString(item)
	}
	return sb.String()
}

// vector is a stored value as formulas see it. Days are the seconds of their
// beginning in UTC, like date columns of data sources.
func (t Type) vector(stored string) value.Vector {
	switch t {
	case Number:
		if f, err := strconv.ParseFloat(stored, 64); err == nil {
			return value.Of(value.Num(f))
		}
	case Date:
		if day, err := time.Parse(time.DateOnly, stored); err == nil {
			return value.Of(value.Num(float64(day.Unix())))
		}
	case List:
		if items, err := splitList(stored); err == nil {
			b := value.NewBuilder(len(items))
			for _, item := range items {
				b.AppendText(item)
			}
			return b.Vector()
		}
	}
	return value.Of(value.Str(stored))
}
