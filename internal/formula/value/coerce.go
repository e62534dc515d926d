package value

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParseNumber reads a text as a number by formulas.md §4.2: sign, one currency
// sign, digits with well-formed comma groups, decimals, exponent, per cent;
// parentheses make it negative. No guessing by locale.
func ParseNumber(s string) (f float64, ok bool) {
	if f, ok := plainInteger(s); ok {
		return f, true
	}
	s = strings.TrimSpace(s)
	negative := false
	if len(s) > 2 && s[0] == '(' && s[len(s)-1] == ')' {
		negative = true
		s = s[1 : len(s)-1]
	}
	sign := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign = s[0] == '-'
		s = s[1:]
	}
	s = cutCurrency(s)
	percent := strings.HasSuffix(s, "%")
	s = strings.TrimSuffix(s, "%")
	digits, ok := plainDecimal(s)
	if !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return 0, false
	}
	if percent {
		f /= 100
	}
	if sign || negative {
		f = -f
	}
	return f, true
}

// plainInteger is the fast way for what most cells hold.
func plainInteger(s string) (float64, bool) {
	if s == "" || len(s) > 15 {
		return 0, false
	}
	var n int64
	for i := 0; i < len(s); i++ {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	return float64(n), true
}

func cutCurrency(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	switch r {
	case '$', '€', '£', '¥':
		return s[n:]
	}
	return s
}

// plainDecimal checks digits[,ddd…][.digits][e[+-]digits] and drops the commas.
func plainDecimal(s string) (string, bool) {
	whole := digitRun(s, 0)
	if whole == 0 {
		return "", false
	}
	i, commas := whole, 0
	for i < len(s) && s[i] == ',' {
		if whole > 3 || digitRun(s, i+1) != 3 {
			return "", false
		}
		i += 4
		commas++
	}
	if i < len(s) && s[i] == '.' {
		n := digitRun(s, i+1)
		if n == 0 {
			return "", false
		}
		i += 1 + n
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '-' || s[i] == '+') {
			i++
		}
		n := digitRun(s, i)
		if n == 0 {
			return "", false
		}
		i += n
	}
	if i != len(s) {
		return "", false
	}
	if commas > 0 {
		s = strings.ReplaceAll(s, ",", "")
	}
	return s, true
}

func digitRun(s string, from int) int {
	n := 0
	for i := from; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		n++
	}
	return n
}
