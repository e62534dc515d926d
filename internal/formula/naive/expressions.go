package naive

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// checked fails if the one regular expression of argument 1 cannot be used, even where nothing is matched.
func checked(f func(c *call) []any) func(c *call) []any {
	return func(c *call) []any {
		if len(c.list(1)) == 1 {
			expression(text(c.first(1)))
		}
		return f(c)
	}
}

// expression compiles a regular expression or fails with the formula.
func expression(x string) *regexp.Regexp {
	compiled, err := regexp.Compile(x)
	if err != nil {
		panic(failure("bad_pattern"))
	}
	return compiled
}

var groupMark = regexp.MustCompile(`\$[0-9$]`)

func substituteRegex(c *call) []any {
	return c.each(func(x []any) any {
		n, ok := c.whole(x[3], 0)
		if !ok || x[0] == nil {
			return nil
		}
		s, out, last := text(x[0]), "", 0
		for i, at := range expression(text(x[1])).FindAllStringSubmatchIndex(s, -1) {
			if !empty(x[3]) && i+1 != n {
				continue
			}
			out += s[last:at[0]] + groupMark.ReplaceAllStringFunc(text(x[2]), func(mark string) string {
				k, err := strconv.Atoi(mark[1:])
				switch {
				case err != nil:
					return "$"
				case 2*k >= len(at) || at[2*k] < 0:
					return ""
				}
				return s[at[2*k]:at[2*k+1]]
			})
			last = at[1]
		}
		return out + s[last:]
	}, c.list(0), c.list(1), c.list(2), c.listOr(3, nil))
}

func regexExtract(c *call) []any {
	return c.each(func(x []any) any {
		n, ok := c.whole(x[2], 0)
		if !ok || x[0] == nil {
			return nil
		}
		s := text(x[0])
		at := expression(text(x[1])).FindStringSubmatchIndex(s)
		if n < 0 || 2*n >= len(at) || at[2*n] < 0 {
			return nil
		}
		return s[at[2*n]:at[2*n+1]]
	}, c.list(0), c.list(1), c.listOr(2, nil))
}

func split(c *call) []any {
	if c.has(2) {
		return c.each(func(x []any) any {
			n, ok := c.whole(x[2], 0)
			if !ok || x[0] == nil {
				return nil
			}
			parts := strings.Split(text(x[0]), text(x[1]))
			if n < 0 {
				n += len(parts)
			}
			if n < 0 || n >= len(parts) {
				return nil
			}
			return parts[n]
		}, c.list(0), c.list(1), c.list(2))
	}
	var out []any
	for _, row := range c.aligned(c.list(0), c.list(1)) {
		if row[0] == nil {
			out = append(out, nil)
			continue
		}
		for _, piece := range strings.Split(text(row[0]), text(row[1])) {
			out = append(out, piece)
		}
	}
	return out
}

var escapes = regexp.MustCompile(`(?:%[0-9a-fA-F]{2})+`)

// urlDecode decodes runs of escapes; bytes that are no UTF-8 stay escaped.
func urlDecode(s string) string {
	decode := func(run string) string {
		var raw []byte
		for i := 0; i < len(run); i += 3 {
			b, _ := strconv.ParseUint(run[i+1:i+3], 16, 8)
			raw = append(raw, byte(b))
		}
		out := ""
		for i := 0; i < len(raw); {
			r, size := utf8.DecodeRune(raw[i:])
			if r == utf8.RuneError && size == 1 {
				out += run[3*i : 3*i+3]
			} else {
				out += string(r)
			}
			i += size
		}
		return out
	}
	out, last := "", 0
	for _, at := range escapes.FindAllStringIndex(s, -1) {
		out += strings.ReplaceAll(s[last:at[0]], "+", " ") + decode(s[at[0]:at[1]])
		last = at[1]
	}
	return out + strings.ReplaceAll(s[last:], "+", " ")
}
