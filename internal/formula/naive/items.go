package naive

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// empty says whether an item is a blank for predicates (formulas.md §1.1).
func empty(x any) bool { return x == nil || x == "" }

// numericText is what a text that reads as a number looks like (formulas.md §4.2).
var numericText = regexp.MustCompile(`^([+-]?)[$€£¥]?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?)(%?)$`)

// numeric reads a number or a text that is one.
func numeric(x any) (float64, bool) {
	switch x := x.(type) {
	case float64:
		return x, true
	case string:
		s, sign := strings.TrimSpace(x), 1.0
		if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
			s, sign = s[1:len(s)-1], -1
		}
		m := numericText.FindStringSubmatch(s)
		if m == nil {
			return 0, false
		}
		f, err := strconv.ParseFloat(strings.ReplaceAll(m[2], ",", ""), 64)
		if m[1] == "-" {
			f = -f
		}
		if m[3] != "" {
			f /= 100
		}
		return sign * f, err == nil
	}
	return 0, false
}

// countable is numeric with booleans as 1 and 0.
func countable(x any) (float64, bool) {
	if b, ok := x.(bool); ok {
		if b {
			return 1, true
		}
		return 0, true
	}
	return numeric(x)
}

// operand is an item in arithmetic: what is no number counts 0.
func operand(x any) float64 {
	f, ok := countable(x)
	if !ok {
		return 0
	}
	return f
}

// truth is an item as a condition (formulas.md §4.3).
func truth(x any) bool {
	switch x := x.(type) {
	case bool:
		return x
	case float64:
		return x != 0
	case string:
		switch strings.ToLower(x) {
		case "true", "yes":
			return true
		}
		return operand(x) != 0
	}
	return false
}

// text is an item as it is shown (formulas.md §1.1).
func text(x any) string {
	switch x := x.(type) {
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case float64:
		return decimal(x)
	}
	return ""
}

// decimal writes a number with at most 15 significant digits.
func decimal(f float64) string {
	if f == 0 {
		return "0"
	}
	short := strconv.FormatFloat(f, 'g', -1, 64)
	if long := strconv.FormatFloat(f, 'g', 15, 64); len(strings.Trim(strings.SplitN(short, "e", 2)[0], "-0.")) > 15 {
		f, _ = strconv.ParseFloat(long, 64)
	}
	if size := math.Abs(f); size >= 1e-6 && size < 1e15 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	n, _ := strconv.Atoi(exponent)
	return mantissa + "e" + strconv.Itoa(n)
}

// compare orders two items (formulas.md §4.1).
func compare(a, b any) int {
	switch {
	case empty(a) && empty(b):
		return 0
	case empty(a):
		return -1
	case empty(b):
		return 1
	}
	if x, ok := numeric(a); ok {
		if y, ok := numeric(b); ok {
			return order(x < y, x > y)
		}
	}
	if x, y, ok := booleans(a, b); ok {
		return order(!x && y, x && !y)
	}
	return strings.Compare(text(a), text(b))
}

func order(less, greater bool) int {
	switch {
	case less:
		return -1
	case greater:
		return 1
	}
	return 0
}

// booleans reads both items as booleans if one is a boolean and the other one too or its text.
func booleans(a, b any) (x, y, ok bool) {
	x, isA := a.(bool)
	y, isB := b.(bool)
	switch {
	case isA && isB:
		return x, y, true
	case isA:
		y, ok = boolText(b)
		return x, y, ok
	case isB:
		x, ok = boolText(a)
		return x, y, ok
	}
	return false, false, false
}

func boolText(x any) (value, ok bool) {
	s, _ := x.(string)
	s = strings.ToLower(s)
	return s == "true", s == "true" || s == "false"
}

func (ev *evaluation) sign(op byte, x any) any {
	if empty(x) {
		return nil
	}
	if op == '-' {
		return -operand(x)
	}
	return operand(x)
}

func (ev *evaluation) binary(op string, a, b any) any {
	c := compare(a, b)
	switch op {
	case "=":
		return c == 0
	case "<>":
		return c != 0
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	case ">=":
		return c >= 0
	}
	return ev.arithmetic(op, a, b)
}

func (ev *evaluation) arithmetic(op string, a, b any) any {
	if empty(a) && empty(b) {
		return nil
	}
	x, y := operand(a), operand(b)
	switch op {
	case "+":
		return ev.finite(x + y)
	case "-":
		return ev.finite(x - y)
	case "*":
		return ev.finite(x * y)
	case "^":
		return ev.finite(math.Pow(x, y))
	}
	if y == 0 {
		ev.warn("division_by_zero")
		return nil
	}
	return ev.finite(x / y)
}

// finite makes a result that is no number a blank.
func (ev *evaluation) finite(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		ev.warn("not_finite")
		return nil
	}
	return f
}
