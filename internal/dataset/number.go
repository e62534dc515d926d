package dataset

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// exactDigits is the number of decimal digits that a float64 always keeps.
const exactDigits = 15

// exactPow holds the powers of ten that are needed for a form's decimals.
var exactPow = [exactDigits + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// parsePlain reads a number text that can be written back from its form:
// sign "-", no needless zero in front, at most 15 digits. Mantissa and power
// are exact, so the quotient is the nearest float64.
func parsePlain(b []byte, decimal byte) (v float64, form uint8, ok bool) {
	i := 0
	negative := len(b) > 0 && b[0] == '-'
	if negative {
		i = 1
	}
	start, mark := i, -1
	if len(b)-start == 0 || len(b)-start > exactDigits+1 {
		return 0, 0, false
	}
	var mant uint64
	for ; i < len(b); i++ {
		c := b[i]
		if d := c - '0'; d <= 9 {
			mant = mant*10 + uint64(d)
		} else if c == decimal && mark < 0 {
			mark = i
		} else {
			return 0, 0, false
		}
	}
	whole := len(b) - start
	if mark >= 0 {
		form = uint8(len(b) - mark - 1)
		whole = mark - start
		if form == 0 {
			return 0, 0, false
		}
	}
	if whole+int(form) > exactDigits || whole > 1 && b[start] == '0' {
		return 0, 0, false
	}
	v = float64(mant) / exactPow[form]
	if whole == 0 {
		form |= formBare
	}
	if negative {
		v = math.Copysign(v, -1)
	}
	return v, form, true
}

// ParseNumber reads a number as people write it: sign, thousands mark,
// decimal mark, exponent, a currency sign on either side, "%" (divides by
// 100), parentheses for negative. False for anything else.
func ParseNumber(text string, m Marks) (float64, bool) {
	v, r := readNumber(text, m)
	return v, r == numeric
}

type reading uint8

const (
	notNumeric reading = iota
	numeric
	label // only digits, but a number would lose what they say: 007, +49301234567, 20-digit ids
)

func readNumber(text string, m Marks) (float64, reading) {
	s := trimSpaces(text)
	negative, percent := false, false
	if len(s) > 2 && s[0] == '(' && s[len(s)-1] == ')' {
		negative, s = true, trimSpaces(s[1:len(s)-1])
	}
	s, signed, plus := cutSign(s)
	s = cutCurrency(s)
	if !signed && !plus {
		s, signed, plus = cutSign(s)
	}
	if p, ok := strings.CutSuffix(s, "%"); ok {
		percent, s = true, trimSpaces(p)
	}
	if s == "" || negative && (signed || plus) {
		return 0, notNumeric
	}
	v, r := readDigits(s, m, plus)
	if r != numeric {
		return 0, r
	}
	if percent {
		v /= 100
	}
	if negative || signed {
		v = -v
	}
	return v, numeric
}

func trimSpaces(s string) string {
	if s == "" || s[0] > ' ' && s[0] < utf8.RuneSelf && s[len(s)-1] > ' ' && s[len(s)-1] < utf8.RuneSelf {
		return s
	}
	return strings.TrimFunc(s, unicode.IsSpace)
}

func cutSign(s string) (rest string, minus, plus bool) {
	switch {
	case strings.HasPrefix(s, "-"):
		return trimSpaces(s[1:]), true, false
	case strings.HasPrefix(s, "+"):
		return trimSpaces(s[1:]), false, true
	case strings.HasPrefix(s, "−"):
		return trimSpaces(s[len("−"):]), true, false
	}
	return s, false, false
}

// cutCurrency takes one currency sign off, in front or behind.
func cutCurrency(s string) string {
	if r, n := utf8.DecodeRuneInString(s); unicode.Is(unicode.Sc, r) {
		return trimSpaces(s[n:])
	}
	if r, n := utf8.DecodeLastRuneInString(s); unicode.Is(unicode.Sc, r) {
		return trimSpaces(s[:len(s)-n])
	}
	return s
}

// readDigits reads an unsigned number with marks and exponent.
func readDigits(s string, m Marks, plus bool) (float64, reading) {
	if s[0] > '9' || len(s) > 400 {
		return 0, notNumeric
	}
	body, exp := s, ""
	if i := strings.IndexAny(s, "eE"); i > 0 {
		body, exp = s[:i], s[i:]
		if !isExponent(exp) {
			return 0, notNumeric
		}
	}
	whole, frac, hasMark := strings.Cut(body, string(rune(m.decimal())))
	if hasMark && !allDigits(frac) || whole == "" && frac == "" {
		return 0, notNumeric
	}
	digits, ok := ungroup(whole, m.Thousands)
	if !ok {
		return 0, notNumeric
	}
	if !hasMark && exp == "" && len(digits) == len(whole) && isLabel(digits, plus) {
		return 0, label
	}
	v, err := strconv.ParseFloat(digits+"."+frac+exp, 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, notNumeric
	}
	return v, numeric
}

// longPlus is the number of digits from which "+" means a telephone number.
const longPlus = 8

func isLabel(digits string, plus bool) bool {
	return len(digits) > 1 && digits[0] == '0' || len(digits) > exactDigits || plus && len(digits) >= longPlus
}

func isExponent(s string) bool {
	d := s[1:]
	if d != "" && (d[0] == '+' || d[0] == '-') {
		d = d[1:]
	}
	return d != "" && len(d) <= 3 && allDigits(d)
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// ungroup takes thousands marks out; groups must have three digits. A space as
// the mark stands for the no-break spaces too.
func ungroup(s, mark string) (string, bool) {
	if allDigits(s) {
		return s, true
	}
	if mark == "" {
		return "", false
	}
	if mark == " " {
		s = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
	}
	groups := strings.Split(s, mark)
	for i, g := range groups {
		if !allDigits(g) || i > 0 && len(g) != 3 || i == 0 && (len(g) == 0 || len(g) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// ParsePlain reads a number that is written plainly, with at most 15 digits:
// what nearly all numbers are, without an allocation. False for the others.
func ParsePlain(b []byte) (float64, bool) {
	v, _, ok := parsePlain(b, '.')
	return v, ok
}
