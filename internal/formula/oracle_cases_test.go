package formula_test

import (
	"math"
	"math/rand/v2"
)

// oracleShape is what some functions have in common: how random arguments for
// them are made, and which arguments are at the border of their meaning.
type oracleShape struct {
	names   string
	make    func(r *rand.Rand) [][]any
	corners [][][]any
}

// one is the list of one item.
func one(x any) []any { return []any{x} }

// numbers are n of them, whole or with decimals, of either sign.
func numbers(r *rand.Rand, n int) []any {
	out := make([]any, n)
	for i := range out {
		switch r.IntN(3) {
		case 0:
			out[i] = float64(r.IntN(41) - 20)
		case 1:
			out[i] = float64(r.IntN(200_000)-100_000) / 100
		default:
			out[i] = r.NormFloat64()
		}
	}
	return out
}

// mapped applies f to numbers.
func mapped(list []any, f func(float64) float64) []any {
	out := make([]any, len(list))
	for i, x := range list {
		out[i] = f(x.(float64))
	}
	return out
}

// truths are n conditions 0 or 1.
func truths(r *rand.Rand, n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = float64(r.IntN(2))
	}
	return out
}

func whole(r *rand.Rand, lo, hi int) any { return float64(lo + r.IntN(hi-lo+1)) }

// odd are single items that are no plain numbers.
var odd = [][][]any{{one(nil)}, {one("")}, {one("x")}, {one("5")}, {one("12%")}, {one(true)}, {one(false)}, {one(0.0)}}

// oddLists are lists of such items.
var oddLists = [][][]any{
	{{}}, {one(nil)}, {one("x")}, {one("5")}, {one(true)}, {one(7.0)}, {{nil, nil}}, {{"", "x", 3.0}}, {{1.0, nil, "x", true, "5", 3.0}}, {{2.0, 2.0, 2.0}}, {{0.1, 0.1, 0.1}},
}

// paired puts a fixed list or item behind every first argument.
func paired(firsts [][][]any, more ...[]any) [][][]any {
	var out [][][]any
	for _, f := range firsts {
		out = append(out, append([][]any{f[0]}, more...))
	}
	return out
}

