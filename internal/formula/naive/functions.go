package naive

import (
	"math"
	"slices"
)

// functions are the functions that this package knows, a line or two each.
var functions = map[string]func(c *call) []any{
	"ARRAY":         func(c *call) []any { return slices.Concat(c.lists...) },
	"BLANK":         func(c *call) []any { return make([]any, int(math.Abs(float64(c.count(0, 1))))) },
	"COUNTDISTINCT": countDistinct,
	"FIRST":         func(c *call) []any { return c.list(0)[:max(0, min(c.count(1, 1), len(c.list(0))))] },
	"LAST":          func(c *call) []any { return c.list(0)[len(c.list(0))-max(0, min(c.count(1, 1), len(c.list(0)))):] },
	"GROUP":         groupKeys,
	"GROUPBY":       groupBy,
	"LOOKUP":        lookup,
	"PADVALUES": func(c *call) []any {
		return slices.Concat(c.list(0), slices.Repeat([]any{c.first(2)}, max(0, c.count(1, 0))))
	},
	"REPEAT": func(c *call) []any { return slices.Repeat(c.list(0), max(0, c.count(1, 0))) },
	"REPLACE": func(c *call) []any {
		return c.each(func(x []any) any { return choose(find(c.list(1), x[0]) >= 0, x[1], x[0]) }, c.list(0), c.listOr(2, nil))
	},
	"REVERSE": func(c *call) []any {
		out := slices.Clone(c.list(0))
		slices.Reverse(out)
		return out
	},
	"SELECT": func(c *call) []any {
		return column(slices.DeleteFunc(c.aligned(c.list(0), c.list(1)), func(row []any) bool { return !truth(row[1]) }), 0)
	},
	"SLICE": func(c *call) []any {
		n := len(c.list(0))
		from, to := clip(c.number(1, 1), n), clip(c.number(2, float64(n)), n)
		return c.list(0)[from:max(from, to)]
	},
	"SORT":   sorted,
	"SPLICE": splice,
	"TRIM": func(c *call) []any {
		return slices.DeleteFunc(slices.Clone(c.list(0)), func(x any) bool { return find(c.listOr(1, nil), x) >= 0 })
	},

	"AND": func(c *call) []any {
		return c.each(func(x []any) any { return !slices.ContainsFunc(x, func(y any) bool { return !truth(y) }) }, c.lists...)
	},
	"OR": func(c *call) []any {
		return c.each(func(x []any) any { return slices.ContainsFunc(x, truth) }, c.lists...)
	},
	"NOT":    func(c *call) []any { return c.each(func(x []any) any { return !truth(x[0]) }, c.list(0)) },
	"SWITCH": switched,
	"XOR": func(c *call) []any {
		return c.each(func(x []any) any { return int(count(x, truth))%2 == 1 }, c.lists...)
	},
	"IF": func(c *call) []any {
		return c.each(func(x []any) any { return choose(truth(x[0]), x[1], x[2]) }, c.list(0), c.list(1), c.listOr(2, nil))
	},
	"IN": func(c *call) []any {
		return c.each(func(x []any) any { return find(c.list(1), x[0]) >= 0 }, c.list(0))
	},
	"BETWEEN": func(c *call) []any {
		return c.each(func(x []any) any { return len(numbers(x)) == 3 && compare(x[1], x[0]) <= 0 && compare(x[0], x[2]) <= 0 }, c.list(0), c.list(1), c.list(2))
	},

	"ABS":       func(c *call) []any { return c.lenient(func(x []float64) any { return math.Abs(x[0]) }, c.list(0)) },
	"AVERAGE":   func(c *call) []any { return fold(c, c.mean) },
	"AVERAGEIF": averageIf,
	"CEILING": func(c *call) []any {
		return c.lenient(func(x []float64) any { return multiple(x[0], x[1], true) }, c.list(0), c.orNumber(1, 1))
	},
	"FLOOR": func(c *call) []any {
		return c.lenient(func(x []float64) any { return multiple(x[0], x[1], false) }, c.list(0), c.orNumber(1, 1))
	},
	"COUNT": func(c *call) []any {
		return []any{count(slices.Concat(c.lists...), func(x any) bool { return !empty(x) })}
	},
	"COUNTALL":     func(c *call) []any { return []any{float64(len(slices.Concat(c.lists...)))} },
	"COUNTBLANK":   func(c *call) []any { return []any{count(c.list(0), empty)} },
	"COUNTIF":      func(c *call) []any { return []any{count(c.list(0), truth)} },
	"COUNTNUMERIC": func(c *call) []any { return []any{float64(len(numbers(c.list(0))))} },
	"CUMULATIVE": func(c *call) []any {
		var out []any
		for i := range c.list(0) {
			out = append(out, c.sumOf(c.list(0)[:i+1]))
		}
		return out
	},
	"CUMULATIVE_DIFFERENCE": differences,
	"MAX":                   func(c *call) []any { return fold(c, largest) },
	"MEDIAN":                func(c *call) []any { return []any{median(c.list(0))} },
	"MIN":                   func(c *call) []any { return fold(c, smallest) },
	"MOD": func(c *call) []any {
		return c.each(func(x []any) any { return c.mod(x[0], x[1]) }, c.list(0), c.list(1))
	},
	"MODE": mode,
	"POWER": func(c *call) []any {
		return c.each(func(x []any) any { return c.arithmetic("^", x[0], x[1]) }, c.list(0), c.list(1))
	},
	"ROUND": func(c *call) []any {
		return c.each(func(x []any) any { return choose(empty(x[0]), nil, round(operand(x[0]), operand(x[1]), true)) }, c.list(0), c.orNumber(1, 0))
	},
	"SUM":   func(c *call) []any { return fold(c, c.sumOf) },
	"SUMIF": func(c *call) []any { return []any{c.finite(sum(c.chosen()))} },

	"ERF": func(c *call) []any { return c.strict(func(x []float64) float64 { return erf(x) }, c.lists...) },
	"ERFC": func(c *call) []any {
		return c.strict(func(x []float64) float64 { return math.Erfc(x[0]) }, c.list(0))
	},
	"MA_CUMULATIVE":  func(c *call) []any { return c.moving(func(int) int { return 0 }) },
	"MA_EXPONENTIAL": exponential,
	"MA_SIMPLE": func(c *call) []any {
		n := c.count(1, 0)
		return c.moving(func(i int) int { return i + 1 - max(0, n) })
	},
	"NORMSDIST": func(c *call) []any {
		return c.strict(func(x []float64) float64 { return math.Erfc(-x[0]/math.Sqrt2) / 2 }, c.list(0))
	},
	"RANK":  rank,
	"SLOPE": func(c *call) []any { return c.line(c.list(0), c.list(1), func(l line) float64 { return l.slope }) },
	"STANDARDIZE": func(c *call) []any {
		return c.guarded(2, func(x []float64) float64 { return (x[0] - x[1]) / x[2] }, c.list(0), c.list(1), c.list(2))
	},
	"ZTEST":     ztest,
	"STDEV":     func(c *call) []any { return c.varianceOf(1, math.Sqrt) },
	"STDEVP":    func(c *call) []any { return c.varianceOf(0, math.Sqrt) },
	"VARIANCE":  func(c *call) []any { return c.varianceOf(1, func(f float64) float64 { return f }) },
	"VARIANCEP": func(c *call) []any { return c.varianceOf(0, func(f float64) float64 { return f }) },

	"SQRT": func(c *call) []any { return c.strict(func(x []float64) float64 { return math.Sqrt(x[0]) }, c.list(0)) },
	"EXP":  func(c *call) []any { return c.strict(func(x []float64) float64 { return math.Exp(x[0]) }, c.list(0)) },
	"LN":   func(c *call) []any { return c.strict(func(x []float64) float64 { return math.Log(x[0]) }, c.list(0)) },
	"LOG": func(c *call) []any {
		return c.strict(func(x []float64) float64 { return logarithm(x[0], x[1]) }, c.list(0), c.orNumber(1, 10))
	},
	"PI": func(*call) []any { return []any{math.Pi} },
	"CORREL": func(c *call) []any {
		return c.line(c.list(0), c.list(1), func(l line) float64 { return l.correlation })
	},
	"INTERCEPT": func(c *call) []any { return c.line(c.list(0), c.list(1), func(l line) float64 { return l.at(0) }) },
	"FORECAST":  forecast,
	"INT":       func(c *call) []any { return c.strict(func(x []float64) float64 { return math.Floor(x[0]) }, c.list(0)) },
	"SIGN": func(c *call) []any {
		return c.strict(func(x []float64) float64 { return float64(compare(x[0], 0.0)) }, c.list(0))
	},
	"TRUNC": func(c *call) []any {
		return c.each(func(x []any) any {
			digits := choose(empty(x[1]), 0.0, x[1])
			return c.strictly(func(x []float64) float64 { return round(x[0], x[1], false) }, []any{x[0], digits})
		}, c.list(0), c.orNumber(1, 0))
	},
	"PERCENTILE": func(c *call) []any { return c.percentiles(func(p float64) float64 { return p }) },
	"QUARTILE":   func(c *call) []any { return c.percentiles(func(q float64) float64 { return math.Floor(q) / 4 }) },
	"ISBLANK":    func(c *call) []any { return c.each(func(x []any) any { return empty(x[0]) }, c.list(0)) },
	"ISNUMBER":   func(c *call) []any { return c.each(func(x []any) any { return len(numbers(x)) == 1 }, c.list(0)) },
	"ISTEXT": func(c *call) []any {
		return c.each(func(x []any) any {
			_, ok := x[0].(string)
			return ok && !empty(x[0]) && len(numbers(x)) == 0
		}, c.list(0))
	},
	"IFBLANK":   coalesce,
	"COALESCE":  coalesce,
	"INDEX":     index,
	"POSITION":  position,
	"UNIQUE":    unique,
	"TOP":       func(c *call) []any { return extremes(c, true) },
	"BOTTOM":    func(c *call) []any { return extremes(c, false) },
	"LAG":       lag,
	"FILL_DOWN": fillDown,
	"SEQUENCE": func(c *call) []any {
		out := make([]any, max(0, c.count(1, 0)))
		for i := range out {
			out[i] = c.finite(c.number(0, 0) + float64(i)*c.number(2, 1))
		}
		return out
	},
	"SHARE": func(c *call) []any {
		total := c.sumOf(c.list(0))
		return c.each(func(x []any) any { return c.arithmetic("/", x[0], total) }, c.list(0))
	},
	"NUMBER": func(c *call) []any {
		return c.each(func(x []any) any {
			f, ok := countable(x[0])
			return choose(ok, f, nil)
		}, c.list(0))
	},
	"TEXT": func(c *call) []any {
		return c.each(func(x []any) any { return choose(x[0] == nil, nil, text(x[0])) }, c.list(0))
	},
}
