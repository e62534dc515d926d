package vec

import (
	"math"
	"strconv"
	"strings"

	"octavo/internal/formula/value"
)

// Round rounds half away from zero to digits decimals, as the decimal text of
// the number reads: 1.005 to 2 digits is 1.01. Negative digits round to tens,
// hundreds and so on.
func Round(f float64, digits int) float64 {
	if digits > 22 || f == 0 {
		return f
	}
	if digits < -308 {
		return 0
	}
	scale := math.Pow10(abs(digits))
	scaled := f * scale
	if digits < 0 {
		scaled = f / scale
	}
	if math.Abs(scaled) >= 1<<52 || math.IsInf(scaled, 0) {
		return f
	}
	whole := math.Trunc(scaled)
	if half := math.Abs(scaled - whole); math.Abs(half-0.5) < 1e-6 && nearHalf(f, digits) {
		whole += math.Copysign(1, f)
	} else {
		whole = math.Round(scaled)
	}
	if digits < 0 {
		return whole * scale
	}
	return whole / scale
}

// nearHalf says whether the decimal text has a 5 or more at the first dropped
// place, for a number whose binary form is close to a half.
func nearHalf(f float64, digits int) bool {
	text := value.FormatNumber(math.Abs(f))
	if strings.ContainsRune(text, 'e') {
		text = strconv.FormatFloat(math.Abs(f), 'f', -1, 64)
	}
	whole, decimals, _ := strings.Cut(text, ".")
	if digits >= 0 {
		return digits < len(decimals) && decimals[digits] >= '5'
	}
	at := len(whole) + digits
	return at >= 0 && whole[at] >= '5'
}

func abs(i int) int {
	if i < 0 {
		return -i
	}
	return i
}

// Trunc cuts a number off after digits decimals, as its decimal text reads:
// 0.29 to 2 digits stays 0.29. Negative digits cut to tens, hundreds and so on.
func Trunc(f float64, digits int) float64 {
	r := Round(f, digits)
	if math.Abs(r) <= math.Abs(f) {
		return r
	}
	return Round(r-math.Copysign(math.Pow10(-digits), f), digits)
}

// snap is how far, relative to its size, a quotient may be from a whole number
// to count as one: the last of 15 significant digits.
const snap = 1e-15

// Multiples gives the function that finds the multiple of a significance next
// to a number, above or below. The sign of the significance does not matter; 0
// gives 0. Multiples of a decimal such as 0.1 come out as that decimal reads.
// It remembers the last significance and is not for several goroutines.
func Multiples(up bool) func(f, significance float64) float64 {
	last, decimals := 1.0, 0
	return func(f, significance float64) float64 {
		if significance == 0 {
			return 0
		}
		significance = math.Abs(significance)
		if significance != last {
			last, decimals = significance, decimalsOf(significance)
		}
		q := f / significance
		whole := math.Round(q)
		if math.Abs(q-whole) > snap*math.Max(1, math.Abs(q)) {
			if whole = math.Floor(q); up {
				whole = math.Ceil(q)
			}
		}
		if decimals == 0 {
			return whole * significance
		}
		return Round(whole*significance, decimals)
	}
}

// decimalsOf counts the places after the point of a number written out.
func decimalsOf(f float64) int {
	if f == math.Trunc(f) {
		return 0
	}
	_, decimals, _ := strings.Cut(strconv.FormatFloat(f, 'f', -1, 64), ".")
	return len(decimals)
}
