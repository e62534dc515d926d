package xpath

import (
	"math"
	"strings"
	"unicode/utf8"
)

// call evaluates a function; without an argument those of texts take the node itself.
func (ev *evaluation) call(e *expr, c context) result {
	switch e.text {
	case "true", "false":
		return truth(e.text == "true")
	case "position":
		return number(float64(c.position))
	case "last":
		return number(float64(c.size))
	}
	args := make([]result, max(len(e.args), 1))
	args[0] = result{isSet: true, set: []ref{c.node}}
	for i, a := range e.args {
		args[i] = ev.eval(a, c)
	}
	switch e.text {
	case "count":
		return number(float64(len(args[0].set)))
	case "sum":
		sum := 0.0
		for _, r := range args[0].set {
			sum += toNumber(ev.text(r))
		}
		return number(sum)
	case "name":
		return text(ev.nameOf(args[0].set))
	case "not":
		return truth(!ev.truth(args[0]))
	case "boolean":
		return truth(ev.truth(args[0]))
	case "number":
		return number(ev.number(args[0]))
	}
	return ev.textCall(e.text, args)
}

func (ev *evaluation) nameOf(set []ref) string {
	if len(set) == 0 {
		return ""
	}
	if ev.isAttribute(set[0]) {
		_, name, _ := ev.attribute(set[0])
		return ev.d.NameText(name)
	}
	return ev.d.NameText(ev.d.Name(set[0]))
}

func (ev *evaluation) textCall(name string, args []result) result {
	s := ev.string(args[0])
	switch name {
	case "contains":
		return truth(strings.Contains(s, ev.string(args[1])))
	case "starts-with":
		return truth(strings.HasPrefix(s, ev.string(args[1])))
	case "string-length":
		return number(float64(utf8.RuneCountInString(s)))
	case "normalize-space":
		return text(strings.Join(strings.Fields(s), " "))
	case "concat":
		for _, a := range args[1:] {
			s += ev.string(a)
		}
	case "substring":
		to := math.Inf(1)
		from := roundHalfUp(ev.number(args[1]))
		if len(args) == 3 {
			to = from + roundHalfUp(ev.number(args[2]))
		}
		return text(substring(s, from, to))
	}
	return text(s)
}

func roundHalfUp(f float64) float64 { return math.Floor(f + 0.5) }

// substring gives the characters at positions from … to-1, the first being 1.
func substring(s string, from, to float64) string {
	var b strings.Builder
	position := 0.0
	for _, r := range s {
		if position++; position >= from && position < to {
			b.WriteRune(r)
		}
	}
	return b.String()
}
