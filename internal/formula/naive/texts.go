package naive

import (
	"math"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// texts are the functions of formulas.md §8.4 and the texts of §9.
var texts = map[string]func(c *call) []any{
	"CAPITALIZE": func(c *call) []any { return c.ofTexts(capitalize) },
	"CONCAT": func(c *call) []any {
		return c.each(func(x []any) any {
			all := ""
			for _, y := range x {
				all += text(y)
			}
			return all
		}, c.lists...)
	},
	"CONTAINS":      func(c *call) []any { return c.pairs(strings.Contains) },
	"STARTSWITH":    func(c *call) []any { return c.pairs(strings.HasPrefix) },
	"ENDSWITH":      func(c *call) []any { return c.pairs(strings.HasSuffix) },
	"MATCHES":       checked(func(c *call) []any { return c.pairs(func(s, x string) bool { return expression(x).MatchString(s) }) }),
	"COUNTRY_CLEAN": countryClean,
	"INDEXOF":       func(c *call) []any { return c.occurrence(func([]int) {}) },
	"LASTINDEXOF":   func(c *call) []any { return c.occurrence(slices.Reverse[[]int]) },
	"JOIN": func(c *call) []any {
		var all []string
		for _, x := range c.list(0) {
			all = append(all, text(x))
		}
		glue := ","
		if c.has(1) {
			glue = text(c.first(1))
		}
		return []any{strings.Join(all, glue)}
	},
	"LEFT": func(c *call) []any {
		return c.cut(1, 1, func(r []rune, n int) []rune { return r[:max(0, min(n, len(r)))] })
	},
	"RIGHT": func(c *call) []any {
		return c.cut(1, 1, func(r []rune, n int) []rune { return r[len(r)-max(0, min(n, len(r))):] })
	},
	"LENGTH": func(c *call) []any {
		return c.each(func(x []any) any { return float64(len([]rune(text(x[0])))) }, c.list(0))
	},
	"LOWER":        func(c *call) []any { return c.ofTexts(strings.ToLower) },
	"UPPER":        func(c *call) []any { return c.ofTexts(strings.ToUpper) },
	"NUMBERFORMAT": numberFormat,
	"REMOVE_EMOJI": func(c *call) []any {
		return c.ofTexts(func(s string) string {
			return strings.Map(func(r rune) rune { return choose(pictured(r), rune(-1), r).(rune) }, s)
		})
	},
	"SUBSTITUTE":       substitute,
	"SUBSTITUTE_REGEX": checked(substituteRegex),
	"REGEX_EXTRACT":    checked(regexExtract),
	"SPLIT":            split,
	"SUBSTRING":        substring,
	"TEXT_REVERSE": func(c *call) []any {
		return c.ofTexts(func(s string) string {
			r := []rune(s)
			slices.Reverse(r)
			return string(r)
		})
	},
	"TRIM_WHITESPACE": func(c *call) []any { return c.ofTexts(strings.TrimSpace) },
	"TRUNCATE":        truncate,
	"URLDECODE":       func(c *call) []any { return c.ofTexts(urlDecode) },
	"URLENCODE": func(c *call) []any {
		return c.ofTexts(func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") })
	},
}

// ofTexts maps texts; a blank stays one.
func (c *call) ofTexts(f func(string) string) []any {
	return c.each(func(x []any) any {
		if x[0] == nil {
			return nil
		}
		return f(text(x[0]))
	}, c.list(0))
}

// pairs tests texts two by two.
func (c *call) pairs(f func(a, b string) bool) []any {
	return c.each(func(x []any) any { return f(text(x[0]), text(x[1])) }, c.list(0), c.list(1))
}

// whole is an item as a whole number, rounded down; def if it is blank.
func (c *call) whole(x any, def int) (n int, ok bool) {
	if empty(x) {
		return def, true
	}
	f, ok := countable(x)
	if !ok {
		c.warn("not_numeric")
	}
	return int(math.Floor(max(-1e9, min(f, 1e9)))), ok
}

// cut maps the characters of texts with a whole number, argument i.
func (c *call) cut(i, def int, f func(r []rune, n int) []rune) []any {
	return c.each(func(x []any) any {
		n, ok := c.whole(x[1], def)
		if !ok || x[0] == nil {
			return nil
		}
		return string(f([]rune(text(x[0])), n))
	}, c.list(0), c.listOr(i, nil))
}

// capitalize writes the first letter of a word large, if no digit stands before it.
func capitalize(s string) string {
	r := []rune(s)
	for i := range r {
		before := i - 1
		for before >= 0 && !unicode.IsSpace(r[before]) && !unicode.IsLetter(r[before]) && !unicode.IsDigit(r[before]) {
			before--
		}
		if unicode.IsLetter(r[i]) && (before < 0 || unicode.IsSpace(r[before])) {
			r[i] = unicode.ToTitle(r[i])
		}
	}
	return string(r)
}

// occurrence is the n-th of the positions of a text in another, in an order.
func (c *call) occurrence(order func([]int)) []any {
	return c.each(func(x []any) any {
		n, ok := c.whole(x[2], 1)
		if !ok || x[0] == nil {
			return nil
		}
		r, search := []rune(text(x[0])), []rune(text(x[1]))
		var places []int
		for i := 0; i+len(search) <= len(r); i++ {
			if slices.Equal(r[i:i+len(search)], search) {
				places = append(places, i)
			}
		}
		order(places)
		if n < 1 || n > len(places) {
			return nil
		}
		return float64(places[n-1])
	}, c.list(0), c.list(1), c.listOr(2, nil))
}

// numberFormat rounds the decimal text of a number and puts it together digit by digit.
func numberFormat(c *call) []any {
	return c.each(func(x []any) any {
		digits, ok := c.whole(x[1], 0)
		if !ok {
			return nil
		}
		f := operand(x[0])
		whole := new(big.Int)
		scaled := new(big.Rat).Mul(ratOf(math.Abs(round(f, float64(digits), true))), powerOfTen(max(digits, 0)))
		whole.Div(scaled.Num(), scaled.Denom())
		all := whole.String()
		for len(all) <= max(digits, 0) {
			all = "0" + all
		}
		out, decimals := all, ""
		if digits > 0 {
			out, decimals = all[:len(all)-digits], "."+all[len(all)-digits:]
		}
		for i := len(out) - 3; i > 0; i -= 3 {
			out = out[:i] + text(x[2]) + out[i:]
		}
		if f < 0 && whole.Sign() != 0 {
			out = "-" + out
		}
		return out + decimals
	}, c.list(0), c.listOr(1, nil), c.listOr(2, nil))
}

func powerOfTen(n int) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
}

// pictured says whether a character belongs to an emoji, by the blocks in which most of them are.
func pictured(r rune) bool {
	return r >= 0x1f000 && r <= 0x1faff || r == 0x2705 || r == 0x2764 || r == 0x200d || r == 0xfe0f || r == 0x20e3
}

func substitute(c *call) []any {
	return c.each(func(x []any) any {
		n, ok := c.whole(x[3], 0)
		if !ok || x[0] == nil {
			return nil
		}
		s, old, fresh := text(x[0]), text(x[1]), text(x[2])
		parts := strings.Split(s, old)
		switch {
		case old == "":
			return s
		case empty(x[3]):
			return strings.Join(parts, fresh)
		case n < 1 || n >= len(parts):
			return s
		}
		return strings.Join(parts[:n], old) + fresh + strings.Join(parts[n:], old)
	}, c.list(0), c.list(1), c.list(2), c.listOr(3, nil))
}

func substring(c *call) []any {
	return c.each(func(x []any) any {
		r := []rune(text(x[0]))
		from, okFrom := c.whole(x[1], 0)
		to, okTo := c.whole(x[2], len(r))
		if !okFrom || !okTo || x[0] == nil {
			return nil
		}
		from, to = clip(float64(from), len(r)), clip(float64(to), len(r))
		return string(r[from:max(from, to)])
	}, c.list(0), c.list(1), c.listOr(2, nil))
}

func truncate(c *call) []any {
	mark := map[string]string{"period": ".", "ellipsis": "..."}[c.word(3, "blank")]
	return c.each(func(x []any) any {
		n, ok := c.whole(x[1], 0)
		if !ok || x[0] == nil {
			return nil
		}
		r := []rune(text(x[0]))
		n = max(n, 0)
		if len(r) <= n {
			return string(r)
		}
		switch c.word(2, "end") {
		case "start":
			return mark + string(r[len(r)-n:])
		case "split":
			return string(r[:n-n/2]) + mark + string(r[len(r)-n/2:])
		}
		return string(r[:n]) + mark
	}, c.list(0), c.list(1))
}

// countries are few: enough to see that names and codes of both lengths are found.
// What is neither here nor among nowhere is beyond this package.
var countries = [][]string{
	{"Germany", "DE", "DEU", "276"}, {"France", "FR", "FRA", "250"}, {"Japan", "JP", "JPN", "392"}, {"Brazil", "BR", "BRA", "076"},
}

var nowhere = []any{"Atlantis", "nowhere", "INVALID COUNTRY"}

func countryClean(c *call) []any {
	return c.each(func(x []any) any {
		if empty(x[0]) {
			return nil
		}
		for _, known := range countries {
			if slices.ContainsFunc(known[:3], func(name string) bool { return strings.EqualFold(name, strings.TrimSpace(text(x[0]))) }) {
				return known[map[string]int{"iso alpha-2": 1, "iso alpha-3": 2, "iso numeric": 3}[c.word(1, "")]]
			}
		}
		if !slices.Contains(nowhere, x[0]) {
			panic(failure("this country is beyond this package"))
		}
		return "INVALID COUNTRY"
	}, c.list(0))
}
