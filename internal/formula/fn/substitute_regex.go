package fn

import (
	"strings"

	"octavo/internal/formula/value"
)

var substituteRegexFunc = Func{
	Name: "SUBSTITUTE_REGEX", Group: TextGroup,
	Params: []Param{
		{Name: "text", Kind: Text},
		{Name: "old text", Kind: Expression},
		{Name: "new text", Kind: Text},
		{Name: "occurrence", Kind: Number, Optional: true, Default: "all"},
	},
	Doc: "Replaces what a regular expression matches, everywhere or only at the n-th match; $1 to $9 in the new text are groups of the match, $0 is the whole of it, $$ a dollar sign.",
	Examples: []Example{
		{`SUBSTITUTE_REGEX("order 66 shipped", "[0-9]+", "#")`, "order # shipped"},
		{`SUBSTITUTE_REGEX(@Code, "(.)-(.*)-(.)", "$3$2$1")`, "x100A, y200B, x101A, z300C, y201B, w400D"},
		{`SUBSTITUTE_REGEX("1 2 3", "[0-9]", "<$0>", 2)`, "1 <2> 3"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		all := c.expressions()
		return c.rows(func(row []value.Item) (value.Item, error) {
			n, ok := c.whole(3, row[3], 0)
			if !ok || row[0].Kind == value.Blank {
				return value.Item{}, nil
			}
			s := row[0].Text()
			x, err := all.forText(row[1].Text(), s)
			if err != nil {
				return value.Item{}, err
			}
			template, groups := goTemplate(row[2].Text())
			if !row[3].IsEmpty() {
				s, err = c.replaceNth(x, s, template, n)
			} else {
				s, err = c.replaceAll(x, s, template, groups)
			}
			return value.Str(s), err
		}, 0, 1, 2, 3)
	},
}

// goTemplate turns new text into the form of package regexp, where names may
// follow a dollar sign, and counts the groups it mentions.
func goTemplate(s string) (template string, groups int) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '$' {
			b.WriteByte(s[i])
			continue
		}
		switch next := i + 1; {
		case next < len(s) && s[next] >= '0' && s[next] <= '9':
			b.WriteString("${" + s[next:next+1] + "}")
			groups++
			i++
		case next < len(s) && s[next] == '$':
			i++
			fallthrough
		default:
			b.WriteString("$$")
		}
	}
	return b.String(), groups
}

// little is what is not asked for; many small texts are booked when they are made.
const little = 1 << 20

// replaceAll asks for the memory of the result first if that can be much.
func (c *Call) replaceAll(x *expression, s, template string, groups int) (string, error) {
	copies := len(s) * (1 + groups) // a group is at most the match, all matches at most the text
	if copies+(len(s)+1)*len(template) > little {
		count := 0
		x.ReplaceAllStringFunc(s, func(string) string {
			count++
			return ""
		})
		if err := c.Reserve(1, copies+count*len(template)); err != nil {
			return "", err
		}
	}
	return x.ReplaceAllString(s, template), nil
}

// matchBytes is about what the positions of one match take.
const matchBytes = 64

func (c *Call) replaceNth(x *expression, s, template string, n int) (string, error) {
	if n < 1 {
		return s, nil
	}
	n = min(n, len(s)+2) // more matches there cannot be
	if size := n * (matchBytes + 16*x.NumSubexp()); size > little {
		if err := c.Reserve(1, size); err != nil {
			return "", err
		}
	}
	all := x.FindAllStringSubmatchIndex(s, n)
	if len(all) < n {
		return s, nil
	}
	at := all[n-1]
	return s[:at[0]] + string(x.ExpandString(nil, template, s, at)) + s[at[1]:], nil
}
