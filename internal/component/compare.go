package component

import (
	"slices"
	"strings"

	"octavo/internal/formula/value"
)

// operand is one operand as an item; there may be fewer.
func operand(values []any, i int) value.Item {
	if i >= len(values) {
		return value.Item{}
	}
	switch x := values[i].(type) {
	case string:
		return value.Str(x)
	case float64:
		return value.Num(x)
	case bool:
		return value.Boolean(x)
	}
	return value.Item{}
}

// comparer compares items of one part: as dates if they are some.
type comparer struct {
	writer
}

// key is what an item is compared by: a date by its seconds.
func (c comparer) key(it value.Item) value.Item {
	if c.kind == KindDate {
		if sec, ok := c.seconds(it); ok {
			return value.Num(sec)
		}
	}
	return it
}

// shown is the text that a person chooses from a list of values.
func (c comparer) shown(it value.Item) string {
	if c.kind == KindDate && it.Kind != value.Blank {
		_, text := c.write(it)
		return text
	}
	return it.Text()
}

// passes says whether an item passes a filter; top and bottom are not its matter.
func (c comparer) passes(f Filter, it value.Item) bool {
	switch f.Is {
	case "blank":
		return it.IsEmpty()
	case "not_blank":
		return !it.IsEmpty()
	case "any_of", "none_of":
		text := c.shown(it)
		in := slices.ContainsFunc(f.Values, func(v any) bool { return operand([]any{v}, 0).Text() == text })
		return in == (f.Is == "any_of")
	case "contains", "lacks", "starts_with", "ends_with", "matches":
		return c.passesText(f, c.shown(it))
	}
	return c.passesOrder(f, it)
}

// passesText compares texts, in any case.
func (c comparer) passesText(f Filter, text string) bool {
	if f.Is == "matches" {
		return f.match != nil && f.match.MatchString(text)
	}
	text, want := strings.ToLower(text), strings.ToLower(operand(f.Values, 0).Text())
	switch f.Is {
	case "contains":
		return strings.Contains(text, want)
	case "lacks":
		return !strings.Contains(text, want)
	case "starts_with":
		return strings.HasPrefix(text, want)
	}
	return strings.HasSuffix(text, want)
}

// passesOrder compares as formulas do. A blank is neither less nor greater.
func (c comparer) passesOrder(f Filter, it value.Item) bool {
	if it.IsEmpty() {
		return f.Is == "differs"
	}
	order := value.Compare(c.key(it), c.key(operand(f.Values, 0)))
	switch f.Is {
	case "equals":
		return order == 0
	case "differs":
		return order != 0
	case "greater":
		return order > 0
	case "at_least":
		return order >= 0
	case "less":
		return order < 0
	case "at_most":
		return order <= 0
	case "between":
		return order >= 0 && value.Compare(c.key(it), c.key(operand(f.Values, 1))) <= 0
	}
	return true
}
