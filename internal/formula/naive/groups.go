package naive

import (
	"math"
	"slices"
	"strings"
)

// group is the items of one group of GROUP, by position.
type group struct {
	key string
	at  []int
}

// groups are the groups of a list: blanks first, then in textual order.
func groups(list []any) []group {
	var out []group
	for i, x := range list {
		k := slices.IndexFunc(out, func(g group) bool { return g.key == text(x) })
		if k < 0 {
			k = len(out)
			out = append(out, group{key: text(x)})
		}
		out[k].at = append(out[k].at, i)
	}
	slices.SortStableFunc(out, func(a, b group) int { return textual(a.key, b.key) })
	return out
}

// textual orders texts in any case, then by code point.
func textual(a, b string) int {
	if c := strings.Compare(strings.ToLower(a), strings.ToLower(b)); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

func groupKeys(c *call) []any {
	var out []any
	for _, g := range groups(c.list(0)) {
		key := c.list(0)[g.at[0]]
		out = append(out, choose(empty(key), nil, key))
	}
	return out
}

func countDistinct(c *call) []any {
	var out []any
	for _, g := range groups(c.list(0)) {
		out = append(out, float64(len(g.at)))
	}
	return out
}

// groupBy aggregates measures by group.
func groupBy(c *call) []any {
	rows := c.aligned(c.list(0), c.list(1))
	var out []any
	for _, g := range groups(column(rows, 0)) {
		var measures []any
		for _, i := range g.at {
			measures = append(measures, rows[i][1])
		}
		out = append(out, c.aggregate(strings.ToUpper(c.word(2, "sum")), measures))
	}
	return out
}

func (c *call) aggregate(method string, list []any) any {
	switch method {
	case "AVERAGE":
		return c.mean(list)
	case "MIN":
		return smallest(list)
	case "MAX":
		return largest(list)
	case "MEDIAN":
		return median(list)
	case "COUNT":
		return count(list, func(x any) bool { return !empty(x) })
	case "COUNTDISTINCT":
		return count(unique(&call{lists: [][]any{list}}), func(x any) bool { return !empty(x) })
	case "JOIN":
		var texts []string
		for _, x := range list {
			texts = append(texts, text(x))
		}
		return strings.Join(texts, ",")
	case "STDEV":
		f, ok := variance(list, 1)
		return choose(ok, c.finite(math.Sqrt(f)), nil)
	case "FIRST":
		return list[0]
	case "LAST":
		return list[len(list)-1]
	}
	return c.sumOf(list)
}

// count is how many items a question is true for.
func count(list []any, is func(any) bool) float64 {
	n := 0.0
	for _, x := range list {
		if is(x) {
			n++
		}
	}
	return n
}
