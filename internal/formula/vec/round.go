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
