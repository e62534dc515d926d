package naive

import (
	"math"
	"slices"
	"strings"
)

// find is the first position of an item, -1 if it is not there.
func find(list []any, x any) int {
	return slices.IndexFunc(list, func(y any) bool { return compare(x, y) == 0 })
}

// clip turns a position into one inside a list; negative ones count from the end.
func clip(f float64, n int) int {
	f = math.Floor(f)
	if f < 0 {
		f += float64(n)
	}
	return int(max(0, min(f, float64(n))))
}

func (c *call) count(i int, def float64) int {
	return int(max(-1e6, min(math.Floor(c.number(i, def)), 1e6)))
}

// lookup finds results by keys; blank input finds nothing.
func lookup(c *call) []any {
	rows := c.aligned(c.list(1), c.list(2))
	var out []any
	for _, x := range c.list(0) {
		k := slices.IndexFunc(rows, func(row []any) bool { return !empty(x) && compare(x, row[0]) == 0 })
		if k < 0 {
			out = append(out, nil)
		} else {
			out = append(out, rows[k][1])
		}
	}
	return out
}

func splice(c *call) []any {
	list := c.list(0)
	from := clip(c.number(1, 0), len(list))
	to := from + min(max(0, c.count(2, 0)), len(list)-from)
	return slices.Concat(list[:from], c.list(3), list[to:])
}

// sorted gives return values in the order of sorted values.
func sorted(c *call) []any {
	rows := c.aligned(c.list(0), c.list(0))
	if c.has(2) {
		rows = c.aligned(c.list(0), c.list(2))
	}
	kind := c.word(1, "ascending")
	down := strings.HasPrefix(kind, "descending")
	if !slices.Contains([]string{"ascending", "descending", "ascending numeric", "descending numeric"}, kind) {
		panic(failure("bad_keyword"))
	}
	slices.SortStableFunc(rows, func(a, b []any) int {
		if strings.HasSuffix(kind, "numeric") {
			return bySize(a[0], b[0], down)
		}
		if down {
			return textual(text(b[0]), text(a[0]))
		}
		return textual(text(a[0]), text(b[0]))
	})
	return column(rows, 1)
}

// bySize orders by number; what is no number comes last in both directions.
func bySize(a, b any, down bool) int {
	x, okX := numeric(a)
	y, okY := numeric(b)
	switch {
	case !okX || !okY:
		return order(okX && !okY, okY && !okX)
	case down:
		return order(x > y, x < y)
	}
	return order(x < y, x > y)
}

func column(rows [][]any, k int) []any {
	var out []any
	for _, row := range rows {
		out = append(out, row[k])
	}
	return out
}

// extremes are TOP and BOTTOM: choose by size, then show the largest first.
func extremes(c *call, largest bool) []any {
	rows := c.aligned(c.list(0), c.list(0))
	if c.has(2) {
		rows = c.aligned(c.list(0), c.list(2))
	}
	rows = slices.DeleteFunc(rows, func(row []any) bool {
		_, ok := numeric(row[0])
		return !ok
	})
	order := slices.Clone(rows)
	slices.SortStableFunc(order, func(a, b []any) int { return bySize(a[0], b[0], largest) })
	order = order[:min(len(order), max(0, c.count(1, 0)))]
	rows = slices.DeleteFunc(rows, func(row []any) bool {
		return !slices.ContainsFunc(order, func(chosen []any) bool { return &chosen[0] == &row[0] })
	})
	slices.SortStableFunc(rows, func(a, b []any) int { return bySize(a[0], b[0], true) })
	return column(rows, 1)
}

// index picks items at positions.
func index(c *call) []any {
	list := c.list(0)
	return c.each(func(x []any) any {
		if empty(x[0]) {
			return nil
		}
		f, ok := countable(x[0])
		if !ok {
			c.warn("not_numeric")
			return nil
		}
		if f = math.Floor(f); f < 0 {
			f += float64(len(list))
		}
		if f < 0 || f >= float64(len(list)) {
			return nil
		}
		return list[int(f)]
	}, c.list(1))
}

func position(c *call) []any {
	return c.each(func(x []any) any {
		if at := find(c.list(0), x[0]); at >= 0 {
			return float64(at)
		}
		return nil
	}, c.list(1))
}

// unique keeps the first item of every group, in order of appearance.
func unique(c *call) []any {
	var out, seen []any
	for _, x := range c.list(0) {
		if !slices.Contains(seen, any(text(x))) {
			seen, out = append(seen, text(x)), append(out, x)
		}
	}
	return out
}

func lag(c *call) []any {
	list, n := c.list(0), c.count(1, 1)
	out := make([]any, len(list))
	for i := range list {
		out[i] = c.first(2)
		if j := i - n; j >= 0 && j < len(list) {
			out[i] = list[j]
		}
	}
	return out
}

func fillDown(c *call) []any {
	var out []any
	var last any
	for _, x := range c.list(0) {
		if !empty(x) {
			last = x
		}
		if last != nil {
			x = last
		}
		out = append(out, x)
	}
	return out
}

func choose(first bool, a, b any) any {
	if first {
		return a
	}
	return b
}

// coalesce is the first item of each row that is no blank, else the last.
func coalesce(c *call) []any {
	return c.each(func(x []any) any {
		for _, y := range x {
			if !empty(y) {
				return y
			}
		}
		return x[len(x)-1]
	}, c.lists...)
}