var oracleShapes = []oracleShape{
	{"ABS SIGN INT EXP ERF ERFC NORMSDIST", func(r *rand.Rand) [][]any {
		return [][]any{mapped(numbers(r, 1+r.IntN(8)), func(f float64) float64 { return math.Mod(f, 3) })}
	}, append(odd, [][]any{one(10.0)}, [][]any{one(-20.0)})},
	{"SQRT LN LOG", func(r *rand.Rand) [][]any { return [][]any{mapped(numbers(r, 1+r.IntN(8)), math.Abs)} }, append(odd, [][]any{one(-4.0)})},
	{"ERF", func(r *rand.Rand) [][]any {
		return [][]any{one(0.0), one(r.NormFloat64())}
	}, [][][]any{{one(0.5), one(1.0)}}},
	{"LOG", func(r *rand.Rand) [][]any {
		return [][]any{mapped(numbers(r, 5), math.Abs), one(1.5 + math.Abs(r.NormFloat64()))}
	}, [][][]any{{one(8.0), one(2.0)}, {one(8.0), one(1.0)}, {one(8.0), one(0.0)}, {one(8.0), one(-2.0)}, {one(1000.0), one(10.0)}}},
	{"CEILING FLOOR", func(r *rand.Rand) [][]any { return [][]any{numbers(r, 6), one(whole(r, 1, 9))} }, append(paired(odd, one(3.0)), [][][]any{
		{one(7.2), one(0.0)}, {one(7.2), one(-5.0)}, {one(-7.2), one(-5.0)}, {one(-7.2), one(5.0)}, {one(0.3), one(0.1)}, {one(0.7), one(0.1)}, {one(1.25), one(0.25)}}...)},
	{"MOD", func(r *rand.Rand) [][]any { return [][]any{mapped(numbers(r, 6), math.Abs), one(whole(r, 1, 9))} },
		append(paired(odd, one(3.0)), [][][]any{{one(5.0), one(0.0)}, {one(-7.0), one(3.0)}, {one(7.0), one(-3.0)}, {one(-7.0), one(-3.0)}, {one(5.5), one(2.0)}, {one(-6.0), one(3.0)}}...)},
	{"POWER", func(r *rand.Rand) [][]any { return [][]any{numbers(r, 6), one(whole(r, 0, 5))} },
		append(paired(odd, one(3.0)), [][][]any{{one(0.0), one(0.0)}, {one(0.0), one(-1.0)}, {one(-8.0), one(0.5)}, {one(10.0), one(400.0)}, {one(2.0), one(-2.0)}}...)},
	{"ROUND TRUNC", func(r *rand.Rand) [][]any { return [][]any{numbers(r, 6), one(whole(r, -2, 4))} },
		append(paired(odd, one(1.0)), [][][]any{{one(1.005), one(2.0)}, {one(-2.5), one(0.0)}, {one(2.675), one(2.0)}, {one(0.29), one(2.0)}, {one(8.2), one(1.0)}, {one(1250.0), one(-2.0)}, {one(1e300), one(2.0)}}...)},
	{"STANDARDIZE", func(r *rand.Rand) [][]any {
		return [][]any{numbers(r, 4), one(r.NormFloat64()), one(0.1 + r.Float64())}
	},
		append(paired(odd, one(3.0), one(2.0)), [][]any{one(1.0), one(1.0), one(0.0)})},
	{"ISBLANK ISNUMBER ISTEXT", func(r *rand.Rand) [][]any { return [][]any{numbers(r, 3)} }, odd},
	{"NOT", func(r *rand.Rand) [][]any { return [][]any{truths(r, 4)} }, odd},
	{"AND OR XOR", func(r *rand.Rand) [][]any { return [][]any{truths(r, 4), truths(r, 4), truths(r, 4)} }, paired(odd, one(true))},
	{"IF", func(r *rand.Rand) [][]any { return [][]any{truths(r, 4), numbers(r, 4), numbers(r, 4)} }, paired(odd, one("then"), one("else"))},
	{"SUM AVERAGE MIN MAX MEDIAN COUNT COUNTNUMERIC COUNTBLANK STDEV STDEVP VARIANCE VARIANCEP CUMULATIVE MA_CUMULATIVE RANK",
		func(r *rand.Rand) [][]any { return [][]any{numbers(r, 2+r.IntN(12))} }, oddLists},
	{"MODE UNIQUE", func(r *rand.Rand) [][]any {
		return [][]any{mapped(numbers(r, 12), func(f float64) float64 { return math.Mod(math.Round(f), 4) + 0 })}
	}, oddLists},
	{"COUNTIF", func(r *rand.Rand) [][]any { return [][]any{truths(r, 7)} }, oddLists},
	{"SUMIF AVERAGEIF", func(r *rand.Rand) [][]any { return [][]any{truths(r, 7), numbers(r, 7)} },
		[][][]any{{{1.0, 1.0, 1.0}, {1.0, nil, 5.0}}, {{1.0, 1.0}, {4.0, "x"}}, {{0.0, 0.0}, {4.0, 5.0}}, {{1.0, 1.0}, {"4", true}}}},
	{"SLOPE INTERCEPT CORREL", func(r *rand.Rand) [][]any {
		n := 3 + r.IntN(8)
		return [][]any{numbers(r, n), numbers(r, n)}
	}, [][][]any{{{1.0, 2.0}, {3.0, 3.0}}, {{5.0, 5.0}, {1.0, 2.0}}, {one(1.0), one(2.0)}, {{2.0, "x", 6.0}, {1.0, 2.0, 3.0}}, {{2.0, nil, 6.0}, {1.0, 2.0, 3.0}}, {{2.0, 4.0, 6.0}, {1.0, 2.0, 3.0}}}},
	{"FORECAST", func(r *rand.Rand) [][]any { return [][]any{one(r.NormFloat64()), numbers(r, 6), numbers(r, 6)} },
		[][][]any{{one(4.0), {2.0, 4.0, 6.0}, {1.0, 2.0, 3.0}}, {one(4.0), {2.0, 4.0}, {3.0, 3.0}}, {one("x"), {2.0, 4.0}, {1.0, 2.0}}}},
	{"PERCENTILE", func(r *rand.Rand) [][]any { return [][]any{numbers(r, 1+r.IntN(9)), one(r.Float64())} },
		append(paired(oddLists, one(0.5)), [][][]any{{{1.0, 2.0}, one(1.0)}, {{1.0, 2.0}, one(0.0)}, {{1.0, 2.0}, one(1.5)}, {{1.0, 2.0}, one(-1.0)}}...)},
	{"QUARTILE", func(r *rand.Rand) [][]any { return [][]any{numbers(r, 3+r.IntN(9)), one(whole(r, 1, 3))} },
		[][][]any{{{1.0, 2.0, 4.0}, one(0.0)}, {{1.0, 2.0, 4.0}, one(4.0)}, {{1.0, 2.0, 4.0}, one(5.0)}, {{1.0, 2.0, 4.0}, one(1.9)}}},
	{"ZTEST", func(r *rand.Rand) [][]any { return [][]any{numbers(r, 4+r.IntN(8)), one(r.NormFloat64())} }, paired(oddLists, one(1.0))},
	{"ZTEST", func(r *rand.Rand) [][]any {
		return [][]any{mapped(numbers(r, 5), math.Sin), one(0.0), one(1 + r.Float64())}
	}, nil},
	{"TOP BOTTOM", func(r *rand.Rand) [][]any { return [][]any{numbers(r, 9), one(whole(r, 1, 9))} },
		[][][]any{{{3.0, nil, 5.0}, one(2.0)}, {{3.0, "x", 5.0}, one(2.0)}, {{3.0, "7", 5.0}, one(2.0)}, {{3.0, 5.0}, one(0.0)}}},
	{"MA_SIMPLE", func(r *rand.Rand) [][]any { return [][]any{numbers(r, 9), one(whole(r, 1, 12))} }, paired(oddLists, one(2.0))},
	{"PI", func(*rand.Rand) [][]any { return [][]any{} }, nil},
}
